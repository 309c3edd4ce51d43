"""A small plant network out of namespaces: hosts on a bridge, and a mirror port that is captured.

Every frame that enters the bridge from a host is copied once to the mirror port, as a switch does.
"""
import os
import pathlib
import signal
import subprocess
import time

HERE = pathlib.Path(__file__).parent
BIN = pathlib.Path(os.environ.get("SGP_BIN", HERE / "build"))
PYTHON = "/usr/bin/python3"

# host: addresses, MAC address
HOSTS = {
    "router": (["192.168.10.1"], "02:53:47:00:00:01"),
    "plc": (["192.168.10.10"], "02:53:47:00:00:10"),
    "gateway": (["192.168.10.12"], "02:53:47:00:00:12"),
    "hmi": (["192.168.10.20"], "02:53:47:00:00:20"),
    "hmi2": (["192.168.10.21"], "02:53:47:00:00:21"),
    "eng": (["192.168.10.30"], "02:53:47:00:00:30"),
    "laptop": (["192.168.10.66"], "02:53:47:00:00:66"),
    "internet": (["192.168.10.1", "203.0.113.5"], "02:53:47:00:00:01"),
}
PLC, GATEWAY, HMI, HMI2, ENG, LAPTOP = (HOSTS[n][0][0] for n in
                                       ("plc", "gateway", "hmi", "hmi2", "eng", "laptop"))


def address(host):
    return HOSTS[host][0][0]


def mac_of(host):
    return HOSTS[host][1]


def sh(*words, check=True):
    return subprocess.run(words, check=check, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


class Lab:
    """with Lab("name", ["plc", "hmi"]) as lab: ... ; capture() starts tcpdump, leaving stops all."""

    def __init__(self, tag, hosts, ipv6=False, late=()):
        self.tag, self.hosts, self.ipv6, self.late = tag, hosts, ipv6, late
        self.background, self.tcpdump = [], None

    def space(self, host):
        return f"sgp-{self.tag}-{host}"

    def __enter__(self):
        off = "0" if self.ipv6 else "1"
        for host in ["sw", "span", *self.hosts]:
            space = self.space(host)
            sh("ip", "netns", "add", space)
            sh("ip", "netns", "exec", space, "sysctl", "-qw", f"net.ipv6.conf.all.disable_ipv6={off}",
               f"net.ipv6.conf.default.disable_ipv6={off}", "net.ipv4.conf.default.arp_notify=0",
               "net.ipv4.conf.all.arp_announce=2")
            sh("ip", "-n", space, "link", "set", "lo", "up")
        sw, span = self.space("sw"), self.space("span")
        sh("ip", "-n", sw, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
        sh("ip", "-n", sw, "link", "set", "br0", "up")
        sh("ip", "-n", sw, "link", "add", "p-span", "type", "veth", "peer", "name", "mon0", "netns", span)
        for space, device in ((sw, "br0"), (sw, "p-span"), (span, "mon0")):
            sh("ip", "netns", "exec", space, "sysctl", "-qw", f"net.ipv6.conf.{device}.disable_ipv6=1")
        sh("ip", "-n", sw, "link", "set", "p-span", "up")
        sh("ip", "-n", span, "link", "set", "mon0", "up", "promisc", "on")
        sh("ip", "netns", "exec", span, "ethtool", "-K", "mon0", "gro", "off", check=False)
        for number, host in enumerate(self.hosts):
            self._attach(host, number)
        return self

    def _attach(self, host, number):
        sw, space, port = self.space("sw"), self.space(host), f"p-{host}"
        addresses, mac = HOSTS[host]
        sh("ip", "-n", sw, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", space)
        sh("ip", "netns", "exec", sw, "sysctl", "-qw", f"net.ipv6.conf.{port}.disable_ipv6=1")
        for where, device in ((space, "eth0"), (sw, port)):
            sh("ip", "netns", "exec", where, "ethtool", "-K", device, "tso", "off", "gso", "off", "gro",
               "off", "tx", "off", "rx", "off", check=False)
        sh("tc", "-n", sw, "qdisc", "add", "dev", port, "clsact")
        sh("tc", "-n", sw, "filter", "add", "dev", port, "ingress", "protocol", "all", "prio", "1",
           "u32", "match", "u32", "0", "0", "action", "mirred", "egress", "mirror", "dev", "p-span")
        sh("ip", "-n", sw, "link", "set", port, "master", "br0", "up")
        sh("ip", "-n", space, "link", "set", "eth0", "address", mac)
        for a in addresses:
            sh("ip", "-n", space, "addr", "add", a + ("/24" if a.startswith("192.168.10.") else "/32"),
               "dev", "eth0")
        if self.ipv6:
            last = addresses[0].split(".")[-1]
            sh("ip", "-n", space, "addr", "add", f"fd00:53:47::{last}/64", "dev", "eth0", "nodad")
        if host not in self.late:
            self.link_up(host)

    def link_up(self, host):
        """A late host announces itself, as most systems do when a cable is plugged in."""
        space = self.space(host)
        if host in self.late:
            sh("ip", "netns", "exec", space, "sysctl", "-qw", "net.ipv4.conf.eth0.arp_notify=1")
        sh("ip", "-n", space, "link", "set", "eth0", "up")
        if "router" in self.hosts or "internet" in self.hosts:
            if host not in ("router", "internet"):
                sh("ip", "-n", space, "route", "add", "default", "via", "192.168.10.1")

    def capture(self, path, *options, on="span", device="mon0", only=""):
        """tcpdump on the mirror port, or inside a host."""
        self.stop_capture()
        log = open(BIN / f"{self.tag}.tcpdump", "w")
        self.tcpdump = subprocess.Popen(
            ["ip", "netns", "exec", self.space(on), "tcpdump", "-i", device, "-Z", "root", "-s", "2048", "-B", "8192",
             "--immediate-mode", "-U", "-w", str(path), *options, *only.split()],
            stderr=log, stdout=subprocess.DEVNULL)
        for _ in range(100):
            if "listening on" in open(log.name).read():
                return
            time.sleep(0.05)
        raise RuntimeError(open(log.name).read())

    def stop_capture(self):
        if self.tcpdump:
            time.sleep(0.4)
            self.tcpdump.send_signal(signal.SIGINT)
            self.tcpdump.wait(5)
            self.tcpdump = None
            log = (BIN / f"{self.tag}.tcpdump").read_text()
            if not log.splitlines()[-1].startswith("0 "):
                raise RuntimeError(f"the capture lost frames: {log}")

    def start(self, host, *argv, env=None):
        p = subprocess.Popen(["ip", "netns", "exec", self.space(host), *map(str, argv)],
                             stdout=open(BIN / f"{self.tag}-{host}.log", "a"), stderr=subprocess.STDOUT,
                             stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})
        self.background.append(p)
        return p

    def run(self, host, *argv, env=None, timeout=90):
        self.start(host, *argv, env=env).wait(timeout)

    def server(self, host, *argv, port=502):
        """Starts a server and waits until its port is open (seen in the kernel, not on the wire)."""
        process = self.start(host, *argv)
        for _ in range(200):
            out = subprocess.run(["ip", "netns", "exec", self.space(host), "ss", "-Hltn", f"sport = :{port}"],
                                 capture_output=True).stdout
            if out.strip():
                return process
            time.sleep(0.05)
        raise RuntimeError(f"{argv} does not listen")

    def libmodbus_server(self, host="plc", port=502, where="0.0.0.0"):
        return self.server(host, BIN / "controller", where, port, port=port)

    def pymodbus_server(self, *options, host="plc", port=502):
        return self.server(host, PYTHON, HERE / "peers/controller.py", address(host), port, *options,
                           port=port)

    def scripted_server(self, behaviour, host="plc", port=502):
        return self.server(host, PYTHON, HERE / "peers/scripted.py", address(host), port, behaviour,
                           port=port)

    def station(self, host, *steps, to=PLC, port=502, wait=True, start_at=None):
        """The libmodbus client; steps are strings, or lists of strings."""
        flat = [s for step in steps for s in ([step] if isinstance(step, str) else step)]
        env = {"START_AT": str(start_at)} if start_at else None
        p = self.start(host, BIN / "station", to, port, *flat, env=env)
        if wait:
            p.wait(120)
        return p

    def laptop(self, *steps, host="laptop", to=PLC, port=502, wait=True, start_at=None):
        """The pymodbus client."""
        env = {"START_AT": str(start_at)} if start_at else None
        p = self.start(host, PYTHON, HERE / "peers/laptop.py", to, port, *steps, env=env)
        if wait:
            p.wait(120)
        return p

    def segments(self, host, *steps, to=PLC, port=502, wait=True):
        """A TCP client that sends exactly the bytes and pieces it is told to."""
        flat = [s for step in steps for s in ([step] if isinstance(step, str) else step)]
        p = self.start(host, PYTHON, HERE / "peers/segments.py", to, port, *flat)
        if wait:
            p.wait(120)
        return p

    def inject(self, host, frames):
        """Puts frames on the wire; frames: (seconds before it, bytes)."""
        lines = "".join(f"{delay} {frame.hex()}\n" for delay, frame in frames)
        subprocess.run(["ip", "netns", "exec", self.space(host), PYTHON, HERE / "peers/inject.py"],
                       input=lines.encode(), check=True, timeout=90)

    def __exit__(self, *_):
        self.stop_capture()
        for p in self.background:
            if p.poll() is None:
                p.terminate()
        for p in self.background:
            try:
                p.wait(3)
            except subprocess.TimeoutExpired:
                p.kill()
        for host in ["sw", "span", *self.hosts]:
            sh("ip", "netns", "del", self.space(host), check=False)
