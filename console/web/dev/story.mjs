// Development only: "Same register, two hands" as alert records, with PDUs as the decoder writes them.

const hmi = { ip: '192.168.10.20', mac: '02:53:47:00:00:20', port: 0, name: 'HMI-1', role: 'hmi' };
const plc = { ip: '192.168.10.10', mac: '02:53:47:00:00:10', port: 502, name: 'PLC-1', role: 'plc' };
const laptop = { ip: '192.168.10.66', mac: '02:53:47:00:00:66', port: 0, name: '', role: '' };

const be16 = (hex, at) => Number.parseInt(hex.slice(at * 2, at * 2 + 4), 16);

/** A Write Single Register, or the exception to one. */
function writeRegister(frame, time, from, to, hex, refused) {
  const answer = from.port === 502;
  const fields = [
    { name: 'mbtcp.trans_id', value: String(be16(hex, 0)), offset: 0, length: 2 },
    { name: 'mbtcp.prot_id', value: '0', offset: 2, length: 2 },
    { name: 'mbtcp.len', value: String(be16(hex, 4)), offset: 4, length: 2 },
    { name: 'mbtcp.unit_id', value: '1', offset: 6, length: 1 },
    { name: 'modbus.func_code', value: '6', offset: 7, length: 1 },
  ];
  if (refused && answer) {
    fields.push({ name: 'modbus.exception_code', value: '2', offset: 8, length: 1 });
  } else {
    fields.push(
      { name: 'modbus.reference_num', value: String(be16(hex, 8)), offset: 8, length: 2 },
      { name: 'modbus.data', value: hex.slice(20), offset: 10, length: 2 },
      { name: 'modbus.regval_uint16', value: String(be16(hex, 10)), offset: 10, length: 2 },
    );
  }
  if (answer) fields.push({ name: 'sg.latency', value: '0.000326', offset: 0, length: 0 });
  const pdu = {
    frame,
    index: 0,
    time,
    src: from.ip,
    sport: from.port,
    dst: to.ip,
    dport: to.port,
    protocol: 'modbus',
    direction: answer ? 'to_client' : 'to_server',
    operation: 'write',
    function: 'Write Single Register (6)',
    outcome: answer ? (refused ? 'refused' : 'accepted') : 'pending',
    objects: [`unit 1 holding register ${refused ? 4000 : 40}`],
    anomalies: [],
    fields,
    hex,
  };
  if (answer && refused) pdu.outcome_name = 'Illegal data address (2)';
  return JSON.stringify(pdu);
}

const from = (party, port) => ({ ...party, port });
const nano = (ms) => new Date(ms).toISOString().replace('Z', '').concat('132009Z');

const shared = {
  revision: 1,
  sensor: 'local',
  realm: 'default',
  protocol: 'modbus',
  community_id: '1:NXsq0LGGLTOUc1VqcX4mVZCOcRY=',
  objects_omitted: 0,
  evidence: 'ready',
};

export function story(start) {
  const at = (seconds) => nano(start + seconds * 1000);
  const client = from(laptop, 59544);
  return [
    {
      ...shared,
      id: 'c7013d41a0b9445f8e2f60a1b2c3d4e5',
      kind: 'CTL-013',
      signature_id: 2013,
      signature: 'Write by a station that never wrote here',
      sentence:
        'Unknown station 192.168.10.66 changed unit 1 holding register 40 of PLC-1 from 50 to 95. ' +
        'PLC-1 accepted. It read back as 95 for 72 s; HMI-1 restored it.',
      severity: 'critical',
      category: 'control',
      protects: ['equipment'],
      attack: ['T0855', 'T0836'],
      consequence:
        'The process runs to a set-point nobody in the control room chose. Here the tank level passed its limit.',
      response:
        'Ask the operator whether this change was meant. Put the set-point back from the HMI, then find the ' +
        'station by its MAC address on the switch and unplug it.',
      first_seen: at(193),
      last_seen: at(200),
      count: 2,
      source: laptop,
      target: plc,
      operation: 'write',
      function: 'Write Single Register (6)',
      objects: ['unit 1 holding register 4000', 'unit 1 holding register 40'],
      outcome: 'accepted',
      outcome_name: '',
      expected: 'HMI-1 wrote this register 3 times before (45, 48, 50). No other station ever wrote to PLC-1.',
      observed: '192.168.10.66 wrote 95, accepted; register 4000 before, refused with Illegal data address (2).',
      frames: [406, 408, 423, 426],
      decoded: [
        writeRegister(406, at(193), client, plc, '000b0000000601060fa0005f', true),
        writeRegister(408, at(193.0006), plc, client, '000b00000003018602', true),
        writeRegister(423, at(200), client, plc, '000c0000000601060028005f', false),
        writeRegister(426, at(200.0003), plc, client, '000c0000000601060028005f', false),
      ],
      wireshark_filter:
        'ip.addr == 192.168.10.66 && ip.addr == 192.168.10.10 && tcp.port == 502 && modbus',
    },
    {
      ...shared,
      id: 'a1001f00a0b9445f8e2f60a1b2c3d4e5',
      kind: 'NET-001',
      signature_id: 4001,
      signature: 'New station',
      sentence: 'A station never seen before, 192.168.10.66 (02:53:47:00:00:66), began to talk.',
      severity: 'medium',
      category: 'application',
      protects: ['networks', 'equipment'],
      attack: ['T0864'],
      consequence: 'A device that nobody brought in on purpose can reach the controllers.',
      response: 'Find out whose it is. Unplug it when nobody knows.',
      first_seen: at(165),
      last_seen: at(165),
      count: 1,
      source: laptop,
      target: { ...plc, port: 0 },
      operation: '',
      function: '',
      objects: [],
      outcome: '',
      outcome_name: '',
      expected: '2 stations were learned here in 150 s.',
      observed: '192.168.10.66 with MAC 02:53:47:00:00:66.',
      frames: [316],
      decoded: [],
      wireshark_filter: 'ip.addr == 192.168.10.66',
    },
    {
      ...shared,
      id: 'b1016f00a0b9445f8e2f60a1b2c3d4e5',
      kind: 'APP-016',
      signature_id: 1016,
      signature: 'Units scanned',
      sentence: '192.168.10.66 asked 8 units of PLC-1 within 12 s; 1 never answered.',
      severity: 'high',
      category: 'application',
      protects: ['equipment', 'data'],
      attack: ['T0846', 'T0888'],
      consequence: 'Somebody draws up a list of what can be commanded.',
      response: 'Look at what the same source did next.',
      first_seen: at(176),
      last_seen: at(187),
      count: 1,
      source: laptop,
      target: plc,
      operation: 'read',
      function: 'Read Holding Registers (3)',
      objects: ['unit 1 holding registers 0-1', 'unit 8 holding registers 0-1'],
      outcome: 'unanswered',
      outcome_name: '',
      expected: 'HMI-1 speaks to unit 1 only.',
      observed: 'Units 1-8 in 12 s.',
      frames: [328, 331, 337, 341, 350, 358, 366, 374],
      decoded: [],
      wireshark_filter: 'ip.addr == 192.168.10.66 && modbus',
    },
  ];
}

const kinds = [
  ['CTL-014', 'Write to an address never written before', 'high', 'control', 'write', 'accepted'],
  ['APP-001', 'New conversation', 'medium', 'application', 'read', 'accepted'],
  ['APP-004', 'Quantity out of specification', 'low', 'application', 'read', 'refused'],
  ['DEV-015', 'Exception storm', 'high', 'device', 'read', 'refused'],
  ['DEV-016', 'Unresponsive device', 'medium', 'device', 'read', 'unanswered'],
  ['NET-002', 'New conversation between stations', 'low', 'application', '', ''],
  ['APP-012', 'Malformed messages in number', 'medium', 'application', 'other', 'unseen'],
  ['DEV-008', 'Counters cleared', 'low', 'device', 'diagnose', 'accepted'],
  ['NET-011', 'Addresses swept', 'info', 'application', '', ''],
  ['DEV-007', 'Device forced to listen only', 'critical', 'device', 'diagnose', 'accepted'],
];

/** `count` plausible alerts, one every few seconds back from `end`; the same every time. */
export function generated(count, end) {
  const alerts = [];
  let seed = 12345;
  const random = (below) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  for (let index = 0; index < count; index += 1) alerts.push(plausible(index, random, end));
  return alerts;
}

export function plausible(index, random, end) {
  const [kind, signature, severity, category, operation, outcome] =
    kinds[Math.min(kinds.length - 1, random(kinds.length + 8) % (random(12) === 0 ? 10 : 9))];
  const source = { ...hmi, ip: `192.168.${10 + random(4)}.${20 + random(60)}`, name: '' };
  if (random(3) > 0) source.name = `HMI-${1 + random(9)}`;
  const target = { ...plc, ip: `192.168.${10 + random(4)}.${1 + random(18)}`, name: `PLC-${1 + random(40)}` };
  // One device that calls itself something a careless page would run.
  if (index % 997 === 5) target.name = '<script>alert(1)</script>';
  const register = random(400);
  const first = end - index * 7000 - random(5000);
  const who = source.name || source.ip;
  return {
    ...shared,
    id: (index + 1).toString(16).padStart(8, '0').repeat(4),
    kind,
    signature,
    sentence: `${who}: ${signature.toLowerCase()}, ${target.name}, holding register ${register}.`,
    severity,
    category,
    protects: ['equipment'],
    attack: ['T0855'],
    consequence: 'Something may go wrong if nobody looks.',
    response: 'Ask the operator.',
    first_seen: new Date(first).toISOString(),
    last_seen: new Date(first + random(7000)).toISOString(),
    count: 1 + random(random(5) === 0 ? 20000 : 4),
    source,
    target,
    operation,
    function: operation ? 'Read Holding Registers (3)' : '',
    objects: operation ? [`unit 1 holding register ${register}`] : [],
    outcome,
    outcome_name: outcome === 'refused' ? 'Illegal data address (2)' : '',
    expected: 'Never seen in 7 days of learning.',
    observed: `${who} did.`,
    frames: [1000 + index],
    decoded: [],
    wireshark_filter: `ip.addr == ${source.ip} && modbus`,
  };
}
