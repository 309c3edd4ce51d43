// Development only: invented conversations, sorted, selected and paged as the API does it.

const below = (limit, seed) => ((seed * 2654435761) >>> 0) % limit;
const now = Date.now();
const iso = (ms) => new Date(ms).toISOString();

const services = [
  { protocol: 'modbus', server_port: 502, operations: ['read', 'write', 'diagnose'] },
  { protocol: 's7comm', server_port: 102, operations: ['read', 'write', 'configure', 'subscribe'] },
  { protocol: 'opcua', server_port: 4840, operations: ['read', 'subscribe', 'call', 'discover'] },
  { protocol: 'tls', server_port: 443, operations: [] },
  { protocol: '', server_port: 445, operations: [] },
];
const links = [
  ['goose', 'IEC 61850 GOOSE', '01:0c:cd:01:00:01'],
  ['profinet', 'PROFINET RT, IRT and DCP', '00:0e:8c:12:34:56'],
  ['lldp', 'Link Layer Discovery Protocol', '01:80:c2:00:00:0e'],
  ['0x9999', '', '02:53:47:00:00:07'],
];

function invented(number) {
  const seed = number + 1;
  const age = below(9_000_000, seed * 7) * 100;
  const packets = below(4_000_000, seed * 13) + 2;
  const common = {
    id: String(number),
    packets,
    bytes: packets * (70 + below(400, seed)),
    realm: number % 40 === 3 ? 'cell-2' : '',
    app: '',
    app_category: '',
    one_way_packets: number % 50 === 1 ? packets : 0,
    truncated: 0,
    encrypted_pdus: 0,
    gaps: below(9, seed) === 0 ? below(40, seed * 3) + 1 : 0,
    retransmissions: below(4, seed) === 0 ? below(300, seed * 5) : 0,
    first_seen: iso(now - age - below(800_000, seed) * 1000),
    last_seen: iso(now - below(8, seed) * age),
  };
  if (number % 9 === 8) {
    const [protocol, protocol_sentence, server] = links[below(links.length, seed)];
    const client = `02:53:47:00:00:${String(below(90, seed) + 10)}`;
    const none = { pdus: 0, operations: {}, responses: 0, half_within_ns: 0, most_within_ns: 0 };
    return { ...common, ...none, client, server, server_port: 0, transport: 'none', protocol, protocol_sentence };
  }
  const { operations: names, ...service } = services[below(services.length, seed * 11)];
  const operations = {};
  names.forEach((name, place) => {
    const count = Math.floor(packets / 2 ** (place * 6 + 1));
    if (count > 0) operations[name] = count;
  });
  const pdus = Object.values(operations).reduce((sum, count) => sum + count, 0);
  const half = pdus > 0 ? 65_536 * 2 ** below(9, seed) : 0;
  return {
    ...common,
    ...service,
    ...(service.server_port === 445 ? { app: 'SMBv23', app_category: 'System' } : {}),
    client: number % 31 === 7 ? `fd00:10:20::${seed.toString(16)}` : `10.20.${below(4, seed * 3)}.${below(250, seed * 5) + 2}`,
    server: `10.20.${below(4, seed * 17)}.${below(60, seed * 19) + 2}`,
    transport: 'tcp',
    protocol_sentence: '',
    pdus,
    operations,
    responses: Math.floor(pdus / 2),
    half_within_ns: half,
    most_within_ns: half * 4,
  };
}
const all = Array.from({ length: 5000 }, (_, number) => invented(number));

export const seen = () => {
  const one = (number) => ({
    realm: '',
    address: `10.20.1.${number}`,
    name: number % 3 === 0 ? `PLC-${number}` : '',
    zone: number < 20 ? 'Filling' : '',
    hosts: 1,
    packets: 1000 * number,
    one_way_percent: number % 4 === 0 ? 100 : 0,
    gaps: number % 5 === 0 ? number : 0,
    truncated_percent: 0,
    encrypted_percent: number % 6 === 0 ? 84 : -1,
    unknown_percent: number % 7,
    hours: 240,
    hours_seen: number % 8 === 0 ? 31 : 240,
    first_seen: iso(now - 864_000_000),
    last_seen: iso(now),
  });
  const zone = (name, hosts) => ({ ...one(7), address: '', name: '', zone: name, hosts, one_way_percent: 9, gaps: 61 });
  return { hosts: Array.from({ length: 40 }, (_, number) => one(number + 2)), zones: [zone('', 22), zone('Filling', 18)], next: '' };
};

export function talk(parameters) {
  const is = (name) => parameters.get(name) ?? '';
  const words = is('q').toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter((one) => {
    if (is('address') && is('address') !== one.client && is('address') !== one.server) return false;
    if (is('protocol') && !is('protocol').split(',').includes(one.protocol)) return false;
    if (is('new_since') && one.first_seen < is('new_since')) return false;
    const text = `${one.client} ${one.server} ${one.server_port} ${one.transport} ${one.protocol} ${one.protocol_sentence}`;
    return words.every((word) => text.toLowerCase().includes(word));
  });
  const key = is('sort') || 'last_seen';
  const sign = is('order') === 'asc' ? 1 : -1;
  found.sort((a, b) => sign * (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : Number(a.id) - Number(b.id)));
  const start = Number(is('after') || 0);
  const end = start + Math.min(1000, Number(is('limit') || 100));
  return {
    items: found.slice(start, end),
    next: end < found.length ? String(end) : '',
    total: found.length,
  };
}
