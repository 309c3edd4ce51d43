"""The shapes a stream of PDUs can have, and the shapes a capture file can have."""
import gzip
import struct

import frames
import lab
from captures import ROOT, capture, tag
from frames import ACK, Packet, Segment

RAW_CLIENT = "scripted TCP client; libmodbus server"
REWRITTEN = "rewritten from `modbus/polling.pcap`"
POLLING = "modbus/polling.pcap"


def request(transaction, pdu, unit=1):
    body = bytes.fromhex(pdu)
    return struct.pack("!HHHB", transaction, 0, len(body) + 1, unit) + body


def poll(seconds, period=0.5, start=0):
    """Steps of a station that polls: registers, inputs, coils."""
    steps = []
    for i in range(int(seconds / period)):
        steps += [f"at {start + i * period:.3f}", "3 0 10"]
        if i % 4 == 1:
            steps.append("4 0 4")
        if i % 4 == 3:
            steps.append("1 0 16")
    return steps


@capture(POLLING, "an HMI polls: 3, 4, 1, and writes registers 40 and 41 and coil 5; a closed session from "
         "its SYN to its FIN", "libmodbus client and server", key="modbus", count=(40, 70),
         quiet="everything without a baseline",
         tell="Nothing: operator station reads and writes. The writes are journal lines.")
def polling(path):
    with lab.Lab(tag(path), ["plc", "hmi"]) as net:
        net.libmodbus_server()
        net.capture(path, "--time-stamp-precision=nano")
        net.station("hmi", poll(3), "6 40 50", "3 40 2", "16 40 51 7", "3 40 2", "5 5 1", poll(5, start=3))


def derived(path, what, key="modbus", count=(1, 10**6), by=REWRITTEN, **more):
    """A capture made from POLLING: the function gets its packets and returns bytes of a file."""
    def declare(change):
        def make(target):
            _, packets = frames.read_pcap(ROOT / POLLING)
            result = change(packets)
            target.write_bytes(result if isinstance(result, bytes) else frames.pcap_bytes(result))
        make.derived = True
        capture(path, what, by, key=key, count=count, **more)(make)
        return change
    return declare


def data_indexes(packets, to_server):
    return [i for i, p in enumerate(packets)
            if (s := Segment.of(p)) and s.payload and s.to_server == to_server]


# Segmentation, by a client and a server that cut where they please.

@capture("modbus/pipelined-requests.pcap", "three, then five requests in one segment; the answers come one by one",
         RAW_CLIENT, key="modbus", count=(8, 40))
def pipelined(path):
    many = b"".join(request(10 + i, f"03 00 0{i} 00 02") for i in range(5))
    three = b"".join(request(i, f"0{i} 00 00 00 04") for i in (1, 3, 4))
    with lab.Lab(tag(path), ["plc", "hmi"]) as net:
        net.libmodbus_server()
        net.capture(path)
        net.segments("hmi", f"send {three.hex()}", "wait 0.3", f"send {many.hex()}", "wait 0.3",
                     f"send {request(99, '03 00 00 00 01').hex()}", "wait 0.3")


@capture("modbus/merged-answers.pcap", "five requests in one segment, their answers in pieces of 30 bytes that end "
         "in the middle of headers and values", "scripted TCP client and server", key="modbus", count=(3, 30))
def merged(path):
    many = b"".join(request(10 + i, f"03 00 0{i} 00 04") for i in range(5))
    with lab.Lab(tag(path), ["plc", "hmi"]) as net:
        net.scripted_server("split:30")
        net.capture(path)
        net.segments("hmi", f"send {many.hex()}", "wait 0.5", f"send {request(99, '03 00 00 00 01').hex()}",
                     "wait 0.3")


@capture("modbus/split-requests.pcap", "requests cut after each byte, in the header, after the header, in the data, "
         "and one whose end comes with the next one. tshark wants eight bytes in the first segment and does not "
         "show the earlier ones.", RAW_CLIENT, key="modbus", count=(8, 20))
def split_requests(path):
    steps = []

    def pieces(adu, *cuts):
        edges = [0, *cuts, len(adu)]
        for a, b in zip(edges, edges[1:]):
            steps.extend([f"send {adu[a:b].hex()}", "wait 0.05"])
        steps.append("wait 0.15")

    write = request(3, "10 00 28 00 02 04 00 32 00 07")
    pieces(request(1, "03 00 00 00 04"), *range(1, 12))
    pieces(request(2, "03 00 00 00 04"), 3)
    pieces(write, 7)
    pieces(write, 15)
    two = request(5, "03 00 28 00 02") + request(6, "01 00 00 00 08")
    pieces(two, 9, 15)
    with lab.Lab(tag(path), ["plc", "hmi"]) as net:
        net.libmodbus_server()
        net.capture(path)
        net.segments("hmi", *steps)


def split_by(size):
    def make(path):
        with lab.Lab(tag(path), ["plc", "hmi"]) as net:
            net.scripted_server(f"split:{size}")
            net.capture(path)
            net.station("hmi", "timeout 2", "3 0 4", "1 0 16", "6 40 50", "3 40 2")
    return make


capture("modbus/split-answers.pcap", "each answer leaves in segments of 9 bytes: header, function and one more",
        "libmodbus client; scripted server", key="modbus", count=8)(split_by(9))
capture("modbus/split-answers-bytewise.pcap", "each answer leaves one byte a segment. tshark shows only the requests: "
        "it wants eight bytes in the first segment.", "libmodbus client; scripted server", key="tcp.len == 1",
        count=53)(split_by(1))


@capture("modbus/keep-alives.pcap", "a session that idles for 3.5 s with TCP keep-alives of the Linux kernel, then "
         "goes on", RAW_CLIENT, key="tcp.analysis.keep_alive", count=(2, 5), quiet="NET-017",
         tell="Nothing: keep-alives repeat an old sequence number.")
def keep_alives(path):
    with lab.Lab(tag(path), ["plc", "hmi"]) as net:
        net.libmodbus_server()
        net.capture(path)
        ask = f"send {request(1, '03 00 00 00 02').hex()}"
        net.segments("hmi", "keepalive", ask, "wait 3.5", ask, "wait 0.2")


@capture("modbus/nonstandard-port.pcap", "polling on port 5020", "libmodbus client and server", key="modbus",
         count=(12, 30), fires="APP-013",
         tell="Modbus/TCP between HMI-1 and PLC-1 on port 5020. No other device uses it there.")
def other_port(path):
    with lab.Lab(tag(path), ["plc", "hmi"]) as net:
        net.libmodbus_server(port=5020)
        net.capture(path)
        net.station("hmi", poll(3), "6 40 50", port=5020)


@capture("modbus/ipv6.pcap", "polling and a write over IPv6, with neighbour discovery", "libmodbus client and server",
         key="modbus && ipv6", count=(12, 30))
def ipv6(path):
    with lab.Lab(tag(path), ["plc", "hmi"], ipv6=True) as net:
        net.libmodbus_server(where="::")
        net.capture(path, only="tcp or (icmp6 and (ip6[40] == 135 or ip6[40] == 136))")
        net.station("hmi", poll(3), "6 40 50", to="fd00:53:47::10")


def cooked(link):
    def make(path):
        with lab.Lab(tag(path), ["plc", "hmi"]) as net:
            net.libmodbus_server()
            net.capture(path, "-y", link, on="plc", device="any")
            net.station("hmi", poll(3), "6 40 50")
    return make


capture("modbus/linux-cooked-v1.pcap", "polling, captured on the controller with `-i any`: link type LINUX_SLL",
        "libmodbus client and server", key="modbus && sll", count=(12, 30))(cooked("LINUX_SLL"))
capture("modbus/linux-cooked-v2.pcap", "the same with link type LINUX_SLL2", "libmodbus client and server",
        key="modbus && sll", count=(12, 30))(cooked("LINUX_SLL2"))


@capture("modbus/reconnecting.pcap", "a client that opens a connection for each request", "libmodbus client and server",
         key="tcp.flags.syn == 1 && tcp.flags.ack == 0", count=8, quiet="NET-013, NET-014",
         tell="Nothing: eight connections one after the other.")
def reconnecting(path):
    with lab.Lab(tag(path), ["plc", "hmi"]) as net:
        net.libmodbus_server()
        net.capture(path)
        net.station("hmi", *["3 0 4", "sleep 0.2", "reconnect"] * 8)


# Made out of POLLING.

@derived("modbus/mid-session.pcap", "the session without its handshake and first request: the first PDU is an answer")
def mid_session(packets):
    return packets[data_indexes(packets, False)[0]:]


@derived("modbus/mid-pdu.pcap", "the session starts in the middle of an answer: its first half was before the capture")
def mid_pdu(packets):
    at = data_indexes(packets, False)[0]
    s = Segment.of(packets[at])
    half = len(s.payload) // 2
    return [s.packet_with(seq=s.seq + half, payload=s.payload[half:]), *packets[at + 1:]]


@derived("modbus/lost-segment.pcap", "two answers and one request were not captured: the gaps are seen by the numbers",
         key="tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment", count=(2, 12), quiet="DEV-016",
         tell="Nothing about the device: the sensor missed frames, the device answered.")
def lost_segment(packets):
    answers, requests = data_indexes(packets, False), data_indexes(packets, True)
    lost = {answers[3], answers[8], requests[12]}
    return [p for i, p in enumerate(packets) if i not in lost]


@derived("modbus/out-of-order.pcap", "one long answer in three segments that arrive as third, first, second; later two "
         "requests sent together in the wrong order", key="tcp.analysis.out_of_order || tcp.analysis.lost_segment",
         count=(1, 10), quiet="NET-017", tell="Nothing: the network changed the order.")
def out_of_order(packets):
    out = list(packets)
    at = [i for i in data_indexes(packets, False) if len(Segment.of(packets[i]).payload) > 25][2]
    s = Segment.of(packets[at])
    parts = [(0, 5), (5, 12), (12, len(s.payload))]
    cut = [s.packet_with(seq=s.seq + a, payload=s.payload[a:b]) for a, b in parts]
    for n, p in enumerate((cut[2], cut[0], cut[1])):
        p.time = s.packet.time + n * 40_000
    out[at:at + 1] = [cut[2], cut[0], cut[1]]
    at = data_indexes(out, True)[-2]
    s = Segment.of(out[at])
    first, second = s.payload[:7], s.payload[7:]
    out[at:at + 1] = [s.packet_with(seq=s.seq + 7, payload=second, time=s.packet.time - 30_000),
                      s.packet_with(payload=first)]
    return out


@derived("modbus/retransmissions.pcap", "requests and answers sent twice, whole and in part, with the same bytes; "
         "duplicate ACKs", key="tcp.analysis.retransmission || tcp.analysis.spurious_retransmission || "
         "tcp.analysis.fast_retransmission || tcp.analysis.out_of_order", count=(3, 8), quiet="NET-017, APP-008",
         tell="Nothing: the same bytes again.")
def retransmissions(packets):
    again = {}
    for n, i in enumerate(data_indexes(packets, True)[2:12:4] + data_indexes(packets, False)[3:12:4]):
        s = Segment.of(packets[i])
        payload = s.payload if n % 2 == 0 else s.payload[4:]
        again[i] = s.packet_with(time=s.packet.time + 25_000, seq=s.seq + len(s.payload) - len(payload),
                                 payload=payload)
    out = []
    for i, p in enumerate(packets):
        out.append(p)
        if i in again:
            out.append(again[i])
    return out


@derived("modbus/duplicated-mirror.pcap", "each frame twice, 3 µs apart, as from two mirrors of one switch",
         key="modbus", count=(50, 140), quiet="APP-008, CTL-016", fires="SYS-004",
         tell="The mirror delivers each frame twice. Findings are counted once.")
def duplicated(packets):
    return [q for p in packets for q in (p, Packet(p.time + 3000, p.data, p.length))]


@derived("modbus/one-byte-keep-alives.pcap", "keep-alives that carry one byte of old data (0x00), as some stacks send "
         "them, between good PDUs", key="tcp.analysis.keep_alive && tcp.len == 1", count=(3, 6), quiet="NET-017",
         tell="Nothing: one byte before the next expected is a keep-alive, not an overlap.")
def one_byte(packets):
    out = []
    # A keep-alive follows what it repeats: only where the client paused for longer than the 200 ms.
    pauses = [i for i in data_indexes(packets, True)[1:] if packets[i].time - packets[i - 1].time > 250_000_000]
    chosen = set(pauses[1:5])
    for i, p in enumerate(packets):
        if i in chosen:
            s = Segment.of(p)
            back = next(Segment.of(q) for q in reversed(packets[:i])
                        if (t := Segment.of(q)) and not t.to_server)
            probe = s.packet_with(time=p.time - 200_000_000, seq=s.seq - 1, flags=ACK, payload=b"\0")
            answer = back.packet_with(time=p.time - 199_900_000, seq=s.ack, ack=s.seq, flags=ACK, payload=b"")
            out += [probe, answer]
        out.append(p)
    return sorted(out, key=lambda p: p.time)


def overlapping(packets, ttl=None, source=None):
    """The second write to register 40 is followed by the same segment with another value."""
    out = []
    for p in packets:
        out.append(p)
        s = Segment.of(p)
        if s and s.to_server and s.payload[7:10] == b"\x06\x00\x28":
            other = s.payload[:-1] + b"\x5f"
            header = s.ip_header if ttl is None else s.ip_header[:8] + bytes([ttl]) + s.ip_header[9:]
            mac = s.header if source is None else s.header[:6] + frames.mac(source) + s.header[12:]
            out.append(s.packet_with(time=p.time + 20_000, payload=other, ip_header=header, header=mac))
    return out


@derived("modbus/overlap-other-content.pcap", "the write of register 40 arrives twice with the same sequence number: "
         "value 50, then 95", key="modbus.func_code == 6 && tcp.dstport == 502 || "
         "(tcp.dstport == 502 && tcp.payload[7:3] == 06:00:28)", count=2, fires="NET-017",
         tell="Two segments of HMI-1 to PLC-1 claim the same bytes with different content: set-point 50 and 95. "
              "Which one the controller took is seen by its answer.")
def overlap(packets):
    return overlapping(packets)


@derived("network/tcp-injection.pcap", "the same from another MAC address and with TTL 128: somebody on the wire "
         "wrote into the session", key="eth.src == 02:53:47:00:00:66", count=1, fires="NET-017, NET-007",
         tell="A segment in the session HMI-1 to PLC-1 came from MAC 02:53:47:00:00:66 with another TTL and other "
              "bytes: set-point 95 instead of 50.")
def injection(packets):
    return overlapping(packets, ttl=128, source=lab.mac_of("laptop"))


def tagged(packets, *tags):
    tag_bytes = b"".join(struct.pack("!HH", kind, value) for kind, value in tags)
    return [Packet(p.time, p.data[:12] + tag_bytes + p.data[12:]) for p in packets]


@derived("modbus/vlan.pcap", "802.1Q, VLAN 77, priority 3", key="modbus && vlan.id == 77", count=(40, 70))
def vlan(packets):
    return tagged(packets, (0x8100, 3 << 13 | 77))


@derived("modbus/vlan-priority-tag.pcap", "802.1Q with VLAN 0 from the controller, untagged from the HMI, as PROFINET "
         "devices send", key="modbus && vlan.id == 0", count=(20, 40), quiet="NET-027",
         tell="Nothing: VLAN 0 is a priority, not another network.")
def priority_tag(packets):
    return [tagged([p], (0x8100, 6 << 13))[0] if p.data[6:12] == frames.mac(lab.mac_of("plc")) else p
            for p in packets]


@derived("modbus/qinq.pcap", "802.1ad VLAN 200 outside, 802.1Q VLAN 77 inside", key="modbus && vlan.id == 77",
         count=(40, 70))
def qinq(packets):
    return tagged(packets, (0x88A8, 200), (0x8100, 77))


@derived("network/vlan-double-tag-hop.pcap", "tagged polling in VLAN 77; then three frames of the laptop with two "
         "802.1Q tags, 77 outside and 10 inside", key="eth.src == 02:53:47:00:00:66", count=3, fires="NET-027",
         tell="02:53:47:00:00:66 sent frames with two tags, VLAN 77 and inside it 10: an attempt to reach VLAN 10.")
def vlan_hop(packets):
    out = tagged(packets, (0x8100, 77))
    for i in range(3):
        body = frames.ipv4(lab.LAPTOP, "192.168.30.10", 6, frames.tcp(
            lab.LAPTOP, "192.168.30.10", 40000 + i, 502, 1000, 0, frames.SYN))
        plain = frames.ethernet(lab.mac_of("laptop"), "02:53:47:00:00:99", 0x0800, body)
        out.append(tagged([Packet(packets[-1].time + (i + 1) * 10**9, plain)], (0x8100, 77), (0x8100, 10))[0])
    return out


@derived("modbus/raw-ip.pcap", "link type RAW: no Ethernet header", key="modbus && raw", count=(40, 70))
def raw_ip(packets):
    return frames.pcap_bytes([Packet(p.time, p.data[14:]) for p in packets if p.data[12:14] == b"\x08\0"],
                             link=frames.RAW)


@derived("modbus/null-loopback.pcap", "link type NULL: the BSD loopback, family 2 in little-endian",
         key="modbus && null", count=(40, 70))
def null(packets):
    return frames.pcap_bytes([Packet(p.time, b"\x02\0\0\0" + p.data[14:]) for p in packets
                              if p.data[12:14] == b"\x08\0"], link=frames.NULL)


@derived("modbus/requests-only.pcap", "one direction: what the HMI sent", key="modbus", count=(20, 40),
         fires="SYS-002", quiet="DEV-016",
         tell="The mirror shows one direction only. Answers are not seen; nothing is said of the device.")
def requests_only(packets):
    return [p for p in packets if p.data[6:12] == frames.mac(lab.mac_of("hmi"))]


@derived("modbus/answers-only.pcap", "one direction: what the controller sent", key="mbtcp", count=(20, 40),
         fires="SYS-002", quiet="APP-008",
         tell="The mirror shows one direction only. Requests are not seen; the answers are not unsolicited.")
def answers_only(packets):
    return [p for p in packets if p.data[6:12] == frames.mac(lab.mac_of("plc"))]


@derived("modbus/big-endian.pcap", "a pcap file written on a big-endian machine", count=(40, 70))
def big_endian(packets):
    return frames.pcap_bytes(packets, order=">")


@derived("modbus/nanoseconds.pcap", "a pcap file with nanosecond times", count=(40, 70))
def nanoseconds(packets):
    return frames.pcap_bytes(packets, nano=True)


@derived("modbus/big-endian-nanoseconds.pcap", "both", count=(40, 70))
def big_nano(packets):
    return frames.pcap_bytes(packets, order=">", nano=True)


@derived("modbus/polling.pcap.gz", "gzip", count=(40, 70))
def gzipped(packets):
    return gzip.compress(frames.pcap_bytes(packets), mtime=0)


@derived("modbus/snaplen-60.pcap", "60 bytes of each frame: headers, no whole PDU", key="frame.cap_len == 60",
         count=(40, 140))
def snaplen(packets):
    return frames.pcap_bytes(packets, snaplen=60)


@derived("modbus/snaplen-80.pcap", "80 bytes of each frame: requests whole, long answers cut",
         key="frame.cap_len < frame.len", count=(10, 60))
def snaplen_80(packets):
    return frames.pcap_bytes(packets, snaplen=80)


@derived("modbus/cut-file.pcap", "the file ends in the middle of a packet", count=(20, 60))
def cut_file(packets):
    data = frames.pcap_bytes(packets)
    return data[:len(data) * 3 // 4 // 16 * 16 + 5]


@derived("modbus/cut-header.pcap", "the file ends in the middle of a packet's header", count=(3, 30))
def cut_header(packets):
    return frames.pcap_bytes(packets[:20]) + struct.pack("<II", packets[20].time // 10**9, 0)


@derived("modbus/empty.pcap", "a pcap file with no packet", key="")
def empty(packets):
    return frames.pcap_bytes([])


def pcapng(path, what, **more):
    def declare(change):
        def make(target):
            change(target, frames.read_pcap(ROOT / POLLING)[1])
        make.derived = True
        capture(path, what, REWRITTEN, **more)(make)
        return change
    return declare


@pcapng("modbus/two-interfaces.pcapng",
        "pcapng: requests on an Ethernet interface with nanoseconds, answers on a RAW interface with microseconds; "
        "section and packet comments; interface statistics with 3 drops on the second",
        key="modbus", count=(40, 70))
def two_interfaces(target, packets):
    out, received = [], [0, 0]
    for n, p in enumerate(packets):
        from_plc = p.data[6:12] == frames.mac(lab.mac_of("plc")) and p.data[12:14] == b"\x08\0"
        q = Packet(p.time, p.data[14:]) if from_plc else p
        received[from_plc] += 1
        out.append((int(from_plc), q, "the first request" if n == data_indexes(packets, True)[0] else ""))
    frames.write_pcapng(target, [(frames.ETHERNET, "mirror-1", 262144, True), (frames.RAW, "tap-2", 65535, False)],
                        out, comment="two interfaces of different link types",
                        statistics=[(0, packets[-1].time, received[0], 0), (1, packets[-1].time, received[1] + 3, 3)])


@pcapng("modbus/two-sections.pcapng", "pcapng: two files put one after the other, so two sections", key="modbus",
        count=(50, 140))
def two_sections(target, packets):
    parts = []
    for part in (packets, [Packet(p.time + 60 * 10**9, p.data) for p in packets]):
        frames.write_pcapng(target, [(frames.ETHERNET, "mirror-1", 262144, False)], [(0, p, "") for p in part])
        parts.append(target.read_bytes())
    target.write_bytes(b"".join(parts))


@pcapng("modbus/interface-drops.pcapng", "pcapng: statistics in the middle and at the end say 40 of 200 frames dropped",
        key="modbus", count=(40, 70), fires="SYS-003", tell="The capture itself lost frames: 40 of 200.")
def drops(target, packets):
    frames.write_pcapng(target, [(frames.ETHERNET, "mirror-1", 262144, True)], [(0, p, "") for p in packets],
                        statistics=[(0, packets[len(packets) // 2].time, 100, 25), (0, packets[-1].time, 200, 40)])


