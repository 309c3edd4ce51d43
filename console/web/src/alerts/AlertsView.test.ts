import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { AlertRow, Role, Status } from '../api/types';
import { dispatchKey } from '../parts/keys';
import { record } from '../state/record.svelte';
import { session } from '../state/session.svelte';
import { sampleAlert } from '../testing/records';
import { answerWith, type Asked, settled } from '../testing/server';
import AlertsView from './AlertsView.svelte';
import { alerts } from './list.svelte';

/** The stream the page listens to; the test speaks through it. */
class FakeStream {
  static now: FakeStream;
  handlers = new Map<string, (event: { data: string }) => void>();
  constructor() {
    FakeStream.now = this;
  }
  addEventListener(name: string, handler: (event: { data: string }) => void) {
    this.handlers.set(name, handler);
  }
  close() {}
}

const row = (id: string, severity: AlertRow['severity'], status: Status = 'open'): AlertRow =>
  sampleAlert({ id, severity, triage: { ...sampleAlert().triage, status } });

let view: ReturnType<typeof mount>;
let rows: AlertRow[];

async function show(role: Role, first: AlertRow[]): Promise<Asked[]> {
  rows = first;
  const asked = answerWith({
    'POST /session': { body: { user: 'ann', role, csrf: 'secret' } },
    'GET /alerts': () => ({ body: { items: rows, next: '', total: rows.length, open: {} } }),
    'POST /alerts/triage': { body: { changed: 1, missing: [] } },
  });
  await session.signIn('ann', 'x');
  alerts.forget();
  view = mount(AlertsView, { target: document.body });
  flushSync();
  await settled();
  flushSync();
  return asked;
}

const press = (key: string) => {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  flushSync();
};
const sent = (asked: Asked[]) => asked.find((request) => request.path === '/alerts/triage')?.body;

beforeEach(() => {
  vi.stubGlobal('EventSource', FakeStream);
  vi.stubGlobal('ResizeObserver', class {
    observe() {}
    disconnect() {}
  });
  document.addEventListener('keydown', dispatchKey);
});
afterEach(() => {
  document.removeEventListener('keydown', dispatchKey);
  void unmount(view);
  document.body.textContent = '';
  vi.unstubAllGlobals();
});

describe('the list', () => {
  it('acknowledges what is selected and open, and takes no decision back', async () => {
    const asked = await show('analyst', [
      row('1', 'low'),
      row('2', 'low', 'closed'),
      row('3', 'low'),
    ]);
    press('x');
    press('j');
    press('x');
    press('a');
    await settled();
    expect(sent(asked)).toEqual({ ids: ['1'], status: 'acknowledged' });
    expect(alerts.list.rows.map((each) => each.triage.status)).toEqual([
      'acknowledged',
      'closed',
      'open',
    ]);
  });

  it('asks why before it closes one that is grave', async () => {
    await show('analyst', [row('1', 'low'), row('2', 'high')]);
    press('c');
    expect(document.querySelector('dialog textarea')?.hasAttribute('required')).toBe(false);
    document.querySelector('dialog')?.dispatchEvent(new Event('close'));
    flushSync();
    press('x');
    press('j');
    press('x');
    press('c');
    expect(document.querySelector('dialog textarea')?.hasAttribute('required')).toBe(true);
  });

  it('offers a viewer nothing to select or change', async () => {
    const asked = await show('viewer', [row('1', 'low')]);
    press('x');
    press('a');
    press('c');
    await settled();
    expect(document.querySelectorAll('input[type=checkbox], dialog').length).toBe(0);
    expect(sent(asked)).toBeUndefined();
  });

  it('says quietly that something is new, and keeps the rows where they are', async () => {
    await show('analyst', [row('1', 'low')]);
    rows = [row('2', 'critical'), ...rows];
    FakeStream.now.handlers.get('alert')?.({ data: '{"id":"2"}' });
    await vi.waitFor(() => {
      flushSync();
      expect(document.querySelector('.news')?.textContent).toContain('1 new');
    });
    expect(alerts.list.rows.map((each) => each.id)).toEqual(['1']);
    press('r');
    await settled();
    expect(alerts.list.rows.map((each) => each.id)).toEqual(['2', '1']);
  });

  it('teaches when there is nothing', async () => {
    await show('analyst', []);
    expect(document.querySelector('.empty')?.textContent).toContain('No alerts yet');
  });

  it('does not say that all is quiet while the record can not be read', async () => {
    await show('analyst', []);
    record.problem = 'record.db: no such file';
    flushSync();
    expect(document.querySelector('.empty')?.textContent).toContain('can not be read');
    expect(document.body.textContent).not.toContain('No alerts yet');
    record.problem = '';
  });
});
