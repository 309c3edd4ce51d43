import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Alert, Role } from '../api/types';
import { dispatchKey } from '../parts/keys';
import { session } from '../state/session.svelte';
import { answerWith, type Asked, type Reply, settled } from '../testing/server';
import { sampleAlert } from '../testing/records';
import CardView from './CardView.svelte';

const path = '/alerts/c7013d41a0b9445f8e2f60a1b2c3d4e5';
let card: ReturnType<typeof mount>;

async function show(role: Role, alert: Alert, replies: Record<string, Reply> = {}): Promise<Asked[]> {
  const asked = answerWith({
    [`GET ${path}`]: { body: { alert }, etag: '"1-1"' },
    'POST /session': { body: { user: 'ann', role, csrf: 'secret' } },
    ...replies,
  });
  await session.signIn('ann', 'x');
  card = mount(CardView, { target: document.body, props: { id: alert.id } });
  await settled();
  flushSync();
  return asked;
}

const press = (key: string) =>
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
const region = (id: string) => document.getElementById(id)?.closest('section')?.textContent ?? '';

beforeEach(() => {
  vi.stubGlobal('EventSource', class {
    addEventListener() {}
    close() {}
  });
  document.addEventListener('keydown', dispatchKey);
});
afterEach(() => {
  document.removeEventListener('keydown', dispatchKey);
  void unmount(card);
  document.body.textContent = '';
  vi.unstubAllGlobals();
});

describe('the card', () => {
  it('answers in the order an analyst asks', async () => {
    await show('analyst', sampleAlert());
    const headings = [...document.querySelectorAll('h1, h2')].map((element) => element.textContent);
    expect(headings).toEqual([
      'Station 10.0.0.66 wrote holding register 40 of PLC-1.',
      'Expected',
      'Observed',
      'Did it work?',
      'Where',
      'Proof',
      'Meaning',
      'History',
      'Do',
    ]);
  });

  it('shows what came over the wire as text, never as elements', async () => {
    const evil = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const pdu = { frame: 1, function: evil, hex: '00', anomalies: [evil], src: evil, fields: [] };
    await show(
      'analyst',
      sampleAlert({
        sentence: evil,
        expected: evil,
        observed: evil,
        objects: [evil],
        outcome: 'refused',
        outcome_name: evil,
        source: { ip: evil, mac: evil, port: 0, name: evil, role: evil },
        decoded: [JSON.stringify({ ...pdu, fields: [{ name: evil, value: evil, offset: 0, length: 1 }] })],
      }),
    );
    expect(document.querySelector('h1')?.textContent).toBe(evil);
    expect(document.querySelectorAll('img, script').length).toBe(0);
  });

  it('says when the answer was not seen instead of guessing', async () => {
    await show('analyst', sampleAlert({ outcome: 'unseen' }));
    expect(region('outcome')).toContain('Answer not seen');
    expect(region('outcome')).toContain('not known');
  });

  it('does not claim the gravest outcome for every one of several commands', async () => {
    await show('analyst', sampleAlert({ outcome: 'accepted', count: 2 }));
    expect(region('outcome')).toContain('happened 2 times: this is how the gravest');
  });

  it('says nothing of others when there was one command', async () => {
    await show('analyst', sampleAlert({ outcome: 'accepted', count: 1 }));
    expect(region('outcome')).toMatch(/Seen 1\s+time, at/);
    expect(region('outcome')).not.toContain('gravest');
  });

  it('survives a PDU that is no JSON', async () => {
    await show('analyst', sampleAlert({ decoded: ['{"frame":', 'null'] }));
    expect(region('proof')).toContain('not about a decoded message');
  });

  it('gives a viewer nothing to do', async () => {
    const asked = await show('viewer', sampleAlert());
    expect(document.getElementById('do')).toBeNull();
    press('a');
    await settled();
    expect(asked.filter((request) => request.method === 'POST').length).toBe(1);
  });
});

describe('acknowledging', () => {
  it('names the state it was decided on, and carries the CSRF token', async () => {
    const asked = await show('analyst', sampleAlert(), { [`POST ${path}/triage`]: {} });
    press('a');
    await settled();
    const sent = asked.find((request) => request.path === `${path}/triage`);
    expect(sent?.body).toEqual({ status: 'acknowledged' });
    expect(sent?.headers).toMatchObject({ 'if-match': '"1-1"', 'x-csrf-token': 'secret' });
  });

  it('overwrites nothing when somebody else was faster, and says so', async () => {
    const asked = await show('analyst', sampleAlert(), { [`POST ${path}/triage`]: { status: 412 } });
    press('a');
    await settled();
    flushSync();
    expect(document.querySelector('[role=alert]')?.textContent).toContain('Somebody else changed');
    expect(asked.filter((request) => request.method === 'GET').length).toBe(2);
  });

  it('is not done by an "a" that is typed into a note', async () => {
    const asked = await show('analyst', sampleAlert());
    const note = document.getElementById('note');
    note?.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true }));
    await settled();
    expect(asked.some((request) => request.path.endsWith('/triage'))).toBe(false);
  });
});

describe('a dialog', () => {
  it('keeps the keys to itself', async () => {
    const asked = await show('analyst', sampleAlert());
    press('c');
    flushSync();
    expect(document.querySelector('dialog')?.open).toBe(true);
    press('a');
    await settled();
    expect(asked.some((request) => request.path.endsWith('/triage'))).toBe(false);
  });
});

describe('a session that ends', () => {
  it('is noticed at the next request', async () => {
    await show('analyst', sampleAlert(), { [`POST ${path}/triage`]: { status: 401 } });
    press('a');
    await settled();
    expect(session.current).toBeNull();
    expect(session.expired).toBe(true);
  });
});
