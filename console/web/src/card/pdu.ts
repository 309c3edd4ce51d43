// A decoded PDU as the record keeps it, and the two views of it: a tree of fields and rows of bytes.
import { measured } from '../parts/format';

/** JSON of one PDU; everything in it may come from an attacker and is shown as text only. */
export interface Pdu {
  frame: number;
  index: number;
  time: string;
  src: string;
  sport: number;
  dst: string;
  dport: number;
  protocol: string;
  direction: string;
  operation: string;
  function: string;
  /** Of a request "pending". */
  outcome: string;
  outcome_name: string;
  objects: unknown[];
  anomalies: unknown[];
  fields: PduField[];
  hex: string;
}

export interface PduField {
  name: string;
  value: unknown;
  /** Within the message; length 0 for what was derived rather than read. */
  offset: number;
  length: number;
}

export interface TreeNode {
  field: PduField;
  depth: number;
  /** Index into the PDU's fields; -1 for a heading that stands for a protocol. */
  index: number;
}

const layerNames: Record<string, string> = {
  mbtcp: 'Modbus/TCP header',
  modbus: 'Modbus PDU',
  sg: 'Derived by Sightglass',
};

const layerOf = (name: string) => name.slice(0, Math.max(0, name.indexOf('.'))) || name;

/**
 * Fields in wire order as a flat, indented list: a heading per run of one protocol's fields, and a field
 * whose bytes lie strictly inside an earlier one under that one.
 */
export function treeOf(fields: PduField[]): TreeNode[] {
  const nodes: TreeNode[] = [];
  let layer = '';
  let open: PduField[] = [];
  fields.forEach((field, index) => {
    const name = layerOf(field.name);
    if (name !== layer) {
      layer = name;
      open = [];
      nodes.push({ field: headingOf(fields, index, name), depth: 0, index: -1 });
    }
    open = open.filter((outer) => contains(outer, field));
    nodes.push({ field, depth: 1 + open.length, index });
    if (field.length > 0) open.push(field);
  });
  return nodes;
}

function headingOf(fields: PduField[], from: number, layer: string): PduField {
  let first = Number.MAX_SAFE_INTEGER;
  let end = 0;
  for (let index = from; index < fields.length; index += 1) {
    const field = fields[index];
    if (!field || layerOf(field.name) !== layer) break;
    if (field.length === 0) continue;
    first = Math.min(first, field.offset);
    end = Math.max(end, field.offset + field.length);
  }
  const length = end > first ? end - first : 0;
  return { name: layerNames[layer] ?? layer, value: '', offset: length ? first : 0, length };
}

const contains = (outer: PduField, inner: PduField) =>
  inner.length > 0 &&
  outer.length > inner.length &&
  inner.offset >= outer.offset &&
  inner.offset + inner.length <= outer.offset + outer.length;

/** Of the fields over this byte the narrowest, the later one when two are alike; -1 for none. */
export function fieldAt(fields: PduField[], byte: number): number {
  let best = -1;
  let width = Number.MAX_SAFE_INTEGER;
  fields.forEach((field, index) => {
    const covers = byte >= field.offset && byte < field.offset + field.length;
    if (covers && field.length <= width) {
      best = index;
      width = field.length;
    }
  });
  return best;
}

/** Bytes of a hex string; stops at the first pair that is none. */
export function bytesOf(hex: string): number[] {
  const bytes: number[] = [];
  for (let at = 0; at + 1 < hex.length; at += 2) {
    const pair = hex.slice(at, at + 2);
    if (!/^[0-9a-fA-F]{2}$/.test(pair)) break;
    bytes.push(Number.parseInt(pair, 16));
  }
  return bytes;
}

/** The character a hex view shows for a byte. */
export const printable = (byte: number) =>
  byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';

export const hexByte = (byte: number) => byte.toString(16).padStart(2, '0');

/** A field's value as text: numbers and strings plain, everything else as JSON. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A field's value for people: what is measured in seconds with the unit that fits. */
export function fieldText(field: PduField): string {
  const text = valueText(field.value);
  if (!field.name.endsWith('.response_time') || text === '') return text;
  return measured(Number(text)) || text;
}

/** Parses what the record holds (an object, or its JSON as text); null for what is neither. */
export function pduOf(decoded: unknown): Pdu | null {
  let value = decoded;
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value);
    } catch {
      return null;
    }
  }
  if (value === null || typeof value !== 'object') return null;
  const raw = value as Partial<Pdu>;
  const list = <T>(items: T[] | undefined) => (Array.isArray(items) ? items : []);
  return {
    frame: Number(raw.frame ?? 0),
    index: Number(raw.index ?? 0),
    time: String(raw.time ?? ''),
    src: String(raw.src ?? ''),
    sport: Number(raw.sport ?? 0),
    dst: String(raw.dst ?? ''),
    dport: Number(raw.dport ?? 0),
    protocol: String(raw.protocol ?? ''),
    direction: String(raw.direction ?? ''),
    operation: String(raw.operation ?? ''),
    function: String(raw.function ?? ''),
    outcome: String(raw.outcome ?? ''),
    outcome_name: String(raw.outcome_name ?? ''),
    objects: list(raw.objects),
    anomalies: list(raw.anomalies),
    fields: list(raw.fields).map((field) => ({
      name: String(field.name ?? ''),
      value: field.value,
      offset: Number(field.offset ?? 0),
      length: Number(field.length ?? 0),
    })),
    hex: String(raw.hex ?? ''),
  };
}
