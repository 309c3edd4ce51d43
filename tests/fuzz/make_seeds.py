#!/usr/bin/env python3
"""Conversations of captures as inputs of fuzz_dissector: where a run begins that should soon be deep.

usage: make_seeds.py DIRECTORY CAPTURE...

An input is a byte that picks the row of the protocol registry, then for each segment a byte (bit 0: to the server),
its length (16 bits, little-endian) and its payload. What DIRECTORY then holds is best merged into the corpus by
libFuzzer: fuzz_dissector -merge=1 tests/fuzz/corpus/dissector DIRECTORY
"""
import hashlib
import pathlib
import struct
import subprocess
import sys

ROWS = {"modbus": 0, "opcua": 1, "s7comm": 2, "modbus-rtu": 3, "tls": 4}  # as in dissectors/registry.cpp
MOST_SEGMENTS = 40  # of a seed: mutations of a long one seldom matter


def row_of(capture):
    if capture.parent.name == "modbus":
        return ROWS["modbus-rtu" if "rtu" in capture.stem else "tls" if "tls" in capture.stem else "modbus"]
    return ROWS[capture.parent.name]


def segments(capture):
    """(stream, to server, payload) of every segment that carries something, up to where a capture is cut."""
    fields = ["tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.payload"]
    text = subprocess.run(["tshark", "-r", capture, "-Y", "tcp.len > 0", "-T", "fields"] +
                          [word for field in fields for word in ("-e", field)],
                          capture_output=True, text=True).stdout
    for line in text.splitlines():
        stream, source, target, payload = (value.split(",")[0] for value in line.split("\t"))
        yield stream, int(target) < int(source), bytes.fromhex(payload)


def main():
    directory = pathlib.Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for capture in map(pathlib.Path, sys.argv[2:]):
        streams = {}
        for stream, to_server, payload in segments(capture):
            streams.setdefault(stream, []).append(struct.pack("<BH", to_server, len(payload)) + payload)
        for pieces in streams.values():
            for begin in range(0, len(pieces), MOST_SEGMENTS):
                seed = bytes([row_of(capture)]) + b"".join(pieces[begin:begin + MOST_SEGMENTS])
                (directory / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


if __name__ == "__main__":
    main()
