"""Where a replay's instructions go: callgrind over two sizes of the same workload, the difference
divided by the packets between them, so that beginning and end cost nothing.

A function counts for the folder its source is in, with whatever the compiler put into it; functions
of libraries for their library. The caches are those of a fixed machine, not of this one.
"""
import collections
import os
import pathlib
import re
import subprocess
import sys

FIRST_LEVEL, SECOND_LEVEL = "32768,8,64", "1048576,16,64"  # size, associativity, line
# Folders of the source tree, a folder before the one around it.
STAGES = [("sensor/capture", "capture"), ("sensor/packet", "packet"), ("sensor/flow", "flow"),
          ("dissectors", "dissectors"), ("sensor/pipeline", "worker"), ("rules/filter", "conditions"),
          ("rules", "judge"), ("sensor/evidence", "evidence"), ("store", "store"), ("apps", "apps")]
OBJECTS = [("libcrypto", "hashing"), ("libsqlite3", "store"), ("libpcap", "libpcap")]
ALLOCATOR = re.compile(r"malloc|free|calloc|realloc|operator (new|delete)|sysmalloc|unlink_chunk")
COPYING = re.compile(r"mem(cpy|move|set|cmp|chr)|bcmp")
Cost = collections.namedtuple("Cost", "instructions first_level second_level")


def stage_of(function, files, binary):
    """`files` are those its lines come from: headers of other stages are among them, but no source."""
    ours = [os.path.normpath(file) for file in files]
    ours = [path for path in ours if not path.startswith(("/usr/", "?"))]
    for path in sorted(ours, key=lambda path: not path.endswith(".cpp")):
        for folder, stage in STAGES:
            if f"/{folder}/" in path:
                return stage
    for name, stage in OBJECTS:
        if name in binary:
            return stage
    if ALLOCATOR.search(function):
        return "allocator"
    return "copying" if COPYING.search(function) else "libraries"


class Profile:
    """The costs of one callgrind file, by stage and function."""

    def __init__(self, path):
        self.costs = {}  # by (stage, function)
        self.names = {"file": {}, "function": {}, "object": {}}
        self.total = 0
        self._read(path)
        if sum(cost.instructions for cost in self.costs.values()) != self.total:
            sys.exit(f"{path}: the stages do not add up to its total")

    def _name(self, kind, word):
        number, name = re.fullmatch(r"\((\d+)\)(?: (.*))?", word).groups()
        if name is not None:
            self.names[kind][number] = name
        return self.names[kind][number]

    def _read(self, path):
        events, binary, file, function, is_call = [], "", "", "", False
        files, binaries = collections.defaultdict(list), {}
        costs = collections.defaultdict(lambda: [0, 0, 0])
        for line in pathlib.Path(path).read_text(errors="replace").splitlines():
            key, _, word = line.partition("=")
            if line[:1] in "0123456789+-*" and line:
                if not is_call:
                    self._add(costs[function], [int(number) for number in line.split()[1:]], events)
                is_call = False
            elif key in ("fl", "fi", "fe", "cfi", "cfl"):
                name = self._name("file", word)
                if key == "fl":
                    file = name
                elif key in ("fi", "fe"):
                    files[function].append(name)
            elif key in ("ob", "cob"):
                name = self._name("object", word)
                binary = name if key == "ob" else binary
            elif key == "fn":
                function = self._name("function", word)
                files[function].append(file)
                binaries[function] = binary
            elif key == "cfn":
                self._name("function", word)
            elif key == "calls":
                is_call = True
            elif line.startswith("events: "):
                events = line.split()[1:]
            elif line.startswith("totals: "):
                self.total = int(line.split()[1])
        for function, cost in costs.items():
            stage = stage_of(function, files[function], binaries[function])
            self.costs[stage, function] = Cost(*cost)

    @staticmethod
    def _add(costs, numbers, events):
        cost = dict(zip(events, numbers))
        costs[0] += cost.get("Ir", 0)
        costs[1] += cost.get("D1mr", 0) + cost.get("D1mw", 0)
        costs[2] += cost.get("DLmr", 0) + cost.get("DLmw", 0)

    def by(self, name):
        """Sums of the costs for each name(stage, function)."""
        sums = collections.defaultdict(lambda: [0, 0, 0])
        for (stage, function), cost in self.costs.items():
            for index, value in enumerate(cost):
                sums[name(stage, function)][index] += value
        return sums


def profile(command, folder):
    out = pathlib.Path(folder) / "callgrind.out"
    subprocess.run(["valgrind", "--tool=callgrind", "--cache-sim=yes", f"--D1={FIRST_LEVEL}",
                    f"--LL={SECOND_LEVEL}", f"--callgrind-out-file={out}", *map(str, command)],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return Profile(out)


def per_packet(few, many, packets):
    """Cost of each key of two dictionaries of numbers, in order of its instructions."""
    difference = {key: Cost(*((many[key][i] - few.get(key, (0, 0, 0))[i]) / packets
                              for i in range(3))) for key in many}
    return sorted(difference.items(), key=lambda item: -item[1].instructions)


def show(title, few, many, packets, functions):
    """Prints what the `packets` more of `many` cost, by stage; and its dearest functions."""
    of_stage, of_function = lambda stage, _: stage, lambda stage, name: f"{stage}: {name}"
    rows = per_packet(few.by(of_stage), many.by(of_stage), packets)
    together = Cost(*(sum(cost[i] for _, cost in rows) for i in range(3)))
    print(f"{title:24}{'instructions':>14}{'past level 1':>14}{'past level 2':>14}")
    for name, cost in [*rows, ("together", together)]:
        if max(cost) >= 0.05:
            print(f"  {name:22}{cost.instructions:14.1f}{cost.first_level:14.2f}"
                  f"{cost.second_level:14.2f}")
    dearest = per_packet(few.by(of_function), many.by(of_function), packets)[:functions]
    for name, cost in dearest:
        print(f"{cost.instructions:10.1f}{cost.first_level:8.2f}{cost.second_level:8.2f}  {name}")
