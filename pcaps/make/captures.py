"""The list of captures, and the program that makes, checks and describes them.

    captures.py make [NAME...]     make them (root); a name may be part of a file name
    captures.py check [NAME...]    ask tshark whether each holds what it should
    captures.py readme             write ../README.md with the frame numbers as they are now
"""
import concurrent.futures
import dataclasses
import pathlib
import subprocess
import sys
import traceback

ROOT = pathlib.Path(__file__).parent.parent
TSHARK = ["tshark", "-d", "tcp.port==5020,mbtcp", "-d", "tcp.port==4001,mbrtu", "-o", "mbrtu.tcp.port:4001",
          "-o", "tcp.desegment_tcp_streams:TRUE"]


@dataclasses.dataclass
class Capture:
    path: str
    what: str
    by: str
    make: object
    key: str  # display filter of the frames that matter
    count: object  # how many there are: number, or (at least, at most)
    tell: str  # what an analyst should be told
    fires: str  # alert kinds
    quiet: str  # alert kinds it is the benign counterpart of
    learn: str  # where learning should end

    def frames(self):
        if not self.key:
            return []
        out = subprocess.run([*TSHARK, "-r", ROOT / self.path, "-Y", self.key, "-T", "fields", "-e",
                              "frame.number"], capture_output=True, text=True)
        if out.returncode and "cut short" not in out.stderr:
            raise RuntimeError(out.stderr)
        return [int(n) for n in out.stdout.split()]


CAPTURES = {}


def capture(path, what, by, key="", count=(1, 10**6), tell="", fires="", quiet="", learn=""):
    """Declares a capture; the function below makes it, given the path to write."""
    def declare(make):
        assert path not in CAPTURES, path
        CAPTURES[path] = Capture(path, what, by, make, key, count, tell, fires, quiet, learn)
        return make
    return declare


def tag(path):
    """Short and different for each capture: it names the namespaces."""
    return format(abs(hash_of(str(path))) % 36**4, "x")


def hash_of(text):
    value = 0
    for c in text:
        value = (value * 131 + ord(c)) % 2**61
    return value


def ranges(numbers):
    """1, 2, 3, 7 -> "1-3, 7"; long lists are cut."""
    parts = []
    for n in numbers:
        if parts and parts[-1][1] == n - 1:
            parts[-1][1] = n
        else:
            parts.append([n, n])
    words = [f"{a}" if a == b else f"{a}-{b}" for a, b in parts]
    return ", ".join(words if len(words) <= 8 else [*words[:6], "...", words[-1]])


def check(c):
    size = (ROOT / c.path).stat().st_size
    if size >= 100_000:
        return f"{size} bytes is too large"
    low, high = c.count if isinstance(c.count, tuple) else (c.count, c.count)
    found = c.frames()
    if c.key and not low <= len(found) <= high:
        return f"{len(found)} frames, not {low}..{high}: {c.key}"
    return ""


def row(cells):
    return "| " + " | ".join(str(c).replace("|", "\\|") for c in cells) + " |\n"


def readme():
    out = (pathlib.Path(__file__).parent / "readme-head.md").read_text()
    sections = [
        ("Demo", "demo/", None),
        ("Modbus functions, stream shapes and file formats", "modbus/", False),
        ("Modbus: what an alert should come of, and its benign counterparts", "modbus/", True),
        ("S7comm functions", "s7comm/", False),
        ("S7comm: what an alert should come of", "s7comm/", True),
        ("OPC UA services and security", "opcua/", False),
        ("OPC UA: what an alert should come of, and its benign counterparts", "opcua/", True),
        ("Network: what an alert should come of, and its benign counterparts", "network/", None),
    ]
    for title, folder, rules in sections:
        chosen = [c for c in CAPTURES.values() if c.path.startswith(folder)
                  and (rules is None or rules == bool(c.fires or c.quiet))]
        out += f"\n## {title}\n\n"
        if rules is False:
            out += row(["file", "what is in it", "made by"]) + row(["---"] * 3)
            for c in chosen:
                out += row([f"`{c.path}`", c.what, c.by])
            continue
        out += row(["file", "what is in it", "alert kinds", "frames that matter", "what to tell the analyst",
                    "made by"]) + row(["---"] * 6)
        for c in chosen:
            kinds = "; ".join(k for k in (c.fires and "fires " + c.fires, c.quiet and "quiet for " + c.quiet)
                              if k)
            frames = ranges(c.frames())
            if c.learn:
                frames += f" (learn for {c.learn})"
            out += row([f"`{c.path}`", c.what, kinds, frames, c.tell, c.by])
        if folder == "demo/":
            out += story()
    (ROOT / "README.md").write_text(out)


def story():
    """The steps of the demo with their frames and times."""
    import demo
    out = "\n" + row(["time (s)", "frames", "what happens"]) + row(["---"] * 3)
    for text, key in demo.STORY:
        fields = subprocess.run([*TSHARK, "-r", ROOT / "demo/tank.pcapng", "-Y", key, "-T", "fields", "-e",
                                 "frame.number", "-e", "frame.time_relative"], capture_output=True, text=True).stdout
        found = [line.split() for line in fields.splitlines()]
        times = list(dict.fromkeys(f"{float(t):.1f}" for _, t in found))
        out += row([", ".join(times), ranges([int(n) for n, _ in found]), text])
    return out


def make_one(c):
    target = ROOT / c.path
    target.parent.mkdir(exist_ok=True)
    try:
        c.make(target)
        return check(c)
    except Exception:
        return traceback.format_exc()


def main():
    import catalogue  # noqa: F401  declares them all
    command, names = sys.argv[1], sys.argv[2:]
    chosen = [c for c in CAPTURES.values() if not names or any(n in c.path for n in names)]
    if command == "readme":
        return readme()
    failed = 0
    # They mostly sleep. What is derived from others comes after them.
    for stage in ([c for c in chosen if not getattr(c.make, "derived", False)],
                  [c for c in chosen if getattr(c.make, "derived", False)]):
        with concurrent.futures.ThreadPoolExecutor(4 if command == "make" else 2) as pool:
            work = {c.path: pool.submit(make_one if command == "make" else check, c) for c in stage}
            for path, result in work.items():
                problem = result.result()
                failed += bool(problem)
                print(f"{path}: {problem or 'ok'}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.modules["captures"] = sys.modules["__main__"]
    sys.exit(main())
