#!/usr/bin/python3
"""Holds `sightglass dissect` against tshark on captures with bytes changed: what a fuzzer does, with an oracle.

usage: mutated.py --sightglass PROGRAM --differences FILE [--cache DIR] [--keep DIR] [--seeds N] PCAPS

Some of the shipped captures are copied, and in the copies one byte of every third segment is another, at places and
with values that depend on nothing but the capture's name and the seed. Both programs must print the same frames, and
the same fields of them. Not compared are

* bytes that say how long a message or its parts are: they are not changed. What comes behind a length that lies is
  another question (we look for the next message, tshark does not), and the shipped captures with such lengths answer it;
* frames that tshark calls malformed or stops reading: of these it shows what it had read so far;
* which request an answer is of: where a byte of either was changed, both programs guess.

Explanations are those of conformance.py's file: of the capture itself, and of `changed/FOLDER/NAME`.
--keep leaves the changed captures of which something differs in a directory. Exit status as conformance.py's.
"""

import argparse
import concurrent.futures
import os
import random
import struct
import sys
import tempfile

import conformance

CAPTURES = [
    "modbus/pymodbus-all-functions.pcap", "modbus/libmodbus-all-functions.pcap", "modbus/exceptions.pcap",
    "modbus/write-file-record.pcap", "modbus/device-identification.pcap", "modbus/umas-session.pcap",
    "s7comm/read-and-write.pcap", "s7comm/many-items.pcap", "s7comm/information.pcap", "s7comm/upload-and-download.pcap",
    "s7comm/clock-set.pcap", "s7comm/maintenance.pcap", "s7comm/password.pcap",
    "opcua/read-and-write.pcap", "opcua/all-types.pcap", "opcua/browse.pcap", "opcua/method-call.pcap",
    "opcua/subscription-changes.pcap", "opcua/history.pcap", "opcua/events.pcap", "opcua/node-management.pcap",
]
ETHERNET, TCP, IPV4 = 14, 6, 0x0800
PAIRING = {"modbus.request_frame", "modbus.response_time"}
# Where the first message of a segment says how long it or a part of it is.
KEPT = {"modbus": range(2, 6), "s7comm": [*range(0, 7), *range(13, 17)], "opcua": range(0, 8)}
# And of an OPC UA message that opens a channel its policy: what follows is cipher text to us when it is another one.
OPENS, POLICY = b"OPN", range(8, 63)


def packets_of(path):
    """Header of a classic capture, and (record header, bytes) of its packets."""
    with open(path, "rb") as file:
        data = file.read()
    packets, at = [], 24
    while at + 16 <= len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        packets.append((data[at:at + 16], bytearray(data[at + 16:at + 16 + size])))
        at += 16 + size
    return data[:24], packets


def payload_of(packet):
    """Where the payload of a TCP segment lies."""
    if len(packet) < 54 or struct.unpack_from(">H", packet, 12)[0] != IPV4 or packet[23] != TCP:
        return range(0)
    head = 4 * (packet[ETHERNET] & 0xf)
    end = ETHERNET + struct.unpack_from(">H", packet, ETHERNET + 2)[0]
    begin = ETHERNET + head + 4 * (packet[ETHERNET + head + 12] >> 4)
    return range(begin, min(end, len(packet)))


def mutate(source, target, chance):
    """Writes a changed copy."""
    kept = KEPT[os.path.basename(os.path.dirname(source))]
    header, packets = packets_of(source)
    with open(target, "wb") as file:
        file.write(header)
        for record, packet in packets:
            payload = payload_of(packet)
            opens = packet[payload.start:payload.start + 3] == OPENS
            places = [place for i, place in enumerate(payload) if i not in kept and not (opens and i in POLICY)]
            if places and chance.randrange(3) == 0:
                packet[chance.choice(places)] ^= chance.randrange(1, 256)
            file.write(record + packet)
    return target


class Changed(conformance.Comparison):
    """The comparison of a changed copy."""

    def __init__(self, name, copy, names, declared, sightglass, tshark):
        unread = f"-Y _ws.malformed||opcua.array.length||opcua.nestingdepth -r {copy} -T fields -e frame.number"
        self.unread = {int(frame) for frame in conformance.output_of([*conformance.TSHARK, *unread.split()]).split()}
        super().__init__(copy, [name for name in names if name not in PAIRING], declared, sightglass, tshark)
        self.known_as = {os.path.basename(name), name, f"changed/{name}"}

    def compare(self, frame, ours, theirs):
        if frame not in self.unread:
            super().compare(frame, ours, theirs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sightglass", required=True)
    parser.add_argument("--differences", required=True)
    parser.add_argument("--cache")
    parser.add_argument("--keep")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("pcaps")
    arguments = parser.parse_args()
    declared = conformance.declared_fields(arguments.sightglass)
    names = conformance.compared_fields(declared)
    tshark = conformance.Tshark(arguments.cache)
    known = conformance.explanations(arguments.differences)
    with tempfile.TemporaryDirectory() as folder:
        folder = arguments.keep or folder
        os.makedirs(folder, exist_ok=True)

        def changed(name, seed):
            copy = os.path.join(folder, f"{name.replace('/', '-').removesuffix('.pcap')}-{seed}.pcap")
            mutate(os.path.join(arguments.pcaps, name), copy, random.Random(f"{name} {seed}"))
            return Changed(name, copy, names, declared, arguments.sightglass, tshark)

        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            jobs = [pool.submit(changed, name, seed) for name in CAPTURES for seed in range(arguments.seeds)]
            comparisons = [job.result() for job in jobs]
        unexplained = conformance.report(comparisons, known)
    if unexplained:
        print("run it again with --keep DIR for the captures")
    stale = [e for e in known if not e.used and e.capture.startswith("changed/")]
    return conformance.verdict(unexplained, stale, arguments.differences)


if __name__ == "__main__":
    sys.exit(main())
