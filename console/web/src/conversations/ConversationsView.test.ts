import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Conversation } from '../api/types';
import { dispatchKey } from '../parts/keys';
import { record } from '../state/record.svelte';
import { answerWith, type Asked, settled } from '../testing/server';
import ConversationsView from './ConversationsView.svelte';
import { conversations } from './list.svelte';

const modbus: Conversation = {
  id: '7',
  realm: '',
  client: '10.0.0.66',
  server: '10.0.0.10',
  server_port: 502,
  transport: 'tcp',
  protocol: 'modbus',
  protocol_sentence: '',
  app: '',
  app_category: '',
  packets: 1200,
  bytes: 98_000,
  pdus: 600,
  operations: { write: 3, read: 597 },
  gaps: 2,
  retransmissions: 0,
  one_way_packets: 0,
  truncated: 0,
  encrypted_pdus: 0,
  responses: 300,
  half_within_ns: 524_288,
  most_within_ns: 2_097_152,
  first_seen: '2026-03-01T10:02:11Z',
  last_seen: '2026-03-01T10:03:23Z',
};
const goose: Conversation = {
  ...modbus,
  id: '8',
  client: '00:80:f4:51:3b:01',
  server: '01:0c:cd:01:00:01',
  server_port: 0,
  transport: 'none',
  protocol: 'goose',
  protocol_sentence: 'IEC 61850 GOOSE',
  pdus: 0,
  operations: {},
  gaps: 0,
  responses: 0,
  half_within_ns: 0,
  most_within_ns: 0,
};

let view: ReturnType<typeof mount>;

async function show(items: Conversation[]): Promise<Asked[]> {
  const asked = answerWith({
    'GET /conversations': () => ({ body: { items, next: '', total: items.length } }),
  });
  conversations.forget();
  view = mount(ConversationsView, { target: document.body });
  flushSync();
  await settled();
  flushSync();
  return asked;
}
const press = (key: string) => {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  flushSync();
};
const words = (selector: string) =>
  document.querySelector(selector)?.textContent?.replace(/\s+/g, ' ') ?? '';

beforeEach(() => {
  location.hash = '#/conversations';
  // Row heights follow the font's, which jsdom does not know.
  document.documentElement.style.fontSize = '16px';
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

describe('the conversations', () => {
  it('say who talks to whom, over what, and how much of it was missed', async () => {
    await show([modbus]);
    const row = words('.row');
    for (const part of ['10.0.0.66', '10.0.0.10', 'Modbus 502/tcp', '98 kB', '▲ 2', '524 µs', '2.1 ms']) {
      expect(row).toContain(part);
    }
    expect(row).toContain('read 597, write 3');
  });

  it('show frames below IP by the name of what they carry', async () => {
    await show([goose]);
    expect(words('.row')).toContain('GOOSE');
    expect(words('.row')).not.toContain('none');
    expect(document.querySelector('[title="IEC 61850 GOOSE"]')).not.toBeNull();
  });

  it('tell the realm as soon as there is more than one, and what nDPI takes an unknown one for', async () => {
    const office = { ...modbus, id: '9', protocol: '', app: 'HTTP', app_category: 'Web' };
    await show([modbus, office]);
    expect(words('.head')).not.toContain('Realm');
    expect(document.querySelectorAll('.row')[1]?.textContent).toContain('HTTP');
    void unmount(view);
    document.body.textContent = '';
    await show([modbus, { ...office, realm: 'cell-2' }]);
    expect(words('.head')).toContain('Realm');
    expect(document.querySelectorAll('.row')[1]?.textContent).toContain('cell-2');
    expect(document.querySelectorAll('.row')[0]?.textContent).toContain('main');
  });

  it('open the one under the cursor with Enter, follow it with j, and close with Escape', async () => {
    await show([modbus, goose]);
    press('Enter');
    expect(words('aside')).toContain('Modbus');
    expect(words('aside')).toContain('write');
    press('j');
    expect(words('aside')).toContain('IEC 61850 GOOSE');
    press('Escape');
    expect(document.querySelector('aside')).toBeNull();
  });

  it('are asked for in another order by a click on a title', async () => {
    const asked = await show([modbus]);
    const title = [...document.querySelectorAll('.head button')].find((button) =>
      button.textContent?.includes('Gaps'),
    );
    (title as HTMLButtonElement).click();
    flushSync();
    await settled();
    expect(asked.at(-1)?.path).toContain('sort=gaps&order=desc');
  });

  it('teach what a conversation is when there is none', async () => {
    await show([]);
    expect(words('.empty')).toContain('Nobody has talked yet');
  });

  it('do not say that nobody talks while the record can not be read', async () => {
    await show([]);
    record.problem = 'record.db: no such file';
    flushSync();
    expect(words('.empty')).toContain('can not be read');
    record.problem = '';
  });
});
