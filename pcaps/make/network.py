"""ARP, TCP, IP and Ethernet: scans, floods, conflicts, and what only looks like them."""
import pathlib
import struct
import subprocess
import tempfile
import time

import lab
from captures import capture
from cell import LIBMODBUS, STRANGER, cell, poll
from frames import ACK, FIN, PSH, SYN, URG, arp, ethernet, ipv4, tcp

CRAFTED = "crafted frames; libmodbus session beside them"
LAPTOP_MAC, PLC_MAC, HMI_MAC, ROUTER_MAC = (lab.mac_of(h) for h in ("laptop", "plc", "hmi", "router"))
FROM_LAPTOP = f"eth.src == {LAPTOP_MAC}"
NOBODY, ALL = "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"


def to_plc(segment, source=lab.LAPTOP):
    """segment: TCP as bytes."""
    return ethernet(LAPTOP_MAC, PLC_MAC, 0x0800, ipv4(source, lab.PLC, 6, segment))


@capture("network/arp-normal.pcap", "four hosts resolve each other; HMI-2 is plugged in and announces itself", "Linux kernel, "
         "libmodbus", key="arp", count=(5, 30), quiet="NET-006, NET-007, NET-008, NET-009, NET-011", tell="Nothing.")
def arp_normal(path):
    with cell(path, "hmi2", "eng", late=["hmi2"]) as net:
        net.station("eng", "3 0 4")
        net.link_up("hmi2")
        time.sleep(1)
        net.station("hmi2", "3 0 4")


@capture("network/arp-scan.pcap", "the laptop asks for 192.168.10.1 to .60 within 6 s; three answer", CRAFTED,
         key=f"arp.opcode == 1 && {FROM_LAPTOP}", count=60, fires="NET-011, NET-001",
         tell=f"{STRANGER} asked for 60 addresses by ARP in 6 s; 3 exist. It looks for hosts.")
def arp_scan(path):
    with cell(path, "laptop", "eng", seconds=7) as net:
        net.inject("laptop", [(0.09, arp(1, LAPTOP_MAC, lab.LAPTOP, NOBODY, f"192.168.10.{n}"))
                              for n in range(1, 61)])


@capture("network/arp-few-requests.pcap", "the engineering station asks for 12 addresses in 10 s, most not there", CRAFTED,
         key="arp.opcode == 1 && eth.src == 02:53:47:00:00:30", count=12, quiet="NET-011", tell="Nothing: below a scan.")
def arp_few(path):
    with cell(path, "eng", seconds=10) as net:
        net.inject("eng", [(0.75, arp(1, lab.mac_of("eng"), lab.ENG, NOBODY, f"192.168.10.{n}")) for n in range(100, 112)])


@capture("network/arp-address-conflict.pcap", "the laptop takes 192.168.10.10 too and announces it; both answer for it",
         "Linux kernel, libmodbus", key="arp.src.proto_ipv4 == 192.168.10.10", count=(3, 12), fires="NET-006, NET-001",
         tell=f"Two devices claim 192.168.10.10: PLC-1 ({PLC_MAC}) and {LAPTOP_MAC}, both active now.")
def conflict(path):
    with cell(path, "laptop", "eng", late=["laptop"], seconds=6) as net:
        lab.sh("ip", "-n", net.space("laptop"), "addr", "flush", "dev", "eth0")
        lab.sh("ip", "-n", net.space("laptop"), "addr", "add", lab.PLC + "/24", "dev", "eth0")
        net.link_up("laptop")
        time.sleep(1.5)
        net.station("eng", "3 0 4")
        time.sleep(1)


@capture("network/arp-device-replaced.pcap", "the controller is unplugged; after 3 s another device with the same address, but "
         "another MAC, announces itself and works on", "Linux kernel, libmodbus", key="arp.src.proto_ipv4 == 192.168.10.10",
         count=(2, 12), fires="NET-007", quiet="NET-006, NET-008",
         tell=f"192.168.10.10 moved from {PLC_MAC} to 02:53:47:00:00:1a; the old one is silent. A replaced device?")
def replaced(path):
    with cell(path, "gateway", late=["gateway"], polling=False) as net:
        net.station("hmi", poll(3, 0.5))
        lab.sh("ip", "-n", net.space("plc"), "link", "set", "eth0", "down")
        time.sleep(3)
        space = net.space("gateway")
        lab.sh("ip", "-n", space, "link", "set", "eth0", "address", "02:53:47:00:00:1a")
        lab.sh("ip", "-n", space, "addr", "flush", "dev", "eth0")
        lab.sh("ip", "-n", space, "addr", "add", lab.PLC + "/24", "dev", "eth0")
        net.link_up("gateway")
        net.libmodbus_server("gateway")
        lab.sh("ip", "-n", net.space("hmi"), "neigh", "flush", "dev", "eth0")
        net.station("hmi", poll(3, 0.5))


@capture("network/arp-spoofed-replies.pcap", "the laptop tells HMI-1 and PLC-1, unasked, that it is the other, each second, and "
         "passes their traffic on: each frame is seen twice, with TTL 64 and 63", "crafted ARP replies; the Linux kernel relays "
         "a libmodbus session", key=f"arp.opcode == 2 && {FROM_LAPTOP}", count=(8, 20), fires="NET-008, NET-010, NET-006",
         tell=f"{LAPTOP_MAC} (192.168.10.66) poses as PLC-1 to HMI-1 and as HMI-1 to PLC-1, and relays their Modbus traffic: "
              "man in the middle.")
def spoofed(path):
    with cell(path, "laptop", seconds=10) as net:
        for key in ("ip_forward=1", "conf.all.send_redirects=0", "conf.eth0.send_redirects=0"):
            lab.sh("ip", "netns", "exec", net.space("laptop"), "sysctl", "-qw", f"net.ipv4.{key}")
        net.station("laptop", "3 0 1")
        net.station("laptop", "3 0 1", to=lab.HMI)  # refused; the laptop learns both addresses
        lies = [arp(2, LAPTOP_MAC, lab.PLC, HMI_MAC, lab.HMI), arp(2, LAPTOP_MAC, lab.HMI, PLC_MAC, lab.PLC)]
        net.inject("laptop", [(0.6 if n == 0 else 0.01, lie) for i in range(6) for n, lie in enumerate(lies)])


@capture("network/arp-spoofed-requests.pcap", "the laptop sends gratuitous and unicast requests that claim PLC-1's address", CRAFTED,
         key=f"arp.opcode == 1 && {FROM_LAPTOP}", count=6, fires="NET-009, NET-006",
         tell=f"{LAPTOP_MAC} claims PLC-1's address 192.168.10.10 in ARP requests, three broadcast and three sent to HMI-1 alone.")
def spoofed_requests(path):
    with cell(path, "laptop", seconds=5) as net:
        wide = arp(1, LAPTOP_MAC, lab.PLC, NOBODY, lab.PLC)
        single = arp(1, LAPTOP_MAC, lab.PLC, NOBODY, lab.HMI, target=HMI_MAC)
        net.inject("laptop", [(0.5, f) for f in (wide, single) * 3])


@capture("network/arp-sender-differs.pcap", "ARP replies whose Ethernet source is the laptop and whose sender is a MAC nobody has",
         CRAFTED, key=f"arp && {FROM_LAPTOP}", count=3, fires="NET-008, NET-006",
         tell=f"ARP replies from {LAPTOP_MAC} say that 192.168.10.10 is at 02:53:47:00:00:ee: sender and frame do not agree.")
def sender_differs(path):
    with cell(path, "laptop") as net:
        lie = arp(2, "02:53:47:00:00:ee", lab.PLC, lab.mac_of("router"), "192.168.10.1", source=LAPTOP_MAC)
        net.inject("laptop", [(0.5, lie)] * 3)


@capture("network/vrrp-failover.pcap", "a virtual router: 192.168.10.1 at 00:00:5e:00:01:01, announced from two routers in turn", CRAFTED,
         key="arp.src.hw_mac == 00:00:5e:00:01:01", count=4, quiet="NET-006, NET-007, NET-008, NET-009",
         tell="Nothing: a redundant router changed over.")
def vrrp(path):
    with cell(path, "laptop", "eng") as net:
        say = arp(1, "00:00:5e:00:01:01", "192.168.10.1", NOBODY, "192.168.10.1")
        net.inject("eng", [(0.4, say)] * 2)
        net.inject("laptop", [(0.4, say)] * 2)


@capture("network/syn-port-scan.pcap", "half-open scan: a SYN from the laptop to each of 30 ports of PLC-1 in 3 s; 502 answers",
         CRAFTED, key=f"tcp.flags.syn == 1 && {FROM_LAPTOP}", count=30, fires="NET-013, NET-001",
         tell=f"{STRANGER} tried 30 TCP ports of PLC-1 in 3 s; port 502 is open.")
def port_scan(path):
    ports = [20, 21, 22, 23, 25, 53, 67, 69, 80, 102, 110, 111, 123, 135, 139, 143, 161, 389, 443, 445, 502, 1025, 2404, 3389,
             4840, 5900, 8080, 20000, 44818, 47808]
    with cell(path, "laptop", seconds=5) as net:
        net.inject("laptop", [(0.09, to_plc(tcp(lab.LAPTOP, lab.PLC, 51000, p, 7000 + p, 0, SYN,
                                               options=b"\x02\x04\x05\xb4"))) for p in ports])


@capture("network/connect-few-ports.pcap", "the engineering station connects to 5 ports of PLC-1, of which 502 is open",
         "Linux kernel", key="tcp.flags.syn == 1 && ip.src == 192.168.10.30", count=5, quiet="NET-013, NET-014",
         tell="Nothing: five ports, no scan.")
def few_ports(path):
    with cell(path, "eng") as net:
        for port in (22, 80, 443, 502, 4840):
            net.run("eng", lab.PYTHON, "-c", f"import socket\ntry: socket.create_connection(('192.168.10.10', {port}), 1).close()\n"
                    "except OSError: pass")


@capture("network/tcp-address-scan.pcap", "the laptop connects to port 502 of 192.168.20.1 to .25 through the router within 4 s; "
         "nobody answers", "Linux kernel", key=f"tcp.flags.syn == 1 && {FROM_LAPTOP}", count=(25, 50), fires="NET-012, NET-001",
         tell=f"{STRANGER} tried port 502 of 25 addresses in 192.168.20.0/24 in 4 s; none answered.")
def address_scan(path):
    with cell(path, "laptop", "router", seconds=6) as net:
        net.run("laptop", lab.PYTHON, "-c", "import socket, time\ns = []\nfor n in range(1, 26):\n"
                " c = socket.socket(); c.setblocking(False); c.connect_ex((f'192.168.20.{n}', 502)); s.append(c)\n"
                " time.sleep(0.15)\n if n > 5: s[n - 6].close()\n")


CONNECT_ALL = ("import socket\nfor last in (10, 12, 20, 21, 30):\n for port in (502, 102, 4840, 44818):\n"
               "  try: socket.create_connection((f'192.168.10.{last}', port), 1).close()\n  except OSError: pass\n")


@capture("network/plant-wide-scan.pcap", "the laptop connects to 502, 102, 4840 and 44818 of five hosts", "Linux kernel",
         key=f"tcp.flags.syn == 1 && {FROM_LAPTOP}", count=20, fires="APP-020, NET-001",
         tell=f"{STRANGER} tried the ports of Modbus, S7, OPC UA and EtherNet/IP on five hosts within 1 s; only PLC-1 answers, on 502.")
def plant_scan(path):
    with cell(path, "laptop", "gateway", "hmi2", "eng") as net:
        net.run("laptop", lab.PYTHON, "-c", CONNECT_ALL)


@capture("network/syn-flood.pcap", "200 SYNs to port 502 of PLC-1 within 2 s from an address that never goes on", CRAFTED,
         key="tcp.flags.syn == 1 && tcp.flags.ack == 0 && ip.src == 192.168.10.67", count=200, fires="NET-014, NET-001",
         tell="192.168.10.67 opened 200 connections to PLC-1 port 502 in 2 s and finished none.")
def syn_flood(path):
    with cell(path, "laptop", seconds=5) as net:
        lab.sh("ip", "-n", net.space("plc"), "neigh", "add", "192.168.10.67", "lladdr", LAPTOP_MAC, "dev", "eth0")
        net.inject("laptop", [(0.009, to_plc(tcp("192.168.10.67", lab.PLC, 20000 + n, 502, n * 977, 0, SYN), "192.168.10.67"))
                              for n in range(200)])


@capture("network/syn-flood-many-sources.pcap", "200 SYNs to port 502 of PLC-1 within 2 s through the router, each from another "
         "address, none of which goes on", CRAFTED, key="tcp.flags.syn == 1 && tcp.flags.ack == 0 && ip.src == 10.66.0.0/16",
         count=200, fires="NET-014, NET-001",
         tell="200 connections to PLC-1 port 502 were begun in 2 s and left half-open, each from another address behind "
              f"{ROUTER_MAC}: a flood, and the addresses are invented.")
def syn_flood_many(path):
    with cell(path, "router", seconds=5) as net:
        source = [f"10.66.{n % 7}.{1 + n}" for n in range(200)]
        net.inject("router", [(0.009, ethernet(ROUTER_MAC, PLC_MAC, 0x0800, ipv4(a, lab.PLC, 6, tcp(
            a, lab.PLC, 20000 + n, 502, n * 977, 0, SYN)))) for n, a in enumerate(source)])


@capture("network/busy-server.pcap", "HMI-2 and ENG-1 open 65 connections each to port 8080 of PLC-1 within 3 s, and close each",
         "Linux kernel", key="tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.dstport == 8080", count=130, quiet="NET-014",
         tell="Nothing: many connections, each of which is used.")
def busy(path):
    with cell(path, "hmi2", "eng", seconds=5) as net:
        net.server("plc", lab.PYTHON, "-c", "import socket\ns = socket.create_server(('192.168.10.10', 8080), backlog=128)\n"
                   "while True: s.accept()[0].close()", port=8080)
        ask = ("import socket, time\nfor _ in range(65):\n"
               " socket.create_connection(('192.168.10.10', 8080), 1).close(); time.sleep(0.03)\n")
        both = [net.start(host, lab.PYTHON, "-c", ask) for host in ("hmi2", "eng")]
        for process in both:
            process.wait(30)


@capture("network/reset-storm.pcap", "PLC-1 resets each connection after two answers, eight times in 9 s", "libmodbus client; "
         "scripted server", key="tcp.flags.reset == 1 && ip.src == 192.168.10.10", count=(8, 10), fires="NET-016",
         tell="PLC-1 reset the connection of HMI-1 eight times in 9 s, always after two answers.")
def resets(path):
    with cell(path, server="reset:2", polling=False) as net:
        net.station("hmi", [s for i in range(8) for s in ("3 0 4", "sleep 0.3", "3 0 4", "sleep 1", "reconnect")])


@capture("network/reset-once.pcap", "one reset by PLC-1, then a connection that stays", "libmodbus client; scripted server",
         key="tcp.flags.reset == 1", count=(1, 2), quiet="NET-016", tell="Nothing: one reset.")
def reset_once(path):
    with cell(path, polling=False) as net:
        net.segments("hmi", "send 000100000006010300000002", "wait 0.2", "reset")
        net.station("hmi", *["3 0 4", "sleep 0.3"] * 5)


@capture("network/tcp-null-xmas-fin.pcap", "NULL, FIN and XMAS probes from the laptop to ports 22, 102 and 502 of PLC-1", CRAFTED,
         key=f"tcp && {FROM_LAPTOP}", count=9, fires="NET-013, NET-001",
         tell=f"{STRANGER} sent PLC-1 TCP segments with flags no stack sends (none, FIN alone, FIN+PSH+URG): a scanner.")
def null_xmas(path):
    with cell(path, "laptop") as net:
        net.inject("laptop", [(0.15, to_plc(tcp(lab.LAPTOP, lab.PLC, 51000, port, 1, 0, flags)))
                              for flags in (0, FIN, FIN | PSH | URG) for port in (22, 102, 502)])


@capture("network/fragments-overlapping.pcap", "a Modbus write in IP fragments that overlap with other bytes, twice; and a first "
         "fragment of 8 bytes", CRAFTED, key="ip.flags.mf == 1 || ip.frag_offset > 0", count=7, fires="NET-018, NET-001",
         tell=f"{STRANGER} sent PLC-1 IP fragments that overlap with different content, and a first fragment too small for a "
              "TCP header: a way round a firewall.")
def overlapping_fragments(path):
    write = tcp(lab.LAPTOP, lab.PLC, 51000, 502, 1, 1, PSH | ACK, bytes.fromhex("000100000006010600280032") + bytes(12))
    other = write[:24] + b"\x5f" * (len(write) - 24)

    def piece(data, ident, offset, more):
        return ethernet(LAPTOP_MAC, PLC_MAC, 0x0800, ipv4(lab.LAPTOP, lab.PLC, 6, data, ident, offset, more))

    with cell(path, "laptop") as net:
        out = []
        for ident in (0x100, 0x101):
            out += [piece(write[:32], ident, 0, True), piece(other[24:], ident, 24, False)]
        out += [piece(write[:8], 0x102, 0, True), piece(write[8:24], 0x102, 8, True), piece(write[24:], 0x102, 24, False)]
        net.inject("laptop", [(0.2, f) for f in out])


@capture("network/fragments-normal.pcap", "three UDP datagrams of 3000 bytes between HMI-1 and ENG-1, fragmented by the kernel",
         "Linux kernel", key="ip.flags.mf == 1 || ip.frag_offset > 0", count=9, quiet="NET-018", tell="Nothing.")
def fragments(path):
    with cell(path, "eng") as net:
        net.start("eng", lab.PYTHON, "-c", "import socket\ns=socket.socket(2,2); s.bind(('',9000))\nwhile 1: s.recv(9000)")
        time.sleep(0.3)
        net.run("hmi", lab.PYTHON, "-c", "import socket, time\ns=socket.socket(2,2)\nfor i in range(3):\n"
                " s.sendto(bytes([65+i])*3000,('192.168.10.30',9000)); time.sleep(.3)")


def through_router(name, what, address, by, **more):
    @capture(f"network/{name}.pcap", what, by, key=f"modbus && ip.src == {address}", **more)
    def make(path):
        with cell(path, "internet") as net:
            outside = net.space("internet")
            lab.sh("ip", "-n", outside, "addr", "del", "203.0.113.5/32", "dev", "eth0")
            lab.sh("ip", "-n", outside, "addr", "add", f"{address}/32", "dev", "eth0")
            lab.sh("ip", "-n", outside, "route", "replace", lab.PLC, "dev", "eth0", "src", address)
            net.station("internet", "3 0 10", "6 40 95", "3 40 1")


through_router("public-address-inbound", "203.0.113.5 reads and writes register 40 of PLC-1, through the router", "203.0.113.5",
               LIBMODBUS, count=3, fires="NET-022, NET-021, CTL-013",
               tell="A public address, 203.0.113.5, reached PLC-1 port 502 through 02:53:47:00:00:01 and wrote register 40 = 95. "
                    "PLC-1 accepted.")
through_router("routed-private-address", "10.20.0.5, a private address behind the router, reads and writes register 40",
               "10.20.0.5", LIBMODBUS, count=3, quiet="NET-021, NET-022",
               tell="Not the Internet: a private network behind the router (a site file decides whose it is).")


@capture("network/public-address-outbound.pcap", "PLC-1 opens a connection to 203.0.113.5 port 443", "Linux kernel",
         key="tcp.flags.syn == 1 && ip.dst == 203.0.113.5", count=(1, 3), fires="NET-021",
         tell="PLC-1 opened a connection to the public address 203.0.113.5 port 443. It was refused there.")
def outbound(path):
    with cell(path, "internet") as net:
        net.run("plc", lab.PYTHON, "-c", "import socket\ntry: socket.create_connection(('203.0.113.5',443),1)\nexcept OSError: pass")


@capture("network/broadcast-storm.pcap", "the same broadcast frame 600 times within 1.5 s, as from a loop", CRAFTED,
         key="eth.dst == ff:ff:ff:ff:ff:ff && udp", count=600, fires="NET-015",
         tell="One identical broadcast frame (HMI-2, UDP 137) came 600 times in 1.5 s: a loop in the network.")
def storm(path):
    body = struct.pack("!HHHH", 137, 137, 8 + 12, 0) + b"LOOPLOOPLOOP"
    frame = ethernet(lab.mac_of("hmi2"), ALL, 0x0800, ipv4(lab.HMI2, "192.168.10.255", 17, body))
    with cell(path, "hmi2") as net:
        net.inject("hmi2", [(0.0023, frame)] * 600)


TALK = "import socket\ns=socket.create_connection(('192.168.10.10',{port}),2)\ns.settimeout(1)\n" \
       "for line in {lines}:\n try:\n  print(s.recv(200))\n except OSError: pass\n s.sendall(line)\n"
LISTEN = "import socket\ns=socket.create_server(('0.0.0.0',{port}))\nc,_=s.accept()\n" \
         "for line in {lines}:\n c.sendall(line)\n try: c.recv(200)\n except OSError: pass\n"


@capture("network/telnet-login.pcap", "the laptop logs in at PLC-1's Telnet port with a name and a password in clear text",
         "scripted, because no Telnet server is needed for it", key="tcp.port == 23 && tcp.len > 0", count=(5, 10),
         fires="NET-023, DAT-004, NET-001", tell=f"{STRANGER} opened a Telnet session to PLC-1 and sent a password in clear text.")
def telnet(path):
    with cell(path, "laptop") as net:
        net.server("plc", lab.PYTHON, "-c", LISTEN.format(port=23, lines=[b"EC-200 login: ", b"Password: ", b"EC-200> "]), port=23)
        net.run("laptop", lab.PYTHON, "-c", TALK.format(port=23, lines=[b"admin\r\n", b"not-a-secret\r\n", b"exit\r\n"]))


@capture("network/ssh-other-port.pcap", "the laptop tries to log in by SSH at port 2222 of PLC-1 and has no key for it",
         "OpenSSH client and server", key="tcp.port == 2222 && tcp.payload[0:4] == \"SSH-\"", count=2, fires="NET-023, NET-001",
         tell=f"{STRANGER} spoke SSH with PLC-1 on port 2222, which is not SSH's own.")
def ssh_other_port(path):
    with cell(path, "laptop") as net, tempfile.TemporaryDirectory() as keys:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{keys}/host"], check=True)
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        net.server("plc", "/usr/sbin/sshd", "-D", "-f", "/dev/null", "-h", f"{keys}/host", "-p", "2222", "-o", "UsePAM=no", port=2222)
        net.run("laptop", "ssh", "-F", "/dev/null", "-p", "2222", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no",
                "-o", "UserKnownHostsFile=/dev/null", "-o", "PubkeyAuthentication=no", "operator@192.168.10.10", "true")


@capture("network/http-basic-password.pcap", "the laptop reads a page of PLC-1's web server with HTTP Basic authentication",
         "Python's HTTP client and server", key="http.authorization", count=1, fires="DAT-004, NET-024, NET-001",
         tell=f"{STRANGER} sent a name and password to PLC-1 by HTTP Basic, readable on the wire.")
def http_basic(path):
    with cell(path, "laptop") as net:
        net.server("plc", lab.PYTHON, "-m", "http.server", "-d", "/usr/share/doc/iproute2", "80", port=80)
        net.run("laptop", lab.PYTHON, "-c", "import urllib.request as u\nr=u.Request('http://192.168.10.10/none',headers="
                "{'Authorization':'Basic YWRtaW46bm90LWEtc2VjcmV0'})\ntry: u.urlopen(r,timeout=2)\nexcept OSError: pass")


