#!/usr/bin/env python3
"""Times `sightglass replay` (record on, no output) beside a bare libpcap loop over the same file, in
turns, and prints both and their ratio: a machine's speed drifts, the ratio does not.

Workloads: `polling`, `s7_reads` and `opcua_publish`, a hundred long sessions each that repeat what
is known, as most packets of a plant do; `mix`, all three with three packets in ten of an office;
`flows`, 95,000 connections at once, with what one of them takes of memory; `syn_flood`, a SYN from
another station every ten microseconds while controllers are polled; `plants`, a shipped capture
again and again with new addresses, so that everything is new. Each replay must find as many requests
as its capture was made with.
`dissecting`, of another kind: what each PDU of the shipped captures costs the dissectors alone,
beside adding up its octets, for each protocol and the dearest functions.

With --others, tshark, Snort 3, Suricata and Zeek read the same file, where they are installed.
With --stages nothing is timed: callgrind counts instructions and cache misses a packet, of each
stage and of the loop, and with --functions N of the N dearest functions (stages.py). For machines
that others use too, and for what a change is meant to bring and brings.

usage: tests/bench/run.py [--build DIR] [--capture FILE] [--packets N] [--runs N] [--workers N,N]
                          [--others] [--stages] [--functions N] [WORKLOAD...]
"""
import argparse
import os
import pathlib
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile

import stages

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKLOADS = ["polling", "s7_reads", "opcua_publish", "mix", "flows", "syn_flood", "plants"]
STATIONS = 50  # at a time, of `plants`
FEW_FLOWS, PACKETS_OF_A_FLOW = 1000, 6  # of `flows`
# With what each sees of industrial protocols by itself, and no output to speak of.
OTHERS = [("tshark", "tshark", ["-r", "{path}", "-q"]),
          ("Snort 3", "snort", ["-r", "{path}", "-q", "-l", "{folder}"]),
          ("Suricata", "suricata", ["-r", "{path}", "-l", "{folder}"]),
          ("Zeek", "zeek", ["-r", "{path}", "Log::default_logdir={folder}"])]
ROUNDS = 100  # of `dissecting`
TIMED = 3_000_000  # packets of a capture, unless told
COUNTED = 100_000  # packets with --stages, of the smaller of its two captures, unless told


def cpu_and_memory(command):
    """CPU seconds (user + system), wall seconds and peak MiB of one run."""
    begin = os.times()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)}: status {status}\n{error.decode()}")
    wall = os.times().elapsed - begin.elapsed
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def made(command):
    """Runs a generator: how many packets, and how many requests, it says it wrote."""
    told = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True)
    numbers = re.findall(r"(\d+) (packets|requests)", told.stdout)
    counts = {what: int(number) for number, what in numbers}
    return counts["packets"], counts.get("requests")


def make(name, arguments, path, packets):
    bench = arguments.build / "tests/bench"
    if name != "plants":
        return made([bench / "workload", name, path, packets])
    in_one, _ = made([bench / "multiply", arguments.capture, path, 1, 1])
    rounds = max(1, packets // (in_one * STATIONS))
    return made([bench / "multiply", arguments.capture, path, STATIONS, rounds])


def replay(arguments, path, case, workers):
    return [str(arguments.build / "apps/sightglass"), "replay", path, "--quiet", "--case", case,
            "--workers", workers]


def counter(case, name):
    """What the replay counted, as its case has it."""
    record = sqlite3.connect(f"file:{case}/record.db?mode=ro", uri=True)
    row = record.execute("SELECT value FROM statistic JOIN counter ON number = counter "
                         "WHERE name = ? ORDER BY at DESC", (name,)).fetchone()
    record.close()
    return row[0]


def others(path, folder):
    """Name and command of each other tool that is installed; the names of those that are not."""
    commands, missing = {}, []
    for name, tool, arguments in OTHERS:
        if shutil.which(tool):
            commands[name] = [word.format(path=path, folder=folder) for word in [tool, *arguments]]
        else:
            missing.append(name)
    return commands, missing


def compare(name, arguments, folder):
    big = os.path.join(folder, name + ".pcap")
    packets, requests = make(name, arguments, big, arguments.packets or TIMED)
    print(f"{name}: {packets} packets, {os.path.getsize(big) / packets - 16:.0f} bytes each")
    commands = {"bare libpcap loop": [str(arguments.build / "tests/bench/pcap_loop"), big]}
    cases = {}
    for workers in arguments.workers.split(","):
        what = f"replay, {workers} worker(s)"
        cases[what] = os.path.join(folder, name + workers)
        commands[what] = replay(arguments, big, cases[what], workers)
    if arguments.others:
        more, missing = others(big, folder)
        commands.update(more)
        print("not installed:", ", ".join(missing) or "none")
    results = {what: [] for what in commands}
    for run in range(arguments.runs + 1):  # the first warms the page cache and is not counted
        for what, command in commands.items():
            measured = cpu_and_memory(command)
            if run:
                results[what].append(measured)
    loop = [cpu for cpu, _, _ in results["bare libpcap loop"]]
    print(f"{'':22}{'ns/packet':>10}{'packets/s':>12}{'wall s':>8}{'peak MiB':>10}{'x loop':>8}")
    for what, runs in results.items():
        cpu = statistics.median(run[0] for run in runs)
        wall = statistics.median(run[1] for run in runs)
        ratio = statistics.median(run[0] / base for run, base in zip(runs, loop))
        print(f"{what:22}{cpu / packets * 1e9:10.0f}{packets / wall:12.0f}{wall:8.2f}"
              f"{max(run[2] for run in runs):10.0f}{ratio:8.2f}")
    for what, case in cases.items():
        found = counter(case, "request.count")
        if requests is not None and found != requests:
            sys.exit(f"{name}: {what} found {found} requests of {requests}")
    if name == "flows":
        memory_of_a_flow(arguments, folder, max(run[2] for run in results["replay, 1 worker(s)"]),
                         counter(cases["replay, 1 worker(s)"], "flow.opened"))
    os.remove(big)


def memory_of_a_flow(arguments, folder, peak, flows):
    few = os.path.join(folder, "few.pcap")
    make("flows", arguments, few, FEW_FLOWS * PACKETS_OF_A_FLOW)
    case = os.path.join(folder, "few")
    _, _, least = cpu_and_memory(replay(arguments, few, case, "1"))
    difference = flows - counter(case, "flow.opened")
    print(f"{(peak - least) * 2**20 / difference:.0f} bytes for each of {difference} more flows")
    os.remove(few)


def count(name, arguments, folder):
    """What a packet costs, by callgrind: from a capture and one of twice as many packets."""
    paths = [os.path.join(folder, size + ".pcap") for size in ("few", "many")]
    packets = [make(name, arguments, path, (arguments.packets or COUNTED) * (1 + size))[0]
               for size, path in enumerate(paths)]
    loops, replays = [], []
    for path in paths:
        loops.append(stages.profile([arguments.build / "tests/bench/pcap_loop", path], folder))
        case = os.path.join(folder, name)
        replays.append(stages.profile(replay(arguments, path, case, "1"), folder))
        shutil.rmtree(case)
    print(f"{name}: {packets[1]} packets less {packets[0]}, a packet:")
    stages.show("bare libpcap loop", *loops, packets[1] - packets[0], 0)
    stages.show("replay, 1 worker", *replays, packets[1] - packets[0], arguments.functions)


def dissecting(arguments):
    captures = [path for name in ("modbus", "s7comm", "opcua")
                for path in sorted((ROOT / "pcaps" / name).glob("*.pcap*"))]
    subprocess.run([arguments.build / "tests/bench/dissect_cost", str(ROUNDS), *captures], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", choices=[[], *WORKLOADS, "dissecting"])
    parser.add_argument("--build", default=ROOT / "build/release", type=pathlib.Path)
    parser.add_argument("--capture", default=ROOT / "pcaps/demo/tank.pcapng", type=pathlib.Path)
    parser.add_argument("--packets", type=int)
    parser.add_argument("--runs", default=5, type=int)
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--others", action="store_true")
    parser.add_argument("--stages", action="store_true")
    parser.add_argument("--functions", default=0, type=int)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.workloads or [*WORKLOADS, "dissecting"]:
            if name == "dissecting":
                dissecting(arguments)
            elif arguments.stages:
                count(name, arguments, folder)
            else:
                compare(name, arguments, folder)


if __name__ == "__main__":
    main()
