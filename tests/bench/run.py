#!/usr/bin/env python3
"""Times `sightglass replay` (record on, no output) beside a bare libpcap loop over the same file, in
turns, and prints both and their ratio: a machine's speed drifts, the ratio does not.

usage: tests/bench/run.py [--build DIR] [--capture FILE] [--packets N] [--runs N] [--workers N,N]
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=ROOT / "build/release", type=pathlib.Path)
    parser.add_argument("--capture", default=ROOT / "pcaps/demo/tank.pcapng", type=pathlib.Path)
    parser.add_argument("--packets", default=3_000_000, type=int)
    parser.add_argument("--stations", default=50, type=int)
    parser.add_argument("--runs", default=5, type=int)
    parser.add_argument("--workers", default="1,2")
    arguments = parser.parse_args()
    bench = arguments.build / "tests/bench"
    with tempfile.TemporaryDirectory() as folder:
        big = os.path.join(folder, "big.pcap")
        one = subprocess.run([bench / "multiply", arguments.capture, big, "1", "1"], check=True,
                             capture_output=True, text=True)
        packets_in_one = int(one.stdout.split()[0])
        rounds = max(1, arguments.packets // (packets_in_one * arguments.stations))
        made = subprocess.run([bench / "multiply", arguments.capture, big, str(arguments.stations),
                               str(rounds)], check=True, capture_output=True, text=True)
        packets = int(made.stdout.split()[0])
        size = os.path.getsize(big)
        print(f"{arguments.capture.name} x {arguments.stations} stations x {rounds} rounds: "
              f"{packets} packets, {size / packets:.0f} bytes each with header")
        commands = {"bare libpcap loop": [str(bench / "pcap_loop"), big]}
        for workers in arguments.workers.split(","):
            commands[f"replay, {workers} worker(s)"] = [
                str(arguments.build / "apps/sightglass"), "replay", big, "--quiet", "--case",
                os.path.join(folder, "case" + workers), "--workers", workers]
        results = {name: [] for name in commands}
        for run in range(arguments.runs + 1):  # the first warms the page cache and is not counted
            for name, command in commands.items():
                measured = cpu_and_memory(command)
                if run:
                    results[name].append(measured)
        loop = [cpu for cpu, _, _ in results["bare libpcap loop"]]
        print(f"{'':22}{'ns/packet':>10}{'packets/s':>12}{'wall s':>8}{'peak MiB':>10}{'x loop':>8}")
        for name, runs in results.items():
            cpu = statistics.median(run[0] for run in runs)
            wall = statistics.median(run[1] for run in runs)
            ratio = statistics.median(run[0] / base for run, base in zip(runs, loop))
            print(f"{name:22}{cpu / packets * 1e9:10.0f}{packets / wall:12.0f}{wall:8.2f}"
                  f"{max(run[2] for run in runs):10.0f}{ratio:8.2f}")


if __name__ == "__main__":
    main()
