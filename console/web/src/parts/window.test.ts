import { describe, expect, it } from 'vitest';

import { rowWindow } from './window';

describe('rowWindow', () => {
  it('makes few rows of many', () => {
    const { first, end } = rowWindow(50_000 * 34, 700, 34, 100_000);
    expect(first).toBeLessThanOrEqual(50_000);
    expect(end).toBeGreaterThanOrEqual(50_000 + Math.ceil(700 / 34));
    expect(end - first).toBeLessThan(60);
  });
  it('ends with the table', () => expect(rowWindow(1e9, 700, 34, 100).end).toBe(100));
  it('is empty for an empty table', () => expect(rowWindow(0, 700, 34, 0)).toEqual({ first: 0, end: 0 }));
});
