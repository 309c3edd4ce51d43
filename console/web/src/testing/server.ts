// For tests of components: answers fetch from a table and remembers what was asked.
import { vi } from 'vitest';

export interface Asked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}
export type Reply = { status?: number; body?: unknown; etag?: string };

/** `replies` by "GET /alerts/1", without the query; anything else is a 404. */
export function answerWith(replies: Record<string, Reply | (() => Reply)>): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (address: string, init: RequestInit) => {
    const path = address.replace('/api/v1', '');
    const method = init.method ?? 'GET';
    asked.push({
      method,
      path,
      headers: { ...(init.headers as Record<string, string>) },
      body: init.body ? JSON.parse(String(init.body)) : null,
    });
    const found = replies[`${method} ${path.split('?')[0]}`];
    const reply = typeof found === 'function' ? found() : (found ?? { status: 404 });
    const status = reply.status ?? 200;
    return new Response(status === 204 ? null : JSON.stringify(reply.body ?? {}), {
      status,
      headers: reply.etag ? { etag: reply.etag } : {},
    });
  });
  return asked;
}

/** Lets everything that was answered reach the page. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve));
}
