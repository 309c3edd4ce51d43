// What the sensor's counters mean to a person, as data: which are losses, and what a loss hides.

export type Counters = Record<string, number>;

export interface CounterLine {
  name: string;
  word: string;
  /** What is not seen when this is not zero; "" for a counter that is no loss. */
  hides: string;
  bytes?: boolean;
}

export interface Group {
  title: string;
  lines: CounterLine[];
}

const plain = (name: string, word: string, bytes = false): CounterLine => ({
  name,
  word,
  hides: '',
  bytes,
});
const loss = (name: string, word: string, hides: string): CounterLine => ({ name, word, hides });

export const groups: Group[] = [
  {
    title: 'Capture',
    lines: [
      plain('capture.packets', 'Packets received'),
      plain('capture.bytes', 'Bytes received', true),
      loss(
        'capture.dropped_by_kernel',
        'Dropped by the kernel',
        'packets were lost because the sensor did not read fast enough. What they carried was never judged.',
      ),
      loss(
        'capture.dropped_by_interface',
        'Dropped by the interface',
        'packets were lost by the network card. Look at the mirror port: it may send more than the card takes.',
      ),
      loss(
        'capture.dropped_by_us',
        'Dropped by the sensor',
        'packets were lost because a queue of the sensor was full. They were counted and not judged.',
      ),
      loss(
        'capture.truncated',
        'Cut by the snap length',
        'packets were captured without their end. Messages in them may be incomplete.',
      ),
      loss(
        'capture.files_cut_off',
        'Capture files cut off',
        'capture files end in the middle of a packet. What came after it was never written.',
      ),
      loss(
        'packet.fault.nested_too_deep',
        'Tunnels too deep',
        'packets were wrapped in more tunnels than the sensor looks into.',
      ),
      loss('fragment.timeouts', 'Fragments missing', 'IP datagrams lacked a fragment and were not judged.'),
      loss(
        'fragment.evicted',
        'Fragments given up',
        'IP datagrams were given up because too many were in pieces at once.',
      ),
      loss('fragment.too_many', 'Fragments beyond number', 'IP datagrams were given up: too many pieces.'),
      loss('capture.clock_steps', 'Clock steps', 'times the clock jumped. Spans across a jump are wrong.'),
    ],
  },
  {
    title: 'Flows',
    lines: [
      plain('flow.open', 'Open now'),
      plain('flow.opened', 'Opened'),
      plain('flow.confirmed', 'Protocol confirmed'),
      loss('flow.undecided', 'Protocol undecided', 'TCP flows speak a protocol the sensor does not know.'),
      loss('flow.closed.evicted', 'Put out', 'flows were forgotten to stay within memory.'),
      loss(
        'flow.given_up',
        'Of them for want of memory',
        'flows were forgotten because memory was short, though the table had room.',
      ),
      plain('flow.other_protocol', 'Another protocol on a known port'),
      plain('application.recognised', 'Application named by nDPI'),
      plain('application.unknown', 'Application unknown'),
      plain('stream.retransmissions', 'Retransmissions'),
      plain('stream.out_of_order', 'Out of order, put right'),
    ],
  },
  {
    title: 'Gaps',
    lines: [
      loss(
        'stream.gaps.acknowledged',
        'Acknowledged, never seen',
        'times the stations agreed on bytes that never reached the sensor. Check the mirror port.',
      ),
      loss('stream.gaps.timeout', 'Waited for in vain', 'times a missing segment never came.'),
      loss(
        'stream.gaps.held_limit',
        'Held-back limit',
        'times too much waited behind a missing segment, and it was given up.',
      ),
      loss('stream.gaps.snap_length', 'Snap length', 'times the end of a segment was cut off.'),
      loss('stream.gaps.sequence_jump', 'Sequence jump', 'times a stream went on somewhere else.'),
      loss('stream.gaps.end_of_flow', 'At the end of a flow', 'times segments were missing when a flow ended.'),
      loss('stream.skipped_bytes', 'Bytes of no PDU', 'bytes between PDUs begin none.'),
      plain('stream.gap_bytes', 'Bytes in gaps', true),
    ],
  },
  {
    title: 'Messages',
    lines: [
      plain('message.count', 'Decoded'),
      plain('message.repeated', 'Of them known by comparison'),
      plain('message.anomalies', 'With an anomaly'),
      plain('request.count', 'Requests'),
      plain('request.accepted', 'Accepted'),
      plain('request.refused', 'Refused'),
      plain('request.unanswered', 'Unanswered'),
      loss(
        'request.unseen',
        'Answer not seen',
        'requests whose answer could not be captured: whether they worked is not known.',
      ),
    ],
  },
  {
    title: 'Memory',
    lines: [
      plain('memory.process', 'The whole process', true),
      plain('memory.limit', 'What it may take', true),
      plain('memory.kernel_rings', 'Packets not yet read', true),
      plain('memory.evidence_ring', 'Packets kept for evidence', true),
      plain('memory.flows', 'Flows', true),
      plain('memory.held_packets', 'Packets held back', true),
      plain('memory.known_facts', 'What flows have told', true),
      plain('memory.queues', 'Queues to the workers', true),
      plain('memory.judge', 'Baseline and alerts', true),
      plain('memory.conversations', 'Conversations not yet stored', true),
      plain('memory.applications', 'nDPI', true),
      plain('memory.store_queue', 'Records not yet on disk', true),
      loss(
        'memory.gave_up.evidence',
        'Evidence cut back',
        'times older packets were given up for want of memory: evidence reaches less far back.',
      ),
      loss(
        'memory.gave_up.transient_flows',
        'Transient flows given up',
        'times closed and half-open flows were given up for want of memory.',
      ),
      loss(
        'memory.gave_up.unknown_streams',
        'Unknown streams given up',
        'times streams of unknown protocol were given up for want of memory.',
      ),
    ],
  },
  {
    title: 'Limits hit',
    lines: [
      loss(
        'watchdog.stalls',
        'Hung',
        'times a part of the sensor had work and got nothing done for ten seconds.',
      ),
      loss(
        'flow.evicted_sessions',
        'Sessions put out',
        'sessions were forgotten to stay within memory; their next message starts anew.',
      ),
      loss(
        'application.samples_refused',
        'Packets not sampled',
        'packets of new flows were not shown to nDPI: what they speak may stay unknown.',
      ),
      loss(
        'application.settled_early',
        'Flows named early',
        'flows were named by their first packets only, because too many began at once.',
      ),
      loss(
        'application.names_forgotten',
        'Applications forgotten',
        'flows lost the name of their application to stay within memory.',
      ),
      loss('stream.held_refused', 'Segments refused', 'segments found no room to wait in.'),
      loss('stream.messages_too_long', 'Messages too long', 'messages were longer than the limit.'),
      loss('stream.search_overflows', 'Searches ended', 'searches for the next message were given up.'),
      loss('worker.facts_untold', 'Facts untold', 'facts did not reach the baseline.'),
      loss('worker.attempters_untold', 'SYNs untold', 'SYNs came from hosts that are told when they go on.'),
      loss('judge.attempters_untold', 'Hosts untold', 'hosts sent SYNs alone, and are told when they go on.'),
      loss('worker.attempts_cut_short', 'SYNs not waited for', 'attempts to connect were not waited for: too many at once.'),
      loss('worker.half_open_untold', 'Half-open untold', 'half-open connections were to too many servers.'),
      loss('worker.conversations_untold', 'Conversations untold', 'conversations were not counted out.'),
      loss('worker.hosts_untold', 'Hosts untold', 'hosts were not counted out.'),
      loss('worker.links_untold', 'Frames below IP untold', 'frames below IP found no room to be counted by their pair.'),
      loss('judge.alerts_ended_early', 'Alerts ended early', 'alerts were closed off to make room.'),
      loss(
        'judge.evidence_dropped',
        'Decoded PDUs not kept',
        'decoded PDUs were not kept with their alert.',
      ),
      loss('judge.outcomes_dropped', 'Outcomes not kept', 'outcomes came for requests forgotten by then.'),
      loss(
        'judge.threshold_keys_dropped',
        'Thresholds not counted',
        'stations were too many to count separately.',
      ),
      loss('judge.facts_dropped', 'Facts not learned', 'facts found no room in the baseline.'),
      loss(
        'judge.names_not_kept',
        'Names not kept',
        'names of objects found no room: a number stands for them.',
      ),
    ],
  },
  {
    title: 'Evidence and record',
    lines: [
      plain('evidence.bytes', 'Packets of alerts, kept', true),
      plain('evidence.slices', 'Written'),
      plain('evidence.evicted', 'Removed to make room'),
      loss(
        'evidence.refused_full',
        'Refused: no room',
        'times an alert was told without its packets, because the evidence limit was reached and nothing might go for it. Close alerts, or release held ones.',
      ),
      loss(
        'evidence.refused_busy',
        'Refused: too many at once',
        'times an alert was told without its packets, because too many waited for theirs.',
      ),
      loss('evidence.write_failures', 'Refused by the disk', 'slices of packets were lost to the disk.'),
      loss(
        'evidence.raising_missing',
        'Raising packets missed',
        'packets that raised an alert had left the ring before they were kept.',
      ),
      plain('record.alerts_by_age', 'Alerts removed by age'),
      plain('record.alerts_by_size', 'Alerts removed by size'),
      loss('record.dropped_alerts', 'Alerts not recorded', 'alerts were lost, because the disk did not take them.'),
      loss('record.dropped_evidence', 'Evidence not recorded', 'slices of packets were not recorded.'),
      loss('record.dropped_health', 'Events not recorded', 'events of the sensor were not recorded.'),
      loss(
        'record.dropped_conversations',
        'Conversations not recorded',
        'conversations were not recorded.',
      ),
      loss('record.rejected_batches', 'Batches rejected', 'batches the record refused: a fault of Sightglass.'),
    ],
  },
];

/** The sentences for "what can not be seen": losses that happened. */
export function unseen(counters: Counters): { line: CounterLine; value: number }[] {
  return groups
    .flatMap((group) => group.lines)
    .filter((line) => line.hides !== '' && (counters[line.name] ?? 0) > 0)
    .map((line) => ({ line, value: counters[line.name] ?? 0 }));
}

/** A replay keeps no evidence limit, and counts nothing of it: that group is not shown. */
export const isKnown = (group: Group, counters: Counters) =>
  group.lines.some((line) => counters[line.name] !== undefined);

const named = new Set(groups.flatMap((group) => group.lines.map((line) => line.name)));

/** The counters no group above shows, by name. */
export const others = (counters: Counters) =>
  Object.entries(counters)
    .filter(([name]) => !named.has(name))
    .sort(([a], [b]) => a.localeCompare(b));
