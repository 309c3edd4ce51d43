#!/usr/bin/env python3
"""Times `sightglass replay` (record on, no output) beside a bare libpcap loop over the same file, in
turns, and prints both and their ratio: a machine's speed drifts, the ratio does not.

Workloads: `polling`, a hundred long sessions that repeat what is known, as most packets of a plant
are; `plants`, a shipped capture again and again with new addresses, so that everything is new.
`dissecting`, of another kind: what each PDU of the shipped captures costs the dissectors alone,
beside adding up its octets, for each protocol and the dearest functions.

usage: tests/bench/run.py [--build DIR] [--capture FILE] [--packets N] [--runs N] [--workers N,N]
                          [WORKLOAD...]
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
STATIONS = 50  # at a time, of `plants`
ROUNDS = 100  # of `dissecting`


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


def packets_made(command):
    """Runs a generator; how many packets it says it wrote."""
    made = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True)
    return int(made.stdout.split()[0])


def make_polling(arguments, bench, path):
    return packets_made([bench / "polling", path, 100, 50, arguments.packets])


def make_plants(arguments, bench, path):
    in_one = packets_made([bench / "multiply", arguments.capture, path, 1, 1])
    rounds = max(1, arguments.packets // (in_one * STATIONS))
    return packets_made([bench / "multiply", arguments.capture, path, STATIONS, rounds])


WORKLOADS = {"polling": make_polling, "plants": make_plants}


def compare(name, arguments, folder):
    bench = arguments.build / "tests/bench"
    big = os.path.join(folder, name + ".pcap")
    packets = WORKLOADS[name](arguments, bench, big)
    print(f"{name}: {packets} packets, {os.path.getsize(big) / packets - 16:.0f} bytes each")
    commands = {"bare libpcap loop": [str(bench / "pcap_loop"), big]}
    for workers in arguments.workers.split(","):
        commands[f"replay, {workers} worker(s)"] = [
            str(arguments.build / "apps/sightglass"), "replay", big, "--quiet", "--case",
            os.path.join(folder, name + workers), "--workers", workers]
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
    os.remove(big)


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
    parser.add_argument("--packets", default=3_000_000, type=int)
    parser.add_argument("--runs", default=5, type=int)
    parser.add_argument("--workers", default="1,2")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.workloads or [*WORKLOADS, "dissecting"]:
            if name == "dissecting":
                dissecting(arguments)
            else:
                compare(name, arguments, folder)


if __name__ == "__main__":
    main()
