"""26 s of the usual, then something that was never there."""
import time

import lab
from captures import capture
from cell import LEARN, LIBMODBUS, STRANGER, USUAL_WRITES, cell, learned, poll

LATE = "frame.time_relative > 26"


@capture("modbus/usual-traffic.pcap", "40 s of HMI-1 polling and writing registers 40-41 and coil 5, nothing new at any time",
         LIBMODBUS, key=f"modbus && {LATE}", count=(20, 60), quiet="APP-001, APP-002, CTL-013, CTL-014, NET-001, NET-002, "
         "APP-024", learn=LEARN, tell="Nothing.")
def usual(path):
    with learned(path, seconds=40, writes=[*USUAL_WRITES, (29, "6 40 50"), (33, "5 5 1"), (37, "16 40 52 7")]):
        pass


@capture("modbus/new-host.pcap", "then the laptop plugs in, announces itself and reads registers 0-3", "libmodbus client (HMI), "
         "pymodbus client (laptop), libmodbus server", key="eth.src == 02:53:47:00:00:66", count=(5, 12), fires="NET-001, APP-002",
         learn=LEARN, tell=f"{STRANGER} (02:53:47:00:00:66) is new on this network. It read registers 0-3 of PLC-1.")
def new_host(path):
    with learned(path, "laptop", late=["laptop"]) as net:
        net.link_up("laptop")
        time.sleep(1)
        net.laptop("read 1 0 4")


@capture("modbus/new-conversation.pcap", "HMI-1 polls PLC-1 and HMI-2 the gateway; then HMI-2 reads from PLC-1", LIBMODBUS,
         key="modbus && ip.addr == 192.168.10.21 && ip.addr == 192.168.10.10", count=2, fires="NET-002, APP-002", quiet="NET-001",
         learn=LEARN, tell="HMI-2 and PLC-1 talk for the first time: Modbus/TCP, a read of registers 0-3. Both are known.")
def new_conversation(path):
    def other_pair(net):
        net.libmodbus_server("gateway")
        net.station("hmi2", poll(31, 2.0), to=lab.GATEWAY, wait=False)

    with learned(path, "hmi2", "gateway", before=other_pair) as net:
        net.station("hmi2", "3 0 4")


@capture("modbus/new-function.pcap", "then HMI-1 uses functions 2 and 22, which it never did", LIBMODBUS,
         key="modbus.func_code in {2,22}", count=4, fires="APP-001, CTL-014", learn=LEARN,
         tell="HMI-1 used functions 2 and 22 on PLC-1 for the first time. PLC-1 accepted.")
def new_function(path):
    with learned(path) as net:
        net.station("hmi", "2 0 8", "22 40 0xFFFE 1")


@capture("modbus/new-writer.pcap", "the engineering station reads all the time; then it writes register 40, which only HMI-1 "
         "wrote", LIBMODBUS, key="modbus.func_code == 6 && ip.addr == 192.168.10.30", count=2, fires="CTL-013, APP-001",
         learn=LEARN, tell="ENG-1 wrote PLC-1 register 40 = 60. It is known and read from PLC-1 before, but never wrote. "
         "PLC-1 accepted.")
def new_writer(path):
    with learned(path, "eng", before=lambda net: net.station("eng", poll(31, 2.0), wait=False)) as net:
        net.station("eng", "6 40 60")


@capture("modbus/new-write-address.pcap", "then HMI-1 writes register 60; before only 40, 41 and coil 5", LIBMODBUS,
         key="modbus.func_code == 6 && modbus.reference_num == 60", count=2, fires="CTL-014", learn=LEARN,
         tell="HMI-1 wrote PLC-1 register 60 = 1 for the first time. So far it wrote registers 40-41 and coil 5.")
def new_address(path):
    with learned(path, writes=[*USUAL_WRITES, (28, "6 60 1")]):
        pass


@capture("modbus/new-read-address.pcap", "then HMI-1 reads registers 100-109; before only 0-9", LIBMODBUS,
         key="modbus.func_code == 3 && modbus.reference_num == 100", count=(1, 2), fires="APP-002", learn=LEARN,
         tell="HMI-1 read registers 100-109 of PLC-1 for the first time.")
def new_read(path):
    with learned(path, writes=[*USUAL_WRITES, (28, "3 100 10")]):
        pass


@capture("modbus/poll-period-changed.pcap", "HMI-1 polls each second, then five times a second", LIBMODBUS,
         key=f"modbus.func_code == 3 && ip.src == 192.168.10.20 && {LATE}", count=(25, 60), fires="APP-024", learn=LEARN,
         tell="HMI-1 reads registers 0-9 of PLC-1 every 0.2 s since 28 s; it was every second.")
def period(path):
    with cell(path, polling=False) as net:
        net.station("hmi", poll(28, 1.0, writes=USUAL_WRITES), poll(8, 0.2, start=28))


@capture("modbus/link-silent.pcap", "HMI-1 polls PLC-1 each second and stops after 27 s, without closing; HMI-2 goes on with the "
         "gateway for 75 s", LIBMODBUS, key="modbus && ip.src == 192.168.10.20", count=(25, 45), fires="NET-026, DEV-019",
         learn=LEARN, tell="HMI-1 has not asked PLC-1 for 60 s; it did every second. Others on this network go on.")
def silent(path):
    def other_pair(net):
        net.libmodbus_server("gateway")

    with cell(path, "hmi2", "gateway", polling=False) as net:
        other_pair(net)
        hmi = net.station("hmi", poll(27, 1.0), "sleep 90", wait=False)
        net.station("hmi2", poll(100, 5.0), to=lab.GATEWAY)
        net.stop_capture()
        hmi.kill()


@capture("modbus/new-server-port.pcap", "then the engineering station opens PLC-1's port 8080 and gets a page", "libmodbus; "
         "Python's HTTP client and server", key="tcp.port == 8080 && tcp.flags.syn == 1 && tcp.flags.ack == 1", count=1,
         fires="NET-003, NET-024", learn=LEARN, tell="PLC-1 accepts connections on port 8080 now; so far only on 502. ENG-1 read a "
         "page by HTTP.")
def new_port(path):
    def web(net):
        net.server("plc", lab.PYTHON, "-m", "http.server", "-d", "/usr/share/doc/iproute2", "8080", port=8080)
        net.station("eng", poll(24, 2.0), wait=False)

    with learned(path, "eng", before=web) as net:
        net.run("eng", lab.PYTHON, "-c", "import urllib.request; urllib.request.urlopen('http://192.168.10.10:8080/copyright', "
                "timeout=3).read(200)")
