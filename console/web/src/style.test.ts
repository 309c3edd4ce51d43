import { describe, expect, it } from 'vitest';

import sheet from './style.css?raw';

function theme(name: string): Record<string, string> {
  const block = new RegExp(`data-theme='${name}'\\] \\{([^}]*)\\}`).exec(sheet)?.[1] ?? '';
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]]));
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const texts = ['ink', 'quiet', 'accent', 'critical', 'high', 'medium', 'low', 'info', 'good', 'bad'];
const grounds = ['ground', 'panel', 'raised', 'field'];

describe.each(['dark', 'light'])('the %s theme', (name) => {
  const colours = theme(name);
  const colour = (key: string) => colours[key] ?? '';

  it.each(texts.flatMap((text) => grounds.map((ground) => [text, ground])))(
    'has %s readable on %s (4.5:1)',
    (text, ground) => expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(4.5),
  );
  it.each([
    ['ink', 'mark'],
    ['quiet', 'mark'],
    ['critical', 'mark'],
    ['high', 'mark'],
    ['medium', 'mark'],
    ['low', 'mark'],
    ['info', 'mark'],
    ['accent-ink', 'accent'],
    ['ink', 'critical-wash'],
    ['quiet', 'critical-wash'],
    ['bad', 'critical-wash'],
  ])('has %s readable on %s (4.5:1)', (text, ground) =>
    expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(4.5),
  );
  it.each(grounds)('has controls whose edge shows on %s (3:1)', (ground) =>
    expect(contrast(colour('edge'), colour(ground))).toBeGreaterThanOrEqual(3),
  );
});
