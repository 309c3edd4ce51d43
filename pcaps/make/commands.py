"""Commands: who writes, what is written, and what changes the controller."""
import time

import lab
from captures import capture
from cell import LEARN, LIBMODBUS, SCRIPTED, STRANGER, cell, learned, poll

PYMODBUS_SERVER = "libmodbus client; pymodbus server"
MIXED = "libmodbus client (HMI), pymodbus client (laptop), libmodbus server"
FROM_LAPTOP = "modbus && ip.src == 192.168.10.66"


@capture("modbus/write-from-stranger.pcap", "HMI-1 polls; the laptop writes register 40 (95), registers 41-42 and coil 5",
         MIXED, key=f"{FROM_LAPTOP} && modbus.func_code in {{5,6,16}}", count=3, fires="CTL-013, NET-001",
         tell=f"{STRANGER} wrote PLC-1 register 40 = 95, registers 41-42 = 1, 2 and coil 5 = on. PLC-1 accepted all three.")
def write_from_stranger(path):
    with cell(path, "laptop") as net:
        net.laptop("write 1 40 95", "request WriteMultipleRegistersRequest 41, [1, 2]",
                   "request WriteSingleCoilRequest 5, True")


@capture("modbus/write-from-stranger-refused.pcap", "the laptop writes registers 4000 and 5000; both refused with 02",
         MIXED, key="modbus.func_code == 6 || modbus.exception_code", count=4, fires="CTL-013, NET-001",
         tell=f"{STRANGER} tried to write PLC-1 registers 4000 and 5000. PLC-1 refused (illegal data address): nothing "
              "changed.")
def stranger_refused(path):
    with cell(path, "laptop") as net:
        net.laptop("write 1 4000 95", "write 1 5000 95")


@capture("modbus/write-from-stranger-unanswered.pcap", "the laptop writes register 40 of unit 9, which never answers",
         SCRIPTED, key="modbus.func_code == 6", count=1, fires="CTL-013, NET-001",
         tell=f"{STRANGER} wrote register 40 = 95 of unit 9. No answer in 5 s: whether it took effect is not known.")
def stranger_unanswered(path):
    with cell(path, "laptop", server="silent:9", seconds=9) as net:
        net.station("laptop", "unit 9", "6 40 95")


@capture("modbus/hmi-writes.pcap", "HMI-1 polls and writes register 40, registers 40-41 and coil 5", LIBMODBUS,
         key="modbus.func_code in {5,6,16} && ip.src == 192.168.10.20", count=4, quiet="CTL-013, CTL-017, CTL-020",
         tell="Nothing: four journal lines.")
def hmi_writes(path):
    with cell(path, writes=((1, "6 40 48"), (2, "16 40 50 7"), (2.5, "5 5 1"), (3, "6 40 45"))):
        pass


@capture("modbus/reads-from-stranger.pcap", "the laptop reads registers 0-3 once", MIXED, key=FROM_LAPTOP, count=1,
         fires="NET-001", quiet="CTL-013", tell=f"{STRANGER} read four registers of PLC-1. It wrote nothing.")
def reads_from_stranger(path):
    with cell(path, "laptop") as net:
        net.laptop("read 1 0 4")


def diagnostic(name, what, steps, count, fires, tell, server="pymodbus", host="laptop", quiet="", by=PYMODBUS_SERVER,
               key="modbus.func_code in {8,7,11}", seconds=5):
    @capture(f"modbus/{name}.pcap", what, by, key=key, count=count, fires=fires, quiet=quiet, tell=tell)
    def make(path):
        with cell(path, host, server=server, seconds=seconds) as net:
            net.station(host, steps)


diagnostic("restart-communications", "function 8 sub-function 1, without and with clearing the event log, answered",
           ["raw 08 00 01 00 00", "sleep 1", "raw 08 00 01 FF 00"], 4, "DEV-006, NET-001",
           f"{STRANGER} restarted the communications of PLC-1, twice; the second also cleared its event log. PLC-1 accepted.")
diagnostic("force-listen-only", "function 8 sub-function 4: the controller is silent to everybody for 3 s, until sub-function 1",
           ["raw 08 00 04 00 00", "sleep 3", "raw 08 00 01 00 00"], 2, "DEV-007, DEV-006, DEV-016",
           f"{STRANGER} forced PLC-1 into listen-only mode. PLC-1 has not answered anybody since, until "
           "communications were restarted 3.5 s later.", seconds=7)
diagnostic("clear-counters", "function 8 sub-functions 10 and 20, answered", ["raw 08 00 0A 00 00", "raw 08 00 14 00 00"],
           4, "DEV-008, NET-001", f"{STRANGER} cleared the diagnostic counters and the overrun counter of PLC-1. Accepted.")
diagnostic("diagnostics-read", "the engineering station reads with 8/0, 8/2, 8/11, 8/12, 8/14, 7 and 11",
           ["raw 08 00 00 A5 37", "raw 08 00 02 00 00", "raw 08 00 0B 00 00", "raw 08 00 0C 00 00", "raw 08 00 0E 00 00",
            "raw 07", "raw 0B"], 14, "", "Nothing: diagnostics were read, nothing was changed.", host="eng",
           quiet="DEV-006, DEV-007, DEV-008, APP-004, APP-014")


@capture("modbus/write-file-record.pcap", "the laptop writes 8 records of file 4 with function 21, all acknowledged",
         SCRIPTED, key="modbus.func_code == 21", count=16, fires="DEV-011, DEV-001, CTL-013",
         tell=f"{STRANGER} wrote records 0-7 of file 4 of PLC-1 (16 bytes). Accepted. Files hold configuration or firmware.")
def write_file(path):
    with cell(path, "laptop", server="plain") as net:
        net.station("laptop", [f"raw 15 09 06 00 04 00 0{i} 00 01 {0xA0 + i:02X} 5A" for i in range(8)])


@capture("modbus/bulk-file-read.pcap", "the laptop reads 40 records of file 4 with function 20", SCRIPTED,
         key="modbus.func_code == 20", count=80, fires="CTL-033, NET-001",
         tell=f"{STRANGER} read 40 records of file 4 of PLC-1 in 2 s (2400 bytes): a program or configuration may have been copied.")
def bulk_file(path):
    with cell(path, "laptop", server="plain") as net:
        net.station("laptop", [s for i in range(40)
                               for s in (f"raw 14 07 06 00 04 {i * 30 >> 8:02X} {i * 30 & 255:02X} 00 1E", "sleep 0.05")])


@capture("modbus/file-read-few.pcap", "the engineering station reads three records of file 4", SCRIPTED,
         key="modbus.func_code == 20", count=6, quiet="CTL-033", tell="Nothing: three records, not a copy.")
def file_few(path):
    with cell(path, "eng", server="plain") as net:
        net.station("eng", [f"raw 14 07 06 00 04 00 0{i} 00 01" for i in range(3)])


@capture("modbus/read-write-multiple-first-use.pcap", "26 s without function 23, then HMI-1 uses it once", LIBMODBUS,
         key="modbus.func_code == 23", count=2, fires="CTL-022, APP-001", learn=LEARN,
         tell="HMI-1 used function 23 (read/write multiple) on PLC-1 for the first time: wrote registers 40-41 = 50, 7, "
              "read 0-3. PLC-1 accepted.")
def first_23(path):
    with learned(path) as net:
        net.station("hmi", "23 0 4 40 50 7")


@capture("modbus/read-write-multiple-always.pcap", "HMI-1 uses function 23 every two seconds, before and after", LIBMODBUS,
         key="modbus.func_code == 23", count=(20, 40), quiet="CTL-022, APP-001", learn=LEARN, tell="Nothing: it always did.")
def always_23(path):
    writes = [(2 * i + 1, "23 0 4 40 50 7") for i in range(16)]
    with learned(path, writes=writes):
        pass


@capture("modbus/mask-write.pcap", "the laptop changes bits of register 30 with function 22", LIBMODBUS,
         key="modbus.func_code == 22", count=4, fires="CTL-013, CTL-023",
         tell=f"{STRANGER} cleared bit 4 and then set bit 0 of PLC-1 register 30. Accepted.")
def mask_write(path):
    with cell(path, "laptop") as net:
        net.station("laptop", "22 30 0xFFEF 0", "22 30 0xFFFE 1")


def umas(name, what, sub, word, kind):
    @capture(f"modbus/{name}.pcap", what, SCRIPTED, key=f"modbus.func_code == 90 && frame contains 5a:21:{sub}", count=1,
             fires=f"{kind}, NET-001",
             tell=f"{STRANGER} sent PLC-1 a UMAS {word} after reserving it. PLC-1 answered OK (FE).")
    def make(path):
        with cell(path, "laptop", server="plain") as net:
            net.station("laptop", "unit 0", "raw 5A 00 02", "raw 5A 00 04",
                        "raw 5A 00 10 27 0E 00 00 06 4C 41 50 54 4F 50", f"raw 5A 21 {sub} FF 00", "sleep 0.5",
                        "raw 5A 21 11")


umas("umas-stop", "UMAS (function 90): read id, status, reservation 0x10, stop 0x41, release 0x11", "41", "stop", "CTL-001")
umas("umas-start", "UMAS (function 90): read id, status, reservation 0x10, start 0x40, release 0x11", "40", "start", "CTL-002")


@capture("modbus/umas-monitoring.pcap", "UMAS read id, read project info and status only, from the engineering station",
         SCRIPTED, key="modbus.func_code == 90", count=8, quiet="CTL-001, CTL-002, CTL-032",
         tell="Nothing: UMAS was used to look, not to command.")
def umas_look(path):
    with cell(path, "eng", server="plain") as net:
        net.station("eng", "unit 0", "raw 5A 00 02", "raw 5A 00 03 00", "raw 5A 00 04", "raw 5A 00 04")


@capture("modbus/broadcast-write.pcap", "a gateway with units 1-3 is polled; HMI-1 writes register 5 and coils of unit 0: "
         "done by all, answered by none", PYMODBUS_SERVER, key="mbtcp.unit_id == 0", count=2, fires="CTL-019",
         tell="HMI-1 sent a broadcast write (unit 0) through the gateway 192.168.10.12: register 5 = 77 and coils 0-3 on all "
              "units behind it. Broadcasts are never acknowledged.")
def broadcast(path):
    with cell(path, "gateway", server="", polling=False) as net:
        net.pymodbus_server("--units", "1,2,3", "--broadcast", host="gateway")
        look = [s for u in (1, 2, 3) for s in (f"unit {u}", "3 0 6")]
        net.station("hmi", look, look, "unit 0", "6 5 77", "15 0 1 1 1 1", look, to=lab.GATEWAY)


@capture("modbus/unit-zero-answered.pcap", "HMI-1 writes with unit 0 to a controller that is unit 0 itself and answers",
         LIBMODBUS, key="mbtcp.unit_id == 0 && modbus.func_code == 6", count=4, quiet="CTL-019",
         tell="Nothing: unit 0 is the controller itself.")
def unit_zero(path):
    with cell(path, polling=False) as net:
        net.station("hmi", "unit 0", "3 0 10", "6 40 50", "3 0 10", "6 40 51", "3 40 1")


@capture("modbus/two-masters-one-register.pcap", "HMI-1 writes register 40 = 50; 6 s later HMI-2 writes 60; both accepted",
         LIBMODBUS, key="modbus.func_code == 6", count=4, fires="CTL-020",
         tell="Two stations write PLC-1 register 40: HMI-1 wrote 50, HMI-2 wrote 60, 6 s later. Both were accepted.")
def two_masters(path):
    with cell(path, "hmi2", seconds=8, writes=((1, "6 40 50"),)) as net:
        net.station("hmi2", poll(1, 0.5), "at 4.2", "6 40 60", "3 40 1")


@capture("modbus/two-masters-own-registers.pcap", "HMI-1 writes register 40, HMI-2 writes register 41", LIBMODBUS,
         key="modbus.func_code == 6", count=4, quiet="CTL-020, CTL-021", tell="Nothing: each writes its own register.")
def own_registers(path):
    with cell(path, "hmi2", seconds=6, writes=((1, "6 40 50"),)) as net:
        net.station("hmi2", poll(1, 0.5), "at 2", "6 41 60", "3 41 1")


@capture("modbus/two-masters-refused.pcap", "HMI-1 and HMI-2 write register 902 within 2 s; both are refused with 02",
         SCRIPTED, key="modbus.func_code == 6", count=4, quiet="CTL-020", tell="No conflict: neither write took effect.")
def both_refused(path):
    with cell(path, "hmi2", server="plain", seconds=5, writes=((1, "6 902 50"),)) as net:
        net.station("hmi2", poll(1, 0.5), "at 2", "6 902 60")


@capture("modbus/value-fight.pcap", "HMI-1 writes 50 to register 40 every 3 s; the laptop writes 95 0.8 s after each, four times",
         LIBMODBUS, key="modbus.func_code == 6", count=16, fires="CTL-021, CTL-020, CTL-013",
         tell=f"{STRANGER} overwrites PLC-1 register 40 with 95 each time within 1 s after HMI-1 writes 50, four times.")
def fight(path):
    start = time.time() + 2
    with cell(path, "laptop", polling=False) as net:
        mine = [s for i in range(4) for s in (f"at {3 * i}", "3 40 1", "6 40 50", f"at {3 * i + 1.5}", "3 40 1")]
        other = [s for i in range(4) for s in (f"at {3 * i + 0.8}", "6 40 95")]
        hmi = net.station("hmi", mine, start_at=start, wait=False)
        net.station("laptop", other, start_at=start)
        hmi.wait(20)


@capture("modbus/coil-sweep.pcap", "the laptop writes coils 0-29 within 5 s", LIBMODBUS, key="modbus.func_code == 5",
         count=60, fires="CTL-017, CTL-013", tell=f"{STRANGER} wrote 30 different coils of PLC-1 in 5 s, all accepted.")
def coil_sweep(path):
    with cell(path, "laptop", seconds=7) as net:
        net.station("laptop", [s for i in range(30) for s in (f"5 {i} 1", "sleep 0.155")])


@capture("modbus/coil-toggle.pcap", "the laptop toggles coil 5 twenty times within 5 s", LIBMODBUS,
         key="modbus.func_code == 5", count=40, fires="CTL-017, CTL-013",
         tell=f"{STRANGER} switched coil 5 of PLC-1 on and off 20 times in 5 s, all accepted.")
def coil_toggle(path):
    with cell(path, "laptop", seconds=7) as net:
        net.station("laptop", [s for i in range(20) for s in (f"5 5 {i % 2}", "sleep 0.235")])


@capture("modbus/coils-by-operator.pcap", "HMI-1 writes six coils in 12 s", LIBMODBUS, key="modbus.func_code == 5",
         count=12, quiet="CTL-017, CTL-013", tell="Nothing: an operator at work.")
def operator(path):
    with cell(path, seconds=13, period=1.0, writes=[(2 * i + 0.5, f"5 {i} 1") for i in range(6)]):
        pass


@capture("modbus/write-many-at-once.pcap", "HMI-1 writes 100 registers with one function 16 and 60 coils with one "
         "function 15", LIBMODBUS, key="modbus.func_code in {15,16}", count=4, quiet="CTL-017",
         tell="Nothing: one write is one write, however many points it has.")
def write_many(path):
    with cell(path, polling=False) as net:
        net.station("hmi", "3 0 10", "16 0 " + " ".join(str(i) for i in range(100)), "15 0 " + "1 0 1 " * 20, "3 0 10")


@capture("modbus/setpoint-out-of-range.pcap", "26 s of writes 48-55 to register 40, then 900", LIBMODBUS,
         key="modbus.func_code == 6 && frame.time_relative > 26", count=2, fires="CTL-015, CTL-016", learn=LEARN,
         tell="HMI-1 wrote 900 to PLC-1 register 40. So far its values were 48 to 55. PLC-1 accepted.")
def out_of_range(path):
    values = [(1 + 1.2 * i, f"6 40 {48 + (i * 5) % 8}") for i in range(20)]
    with learned(path, writes=[*values, (28, "6 40 900")]):
        pass


@capture("modbus/setpoint-in-range.pcap", "26 s of writes 48-55 to register 40, then 53", LIBMODBUS,
         key="modbus.func_code == 6 && frame.time_relative > 26", count=2, quiet="CTL-015, CTL-016", learn=LEARN,
         tell="Nothing: 53 is within what was learned.")
def in_range(path):
    values = [(1 + 1.2 * i, f"6 40 {48 + (i * 5) % 8}") for i in range(20)]
    with learned(path, writes=[*values, (28, "6 40 53")]):
        pass


@capture("modbus/readback-differs.pcap", "HMI-1 writes register 40 = 50; accepted; it reads back as 140 eight times",
         SCRIPTED, key="modbus.func_code == 6 || (modbus.func_code == 3 && modbus.reference_num == 40)", count=(10, 24),
         fires="CTL-030", tell="PLC-1 accepted register 40 = 50 from HMI-1, but reads back 140, eight times in 4 s.")
def readback(path):
    with cell(path, server="frozen", polling=False) as net:
        net.station("hmi", "3 40 1", "6 40 50", *["3 40 1", "sleep 0.5"] * 8)


@capture("modbus/readback-agrees.pcap", "the same, and it reads back as 50", SCRIPTED,
         key="modbus.func_code == 6 || (modbus.func_code == 3 && modbus.reference_num == 40)", count=(10, 24),
         quiet="CTL-030", tell="Nothing: the value arrived.")
def readback_ok(path):
    with cell(path, server="plain", polling=False) as net:
        net.station("hmi", "3 40 1", "6 40 50", *["3 40 1", "sleep 0.5"] * 8)


@capture("modbus/cyclic-write-stops.pcap", "HMI-1 writes register 30 each second for 24 s, then only reads for 19 s",
         LIBMODBUS, key="modbus.func_code == 6", count=(48, 56), fires="CTL-029", learn="23 s",
         tell="HMI-1 wrote PLC-1 register 30 every second; nothing since 24 s, though it still reads from PLC-1.")
def cyclic_stops(path):
    with learned(path, seconds=42, writes=[(i + 0.5, f"6 30 {i % 2}") for i in range(25)]):
        pass


@capture("modbus/cyclic-write-goes-on.pcap", "HMI-1 writes register 30 (a watchdog, 0 and 1) each second for 42 s",
         LIBMODBUS, key="modbus.func_code == 6", count=(78, 86), quiet="CTL-029, CTL-016, CTL-017", learn="24 s",
         tell="Nothing: a heartbeat.")
def cyclic_on(path):
    with learned(path, seconds=42, writes=[(i + 0.5, f"6 30 {i % 2}") for i in range(42)]):
        pass
