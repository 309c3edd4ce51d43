// The shapes of the API, as console/api/openapi.json describes them.

export type SeverityWord = 'critical' | 'high' | 'medium' | 'low' | 'info';
export const severities: SeverityWord[] = ['critical', 'high', 'medium', 'low', 'info'];
export const severityWord = (severity: string) =>
  severity ? severity.charAt(0).toUpperCase() + severity.slice(1) : '';

export type Role = 'viewer' | 'analyst' | 'engineer' | 'admin';
export const mayTriage = (role: Role) => role !== 'viewer';

export interface Session {
  user: string;
  role: Role;
  csrf: string;
}

export interface Party {
  ip: string;
  mac: string;
  port: number;
  name: string;
  role: string;
}

export type OutcomeKind = 'pending' | 'accepted' | 'refused' | 'unanswered' | 'unseen';

export type Status = 'open' | 'acknowledged' | 'evaluating' | 'closed';
export const statuses: Status[] = ['open', 'acknowledged', 'evaluating', 'closed'];

export interface HistoryEntry {
  time: string;
  user: string;
  /** "status", "note", "assign", "hold", "release" */
  action: string;
  status: string;
  determination: string;
  assignee: string;
  text: string;
}

/** The alert and its packets must stay, whatever its status. */
export interface Hold {
  held: boolean;
  user: string;
  since: string;
  text: string;
}

export interface Triage {
  status: Status;
  determination: string;
  assignee: string;
  recurred: boolean;
  hold: Hold;
  history: HistoryEntry[];
}

/** What a row of the table needs. */
export interface AlertRow {
  id: string;
  revision: number;
  kind: string;
  signature: string;
  sentence: string;
  severity: SeverityWord;
  category: string;
  first_seen: string;
  last_seen: string;
  count: number;
  source: Party;
  target: Party;
  /** "" when the alert is not about a command. */
  outcome: OutcomeKind | '';
  /** The protocol's word for a refusal; "" unless refused. */
  outcome_name: string;
  triage: Triage;
}

export interface Alert extends AlertRow {
  sensor: string;
  realm: string;
  protects: string[];
  attack: string[];
  consequence: string;
  response: string;
  protocol: string;
  community_id: string;
  operation: string;
  function: string;
  objects: string[];
  objects_omitted: number;
  expected: string;
  observed: string;
  frames: number[];
  decoded: unknown[];
  wireshark_filter: string;
  evidence: 'none' | 'collecting' | 'ready' | 'partial';
  /** Why there are no packets; "" while there are, or may yet be. */
  evidence_lack: '' | 'not_captured' | 'write_failed' | 'busy' | 'full' | 'evicted';
}

/** What two stations exchange over one service, over all their connections. */
export interface Conversation {
  id: string;
  /** The address space; "" for the main one. */
  realm: string;
  /** Address, or MAC where there is none. */
  client: string;
  server: string;
  server_port: number;
  transport: string;
  /** "modbus"; of frames below IP the name of what they carry; "" when it is none that is known. */
  protocol: string;
  protocol_sentence: string;
  /** What it is taken for where no dissector knows it; "" when not known. */
  app: string;
  app_category: string;
  packets: number;
  bytes: number;
  pdus: number;
  /** PDUs by what they do. */
  operations: Record<string, number>;
  gaps: number;
  retransmissions: number;
  one_way_packets: number;
  truncated: number;
  encrypted_pdus: number;
  responses: number;
  /** Half, and 95 %, of the responses came within this; 0 when not known. */
  half_within_ns: number;
  most_within_ns: number;
  first_seen: string;
  last_seen: string;
}

/** What of a host, or of all in a zone, was seen and what not. Percents are -1 where there is nothing. */
export interface Visibility {
  realm: string;
  address: string;
  name: string;
  zone: string;
  hosts: number;
  packets: number;
  one_way_percent: number;
  gaps: number;
  truncated_percent: number;
  encrypted_percent: number;
  unknown_percent: number;
  hours: number;
  hours_seen: number;
  first_seen: string;
  last_seen: string;
}

export interface HealthEvent {
  number: number;
  at: string;
  /** "SYS-005" */
  kind: string;
  severity: SeverityWord;
  subject: string;
  sentence: string;
  count: number;
}

export interface Health {
  sensor: {
    name: string;
    state: 'running' | 'stopped' | 'case' | 'no record';
    version: string;
    /** Of a case: the captures that were replayed. */
    interfaces: string[];
    started: string;
  };
  learning: {
    state: 'learning' | 'protecting' | 'off';
    since: string;
    until: string;
    facts: number;
  };
  /** Whether the sensor knows what is closed and held: it keeps packets by that. */
  sensor_link: { state: 'off' | 'told' | 'waiting'; problem: string };
  store: { bytes: number; free_bytes: number; alerts: number; oldest: string };
  /** Moment of the counters; "" when there are none yet. */
  at: string;
  counters: Record<string, number>;
  events: HealthEvent[];
  inactive_rules: { id: string; reason: string }[];
  /** Why the record can not be read; "" while it can. */
  problem: string;
}

export interface User {
  name: string;
  role: Role;
  disabled: boolean;
  created: string;
}

export interface SessionInfo {
  id: string;
  started: string;
  last_used: string;
  address: string;
  agent: string;
  current: boolean;
}
