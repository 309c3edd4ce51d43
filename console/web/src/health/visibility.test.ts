import { describe, expect, it } from 'vitest';

import type { Visibility } from '../api/types';
import { blind, percent, silent } from './visibility';

const fine: Visibility = {
  realm: '',
  address: '10.0.0.1',
  name: '',
  zone: '',
  hosts: 1,
  packets: 1000,
  one_way_percent: 0,
  gaps: 0,
  truncated_percent: 0,
  encrypted_percent: -1,
  unknown_percent: 0,
  hours: 10,
  hours_seen: 10,
  first_seen: '',
  last_seen: '',
};

describe('what was not seen', () => {
  it('leaves out the stations of which everything was', () => {
    expect(blind([fine])).toEqual([]);
    expect(blind([{ ...fine, gaps: 1 }])).toHaveLength(1);
  });

  it('puts the blindest first, whatever the way', () => {
    const half = { ...fine, address: 'a', one_way_percent: 50 };
    const silentMost = { ...fine, address: 'b', hours: 100, hours_seen: 10 };
    const closed = { ...fine, address: 'c', encrypted_percent: 70 };
    expect(blind([half, silentMost, closed]).map((one) => one.address)).toEqual(['b', 'c', 'a']);
  });

  it('says nothing where there is nothing to say', () => {
    expect([percent(-1), percent(0), percent(7)]).toEqual(['', '', '7 %']);
    expect(silent({ ...fine, hours: 3, hours_seen: 4 })).toBe(0);
  });
});
