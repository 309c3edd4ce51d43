// The words of a conversation.
import type { Conversation } from '../api/types';
import { measured } from '../parts/format';

/** What can be selected by, as the API calls it, and for people. */
export const protocols: [string, string][] = [
  ['modbus', 'Modbus'],
  ['s7comm', 'S7comm'],
  ['s7comm_plus', 'S7comm-plus'],
  ['opcua', 'OPC UA'],
  ['mms', 'MMS'],
  ['iso_on_tcp', 'ISO on TCP'],
  ['tls', 'TLS'],
  ['profinet', 'PROFINET'],
  ['goose', 'GOOSE'],
  ['sampled_values', 'Sampled values'],
  ['ethercat', 'EtherCAT'],
  ['powerlink', 'POWERLINK'],
  ['sercos', 'SERCOS'],
  ['ptp', 'PTP'],
  ['mrp', 'MRP'],
  ['lldp', 'LLDP'],
  ['arp', 'ARP'],
];

/** "Modbus"; the service as far as it is known. */
export function protocolWord(conversation: Conversation): string {
  const known = protocols.find(([key]) => key === conversation.protocol);
  return known?.[1] ?? (conversation.protocol || conversation.app);
}

/** "502/tcp"; "" below IP, where there are no ports. */
export function portText(conversation: Conversation): string {
  const { server_port: port, transport } = conversation;
  if (transport === 'none') return '';
  return port === 0 ? transport : `${port}/${transport}`;
}

/** An upper bound, to three digits; "" when it is not known. */
export const within = (ns: number) => (ns > 0 ? measured(ns / 1e9) : '');

/** The kinds of PDU, the most frequent first. */
export const operationsOf = (conversation: Conversation) =>
  Object.entries(conversation.operations).sort(([, a], [, b]) => b - a);

/** "read 812, write 3" */
export function operationsText(conversation: Conversation, grouped: (n: number) => string): string {
  return operationsOf(conversation)
    .map(([name, count]) => `${name.replaceAll('_', ' ')} ${grouped(count)}`)
    .join(', ');
}
