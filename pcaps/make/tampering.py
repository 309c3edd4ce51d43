"""Modbus sessions that somebody repeats or changes on their way."""
import subprocess
import time

import lab
from captures import TSHARK, capture
from cell import STRANGER, cell

FORGED, WANTED = 95, 52


def writes_seen(path):
    """The write requests captured so far, byte for byte."""
    out = subprocess.run([*TSHARK, "-r", path, "-Y", "modbus.func_code in {5,6,16} && tcp.dstport == 502", "-T", "fields",
                          "-e", "tcp.payload"], capture_output=True, text=True).stdout
    return out.split()


@capture("modbus/replayed-writes.pcap",
         "HMI-1 polls and writes register 40, registers 40-41 and coil 5; 3 s later the laptop sends the same three requests, "
         "byte for byte", "libmodbus client and server; the laptop sends what was captured",
         key="modbus.func_code in {5,6,16} && ip.src == 192.168.10.66", count=3, fires="CTL-013, NET-001",
         tell=f"{STRANGER} repeated three writes of HMI-1 byte for byte, transaction identifiers too: register 40 = 48, "
              "registers 40-41 = 50, 7 and coil 5 = on. PLC-1 accepted them a second time.")
def replayed(path):
    with cell(path, "laptop", seconds=8, writes=((1, "6 40 48"), (1.5, "16 40 50 7"), (2, "5 5 1"))) as net:
        time.sleep(3)
        steps = [step for adu in writes_seen(path) for step in (f"send {adu}", "wait 0.3")]
        net.segments("laptop", steps)


@capture("modbus/writes-changed-on-their-way.pcap",
         f"the laptop stands between HMI-1 and PLC-1 by forged ARP replies; the value {WANTED} that HMI-1 writes to register 40 "
         f"becomes {FORGED}, and HMI-1 is told {WANTED} whenever it asks", "libmodbus client and server; crafted ARP replies "
         "and relayed, changed segments", key="modbus.func_code == 6 || eth.src == 02:53:47:00:00:66 && (arp.opcode == 2 || "
         "tcp.payload contains 06:00:28 || tcp.payload contains 00:34:00:8d)",
         count=(10, 40), fires="APP-007, NET-008, NET-017",
         tell=f"{STRANGER}'s hardware address 02:53:47:00:00:66 told HMI-1 and PLC-1 that it is the other. Their segments "
              f"are seen twice since, with two contents: HMI-1 wrote register 40 = {WANTED}, PLC-1 received {FORGED} and "
              f"holds it; HMI-1 is shown {WANTED}.")
def changed(path):
    with cell(path, "laptop", seconds=8, writes=((5, f"6 40 {WANTED}"), (5.6, "3 38 4"), (6.6, "3 38 4"))) as net:
        net.run("laptop", lab.PYTHON, lab.HERE / "peers/mitm.py", lab.HMI, lab.mac_of("hmi"), lab.PLC, lab.mac_of("plc"),
                lab.mac_of("laptop"), 40, FORGED, WANTED, 6)
