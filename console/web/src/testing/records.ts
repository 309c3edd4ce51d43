// For tests: one alert with everything a card can show.
import type { Alert, Party } from '../api/types';

const party = (over: Partial<Party>): Party => ({
  ip: '',
  mac: '',
  port: 0,
  name: '',
  role: '',
  ...over,
});

export function sampleAlert(over: Partial<Alert> = {}): Alert {
  return {
    id: 'c7013d41a0b9445f8e2f60a1b2c3d4e5',
    revision: 1,
    sensor: 'local',
    realm: 'default',
    kind: 'CTL-013',
    signature: 'Write by a station that never wrote here',
    sentence: 'Station 10.0.0.66 wrote holding register 40 of PLC-1.',
    severity: 'critical',
    category: 'control',
    protects: ['equipment'],
    attack: ['T0855'],
    consequence: 'The level rises.',
    response: 'Ask the operator.',
    first_seen: '2026-03-01T10:02:11Z',
    last_seen: '2026-03-01T10:03:23Z',
    count: 2,
    source: party({ ip: '10.0.0.66' }),
    target: party({ ip: '10.0.0.10', port: 502, name: 'PLC-1', role: 'plc' }),
    protocol: 'modbus',
    community_id: '',
    operation: 'write',
    function: 'Write Single Register (6)',
    objects: ['unit 1 holding register 40'],
    objects_omitted: 0,
    outcome: 'accepted',
    outcome_name: '',
    expected: 'HMI-1 wrote it 3 times.',
    observed: '10.0.0.66 wrote 95.',
    frames: [423],
    decoded: [
      JSON.stringify({
        frame: 423,
        time: '2026-03-01T10:02:11.5Z',
        src: '10.0.0.66',
        direction: 'to_server',
        outcome: 'pending',
        function: 'Write Single Register (6)',
        fields: [
          { name: 'modbus.func_code', value: '6', offset: 0, length: 1 },
          { name: 'modbus.data', value: '005f', offset: 1, length: 2 },
        ],
        hex: '06005f',
      }),
    ],
    wireshark_filter: 'ip.addr == 10.0.0.66',
    evidence: 'ready',
    evidence_lack: '',
    triage: {
      status: 'open',
      determination: '',
      assignee: '',
      recurred: false,
      hold: { held: false, user: '', since: '', text: '' },
      history: [],
    },
    ...over,
  };
}
