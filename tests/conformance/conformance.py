#!/usr/bin/python3
"""Holds `sightglass dissect` against tshark, frame by frame and field by field.

usage: conformance.py --sightglass PROGRAM --differences FILE [--cache DIR] CAPTURE|DIR...

Of a directory, all captures in it and below are taken; where it has an INDEX.md, those whose row
counts PDUs of a protocol compared (`modbus=`, `s7comm=`, `opcua=`).

Both programs print every field of these protocols of every frame. A frame that only one of them
prints and a field that they print differently is a difference. Each must be explained by a line of
a table in the file of differences:

    | capture | frames | field | tshark agrees with | why |

capture: the file's name, or a shell pattern; with its folder where names occur twice (`opcua/query.pcap`). frames: `5`, `5-9`, a comma-separated list, or `*`.
field: names of fields, or shell patterns; `frame` for a frame that only one program prints.
tshark agrees with: options with which tshark prints what we print; it is run with them, and the
line explains nothing where it does not. Empty when there are none.
Exit status: 0 when every difference is explained and every explanation is needed, 1 when not, 2
when a program fails, 77 when there is nothing to compare.

What tshark prints is kept in the directory --cache, by the contents of the capture, the version of
tshark and its options.
"""

import argparse
import concurrent.futures
import fnmatch
import hashlib
import os
import re
import shlex
import subprocess
import sys
import threading

# As docs say: a PDU over several segments belongs to the frame that completes it.
TSHARK = ["tshark", "-n", "-2", "-o", "tcp.reassemble_out_of_order:TRUE"]


# The protocols compared: prefixes of their fields, and of each the field that every PDU has once.
PREFIXES = "mbtcp", "mbrtu", "modbus", "tpkt", "cotp", "s7comm", "opcua"
OF_EACH_PDU = "mbtcp.trans_id", "mbrtu.unit_id", "s7comm.header.protid", "opcua.transport.type"
# Of TLS the fields that we know, where its port says that one of these protocols is inside.
TLS = "tls.", "(tls && (tcp.port == 802 || tcp.port == 4843))"
SHOWN = f"mbtcp || mbrtu || tpkt || opcua || {TLS[1]}"
OURS_SHOWN = f"mbtcp || modbus || tpkt || opcua || {TLS[1]}"
IN_INDEX = "modbus=", "s7comm=", "opcua="


class Failure(Exception):
    pass


def output_of(command):
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    # A capture that ends in the middle of a packet is read to there, and tshark says so with 2.
    if run.returncode not in (0, 2) or (run.returncode == 2 and b"cut short" not in run.stderr):
        message = run.stderr.decode(errors="replace").strip()
        raise Failure(f"{' '.join(command[:3])} ... failed with {run.returncode}: {message}")
    return run.stdout


def compared_fields(declared):
    # Two of these fields only say that Wireshark met a limit of its own.
    limits = "opcua.array.length", "opcua.nestingdepth"
    names = {name for name in declared if name.startswith(TLS[0])}
    for line in output_of(["tshark", "-G", "fields"]).decode().splitlines():
        columns = line.split("\t")
        if columns[0] == "F" and columns[2].split(".")[0] in PREFIXES and "." in columns[2] \
                and not columns[2].startswith(limits):
            names.add(columns[2])
    return sorted(names)


def declared_fields(sightglass):
    """The fields that we know: others of tshark's are differences where they occur."""
    text = output_of([sightglass, "fields"]).decode()
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


def escaped(line):
    """Control characters of texts as we print them."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", lambda found: f"\\x{ord(found[0]):02x}", line)


def rows(text, names):
    """frame number -> the fields it has, by name."""
    frames = {}
    # Not splitlines(): text from the wire may hold other line separators.
    for line in text.split(b"\n"):
        if not line:
            continue
        columns = escaped(line.decode(errors="replace")).split("\t")
        if len(columns) != len(names) + 1:
            raise Failure(f"{len(columns)} columns instead of {len(names) + 1}: {line[:80]!r}")
        values = {name: value for name, value in zip(names, columns[1:]) if value != ""}
        if values:
            frames[int(columns[0])] = values
    return frames


def extract(names):
    options = ["-T", "fields", "-e", "frame.number"]
    for name in names:
        options += ["-e", name]
    return options


class Tshark:
    """tshark's view of captures, kept from run to run."""

    def __init__(self, cache):
        self.cache = cache
        self.version = output_of(["tshark", "--version"]).split(b"\n")[0]
        if cache:
            os.makedirs(cache, exist_ok=True)

    def view(self, capture, names, options):
        command = [*TSHARK, *options, "-r", capture, "-Y", SHOWN, *extract(names)]
        if not self.cache:
            return rows(output_of(command), names)
        key = hashlib.sha256(self.version + "\0".join([*options, *names]).encode())
        with open(capture, "rb") as file:
            key.update(file.read())
        kept = os.path.join(self.cache, key.hexdigest())
        if not os.path.exists(kept):
            text = output_of(command)
            with open(f"{kept}.{os.getpid()}.{threading.get_ident()}", "wb") as file:
                file.write(text)
            os.replace(file.name, kept)
        with open(kept, "rb") as file:
            return rows(file.read(), names)


class Comparison:
    def __init__(self, capture, names, declared, sightglass, tshark):
        self.path = capture
        self.capture = os.path.basename(capture)
        self.known_as = {self.capture, "/".join(os.path.abspath(capture).split("/")[-2:])}
        self.names = names
        self.other_views = {}  # options -> what tshark prints with them
        self.tshark = tshark
        theirs = tshark.view(capture, names, ())
        known = [name for name in names if name in declared]
        ours = rows(output_of([sightglass, "dissect", capture, "-Y", OURS_SHOWN, *extract(known)]), known)
        self.ours = ours
        self.pdus_ours = self.pdus(ours)
        self.pdus_theirs = self.pdus(theirs)
        self.compared = self.equal = 0
        self.differences = []  # (frame, field, ours, theirs)
        for frame in sorted(set(ours) | set(theirs)):
            self.compare(frame, ours.get(frame), theirs.get(frame))

    def agrees_with(self, options, difference, known):
        """Whether tshark with these options prints what we do, where there is the difference; of a
        frame, all but what is explained without options."""
        if options not in self.other_views:
            self.other_views[options] = self.tshark.view(self.path, self.names, options)
        frame, field = difference[:2]
        ours, theirs = self.ours.get(frame), self.other_views[options].get(frame)
        if ours is None or theirs is None:
            return ours == theirs
        if field != "frame":
            return ours.get(field) == theirs.get(field)
        return all(any(e.covers(self, (frame, name), known) for e in known if not e.options)
                   for name in set(ours) | set(theirs) if ours.get(name) != theirs.get(name))

    @staticmethod
    def pdus(frames):
        return sum(values[name].count(",") + 1 for values in frames.values()
                   for name in OF_EACH_PDU if name in values)

    def compare(self, frame, ours, theirs):
        if ours is None or theirs is None:
            self.differences.append((frame, "frame", "none" if ours is None else "printed",
                                     "none" if theirs is None else "printed"))
            return
        for name in sorted(set(ours) | set(theirs)):
            self.compared += 1
            if ours.get(name) == theirs.get(name):
                self.equal += 1
            else:
                self.differences.append((frame, name, ours.get(name), theirs.get(name)))


class Explanation:
    def __init__(self, line_number, capture, frames, field, options):
        self.line_number = line_number
        self.capture = capture
        self.fields = [name.strip().strip("`") for name in field.split(",")]
        self.options = tuple(shlex.split(options))
        self.frames = None
        self.used = False
        if frames != "*":
            self.frames = set()
            for part in frames.split(","):
                first, _, last = part.strip().partition("-")
                self.frames.update(range(int(first), int(last or first) + 1))

    def is_about(self, comparison):
        return any(fnmatch.fnmatch(name, self.capture) for name in comparison.known_as)

    def covers(self, comparison, difference, known):
        frame, field = difference[:2]
        return (self.is_about(comparison)
                and any(fnmatch.fnmatch(field, name) for name in self.fields)
                and (self.frames is None or frame in self.frames)
                and (not self.options or comparison.agrees_with(self.options, difference, known)))


def explanations(path):
    found = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
            is_row = line.startswith("|") and len(cells) >= 5 and not set(cells[0]) <= set("-: ")
            if not is_row or cells[0] == "capture":
                continue
            if not cells[4]:
                raise Failure(f"{path}:{number}: no reason given")
            found.append(Explanation(number, *cells[:4]))
    return found


def report(comparisons, known):
    unexplained = 0
    print(f"{'capture':<56} {'PDUs':>7} {'tshark':>7} {'fields':>8} {'equal':>8} {'explained':>9}"
          f" {'different':>9}")
    for one in comparisons:
        explained, open_ones = 0, []
        for difference in one.differences:
            by = [e for e in known if e.covers(one, difference, known)]
            for explanation in by:
                explanation.used = True
            explained += bool(by)
            if not by:
                open_ones.append(difference)
        print(f"{one.capture:<56.56} {one.pdus_ours:>7} {one.pdus_theirs:>7} {one.compared:>8}"
              f" {one.equal:>8} {explained:>9} {len(open_ones):>9}")
        for frame, field, ours, theirs in open_ones[:20]:
            print(f"    frame {frame} {field}: ours {ours}, tshark {theirs}")
        if len(open_ones) > 20:
            print(f"    and {len(open_ones) - 20} more")
        unexplained += len(open_ones)
    print(f"{f'{len(comparisons)} captures':<56} {sum(c.pdus_ours for c in comparisons):>7}"
          f" {sum(c.pdus_theirs for c in comparisons):>7}"
          f" {sum(c.compared for c in comparisons):>8} {sum(c.equal for c in comparisons):>8}")
    return unexplained


def verdict(unexplained, stale, differences):
    """The exit status, after saying what is wrong."""
    for explanation in stale:
        print(f"{differences}:{explanation.line_number}: explains nothing any more")
    if unexplained:
        print(f"{unexplained} differences without an explanation")
    return 1 if unexplained or stale else 0


def captures_in(directory):
    index = os.path.join(directory, "INDEX.md")
    if os.path.exists(index):
        with open(index, encoding="utf-8") as file:
            rows_of_index = [line.split("|") for line in file
                             if any(count in line for count in IN_INDEX)]
        named = (os.path.join(directory, row[1].strip()) for row in rows_of_index)
        return sorted(path for path in named if os.path.exists(path))
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(directory)
                  for name in names if re.search(r"\.pcap(ng)?(\.gz)?$", name))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sightglass", required=True)
    parser.add_argument("--differences", required=True)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--cache")
    parser.add_argument("captures", nargs="*")
    arguments = parser.parse_args()
    captures = []
    for path in arguments.captures:
        captures += captures_in(path) if os.path.isdir(path) else [path] * os.path.exists(path)
    if not captures:
        print(f"no captures in {' '.join(arguments.captures)}")
        return 77
    try:
        known = explanations(arguments.differences)
        declared = declared_fields(arguments.sightglass)
        names = compared_fields(declared)
        tshark = Tshark(arguments.cache)
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            comparisons = list(pool.map(
                lambda capture: Comparison(capture, names, declared, arguments.sightglass, tshark),
                captures))
        unexplained = report(comparisons, known)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2
    stale = [e for e in known if not e.used and any(e.is_about(one) for one in comparisons)]
    return verdict(unexplained, stale, arguments.differences)


if __name__ == "__main__":
    sys.exit(main())
