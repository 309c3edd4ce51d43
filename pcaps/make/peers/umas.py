"""The answers of a controller that speaks UMAS (function 90): one reservation, memory, variables, a program.

Layouts are those seen of real controllers; numbers in them are little-endian. Codes of refusals are invented.
"""
import struct

OK, REFUSED = 0xFE, 0xFD
SESSION = 0x21
PART = 64  # bytes of the program in one message
NAME = b"PLC-1"

NEEDS_RESERVATION = (0x21, 0x23, 0x25, 0x29, 0x30, 0x31, 0x32, 0x40, 0x41)
NOT_RESERVED, RESERVED_BY_OTHERS = 0x83, 0x84

memory = bytearray(i * 7 & 0xFF for i in range(4096))
program = bytes(i * 31 & 0xFF for i in range(4 * PART + 20))
reserved_by = None


def parts():
    return [program[i:i + PART] for i in range(0, len(program), PART)]


def read_memory(body):
    _, block, offset, count = struct.unpack("<BHIH", body[:9])
    return struct.pack("<BH", 0, count) + bytes(memory[block + offset:block + offset + count])


def read_variables(body):
    _, count = struct.unpack("<IB", body[:5])
    out, at = b"", 5
    for _ in range(count):
        kind, _, _, base, offset = struct.unpack("<BHBHB", body[at:at + 7])
        size = {1: 1, 2: 2, 3: 4}[kind & 15]
        out += bytes(memory[base + offset:base + offset + size])
        at += 7
    return out


def write_variable(body):
    kind, _, _, base, offset = struct.unpack("<BHBHB", body[5:12])
    memory[base + offset:base + offset + len(body) - 12] = body[12:]
    return b""


def program_part(body):
    _, number = struct.unpack("<HH", body[:4])
    part = parts()[number - 1]
    return struct.pack("<BBH", number == len(parts()), 0, len(part)) + part


def write_memory(body):
    _, block, offset, count = struct.unpack("<BHIH", body[:9])
    memory[block + offset:block + offset + count] = body[9:9 + count]
    return b""


ANSWERS = {
    0x01: lambda b: struct.pack("<HHIIB", 253, 0x0270, 0x320000, 0, len(NAME)) + NAME,
    0x02: lambda b: (struct.pack("<HIHHHHHIHB", 0xFF10, 0x0001015A, 0, 0x0270, 0, 0x27, 9, 8, 0, len(NAME)) + NAME
                     + struct.pack("<BBBHI", 1, 1, 1, 0, 0x00110000)),
    0x03: lambda b: bytes(9) + b"\x08\0\0\0\x05TANK\0",
    0x04: lambda b: struct.pack("<BHB6I", 2, 0x8082, 6, *[0x11223344] * 6),
    0x0A: lambda b: b,
    0x20: read_memory,
    0x21: write_memory,
    0x22: read_variables,
    0x23: write_variable,
    0x30: lambda b: struct.pack("<HHH", 0x0100, 0x3037, 0),
    0x33: lambda b: struct.pack("<HHH", 0x0100, 0x3037, 0),
    0x34: program_part,
}


def answer(pdu):
    """The PDU that answers `pdu`."""
    global reserved_by
    session, code, body = pdu[1], pdu[2], pdu[3:]
    if code == 0x38:  # an answer is signed as its request is
        return bytes([90, session, OK]) + body[:33] + answer(body[33:])
    head = bytes([90, session])
    if code in NEEDS_RESERVATION and (reserved_by is None or session != SESSION):
        return head + bytes([REFUSED, NOT_RESERVED, 0x80])
    if code == 0x10:
        name = body[5:5 + body[4]]
        if reserved_by not in (None, name):
            return head + bytes([REFUSED, RESERVED_BY_OTHERS, 0x80])
        reserved_by = name
        return head + bytes([OK, SESSION])
    if code == 0x11:
        reserved_by = None
    return head + bytes([OK]) + ANSWERS.get(code, lambda b: b"")(body)
