import { describe, expect, it } from 'vitest';

import summary from '../../../../sensor/pipeline/summary.cpp?raw';
import { groups, unseen } from './counters';

const losses = groups.flatMap((group) => group.lines).filter((line) => line.hides !== '');

describe('counters', () => {
  it("tell of everything that a replay's summary calls not seen", () => {
    const told = [...summary.matchAll(/Blindness\{\s*"([a-z_.]+)"/g)].map((match) => match[1]);
    expect(told.length).toBeGreaterThan(20);
    const names = losses.map((line) => line.name);
    expect(told.filter((name) => !names.includes(name!))).toEqual([]);
  });

  it('say nothing of a loss that did not happen', () => {
    expect(unseen({ 'capture.truncated': 0, 'fragment.evicted': 3 })).toMatchObject([
      { line: { name: 'fragment.evicted' }, value: 3 },
    ]);
  });
});
