import { afterEach, describe, expect, it, vi } from 'vitest';

import { get } from '../api/client';
import { answerWith } from '../testing/server';
import { record } from './record.svelte';

afterEach(() => {
  record.problem = '';
  vi.unstubAllGlobals();
});

describe('the record', () => {
  it('has the problem that Health tells, and none when Health has none', async () => {
    let problem = 'record.db: no such file';
    answerWith({ 'GET /health': () => ({ body: { problem } }) });
    await record.look();
    expect(record.problem).toBe('record.db: no such file');
    problem = '';
    await record.look();
    expect(record.problem).toBe('');
  });

  it('has a problem as soon as any answer says so, and looks again', async () => {
    vi.useFakeTimers();
    const body = { title: 'The record can not be read', detail: 'record.db: damaged' };
    answerWith({
      'GET /alerts/1': { status: 503, body },
      'GET /health': { body: { problem: '' } },
    });
    await expect(get('/alerts/1')).rejects.toThrow();
    expect(record.problem).toBe('record.db: damaged');
    await vi.advanceTimersByTimeAsync(5000);
    expect(record.problem).toBe('');
    vi.useRealTimers();
  });

  it('is not to blame for another refusal', async () => {
    answerWith({});
    await record.look();
    expect(record.problem).toBe('');
  });
});
