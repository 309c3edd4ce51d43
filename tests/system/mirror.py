#!/usr/bin/python3
"""What a real mirror port delivers, held against what was sent: in each case a sensor with one worker
and one with two listen on the mirror port of a switch, and

* every frame is accounted for: those read, and those lost in the kernel and the interface, are what
  the mirror sent;
* what was read belongs to a conversation, or it is a copy, or the sensor counts that it lost it;
* every PDU whose frames came is decoded, and every request has one end.

Modbus peers talk over the mirror where they can. No kernel here tags, loses or reorders, so the rest
is put into frames before they are replayed, as fast as it goes, into a mirrored port: what the peers
said, in each tunnel and under each tag; polling with losses, in another order, over two redundant
networks, and while the sensor can not keep up; and captures, all of pcaps/ and of the corpus.

usage: mirror.py --release DIR --tools DIR [--corpus DIR] [CASE...]
RELEASE holds the sensor; TOOLS is the build directory of this source tree whose test programs are
used. Exit status: 77 where something is missing that the test needs, and it says what.
"""
import argparse
import collections
import contextlib
import dataclasses
import os
import pathlib
import random
import re
import shutil
import signal
import struct
import sys
import tempfile

from span import HEARD, PLC, SPAN, Failure, Sensor, Switch, counters_of, run, wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "pcaps/make"))
import frames  # noqa: E402
from frames import Segment  # noqa: E402

SKIPPED = 77
MODBUS = 502
WORKERS = 1, 2
HANDSHAKES = 300  # frames at the beginning of `polling`: three for each of its connections
COPIES = [f"duplicate.{kind}" for kind in ("exact", "retagged", "relayed", "routed", "redundant")]
ENDS = [f"request.{end}" for end in ("accepted", "refused", "unanswered", "unseen")]
LOST = "capture.dropped_by_kernel", "capture.dropped_by_interface", "capture.dropped_by_us"


@dataclasses.dataclass
class Said:
    """What there is to find in the frames of a case."""
    requests: int
    answers: int


class Bench:
    """What the cases work with, and what was wrong."""

    def __init__(self, arguments, switch, folder):
        self.release, self.tools, self.corpus = arguments.release, arguments.tools, arguments.corpus
        self.switch, self.folder = switch, folder
        self.wrong = []

    def spoken(self):
        """A recording of the peers."""
        path = self.folder / "spoken.pcap"
        if not path.exists():
            self.switch.mirror(*BOTH_SENDERS)
            with recorded(self, path):
                talk(self)
        return path

    def polling(self, count):
        """So many frames, each with one PDU but for the handshakes."""
        path = self.folder / f"polling-{count}.pcap"
        run(self.tools / "tests/bench/workload", "polling", path, count)
        return frames.read_pcap(path)[1]

    @contextlib.contextmanager
    def listening(self, name, ends_at_once=False, **settings):
        """One sensor of each number of workers. Afterwards each has `counted`, and `mirrored`, the
        frames that the mirror sent meanwhile; they have heard of all of them before they are ended,
        unless they are ended at once."""
        sensors = [Sensor(self.switch, self.release, self.folder / f"{name}-{workers}", workers, **settings)
                   for workers in WORKERS]
        before = self.switch.mirrored()
        yield sensors
        for sensor in sensors:
            sensor.mirrored = self.switch.mirrored() - before
            if not ends_at_once:
                sensor.wait_for_frames(sensor.mirrored)
        for sensor in sensors:
            sensor.counted = sensor.finish()

    def check(self, name, sensors, *claims):
        """Each claim makes (what, found, expected) of a sensor."""
        for sensor in sensors:
            for claim in (accounted_for, *claims):
                self.wrong += [f"{name}, {sensor.workers} worker(s): {what}: {found}, expected {expected}"
                               for what, found, expected in claim(sensor) if found != expected]
        said = f"{name}: {sensors[0].mirrored} frames, {sensors[0].counted['message.count']} PDUs"
        for sensor in sensors:
            lost = sum(sensor.counted[name] for name in LOST)
            said += f", {lost} frames lost with {sensor.workers} worker(s)" if lost else ""
        print(said, flush=True)

    def replayed(self, name, capture, *claims, **settings):
        """A case of one capture, or of the packets of one."""
        path = capture
        if not isinstance(capture, pathlib.Path):
            path = self.folder / f"{name}.pcap"
            frames.write_pcap(path, capture, nano=True)
        self.switch.mirror(("feed", "ingress"))
        with self.listening(name, **settings) as sensors:
            sent = self.switch.replay(path)
        self.check(name, sensors, lambda sensor: [("frames the mirror sent", sensor.mirrored, sent)], *claims)
        return sensors


# --- what must hold

def accounted_for(sensor):
    counted = sensor.counted
    return [("frames heard of", sum(counted[name] for name in HEARD), sensor.mirrored),
            ("ends of requests", sum(counted[name] for name in ENDS), counted["request.count"])]


def told(counted):
    """Packets that were read and went somewhere."""
    return counted["conversations"] + copies(counted) + counted["capture.dropped_by_us"]


def copies(counted):
    return sum(counted[name] for name in COPIES)


def all_told(sensor):
    return [("packets read and told of", told(sensor.counted), sensor.counted["capture.packets"])]


def found(said):
    return lambda sensor: [("PDUs", sensor.counted["message.count"], said.requests + said.answers),
                           ("requests", sensor.counted["request.count"], said.requests)]


def counts(**expected):
    """Counters that must have these values: stream__gap_bytes is stream.gap_bytes."""
    named = {name.replace("__", "."): value for name, value in expected.items()}
    return lambda sensor: [(name, sensor.counted[name], value) for name, value in named.items()]


# --- peers

BOTH_SENDERS = [("plc", "ingress"), ("hmi", "ingress")]


QUESTIONS = ["ReadCoilsRequest 0, 24", "ReadDiscreteInputsRequest 8, 16", "ReadHoldingRegistersRequest 0, 10",
             "ReadInputRegistersRequest 100, 14", "WriteSingleCoilRequest 3, True",
             "WriteSingleRegisterRequest 40, 1207", "WriteMultipleCoilsRequest 8, [True, False, True]",
             "WriteMultipleRegistersRequest 20, [1, 2, 3, 4]", "MaskWriteRegisterRequest 4, 0xf2, 0x25",
             "ReadDeviceInformationRequest 1, 0"]
REFUSED = "ReadHoldingRegistersRequest 190, 100"  # beyond what the controller has
TIMES = 4


def talk(bench):
    """What the asking one says it asked, and had answers to."""
    steps = [f"request {question}" for question in (*QUESTIONS, REFUSED)] * TIMES
    lines = bench.switch.run_in("hmi", "/usr/bin/python3", ROOT / "pcaps/make/peers/laptop.py", PLC, MODBUS,
                                *steps).splitlines()
    return Said(len(steps), sum("[Input/Output]" not in line for line in lines))


@contextlib.contextmanager
def recorded(bench, path):
    """What the mirror sends meanwhile goes into a file."""
    log = bench.folder / "tcpdump.log"
    with open(log, "w", encoding="utf-8") as errors:
        dump = bench.switch.start_in("span", "tcpdump", "-i", SPAN, "-Z", "root", "-s", "2048", "-B", "8192",
                                     "--immediate-mode", "-U", "-w", path, stderr=errors)
    wait_for("tcpdump to listen", lambda: "listening on" in log.read_text())
    before = bench.switch.mirrored()
    yield
    count = bench.switch.mirrored() - before
    wait_for("tcpdump to write", lambda: len(frames.read_pcap(path)[1]) == count)
    dump.send_signal(signal.SIGINT)
    dump.wait()


def by_tshark(path):
    rows = run("tshark", "-n", "-2", "-o", "tcp.reassemble_out_of_order:TRUE", "-r", path, "-Y", "mbtcp",
               "-T", "fields", "-e", "tcp.dstport", "-e", "mbtcp.trans_id")
    said = collections.Counter()
    for line in rows.splitlines():
        port, transactions = line.split("\t")
        said[int(port) == MODBUS] += transactions.count(",") + 1
    return Said(said[True], said[False])


def peers_talk(bench, name, ways):
    """A case with the peers' dialogue. The sensors, and what the peers say."""
    bench.switch.mirror(*ways)
    with bench.listening(name) as sensors:
        said = talk(bench)
    return sensors, said


def plain(bench):
    sensors, said = peers_talk(bench, "plain", BOTH_SENDERS)
    bench.check("plain", sensors, found(said), all_told,
                counts(request__accepted=len(QUESTIONS) * TIMES, request__refused=TIMES))
    recording = by_tshark(bench.spoken())
    if recording != said:
        bench.wrong.append(f"plain: the peers say {said}, tshark of their recording {recording}")


def both_ways(bench):
    """A mirror of what two ports get and send has every frame twice."""
    sensors, said = peers_talk(bench, "both_ways", [*BOTH_SENDERS, ("plc", "egress"), ("hmi", "egress")])
    bench.check("both_ways", sensors, found(said), all_told,
                lambda sensor: [("copies", copies(sensor.counted), sensor.mirrored // 2)])


def requests_only(bench):
    sensors, said = peers_talk(bench, "requests_only", [("hmi", "ingress")])
    bench.check("requests_only", sensors, found(Said(said.requests, 0)), all_told, seen_from_one_end)


def answers_only(bench):
    sensors, said = peers_talk(bench, "answers_only", [("plc", "ingress")])
    bench.check("answers_only", sensors, found(Said(0, said.answers)), all_told, seen_from_one_end)


def seen_from_one_end(sensor):
    counted = sensor.counted
    return [("streams seen from one end", counted["flow.one_way_streams"], 1),
            ("requests whose answer could not be seen", counted["request.unseen"], counted["request.count"])]


# --- what the peers said, as it comes from farther away

def wrapped(bench):
    """In each tunnel, under each tag, and in IP fragments."""
    folder = bench.folder / "wrapped"
    folder.mkdir()
    run(bench.tools / "tests/conformance/wrap_capture", bench.spoken(), folder)
    said = by_tshark(bench.spoken())
    for path in sorted(folder.iterdir()):
        bench.replayed(path.stem, path, found(said), all_told)


# --- polling, changed on its way

def with_payload(packets):
    """The segments that carry data, each with its place."""
    segments = ((place, Segment.of(packet)) for place, packet in enumerate(packets))
    return [(place, segment) for place, segment in segments if segment.payload]


def direction(segment):
    return segment.ip_header[12:20], segment.source_port, segment.target_port


def said_in(segments):
    asked = sum(segment.to_server for _, segment in segments)
    return Said(asked, len(segments) - asked)


def loss(bench):
    """One packet in a hundred is lost. A request without its answer is nobody's fault."""
    packets = bench.polling(20_000)
    data = with_payload(packets)
    rounds = collections.Counter()
    round_of = {}
    for place, segment in data:
        round_of[place] = (frozenset((segment.ip_header[12:16], segment.ip_header[16:20])), rounds[direction(segment)])
        rounds[direction(segment)] += 1
    # What is lost at the end of a connection, nothing tells.
    last = min(rounds.values()) - 2
    rng = random.Random(1)
    lost = {place for place, _ in data if rng.random() < 0.01 and round_of[place][1] < last}
    kept = [(place, segment) for place, segment in data if place not in lost]
    pairs = sum(count == 2 for count in collections.Counter(round_of[place] for place, _ in kept).values())
    said = said_in(kept)
    gone = sum(len(segment.payload) for place, segment in data if place in lost)
    bench.replayed("loss", [packet for place, packet in enumerate(packets) if place not in lost], found(said), all_told,
                   counts(stream__gap_bytes=gone, request__accepted=pairs, request__unseen=said.requests - pairs))


def reordered(bench):
    """Each PDU in two segments, of which one in five comes before the other."""
    packets = bench.polling(10_000)
    rng = random.Random(2)
    out = packets[:HANDSHAKES]
    for packet in packets[HANDSHAKES:]:
        segment = Segment.of(packet)
        half = len(segment.payload) // 2
        parts = [segment.packet_with(payload=segment.payload[:half]),
                 segment.packet_with(payload=segment.payload[half:], seq=segment.seq + half)]
        out += reversed(parts) if rng.random() < 0.2 else parts
    said = said_in(with_payload(packets))
    bench.replayed("reordered", out, found(said), all_told, counts(stream__gap_bytes=0, request__accepted=said.answers))


def answers_first(bench):
    """One answer in ten comes before its request, as from a mirror that gathers two ports."""
    packets = bench.polling(10_000)
    data = with_payload(packets)
    rng = random.Random(3)
    for (place, segment), (after, answer) in zip(data[::2], data[1::2]):
        assert segment.to_server and not answer.to_server
        if rng.random() < 0.1:
            packets[place], packets[after] = packets[after], packets[place]
    bench.replayed("answers_first", packets, found(said_in(data)), all_told)


def redundant(bench):
    """Both networks of a PRP device (IEC 62439-3): every frame with a trailer, three frames apart."""
    packets = bench.polling(10_000)
    numbers = collections.Counter()
    late, out = collections.deque(), []
    for packet in packets:
        source = packet.data[6:12]
        numbers[source] += 1
        def on(lan):
            size = len(packet.data) - 14 + 6
            trailer = struct.pack("!HHH", numbers[source] & 0xffff, lan << 12 | size, 0x88fb)
            return dataclasses.replace(packet, data=packet.data + trailer, length=0)
        out.append(on(0xa))
        late.append(on(0xb))
        if len(late) > 3:
            out.append(late.popleft())
    bench.replayed("redundant", [*out, *late], found(said_in(with_payload(packets))), all_told,
                   counts(duplicate__redundant=len(packets), stream__retransmissions=0))


def overflow(bench):
    """A sensor that stands still while the ring runs over: what is lost is counted, and the rest is
    decoded, before and after."""
    packets = bench.polling(60_000)
    parts = [bench.folder / f"overflow-{part}.pcap" for part in range(3)]
    for path, (begin, end) in zip(parts, ((0, 5_000), (5_000, 55_000), (55_000, 60_000))):
        frames.write_pcap(path, packets[begin:end], nano=True)
    bench.switch.mirror(("feed", "ingress"))
    with bench.listening("overflow", ring_mib=1) as sensors:
        sent = bench.switch.replay(parts[0])
        for sensor in sensors:
            sensor.wait_for_frames(sent)
            sensor.stop()
        sent += bench.switch.replay(parts[1])
        for sensor in sensors:
            sensor.go_on()
            sensor.wait_for_frames(sent)
        bench.switch.replay(parts[2])
    bench.check("overflow", sensors, all_told, lambda sensor: [
        ("whether the ring ran over", sensor.counted["capture.dropped_by_kernel"] > 0, True),
        ("PDUs", sensor.counted["message.count"] + HANDSHAKES + sensor.counted["capture.dropped_by_us"],
         sensor.counted["capture.packets"])])


def backlog(bench):
    """Workers that get no time, behind a reader that does: what they can not take is counted, and
    nothing else is missing. One worker is the reader itself."""
    packets = bench.polling(300_000)
    path = bench.folder / "backlog.pcap"
    frames.write_pcap(path, packets, nano=True)
    bench.switch.mirror(("feed", "ingress"))
    with bench.listening("backlog", ring_mib=256) as sensors:
        for sensor in sensors:
            sensor.stop()
            sensor.starve_workers()
        bench.switch.replay(path)
        for sensor in sensors:
            sensor.go_on()
    bench.check("backlog", sensors, all_told, lambda sensor: [
        ("whether workers were left behind", sensor.counted["capture.dropped_by_us"] > 0, sensor.workers > 1),
        ("PDUs", sensor.counted["message.count"] + HANDSHAKES + sensor.counted["capture.dropped_by_us"],
         sensor.counted["capture.packets"])])


def ended(bench):
    """A sensor that is told to end reads what had come by then, here while it stood still."""
    path = bench.folder / "ended.pcap"
    frames.write_pcap(path, bench.polling(40_000), nano=True)
    bench.switch.mirror(("feed", "ingress"))
    with bench.listening("ended", ends_at_once=True) as sensors:
        for sensor in sensors:
            sensor.stop()
        bench.switch.replay(path)
    bench.check("ended", sensors, all_told)


# --- captures, all at once

def full_speed(bench, name, folder):
    captures = sorted(path for path in folder.rglob("*") if re.search(r"\.pcap(ng)?(\.gz)?$", path.name))
    everything = bench.folder / f"{name}.pcapng"
    gathered = run(bench.tools / "tests/system/gather_captures", everything, *captures).strip()
    print(f"{name}: {len(captures)} captures: {gathered}")
    case = bench.folder / f"{name}.case"
    run(bench.release / "sightglass", "replay", everything, "--quiet", "--case", case)
    offline = counters_of(case)

    def as_in_replay(sensor):
        counted = sensor.counted
        # What has no conversation, without IP or never answered, may come too late to be a copy.
        untold = [one["capture.packets"] - told(one) for one in (counted, offline)]
        differ = abs(untold[0] - untold[1]) > max(copies(counted), copies(offline))
        claims = [("whether it tells of other packets", differ, False)]
        if any(counted[name] for name in LOST):
            return [*claims, ("whether it found more than there is",
                              counted["message.count"] > offline["message.count"], False)]
        names = "message.count", "request.count", "flow.confirmed"
        return [*claims, *((name, counted[name], offline[name]) for name in names)]
    bench.replayed(name, everything, as_in_replay)


def pcaps(bench):
    full_speed(bench, "pcaps", ROOT / "pcaps")


def corpus(bench):
    if bench.corpus is None or not bench.corpus.is_dir():
        print(f"corpus: left out, it is not at {bench.corpus}")
        return
    full_speed(bench, "corpus", bench.corpus)


CASES = (plain, both_ways, requests_only, answers_only, wrapped, loss, reordered, answers_first, redundant, overflow,
         backlog, ended, pcaps, corpus)


def missing(arguments):
    """What the test needs and there is not; "" when it can run."""
    needed = [arguments.release / "sightglass-sensor", arguments.tools / "tests/bench/workload",
              arguments.tools / "tests/conformance/wrap_capture", arguments.tools / "tests/system/gather_captures"]
    for path in needed:
        if not path.exists():
            return f"no {path.name} in {path.parent}"
    for tool in ("ip", "tc", "nsenter", "ethtool", "tcpdump", "tcpreplay", "tshark"):
        if shutil.which(tool) is None:
            return f"no {tool}"
    if os.geteuid() != 0:
        return "network namespaces need root"
    probe = f"sgm{os.getpid()}-probe"
    try:
        run("ip", "netns", "add", probe)
        run("ip", "netns", "del", probe)
    except Failure as failure:
        return f"no network namespaces here: {failure}"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=lambda text: pathlib.Path(text).resolve(), required=True)
    parser.add_argument("--tools", type=lambda text: pathlib.Path(text).resolve(), required=True)
    parser.add_argument("--corpus", type=pathlib.Path)
    names = {case.__name__: case for case in CASES}
    parser.add_argument("cases", nargs="*", choices=[[], *names])
    arguments = parser.parse_args()
    lacking = missing(arguments)
    if lacking:
        print(f"skipped: {lacking}")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder, Switch() as switch:
        os.chmod(folder, 0o755)  # the sensor becomes nobody
        bench = Bench(arguments, switch, pathlib.Path(folder))
        switch.start_in("plc", "/usr/bin/python3", ROOT / "pcaps/make/peers/controller.py", PLC, MODBUS)
        wait_for("the controller", lambda: switch.listens("plc", MODBUS))
        for name in arguments.cases or names:
            try:
                names[name](bench)
            except Failure as failure:
                bench.wrong.append(f"{name}: {failure}")
    for text in bench.wrong:
        print(f"mirror: {text}", file=sys.stderr)
    return 1 if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
