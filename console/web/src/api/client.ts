// Requests to /api/v1: the CSRF header on changes, problem documents for errors, 401 told to the session.
import { Problem, problemFrom, unreachable } from './problem';

const root = '/api/v1';

let csrf = '';
let signedOut: () => void = () => {};
let unavailable: (problem: Problem) => void = () => {};

export function useCsrf(token: string): void {
  csrf = token;
}

/** Called for every 401 except those of signing in itself. */
export function onSignedOut(handler: () => void): void {
  signedOut = handler;
}

/** Called for every 503: something the console reads from does not answer. */
export function onUnavailable(handler: (problem: Problem) => void): void {
  unavailable = handler;
}

export interface Answer<T> {
  data: T;
  etag: string;
}

interface Options {
  body?: unknown;
  ifMatch?: string;
  signal?: AbortSignal;
  /** A 401 here means wrong credentials, not a session that ended. */
  credentials?: boolean;
}

async function send(method: string, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json, application/problem+json' };
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET' && csrf) headers['x-csrf-token'] = csrf;
  if (options.ifMatch) headers['if-match'] = options.ifMatch;
  try {
    return await fetch(root + path, {
      method,
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ?? null,
      credentials: 'same-origin',
      cache: 'no-store',
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable();
  }
}

/** Resolves with the parsed body (null for 204) or throws a Problem. */
export async function call<T>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
  const response = await send(method, path, options);
  if (response.status === 401 && !options.credentials) signedOut();
  if (!response.ok) {
    const problem = await problemFrom(response);
    if (response.status === 503) unavailable(problem);
    throw problem;
  }
  const data = response.status === 204 ? null : await response.json().catch(() => notJson());
  return { data: data as T, etag: response.headers.get('etag') ?? '' };
}

function notJson(): never {
  throw new Problem(0, 'The console answered something unreadable', 'Expected JSON.');
}

export const get = <T>(path: string, signal?: AbortSignal) =>
  call<T>('GET', path, signal ? { signal } : {});

/** "?a=1&b=2" of what is not empty; "" when nothing is. */
export function query(values: Record<string, string | number | undefined>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `?${text}` : '';
}

/** The address of a file the browser fetches by itself. */
export const address = (path: string) => root + path;
