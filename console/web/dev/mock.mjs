// Development only: an API with invented alerts, and the built page under the real security policy.
// npm run build && npm run mock, then http://127.0.0.1:8480/setup#token=demo or user "demo".
//   --alerts N   how many alerts there are (100,000)
//   --ready      a user "demo" with the password "demo demo demo" is there already
//   --every S    a new alert every S seconds
//   --role R     the role of whoever signs in (admin)
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { generated, plausible, story } from './story.mjs';
import { seen, talk } from './talk.mjs';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '8480' },
    alerts: { type: 'string', default: '100000' },
    ready: { type: 'boolean', default: false },
    every: { type: 'string', default: '0' },
    role: { type: 'string', default: 'admin' },
  },
});

const dist = join(fileURLToPath(new URL('.', import.meta.url)), '..', 'dist');
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const mime = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

const now = Date.now();
const count = Number(options.alerts);
const alerts = count > 0 ? [...story(now - 420_000), ...generated(count - 3, now - 600_000)] : [];
const byId = new Map();
for (const alert of alerts) adopt(alert);

function adopt(alert) {
  const hold = { held: false, user: '', since: '', text: '' };
  alert.triage = { status: 'open', determination: '', assignee: '', recurred: false, hold, history: [] };
  alert.evidence_lack = '';
  alert.version = 1;
  byId.set(alert.id, alert);
}

let password = options.ready ? 'demo demo demo' : '';
let user = options.ready ? 'demo' : '';
const signedIn = new Set();
const streams = new Set();
let sequence = 0;

function tell(event, data) {
  sequence += 1;
  for (const stream of streams) {
    stream.write(`id: ${sequence}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}

const ranks = { critical: 5, high: 4, medium: 3, low: 2, info: 1 };
const states = { open: 4, acknowledged: 3, evaluating: 2, closed: 1 };
const sortValue = {
  severity: (alert) => ranks[alert.severity],
  status: (alert) => states[alert.triage.status],
  kind: (alert) => alert.kind,
  count: (alert) => alert.count,
  first_seen: (alert) => alert.first_seen,
  last_seen: (alert) => alert.last_seen,
};

function selected(parameters) {
  const is = (name) => parameters.get(name) ?? '';
  const severity = is('severity').split(',').filter(Boolean);
  const words = is('q').toLowerCase().split(/\s+/).filter(Boolean);
  const about = (party, text) => `${party.ip} ${party.name}`.toLowerCase().includes(text.toLowerCase());
  const found = alerts.filter((alert) => {
    if (severity.length > 0 && !severity.includes(alert.severity)) return false;
    if (is('held') && String(alert.triage.hold.held) !== is('held')) return false;
    if (is('status') && alert.triage.status !== is('status')) return false;
    if (is('category') && alert.category !== is('category')) return false;
    if (is('kind') && !alert.kind.startsWith(is('kind'))) return false;
    if (is('source') && !about(alert.source, is('source'))) return false;
    if (is('target') && !about(alert.target, is('target'))) return false;
    if (is('from') && alert.last_seen < is('from')) return false;
    const text = `${alert.sentence} ${alert.kind} ${alert.source.ip} ${alert.target.ip}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const value = sortValue[is('sort') || 'last_seen'];
  const sign = is('order') === 'asc' ? 1 : -1;
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  return found.sort(
    (a, b) =>
      sign * compare(value(a), value(b)) || -compare(a.last_seen, b.last_seen) || compare(a.id, b.id),
  );
}

function openNow() {
  const open = {};
  for (const { severity, triage } of alerts) {
    if (triage.status === 'open') open[severity] = (open[severity] ?? 0) + 1;
  }
  return open;
}

let last = { key: '', found: [], open: {} };
function listed(url) {
  const after = url.searchParams.get('after') ?? '';
  const limit = Math.min(1000, Number(url.searchParams.get('limit') ?? 50));
  const filter = new URLSearchParams(url.searchParams);
  filter.delete('after');
  filter.delete('limit');
  const key = `${filter} ${sequence}`;
  if (last.key !== key) last = { key, found: selected(filter), open: openNow() };
  const start = after ? Number(after) : 0;
  const items = last.found.slice(start, start + limit);
  const next = start + limit < last.found.length ? String(start + limit) : '';
  return { items: items.map(row), next, total: last.found.length, open: last.open };
}

function row(alert) {
  const { decoded, version, ...rest } = alert;
  return rest;
}

function problem(response, status, title, detail = '') {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ type: 'about:blank', title, status, detail }));
}

function json(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === null ? '' : JSON.stringify(body));
}

const etagOf = (alert) => `"${alert.revision}-${alert.version}"`;

function change(alert, body, action) {
  const entry = { time: new Date().toISOString(), user, action, status: '', determination: '', assignee: '', text: '' };
  if (body.status && body.status !== alert.triage.status) entry.status = body.status;
  if (body.status) alert.triage.status = body.status;
  if (body.held !== undefined) {
    entry.action = body.held ? 'hold' : 'release';
    alert.triage.hold = body.held
      ? { held: true, user, since: entry.time, text: body.text }
      : { held: false, user: '', since: '', text: '' };
  }
  if (body.status) alert.triage.determination = body.status === 'closed' ? (body.determination ?? '') : '';
  entry.determination = alert.triage.determination;
  if (body.assignee !== undefined) alert.triage.assignee = entry.assignee = body.assignee;
  entry.text = body.text ?? '';
  alert.triage.history.push(entry);
  alert.version += 1;
  tell('triage', { id: alert.id });
}

const health = () => ({
  sensor: {
    name: 'local',
    state: 'running',
    version: 'development',
    interfaces: ['mirror0'],
    started: new Date(now - 7_200_000).toISOString(),
  },
  learning: {
    state: 'learning',
    since: new Date(now - 7_200_000).toISOString(),
    until: new Date(now + 79_200_000).toISOString(),
    facts: 318,
  },
  sensor_link: { state: 'waiting', problem: '/run/sightglass/sensor.sock: Permission denied' },
  store: { bytes: 48_211_968, free_bytes: 71_000_000_000, alerts: alerts.length, oldest: alerts.at(-1)?.first_seen ?? '' },
  at: new Date().toISOString(),
  counters: {
    'capture.packets': 18_204_113,
    'capture.bytes': 1_720_113_240,
    'capture.dropped_by_kernel': 212,
    'capture.dropped_by_interface': 0,
    'capture.dropped_by_us': 0,
    'capture.truncated': 0,
    'capture.clock_steps': 0,
    'packet.fault.ip_header': 3,
    'flow.open': 41,
    'flow.opened': 903,
    'flow.confirmed': 212,
    'flow.undecided': 14,
    'flow.other_protocol': 1,
    'flow.evicted_sessions': 0,
    'stream.retransmissions': 118,
    'stream.out_of_order': 12,
    'stream.gaps.acknowledged': 7,
    'stream.gaps.timeout': 0,
    'stream.gap_bytes': 1432,
    'message.count': 9_102_000,
    'message.anomalies': 9,
    'request.count': 4_551_000,
    'request.accepted': 4_550_870,
    'request.refused': 77,
    'request.unanswered': 50,
    'request.unseen': 3,
    'judge.evidence_dropped': 0,
    'judge.facts_learned': 318,
    'judge.observations': 12_000,
  },
  events: [
    {
      number: 2,
      at: new Date(now - 900_000).toISOString(),
      kind: 'SYS-001',
      severity: 'medium',
      subject: 'mirror0',
      sentence: 'The kernel dropped 212 packets within 3 s.',
      count: 1,
    },
  ],
  problem: '',
  inactive_rules: [{ id: 'CTL-031', reason: 'needs site.zones, and the site file declares none' }],
});

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
}

async function api(request, response, url) {
  const path = url.pathname.slice('/api/v1'.length);
  const method = request.method;
  if (path === '/setup' && method === 'GET') return json(response, 200, { needed: user === '' });
  if (path === '/setup') {
    const body = await bodyOf(request);
    if (user) return problem(response, 409, 'Already set up', 'This console has a user.');
    if (body.token !== 'demo') return problem(response, 403, 'The set-up link is not valid', 'It may be old.');
    ({ user, password } = body);
  }
  const session = { user, role: options.role, csrf: 'mock-csrf' };
  if (path === '/setup' || (path === '/session' && method === 'POST')) {
    const body = path === '/setup' ? { user, password } : await bodyOf(request);
    if (body.user !== user || body.password !== password) {
      return problem(response, 401, 'Sign-in failed', 'The user name or the password is wrong.');
    }
    const cookie = `s${signedIn.size + 1}`;
    signedIn.add(cookie);
    return json(response, 200, session, { 'set-cookie': `session=${cookie}; HttpOnly; Path=/` });
  }
  const cookie = /session=(s\d+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
  if (!signedIn.has(cookie)) return problem(response, 401, 'Not signed in');
  if (path === '/session' && method === 'GET') return json(response, 200, session);
  if (method !== 'GET' && request.headers['x-csrf-token'] !== 'mock-csrf') {
    return problem(response, 403, 'The CSRF token is missing or wrong');
  }
  if (path === '/session') {
    signedIn.delete(cookie);
    return json(response, 204, null);
  }
  if (path === '/health') return json(response, 200, health());
  if (path === '/sessions') {
    const started = new Date(now).toISOString();
    const mine = { id: 's1', started, last_used: started, address: '127.0.0.1', agent: 'Firefox', current: true };
    return json(response, 200, { items: [mine, { ...mine, id: 's2', address: '192.168.1.7', current: false }] });
  }
  if (path === '/session/password') return json(response, 204, null);
  if (path === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': here\n\n');
    streams.add(response);
    request.on('close', () => streams.delete(response));
    return undefined;
  }
  if (path === '/visibility') return json(response, 200, seen());
  if (path === '/conversations') return json(response, 200, talk(url.searchParams));
  if (path === '/alerts') return json(response, 200, listed(url));
  if (path === '/alerts/export') {
    response.writeHead(200, { 'content-disposition': 'attachment; filename="alerts.json"' });
    return response.end(JSON.stringify(selected(url.searchParams).slice(0, 1000).map(row)));
  }
  if (path === '/alerts/triage') {
    const body = await bodyOf(request);
    for (const id of body.ids ?? []) {
      const alert = byId.get(id);
      if (alert) change(alert, body, 'triage');
    }
    return json(response, 200, { changed: body.ids.length });
  }
  const [, , id, what] = path.split('/');
  const alert = byId.get(id);
  if (!path.startsWith('/alerts/') || !alert) {
    return problem(response, 404, 'There is no such alert', `Nothing is known by ${id}.`);
  }
  if (!what) return json(response, 200, { alert: { ...row(alert), decoded: alert.decoded } }, { etag: etagOf(alert) });
  if (what === 'evidence') {
    response.writeHead(200, { 'content-disposition': `attachment; filename="${id}.pcapng"` });
    return response.end(Buffer.from('0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000', 'hex'));
  }
  const match = request.headers['if-match'];
  if ((what === 'triage' || what === 'hold') && match !== etagOf(alert)) {
    return problem(response, 412, 'The alert has changed since');
  }
  change(alert, await bodyOf(request), what === 'notes' ? 'note' : 'triage');
  return json(response, 200, { triage: alert.triage }, { etag: etagOf(alert) });
}

function file(response, path) {
  const wanted = normalize(join(dist, path));
  const found = wanted.startsWith(dist) && existsSync(wanted) && statSync(wanted).isFile();
  const served = found ? wanted : join(dist, 'index.html');
  response.writeHead(200, {
    'content-type': mime[extname(served)] ?? 'application/octet-stream',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
  });
  createReadStream(served).pipe(response);
}

createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/mock/expire') {
    signedIn.clear();
    return json(response, 204, null);
  }
  if (!url.pathname.startsWith('/api/v1')) return file(response, url.pathname);
  return api(request, response, url).catch((error) => problem(response, 500, 'The mock failed', String(error)));
}).listen(Number(options.port), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${options.port}/setup#token=demo`);
});

const every = Number(options.every);
if (every > 0) {
  let index = count;
  setInterval(() => {
    const alert = plausible(index, (below) => Math.floor(Math.random() * below), Date.now() + index * 7000);
    index += 1;
    adopt(alert);
    alerts.push(alert);
    tell('alert', { id: alert.id });
  }, every * 1000);
}
