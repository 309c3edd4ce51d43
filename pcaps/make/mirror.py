"""What a mirror port makes of three HMI sessions: all of it, half of it, twice as much, or the wrong time."""
import dataclasses

import frames
from captures import ROOT, capture
from frames import Packet, Segment

USUAL = "modbus/usual-traffic.pcap"
MS, SECOND = 10**6, 10**9


def sessions():
    """The session of USUAL three times, from three ports, a few milliseconds apart."""
    _, packets = frames.read_pcap(ROOT / USUAL)
    copies = []
    for packet in packets:
        segment = Segment.of(packet)
        if segment is None:
            continue
        for copy in range(3):
            port = "source_port" if segment.to_server else "target_port"
            moved = {port: getattr(segment, port) + copy}
            # Its own identification, or the copies would be taken for a mirror's.
            ident = (int.from_bytes(segment.ip_header[4:6], "big") + copy * 20000) & 0xFFFF
            header = segment.ip_header[:4] + ident.to_bytes(2, "big") + segment.ip_header[6:]
            copies.append(segment.packet_with(packet.time + copy * 7 * MS, ip_header=header, **moved))
    return sorted(copies, key=lambda packet: packet.time)


def mirrored(path, what, **more):
    """A capture made from sessions(): the function gets them and returns the packets to write."""
    def declare(change):
        def make(target):
            target.write_bytes(frames.pcap_bytes(change(sessions())))
        make.derived = True
        capture(path, what, f"rewritten from `{USUAL}`", key="modbus", **more)(make)
        return change
    return declare


@mirrored("network/mirror-whole.pcap", "three HMI sessions, each packet once", quiet="SYS-002, SYS-003, SYS-004, SYS-006",
          tell="Nothing.")
def whole(packets):
    return packets


@mirrored("network/mirror-both-ports.pcap", "their first part from a mirror of both ports of a switch: each packet comes again "
          "0.2 ms later", fires="SYS-004", quiet="SYS-002, SYS-003",
          tell="Half of the packets came twice: a conversation passes two mirrored ports.")
def both_ports(packets):
    once = packets[:len(packets) * 2 // 3]
    again = [dataclasses.replace(p, time=p.time + MS // 5) for p in once]
    return sorted([*once, *again], key=lambda packet: packet.time)


@mirrored("network/mirror-one-way.pcap", "the same from a mirror that sees what goes to the controller only", fires="SYS-002",
          quiet="SYS-003, SYS-004", tell="Only one end of each session is seen: the mirror port is set to one direction.")
def one_way(packets):
    return [p for p in packets if Segment.of(p).to_server]


@mirrored("network/mirror-loses-segments.pcap", "the same from a mirror that loses every 20th answer; the HMI had it and "
          "acknowledges it", fires="SYS-003", quiet="SYS-002, SYS-004",
          tell="The mirror loses packets that the stations have: it is too slow for what it should show.")
def loses(packets):
    answers = [p for p in packets if not Segment.of(p).to_server and Segment.of(p).payload]
    lost = {id(p) for p in answers[::20]}
    return [p for p in packets if id(p) not in lost]


@mirrored("network/clock-goes-back.pcap", "the same; after two thirds the capturing clock is set back by 60 s", fires="SYS-006",
          quiet="SYS-003, SYS-004", tell="The clock of the capture went back by a minute: times around it do not fit others.")
def clock(packets):
    turn = len(packets) * 2 // 3
    return packets[:turn] + [Packet(p.time - 60 * SECOND, p.data) for p in packets[turn:]]
