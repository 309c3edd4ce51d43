import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Health } from '../api/types';
import { record } from '../state/record.svelte';
import { answerWith, settled } from '../testing/server';
import HealthView from './HealthView.svelte';

const sample: Health = {
  sensor: { name: '', state: 'case', version: '', interfaces: [], started: '' },
  sensor_link: { state: 'off', problem: '' },
  learning: { state: 'off', since: '', until: '', facts: 0 },
  store: { bytes: 0, free_bytes: 0, alerts: 0, oldest: '' },
  at: '',
  counters: {},
  events: [],
  inactive_rules: [],
  problem: '',
};

let view: ReturnType<typeof mount>;
async function show(health: Health) {
  answerWith({ 'GET /health': { body: health } });
  view = mount(HealthView, { target: document.body });
  flushSync();
  await settled();
  flushSync();
}
afterEach(() => {
  void unmount(view);
  document.body.textContent = '';
  record.problem = '';
  vi.unstubAllGlobals();
});
const events = () => document.querySelector('[aria-labelledby=events]')?.textContent;

describe('Health', () => {
  it('knows of no events only while the record can be read', async () => {
    await show(sample);
    expect(events()).toContain('None.');
  });

  it('tells the whole page of a record that can not be read', async () => {
    await show({ ...sample, problem: 'record.db: no such file' });
    expect(events()).not.toContain('None.');
    expect(events()).toContain('Not known');
    expect(record.problem).toBe('record.db: no such file');
  });

  it('names three of many captures, and how many more there are', async () => {
    const interfaces = [Array.from({ length: 41 }, (_, file) => `${file}.pcap`).join(', ')];
    await show({ ...sample, sensor: { ...sample.sensor, interfaces } });
    const tile = document.querySelector('[aria-labelledby=sensor]');
    expect(tile?.querySelector('summary')?.textContent).toBe('38 more');
    expect(tile?.querySelector('details')?.hasAttribute('open')).toBe(false);
    expect(tile?.textContent).toContain('0.pcap, 1.pcap, 2.pcap');
  });
});
