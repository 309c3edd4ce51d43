import { describe, expect, it } from 'vitest';

import { apiParameters, filterOf, fragmentOf, isFiltered, plainFilter } from './filter';

const now = new Date('2026-03-01T12:00:00Z');

describe('the filter of conversations', () => {
  it('comes back from the address as it went there', () => {
    const filter = { ...plainFilter, q: 'a b&c', protocol: 'goose', fresh: 8, sort: 'gaps' as const };
    const fragment = fragmentOf(filter);
    expect(filterOf(new URLSearchParams(fragment.split('?')[1]))).toEqual(filter);
    expect(fragmentOf(plainFilter)).toBe('#/conversations');
    expect(isFiltered(filter)).toBe(true);
    expect(isFiltered({ ...plainFilter, sort: 'gaps' })).toBe(false);
  });

  it('selects by a whole address and searches for a part of one', () => {
    const asked = (address: string) => apiParameters({ ...plainFilter, q: 'tcp', address }, now);
    expect(asked('10.0.0.1')).toMatchObject({ address: '10.0.0.1', q: 'tcp' });
    expect(asked('fd00::1')).toMatchObject({ address: 'fd00::1', q: 'tcp' });
    expect(asked('00:80:F4:51:3b:01')).toMatchObject({ address: '00:80:F4:51:3b:01' });
    expect(asked('10.0.')).toMatchObject({ address: '', q: 'tcp 10.0.' });
  });

  it('turns newness into a moment', () => {
    expect(apiParameters({ ...plainFilter, fresh: 1 }, now).new_since).toBe('2026-03-01T11:00:00.000Z');
    expect(apiParameters(plainFilter, now).new_since).toBe('');
  });
});
