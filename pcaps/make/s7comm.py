"""S7comm: every function a real client and server have, block transfer, and what an attacker does."""
import contextlib
import struct
import time

import lab
from captures import capture, tag

SNAP7 = "snap7 client and server"
BLOCKS = "snap7 client; scripted controller, because snap7's server refuses block transfer"
SCRIPTED = "both ends scripted, because no stack says all of it at will"
DIALOGUE = "both ends scripted, because no stack speaks them; the data of most is empty"
PLUS = "both ends scripted, because no stack speaks S7comm-plus; digests are of a key of our own"
STRANGER = "Unknown station 192.168.10.66"
LEAD = 2.3  # HMI-1 polls alone for so long
POLL = ["read db 1 0 16 byte", "read m 0 0 4 byte"]
FROM_LAPTOP = "s7comm && ip.src == 192.168.10.66"


@contextlib.contextmanager
def plant(path, *hosts, server="snap7", poll=0):
    """PLC-1, the other hosts, a capture; HMI-1 polls for `poll` seconds from LEAD before the body."""
    with lab.Lab(tag(path), ["plc", "hmi", *hosts]) as net:
        if server == "snap7":
            net.server("plc", lab.BIN / "s7_controller", lab.PLC, port=102)
        elif server == "plus":
            net.server("plc", lab.PYTHON, lab.HERE / "peers/s7_plus.py", "answer", lab.PLC, port=102)
        else:
            net.server("plc", lab.PYTHON, lab.HERE / "peers/s7_blocks.py", lab.PLC, port=102)
        net.capture(path, only="tcp port 102 or arp")
        hmi = None
        if poll:
            steps = [step for _ in range(round(2 * (poll + LEAD))) for step in (*POLL, "sleep 0.5")]
            hmi = net.start("hmi", lab.BIN / "s7_station", lab.PLC, "op", *steps)
            time.sleep(LEAD)
        yield net
        if hmi:
            hmi.wait(60)


def dialogue(path, story):
    """ENG-1 and PLC-1 act a story of peers/s7_dialogue.py."""
    peer = lab.HERE / "peers/s7_dialogue.py"
    with lab.Lab(tag(path), ["plc", "eng"]) as net:
        net.server("plc", lab.PYTHON, peer, "answer", story, lab.PLC, port=102)
        net.capture(path, only="tcp port 102 or arp")
        net.run("eng", lab.PYTHON, peer, "ask", story, lab.PLC)


def station(net, host, *steps, kind="pg"):
    net.run(host, lab.BIN / "s7_station", lab.PLC, kind, *steps)


@capture("s7comm/read-and-write.pcap",
         "setup; reads and writes of data blocks, flags, inputs, outputs, timers and counters; bit, byte, word, "
         "double word, real; a missing block and an address out of range", SNAP7, key="s7comm", count=(40, 50))
def read_and_write(path):
    with plant(path) as net:
        station(net, "hmi", "read db 1 0 16 byte", "read db 1 35 1 bit", "read db 1 0 4 word",
                "read db 1 0 4 dword", "read db 1 0 4 real", "read m 0 10 4 byte", "read i 0 0 8 byte",
                "read q 0 0 8 byte", "read t 0 0 2 timer", "read c 0 0 2 counter", "write db 1 8 byte 01020304",
                "write db 1 16 word 12345678", "write db 1 4 real 42280000", "write m 0 81 bit 01",
                "write i 0 0 byte 0102", "write q 0 0 byte 0304", "write t 0 0 timer 0102", "write c 0 0 counter 0004",
                "read db 999 0 4 byte", "read db 2 5000 4 byte", "write db 999 0 byte 01", kind="op")


@capture("s7comm/many-items.pcap", "reads and writes of five items in one PDU, of which one names a missing block",
         SNAP7, key="s7comm.param.itemcount == 5", count=4)
def many_items(path):
    with plant(path) as net:
        station(net, "hmi", "many", "many-write", kind="op")


@capture("s7comm/larger-than-a-pdu.pcap", "2000 bytes read and written in several jobs", SNAP7,
         key="s7comm.param.func in {4, 5}", count=(18, 24))
def larger(path):
    with plant(path) as net:
        station(net, "hmi", "read db 1 0 2000 byte", "write db 1 0 byte " + "5a" * 2000)


@capture("s7comm/information.pcap",
         "block list, blocks of a type, block information (also of a missing block); status lists 0000, 0011, 001C, "
         "0131, 0132, 0232, 0424, 0074, 00A0, and two that are not there; clock; protection and status", SNAP7,
         key="s7comm", count=(36, 130))
def information(path):
    lists = ["list 0 0", "list 11 0", "list 1c 0", "list 131 1", "list 132 4", "list 232 4", "list 424 0", "list 74 0",
             "list a0 0", "list 91 0", "list 7777 0"]
    with plant(path, "eng") as net:
        station(net, "eng", "blocks", "type DB", "type OB", "info DB 1", "info OB 1", "info DB 77", *lists, "clock",
                "status")


@capture("s7comm/upload-and-download.pcap",
         "DB 1 uploaded in three parts, downloaded as DB 7 (the controller asks for the parts), linked in, uploaded "
         "again; OB 1 the same; a missing block; DB 7 deleted", BLOCKS, key="s7comm", count=(36, 130))
def blocks(path):
    with plant(path, "eng", server="blocks") as net:
        station(net, "eng", "upload DB 1", "download DB 1 7", "upload DB 7", "download OB 1 1", "upload DB 99",
                "delete DB 7")


@capture("s7comm/clock-set.pcap", "the engineering station reads the clock, sets it and reads it again", SNAP7,
         key="s7comm.param.userdata.funcgroup == 7 && s7comm.param.userdata.subfunc == 2", count=2, fires="DEV-010",
         tell="Engineering station ENG-1 set the clock of PLC-1. Accepted.")
def clock_set(path):
    with plant(path, "eng", poll=3) as net:
        station(net, "eng", "clock", "set-clock 1700000000", "clock")


@capture("s7comm/password.pcap", "a session password is set and cleared again", SNAP7,
         key="s7comm.param.userdata.funcgroup == 5", count=4)
def password(path):
    with plant(path, "eng") as net:
        station(net, "eng", "password SECRET12", "no-password")


@capture("s7comm/engineering-tools.pcap",
         "what engineering tools and numerical controls say, function by function: programmer commands, cyclic data, "
         "alarms, block send, clock, NC programming, program invocations; then the controller tells its modes", DIALOGUE,
         key="s7comm", count=(100, 130))
def engineering_tools(path):
    dialogue(path, "engineering")


@capture("s7comm/alarms.pcap",
         "alarms are asked for; then the controller tells every kind of them: with values, acknowledged, locked, unlocked",
         SCRIPTED, key="s7comm.param.userdata.funcgroup == 4", count=15)
def alarms(path):
    dialogue(path, "alarms")


@capture("s7comm/undefined-functions.pcap",
         "a function of each group that is not defined, a group, a job and a kind of PDU that are not", SCRIPTED,
         key="s7comm", count=(25, 30), fires="APP-003", tell="Engineering station ENG-1 asked PLC-1 for functions that are not defined.")
def undefined(path):
    dialogue(path, "undefined")


@capture("s7comm/transport.pcap",
         "what there is below S7comm: every TPDU of ISO 8073, a job in two parts, an empty one; a session as MMS has it, "
         "and content of no protocol", SCRIPTED, key="cotp", count=16)
def transport(path):
    dialogue(path, "transport")


@capture("s7comm/maintenance.pcap", "compress memory, copy RAM to ROM, stop, hot start and cold start by ENG-1", SNAP7,
         key="s7comm.param.func in {0x28, 0x29}", count=(10, 14), fires="CTL-001",
         tell="Engineering station ENG-1 stopped PLC-1 and started it again, twice.")
def maintenance(path):
    with plant(path, "eng", poll=4) as net:
        station(net, "eng", "compress", "copy", "status", "stop", "status", "sleep 0.5", "hot", "stop", "cold",
                "status")


@capture("s7comm/stop-from-stranger.pcap", "HMI-1 polls; the laptop stops the controller", SNAP7,
         key="s7comm.param.func == 0x29", count=2, fires="CTL-001, NET-001",
         tell=f"{STRANGER} stopped PLC-1. PLC-1 accepted.")
def stop(path):
    with plant(path, "laptop", poll=3) as net:
        station(net, "laptop", "stop")


@capture("s7comm/download-from-stranger.pcap", "the laptop uploads OB 1 and downloads it again", BLOCKS,
         key=FROM_LAPTOP, count=(7, 40), fires="CTL-004, NET-001",
         tell=f"{STRANGER} downloaded OB 1 to PLC-1. PLC-1 accepted; it fetched the block itself.")
def download(path):
    with plant(path, "laptop", server="blocks") as net:
        time.sleep(LEAD)
        station(net, "laptop", "download OB 1 1")


@capture("s7comm/download-refused.pcap", "the laptop downloads a block; the controller asks for a password", SNAP7,
         key="s7comm.param.func == 0x1a || s7comm.header.errcls == 0xd2", count=2, fires="CTL-004, NET-001",
         tell=f"{STRANGER} tried to download DB 1 to PLC-1. Refused: protection level too low.")
def download_refused(path):
    with plant(path, "laptop", poll=3) as net:
        station(net, "laptop", "download-own 1")


@capture("s7comm/write-from-stranger.pcap",
         "HMI-1 polls; the laptop writes a set-point (DB1.DBD4), then sends the same write 20 times", SNAP7,
         key=f"{FROM_LAPTOP} && s7comm.param.func == 5", count=21, fires="CTL-013, NET-001",
         tell=f"{STRANGER} wrote DB1.DBB4-7 of PLC-1, 21 times. PLC-1 accepted.")
def manipulation(path):
    with plant(path, "laptop", poll=4) as net:
        station(net, "laptop", "write db 1 4 real 42be0000", *["write db 1 4 real 42be0000"] * 20)


@capture("s7comm/replay.pcap",
         "HMI-1 writes a set-point; 2 s later the laptop sends the same octets from its connect request on", SNAP7,
         key="s7comm.param.func == 5", count=4, fires="CTL-013, NET-001",
         tell=f"{STRANGER} wrote DB1.DBB4-7 of PLC-1 with the value that HMI-1 had written. PLC-1 accepted.")
def replay(path):
    connect = "03 00 00 16 11 e0 00 00 00 01 00 c0 01 0a c1 02 02 00 c2 02 01 02"
    setup = "03 00 00 19 02 f0 80 32 01 00 00 00 00 00 08 00 00 f0 00 00 01 00 01 01 e0"
    write = ("03 00 00 27 02 f0 80 32 01 00 00 00 01 00 0e 00 08 05 01 12 0a 10 08 00 01 00 01 84 00 00 20"
             " 00 07 00 04 42 be 00 00")
    with plant(path, "laptop", poll=4) as net:
        station(net, "hmi", "write db 1 4 real 42be0000", kind="op")
        time.sleep(2)
        net.segments("laptop", f"send {connect}", "wait 0.3", f"send {setup}", "wait 0.3", f"send {write}", "wait 0.3",
                     port=102)


FORGED, WANTED = 95, 52
WANTED_REAL = struct.pack(">f", WANTED).hex()


@capture("s7comm/writes-changed-on-their-way.pcap",
         f"the laptop stands between HMI-1 and PLC-1 by forged ARP replies; the value {WANTED} that HMI-1 writes to DB1.DBD4 "
         f"becomes {FORGED}, and HMI-1 is told {WANTED} whenever it asks", f"{SNAP7}; crafted ARP replies and relayed, "
         "changed segments", key="s7comm.param.func == 5 && s7comm.header.rosctr == 1 || "
         "eth.src == 02:53:47:00:00:66 && arp.opcode == 2", count=(8, 40), fires="NET-008, NET-017",
         tell="The hardware address 02:53:47:00:00:66 told HMI-1 and PLC-1 that it is the other. Their segments are seen "
              f"twice since, with two contents: HMI-1 wrote DB1.DBD4 = {WANTED}, PLC-1 received {FORGED} and holds it; "
              f"HMI-1 is shown {WANTED}.")
def changed(path):
    poll = ["read db 1 0 16 byte", "sleep 0.5"]
    with plant(path, "laptop") as net:
        hmi = net.start("hmi", lab.BIN / "s7_station", lab.PLC, "op", *poll * 9, f"write db 1 4 real {WANTED_REAL}", *poll * 5)
        time.sleep(LEAD)
        net.run("laptop", lab.PYTHON, lab.HERE / "peers/mitm.py", lab.HMI, lab.mac_of("hmi"), lab.PLC, lab.mac_of("plc"),
                lab.mac_of("laptop"), 4, FORGED, WANTED, 4)
        hmi.wait(60)


def plus(net, host, story):
    net.run(host, lab.PYTHON, lab.HERE / "peers/s7_plus.py", story, lab.PLC)


def from_laptop(octets):
    """PDUs of S7comm-plus that the laptop sent, by what is in them: Wireshark does not know the protocol."""
    return f"ip.src == 192.168.10.66 && cotp && frame contains {octets}"


@capture("s7comm/plus-session.pcap",
         "S7comm-plus: HMI-1 opens a session, explores, subscribes, reads variables by symbol and by place, writes them, "
         "one that is not there among them, closes", PLUS, key="cotp.type == 0x0f", count=(40, 70))
def plus_session(path):
    with plant(path, server="plus") as net:
        plus(net, "hmi", "operate")


@capture("s7comm/plus-stop-from-stranger.pcap", "S7comm-plus: HMI-1 works; the laptop stops the controller and starts it",
         PLUS, key=from_laptop("04:f2:00:00"), count=2, fires="CTL-001, CTL-002, NET-001",
         tell=f"{STRANGER} stopped PLC-1 and started it again. PLC-1 accepted.")
def plus_stop(path):
    with plant(path, "laptop", server="plus") as net:
        plus(net, "hmi", "operate")
        time.sleep(LEAD)
        plus(net, "laptop", "stop")


@capture("s7comm/plus-download-from-stranger.pcap",
         "S7comm-plus: HMI-1 works; the laptop reads the program out and brings another in, in parts", PLUS,
         key=f"{from_laptop('04:bb:00:00')} || {from_laptop('04:ca:00:00')}", count=3, fires="CTL-004, NET-001",
         tell=f"{STRANGER} read the program of PLC-1 and downloaded another. PLC-1 accepted.")
def plus_download(path):
    with plant(path, "laptop", server="plus") as net:
        plus(net, "hmi", "operate")
        time.sleep(LEAD)
        plus(net, "laptop", "download")
