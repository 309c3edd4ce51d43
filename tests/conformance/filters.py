#!/usr/bin/env python3
"""Every condition of filters.txt selects the same frames in `sightglass dissect -Y` and `tshark -Y`.
usage: filters.py SIGHTGLASS CAPTURE..."""
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

CONDITIONS = pathlib.Path(__file__).with_name("filters.txt")
FIELDS = ["-T", "fields", "-e", "frame.number"]
TSHARK = ["tshark", "-n", "-2", "-o", "tcp.reassemble_out_of_order:TRUE"]


def frames(command: list[str]) -> set[int]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr.strip()}")
    return {int(line) for line in done.stdout.split()}


def compare(sightglass: str, capture: str, condition: str) -> tuple[str, int]:
    """What differs ("" for nothing), and how many frames tshark selects."""
    try:
        theirs = frames([*TSHARK, "-r", capture, "-Y", condition, *FIELDS])
        ours = frames([sightglass, "dissect", capture, "-Y", condition, *FIELDS])
    except RuntimeError as error:
        return str(error), 0
    if ours == theirs:
        return "", len(theirs)
    return (f"{pathlib.Path(capture).name}: {condition}\n"
            f"  only in Wireshark: {sorted(theirs - ours)[:20]}\n"
            f"  only here: {sorted(ours - theirs)[:20]}"), len(theirs)


def main() -> int:
    sightglass, captures = sys.argv[1], sys.argv[2:]
    conditions = [line for line in CONDITIONS.read_text().splitlines()
                  if line and not line.startswith("#")]
    pairs = [(capture, condition) for capture in captures for condition in conditions]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda pair: compare(sightglass, *pair), pairs))
    wrong = [difference for difference, _ in results if difference]
    telling = sum(1 for _, selected in results if selected)
    print("\n".join(wrong))
    print(f"{len(pairs) - len(wrong)} of {len(pairs)} select the same frames, {telling} select some")
    return 1 if wrong or not telling else 0


if __name__ == "__main__":
    sys.exit(main())
