"""Looking around, and devices that fail, are busy or fall silent."""
import time

import lab
from captures import capture
from cell import LEAD, LEARN, LIBMODBUS, SCRIPTED, STRANGER, cell, learned, poll

PYMODBUS_SERVER = "libmodbus client; pymodbus server"
FROM_LAPTOP = "modbus && ip.src == 192.168.10.66"


@capture("modbus/function-code-scan.pcap", "the laptop tries function codes 1 to 127, most refused with 01", SCRIPTED,
         key=f"{FROM_LAPTOP}", count=(120, 127), fires="APP-014, APP-003, DEV-006, NET-001",
         tell=f"{STRANGER} tried all function codes 1 to 127 on PLC-1 in 3 s: it looks for what the device can do.")
def function_scan(path):
    with cell(path, "laptop", server="plain", seconds=6) as net:
        net.station("laptop", "timeout 0.1", [s for f in range(1, 128) for s in (f"raw {f:02X} 00 01 00 00", "sleep 0.02")])


@capture("modbus/function-codes-few.pcap", "the engineering station uses functions 1, 3, 4 and 17", LIBMODBUS,
         key="modbus && ip.src == 192.168.10.30", count=4, quiet="APP-014, APP-003", tell="Nothing: four functions, all accepted.")
def functions_few(path):
    with cell(path, "eng") as net:
        net.station("eng", "1 0 8", "3 0 8", "4 0 4", "17")


@capture("modbus/address-scan.pcap", "the laptop reads one register at 0, 50, 100 ... 1950; those above 199 are refused "
         "with 02", PYMODBUS_SERVER, key="modbus.exception_code == 2", count=36, fires="APP-015, DEV-015, NET-001",
         tell=f"{STRANGER} asked PLC-1 for 40 register addresses in 3 s, 36 of which do not exist: it maps the controller.")
def address_scan(path):
    with cell(path, "laptop", server="pymodbus", seconds=6) as net:
        net.station("laptop", [s for a in range(0, 2000, 50) for s in (f"3 {a} 1", "sleep 0.08")])


@capture("modbus/address-sweep.pcap", "the laptop reads registers 0 to 79 one by one, all answered", LIBMODBUS,
         key=f"{FROM_LAPTOP}", count=80, fires="APP-015, NET-001",
         tell=f"{STRANGER} read registers 0 to 79 of PLC-1 one after the other in 5 s.")
def address_sweep(path):
    with cell(path, "laptop", seconds=6) as net:
        net.station("laptop", [s for a in range(80) for s in (f"3 {a} 1", "sleep 0.05")])


@capture("modbus/illegal-address-once.pcap", "HMI-1 asks once for a register that does not exist", LIBMODBUS,
         key="modbus.exception_code", count=1, quiet="APP-015, DEV-015",
         tell="Nothing: one wrong address in a picture, counted.")
def illegal_once(path):
    with cell(path, writes=((3, "3 5000 1"),)):
        pass


@capture("modbus/unit-sweep.pcap", "the laptop reads register 0 of units 1 to 20 of the gateway: 1-3 answer, the others "
         "get 0B", PYMODBUS_SERVER, key=f"{FROM_LAPTOP}", count=20, fires="APP-016, NET-001", quiet="DEV-017",
         tell=f"{STRANGER} tried units 1 to 20 behind the gateway 192.168.10.12 in 3 s. Units 1, 2 and 3 exist.")
def unit_sweep(path):
    with cell(path, "gateway", "laptop", server="", polling=False) as net:
        net.pymodbus_server("--units", "1,2,3", "--missing", "answer", host="gateway")
        hmi = net.station("hmi", [s for i in range(9) for u in (1, 2, 3) for s in (f"unit {u}", "3 0 4", "sleep 0.2")],
                          to=lab.GATEWAY, wait=False)
        time.sleep(LEAD)
        net.station("laptop", [s for u in range(1, 21) for s in (f"unit {u}", "3 0 1", "sleep 0.12")], to=lab.GATEWAY)
        hmi.wait(20)


@capture("modbus/gateway-polling.pcap", "HMI-1 polls units 1-3 behind the gateway; unit 4 is asked too and never there (0B)",
         PYMODBUS_SERVER, key="modbus && ip.src == 192.168.10.20", count=32, quiet="APP-016, DEV-017, CTL-019",
         tell="Nothing: the gateway's usual traffic. Unit 4 is listed as never answered.")
def gateway_polling(path):
    with cell(path, "gateway", server="", polling=False) as net:
        net.pymodbus_server("--units", "1,2,3", "--missing", "answer", host="gateway")
        net.station("hmi", [s for i in range(8) for u in (1, 2, 3, 4) for s in (f"unit {u}", "3 0 4", "sleep 0.1")], to=lab.GATEWAY)


@capture("modbus/device-identification.pcap", "26 s of polling; then the laptop reads 43/14 (basic, regular) and 17",
         "libmodbus client (HMI), pymodbus client (laptop), pymodbus server", key="modbus.func_code in {17,43}", count=6,
         fires="APP-017, NET-001", learn=LEARN, tell=f"{STRANGER} asked PLC-1 who it is: Example Controls EC-200, 2.4.1.")
def identification(path):
    with learned(path, "laptop", server="pymodbus") as net:
        net.laptop("identify 1", "identify 2", "request ReportSlaveIdRequest")


@capture("modbus/device-version-changed.pcap", "the engineering station reads 43/14: revision 2.4.1; the device restarts; it "
         "reads again: 2.5.0", SCRIPTED, key="modbus.func_code == 43", count=4, fires="DEV-002, DEV-004",
         tell="PLC-1 reports revision 2.5.0; it was 2.4.1 until now. Between the two its sessions were closed.")
def version(path):
    with cell(path, "eng", server="", polling=False) as net:
        first = net.scripted_server("version:2.4.1")
        hmi = net.station("hmi", poll(14, 0.5), wait=False)
        net.station("eng", "raw 2B 0E 01 00", "sleep 1")
        first.kill()
        first.wait()
        time.sleep(2)
        net.scripted_server("version:2.5.0")
        time.sleep(1)
        net.station("eng", "raw 2B 0E 01 00")
        hmi.wait(30)


@capture("modbus/device-restart.pcap", "the controller's server stops: sessions of HMI-1 and HMI-2 are closed, new ones refused "
         "for 2 s, then both are back", LIBMODBUS, key="tcp.flags.syn == 1 || tcp.flags.fin == 1 || tcp.flags.reset == 1",
         count=(10, 80), fires="DEV-004", tell="All sessions of PLC-1 ended at once and were opened again 2 s later: it restarted.")
def restart(path):
    with cell(path, "hmi2", server="", polling=False) as net:
        first = net.libmodbus_server()
        both = [net.station(h, poll(9, 0.5), wait=False) for h in ("hmi", "hmi2")]
        time.sleep(3)
        first.kill()
        first.wait()
        time.sleep(2)
        net.libmodbus_server()
        for b in both:
            b.wait(30)


def failing(name, what, behaviour, steps, key, count, tell, fires="", quiet="", **how):
    @capture(f"modbus/{name}.pcap", what, SCRIPTED, key=key, count=count, fires=fires, quiet=quiet, tell=tell)
    def make(path):
        with cell(path, server=behaviour, polling=False) as net:
            net.station("hmi", "timeout 0.6", steps)


often = [s for i in range(40) for s in ("3 0 10", "sleep 0.2")]
failing("server-failure-storm", "ten good answers, then 30 exceptions 04", "fail:4:10", often, "modbus.exception_code == 4", 30,
        "PLC-1 answers everything with device failure (04) now, 30 times in 6 s. Before, it answered well.",
        fires="DEV-013, DEV-015")
failing("busy-storm", "ten good answers, then 30 exceptions 06", "fail:6:10", often, "modbus.exception_code == 6", 30,
        "PLC-1 is busy (06): 30 of 40 requests refused in 8 s.", fires="DEV-014, DEV-015")
failing("busy-twice", "38 good answers and two exceptions 06", "fail:6:10:2", often, "modbus.exception_code == 6", 2,
        "Nothing: the client asked again and was answered.", quiet="DEV-014, DEV-015")
failing("gateway-target-lost", "unit 5 answers ten times, then 0B six times", "fail:11:10",
        ["unit 5", *often[:32]], "modbus.exception_code == 11", 6,
        "Unit 5 behind PLC-1 does not answer any more (0B), since six requests. It was alive before.", fires="DEV-017")
failing("gateway-path-lost", "the same with 0A", "fail:10:10", ["unit 5", *often[:32]], "modbus.exception_code == 10", 6,
        "The gateway has no path to unit 5 any more (0A), since six requests. It was alive before.", fires="DEV-017")
failing("unresponsive-device", "ten answers, then eight requests unanswered, then answers again", "mute:10:8", often[:48],
        "modbus && ip.src == 192.168.10.20", 24, "PLC-1 did not answer eight requests in a row of HMI-1 while its TCP went on "
        "acknowledging them.", fires="DEV-016")
failing("unanswered-twice", "ten answers, two requests unanswered, answers again", "mute:10:2", often[:48],
        "modbus && ip.src == 192.168.10.20", 24, "Nothing: two requests lost.", quiet="DEV-016")
