"""A switch with a mirror port out of network namespaces, and sensors that listen on it.

Two hosts, plc and hmi, stand on a bridge; a third port, feed, belongs to no bridge: what is replayed
there reaches the mirror port alone. Which ports are mirrored, and which way, is chosen as on a switch.
"""
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import time

PLC, HMI = "10.89.0.10", "10.89.0.20"
MACS = {"plc": "02:53:47:00:00:10", "hmi": "02:53:47:00:00:20"}
SPAN = "span0"  # a name that no interface outside has: libpcap reads its losses from there
MTU = 65535  # captures hold what network cards were to cut up, or had put together
HURRY = 30  # seconds after which what is waited for will not come


class Failure(Exception):
    pass


class Late(Failure):
    pass


def run(*words, **how):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **how)
    if done.returncode != 0:
        raise Failure(f"{' '.join(map(str, words))}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def wait_for(what, holds):
    """Looks again and again; the value once it is true."""
    end = time.monotonic() + HURRY
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.05)
    raise Late(f"waited {HURRY} s for {what}")


class Switch:
    """with Switch() as switch: ... ; leaving removes every namespace and ends what runs in them."""

    HOSTS = ("plc", "hmi", "feed")

    def __init__(self):
        self.prefix = f"sgm{os.getpid()}"
        self.started = []

    def __enter__(self):
        try:
            self._build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
        for name in ("switch", "span", *self.HOSTS):
            subprocess.run(["ip", "netns", "del", self.space(name)], stderr=subprocess.DEVNULL, check=False)

    def space(self, name):
        return f"{self.prefix}-{name}"

    def inside(self, name, *words):
        # Not `ip netns exec` or `ip -n`, which also mount and so cannot work in a chroot.
        return ["nsenter", f"--net=/run/netns/{self.space(name)}", *map(str, words)]

    def run_in(self, name, *words, **how):
        return run(*self.inside(name, *words), **how)

    def start_in(self, name, *words, **how):
        self.started.append(subprocess.Popen(self.inside(name, *words), stdin=subprocess.DEVNULL, **how))
        return self.started[-1]

    def _build(self):
        for name in ("switch", "span", *self.HOSTS):
            run("ip", "netns", "add", self.space(name))
            # Nobody says anything here that the test does not know of.
            for where in ("all", "default"):
                self.run_in(name, "sysctl", "-qw", f"net.ipv6.conf.{where}.disable_ipv6=1")
        self.run_in("switch", "ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
        self.run_in("switch", "ip", "link", "set", "br0", "up")
        self._port("span", SPAN)
        for host in self.HOSTS:
            self._port(host, "eth0")
            self.run_in("switch", "tc", "qdisc", "add", "dev", f"p-{host}", "clsact")
        for host, other, address in (("plc", "hmi", PLC), ("hmi", "plc", HMI)):
            self.run_in("switch", "ip", "link", "set", f"p-{host}", "master", "br0")
            self.run_in(host, "ip", "link", "set", "eth0", "address", MACS[host])
            self.run_in(host, "ip", "address", "add", f"{address}/24", "dev", "eth0")
            self.run_in(host, "ip", "neighbour", "add", HMI if host == "plc" else PLC, "lladdr", MACS[other],
                        "dev", "eth0", "nud", "permanent")

    def _port(self, name, device):
        port = f"p-{name}"
        self.run_in("switch", "ip", "link", "add", port, "mtu", MTU, "type", "veth", "peer", "name", device, "mtu",
                    MTU, "netns", self.space(name))
        for space, end in ((name, device), ("switch", port)):
            # What is one frame stays one.
            subprocess.run(self.inside(space, "ethtool", "-K", end, "tso", "off", "gso", "off", "gro", "off", "tx",
                                       "off", "rx", "off"), capture_output=True, check=False)
            self.run_in(space, "ip", "link", "set", end, "up")

    def mirror(self, *ways):
        """From now on the mirror port gets what passes there: ("plc", "ingress") is what plc sends."""
        for host in self.HOSTS:
            for way in ("ingress", "egress"):
                self.run_in("switch", "tc", "filter", "del", "dev", f"p-{host}", way)
        for host, way in ways:
            self.run_in("switch", "tc", "filter", "add", "dev", f"p-{host}", way, "protocol", "all", "prio", "1",
                        "u32", "match", "u32", "0", "0", "action", "mirred", "egress", "mirror", "dev", "p-span")

    def mirrored(self):
        """Frames that the mirror port has sent, ever."""
        told = json.loads(self.run_in("switch", "ip", "-json", "-statistics", "link", "show", "p-span"))
        sent = told[0]["stats64"]["tx"]
        if sent["dropped"] or sent["errors"]:
            raise Failure(f"the mirror itself lost frames: {sent}")
        return sent["packets"]

    def replay(self, path):
        """As fast as it goes, into the port feed; how many frames that were."""
        told = self.run_in("feed", "tcpreplay", "--quiet", "--topspeed", "--intf1", "eth0", path)
        sent = re.search(r"Successful packets:\s+(\d+)\s+Failed packets:\s+0\b", told)
        if not sent:
            raise Failure(f"{path} was not sent whole: {told}")
        return int(sent[1])

    def listens(self, host, port):
        """Seen in the kernel, not on the wire."""
        return self.run_in(host, "ss", "-Hltn", f"sport = :{port}").strip()


# Where a frame that the mirror sent is counted first.
HEARD = ("capture.packets", "capture.dropped_by_kernel", "capture.dropped_by_interface")


def counters_of(folder):
    """The last counters in a record, with the packets of all conversations as "conversations"."""
    record = sqlite3.connect(f"file:{folder}/record.db?mode=ro", uri=True)
    counters = dict(record.execute("SELECT name, value FROM statistic JOIN counter ON number = counter ORDER BY at"))
    counters["conversations"], = record.execute("SELECT coalesce(sum(packets), 0) FROM conversation").fetchone()
    record.close()
    return counters


class Sensor:
    """A sensor of the release on the mirror port, with so many workers, from now on."""

    def __init__(self, switch, release, folder, workers, ring_mib=64):
        self.release, self.workers = release, workers
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(mode=0o755)
        self.log = self.folder / "log"
        settings = self.folder / "sensor.yaml"
        settings.write_text(f"""\
capture: {{interface: {SPAN}, ring_mib: {ring_mib}}}
judge: {{learn_for: off}}
record: {{directory: record, evidence_ring_mib: 4}}
control: {{socket: record/sensor.sock}}
run_as: nobody
workers: {workers}
""")
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = switch.start_in("span", release / "sightglass-sensor", "--config", settings, stdout=log,
                                           stderr=log)
        wait_for("the sensor to listen", self.is_listening)

    def is_listening(self):
        said = self.log.read_text()
        if self.process.poll() is not None:
            raise Failure(f"the sensor ended:\n{said}")
        return "listening on" in said

    def status(self):
        """Its counters, over the control socket."""
        said = run(self.release / "sightglass", "sensor", "--socket", self.folder / "record/sensor.sock", "status")
        return json.loads(said)["counters"]

    def wait_for_frames(self, frames):
        """Until it has heard of so many: those it read, and those that it knows were lost."""
        def heard():
            counters = self.status()
            heard.last = sum(counters.get(name, 0) for name in HEARD)
            return heard.last >= frames
        heard.last = 0
        try:
            wait_for("the sensor", heard)
        except Late:
            raise Failure(f"{self.workers} workers: {heard.last} of {frames} frames are accounted for") from None

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task")
        stands = lambda task: re.search(r"^State:\s+T", (task / "status").read_text(), re.MULTILINE)
        wait_for("the sensor to stand still", lambda: all(stands(task) for task in tasks.iterdir()))

    def starve_workers(self):
        """All its threads on one processor, where the reader, which is the first, comes first."""
        processor = min(os.sched_getaffinity(0))
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            thread = int(task.name)
            os.sched_setaffinity(thread, {processor})
            if thread != self.process.pid:
                os.setpriority(os.PRIO_PROCESS, thread, 19)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def finish(self):
        """Ends it; its last counters. One that was stopped finds that it is to end when it goes on."""
        self.process.terminate()
        self.go_on()
        if self.process.wait(HURRY) != 0:
            raise Failure(f"the sensor ended with {self.process.returncode}:\n{self.log.read_text()}")
        return counters_of(self.folder / "record")
