import { describe, expect, it } from 'vitest';

import { bytes, grouped, localTime, measured, packetTime, span, utcTime } from './format';

describe('times', () => {
  const now = new Date('2026-03-05T12:00:00Z');

  it('leave out the day only when it is today', () => {
    expect(localTime(now.toISOString(), now)).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(localTime('2026-03-01T12:00:00Z', now)).toMatch(/^03-01 \d\d:\d\d:\d\d$/);
    expect(localTime('2019-03-05T12:00:00Z', now)).toMatch(/^2019-03-05 \d\d:\d\d:\d\d$/);
  });

  it('keep the microseconds that a Date would lose', () => {
    expect(packetTime('2026-03-05T12:00:00.123456789Z')).toMatch(/\.123456$/);
    expect(packetTime('2026-03-05T12:00:00Z')).toMatch(/\.000000$/);
  });

  it('say UTC when they mean it', () => {
    expect(utcTime('2026-03-05T12:00:00.5+02:00')).toBe('2026-03-05 10:00:00 UTC');
  });

  it('are empty for what is no time', () => {
    expect([localTime('soon'), packetTime(''), utcTime('x')]).toEqual(['', '', '']);
  });
});

describe('span', () => {
  it.each([
    [72, '72 s'],
    [-5, '0 s'],
    [240, '4 min'],
    [11520, '3 h 12 min'],
    [7200, '2 h'],
    [187200, '2 d 4 h'],
  ])('writes %d s as %s', (seconds, text) => expect(span(seconds)).toBe(text));
});

describe('a measured time', () => {
  it.each([
    [0.001234, '1.23 ms'],
    [0.000000045, '45 ns'],
    [0, '0 s'],
    [3, '3 s'],
    [240, '4 min'],
    [7200, '2 h'],
    [Number.NaN, ''],
    [-1, ''],
  ])('is %d s as "%s"', (seconds, text) => expect(measured(seconds)).toBe(text));
});

describe('numbers', () => {
  it('group by three', () => {
    expect(grouped(1234567).replaceAll('\u202f', '_')).toBe('1_234_567');
    expect(grouped(999)).toBe('999');
  });

  it('name decimal units', () => {
    expect([bytes(512), bytes(1400), bytes(48211968)]).toEqual(['512 B', '1.4 kB', '48 MB']);
  });
});
