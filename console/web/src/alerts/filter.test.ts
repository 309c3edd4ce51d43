import { describe, expect, it } from 'vitest';

import { apiParameters, type Filter, filterOf, fragmentOf, isFiltered, plainFilter } from './filter';

const read = (fragment: string) => filterOf(new URLSearchParams(fragment.split('?')[1] ?? ''));

describe('the filter in the address', () => {
  it('comes back as it was written', () => {
    const filter: Filter = {
      ...plainFilter,
      q: 'PLC-1 & "äö"',
      severity: ['critical', 'low'],
      status: 'open',
      hours: 24,
      sort: 'severity',
      order: 'asc',
    };
    expect(read(fragmentOf(filter))).toEqual(filter);
  });

  it('is nothing when nothing is filtered', () => expect(fragmentOf(plainFilter)).toBe('#/alerts'));

  it('drops what somebody wrote into it that means nothing', () => {
    expect(read('#/alerts?severity=awful,high&sort=colour&hours=-3&order=up')).toEqual({
      ...plainFilter,
      severity: ['high'],
    });
  });
});

describe('isFiltered', () => {
  it('is not about the order of rows', () => {
    expect(isFiltered({ ...plainFilter, sort: 'count', order: 'asc' })).toBe(false);
    expect(isFiltered({ ...plainFilter, q: 'x' })).toBe(true);
  });
});

describe('apiParameters', () => {
  it('counts the time back from now', () => {
    const now = new Date('2026-03-05T12:00:00Z');
    expect(apiParameters({ ...plainFilter, hours: 8 }, now).from).toBe('2026-03-05T04:00:00.000Z');
    expect(apiParameters(plainFilter, now).from).toBe('');
  });
});
