import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { session } from '../state/session.svelte';
import { answerWith, type Asked, type Reply, settled } from '../testing/server';
import UsersView from './UsersView.svelte';

const users = [
  { name: 'ann', role: 'admin', disabled: false, created: '2026-03-01T10:00:00Z' },
  { name: 'bob', role: 'viewer', disabled: true, created: '2026-03-02T10:00:00Z' },
];
const password = 'tank level below eighty';
let view: ReturnType<typeof mount>;

async function show(replies: Record<string, Reply> = {}): Promise<Asked[]> {
  const asked = answerWith({
    'GET /users': { body: { items: users } },
    'POST /session': { body: { user: 'ann', role: 'admin', csrf: 'secret' } },
    ...replies,
  });
  await session.signIn('ann', 'x');
  view = mount(UsersView, { target: document.body });
  flushSync();
  await settled();
  flushSync();
  return asked;
}
async function done() {
  await settled();
  flushSync();
}
const rows = () => [...document.querySelectorAll<HTMLElement>('[aria-labelledby=users-title] li')];
const button = (within: Element, text: string) =>
  [...within.querySelectorAll('button')].find((item) => item.textContent?.trim() === text)!;
function fill(selector: string, value: string) {
  const input = document.querySelector<HTMLInputElement>(selector)!;
  input.value = value;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}
const changes = (asked: Asked[]) => asked.filter((item) => item.path.startsWith('/users') && item.method !== 'GET');

beforeEach(() => {
  vi.stubGlobal('EventSource', class {
    addEventListener() {}
    close() {}
  });
});
afterEach(() => {
  void unmount(view);
  document.body.textContent = '';
  vi.unstubAllGlobals();
});

describe('users', () => {
  it('says who may sign in, as what, and who is oneself', async () => {
    await show();
    expect(rows()).toHaveLength(2);
    expect(rows()[0]!.textContent).toContain('you');
    expect(rows()[1]!.textContent).toContain('disabled');
    expect(rows()[1]!.querySelector('select')!.value).toBe('viewer');
  });

  it('adds a user only with a name and a password that fits the rules', async () => {
    const asked = await show({ 'POST /users': { status: 201, body: users[1] } });
    const form = document.querySelector('[aria-labelledby=add-title] form')!;
    const add = button(form, 'Add');
    expect(add.disabled).toBe(true);
    fill('#user-name', 'carol');
    fill('#new-password', password);
    fill('#again', password);
    expect(add.disabled).toBe(false);
    add.click();
    await done();
    expect(changes(asked)).toMatchObject([
      { method: 'POST', path: '/users', body: { user: 'carol', role: 'analyst', password } },
    ]);
    expect(document.querySelector('[role=status]')!.textContent).toContain('carol can sign in now');
  });

  it('enables, and shows what was refused beside what still holds', async () => {
    const asked = await show({
      'PATCH /users/bob': { body: users[1] },
      'PATCH /users/ann': { status: 409, body: { title: 'Nobody could administer any more' } },
    });
    button(rows()[1]!, 'Enable').click();
    await done();
    expect(changes(asked)).toMatchObject([{ path: '/users/bob', body: { disabled: false } }]);

    const role = rows()[0]!.querySelector('select')!;
    role.value = 'viewer';
    role.dispatchEvent(new Event('change', { bubbles: true }));
    await done();
    expect(document.querySelector('[role=alert]')!.textContent).toContain('Nobody could administer');
    expect(role.value).toBe('admin');
  });

  it('sets a password anew in a dialog of its own', async () => {
    const asked = await show({ 'PATCH /users/bob': { body: users[1] } });
    button(rows()[1]!, 'Set password').click();
    flushSync();
    const dialog = document.querySelector('dialog')!;
    expect(dialog.textContent).toContain('New password for bob');
    fill('#new-password', password);
    fill('#again', password);
    button(dialog, 'Set').click();
    await done();
    expect(changes(asked)).toMatchObject([{ path: '/users/bob', body: { password } }]);
    expect(document.querySelector('dialog')).toBeNull();
  });
});
