"""s7_dialogue.py ask|answer ADDRESS: both ends of a conversation of functions that no stack we can install speaks.

What is asked and answered stands below, by group of user data: function, data of the request, data of the answer. After
the last answer the controller tells of itself, unasked.
"""
import socket
import struct
import sys
import time

CONNECT = bytes.fromhex("11e00000000100c0010ac1020100c2020102")
DATA = b"\x02\xf0\x80"
NOTHING = "0a 00 0000"
EMPTY = "ff 09 0004 0000 0000"  # two parts of a programmer command, both without octets
JOB = "ff 09 001c 0014 0004 0000 0000 0001 0000 0000 0001 0001 0001 0001 0000 0001 02 05"
SHORT_JOB = "ff 09 001a 0014 0002 0000 0000 0001 0000 0000 0001 0001 0001 0001 0000 02 05"
ALARM = "ff 09 000c 09 01 12 08 1a 00 00000001 00 00"

PROGRAMMER = [
    (0x01, EMPTY, EMPTY),
    (0x02, "ff 09 0026 0014 000e 0000 0001 0000 0012 0001 0001 0001 0001 0001 0200"
           "0002 01 06 0000 0000 11 01 0000 0008", EMPTY),
    *((code, EMPTY, EMPTY) for code in (0x03, 0x04, 0x05, 0x06, 0x07)),
    (0x08, "ff 09 0034 0014 001c 0000 0001 0001 0006 0001 0001 0001 0001 0001 0200"
           "0002 03 01 0000 0000 10 01 0000 0008 00 09 0004 4133851f 00 09 0001 01 00", EMPTY),
    *((code, EMPTY, EMPTY) for code in (0x09, 0x0A, 0x0B, 0x0C)),
    *((code, SHORT_JOB, EMPTY) for code in (0x0D, 0x0E)),
    (0x0F, JOB, EMPTY),
    *((code, EMPTY, EMPTY) for code in (0x10, 0x11, 0x12, 0x13, 0x16)),
]
CYCLIC = [
    (0x01, "ff 09 0010 00 01 01 05 12 0a 10 02 0002 0001 84 000000", "ff 09 0008 00 01 ff 04 0010 1234"),
    (0x04, "ff 09 0002 01 05", NOTHING),
    (0x05, "ff 09 0010 00 01 01 05 12 0a 10 02 0002 0001 84 000000", "ff 09 0008 00 01 ff 04 0010 1234"),
    (0x07, "ff 09 0010 00 01 01 05 12 0a 10 02 0002 0001 84 000010", "ff 09 0008 00 01 ff 04 0010 5678"),
    (0x08, NOTHING, NOTHING),
]
CPU = [
    (0x02, "ff 09 000c 80 00 53494d4154494320 01 00", "ff 09 0002 02 00"),
    (0x07, ALARM, "ff 09 0003 07 01 ff"),
    (0x08, ALARM, "ff 09 0003 08 01 ff"),
    (0x0B, ALARM, "ff 09 0003 09 01 ff"),
]
CLOCK = [(0x03, NOTHING, "ff 09 000a 00 20 26 11 23 07 15 30 12 32"), (0x04, "ff 09 000a 00 20 26 11 23 07 15 30 12 32", NOTHING)]
NC = [(code, "ff 09 0004 00 01 00 00", NOTHING) for code in (1, 2, 3, 4, 6, 7, 8)]
USERDATA = {1: PROGRAMMER, 2: CYCLIC, 4: CPU, 6: [(0, "00 09 000c 12 06 13 00 00000001 12345678", NOTHING)], 7: CLOCK, 15: NC}

# Services of program invocation, and their parameters: of numerical controls strings with a length before them.
STRINGS = "03" + b"NC1".hex() + "04" + b"PART".hex() + "00" + "0131"
SERVICES = [("_INS2", "0100" + b"0A00007P".hex()), ("_RMMC", ""), ("_N_LOGIN_", STRINGS), ("_N_SELECT", STRINGS),
            ("_N_NEWPWD", STRINGS), ("_N_F_DELE", STRINGS), ("_N_F_DELR", STRINGS), ("_N_LOGOUT", STRINGS),
            ("_N_OTHER", STRINGS), ("_OTHER", "")]

# Group, function and data of what the controller tells.
TOLD = [*((0, mode, "00 00 0000") for mode in (0, 1, 2, 3, 4, 6, 9, 11, 12)),
        (4, 0x03, "ff 09 0014 4302 ff 8c 0000 0001 00000002 2611230715301232")]


def packet(pdu):
    return struct.pack(">BBH", 3, 0, len(pdu) + 7) + DATA + pdu


def job(reference, parameters):
    return packet(struct.pack(">BBHHHH", 0x32, 1, 0, reference, len(parameters), 0) + parameters)


def acknowledgement(reference, parameters):
    return packet(struct.pack(">BBHHHHH", 0x32, 3, 0, reference, len(parameters), 0, 0) + parameters)


def userdata(reference, parameters, data):
    return packet(struct.pack(">BBHHHH", 0x32, 7, 0, reference, len(parameters), len(data)) + parameters + data)


def asked(group, function):
    return bytes([0, 1, 0x12, 4, 0x11, 0x40 | group, function, 0])


def answered(group, function, told=False):
    return bytes([0, 1, 0x12, 8, 0x12, (0 if told else 0x80) | group, function, 1, 0, 0, 0, 0])


def exchanges():
    """Each request and its answer."""
    yield (struct.pack(">BBH", 3, 0, len(CONNECT) + 4) + CONNECT,
           struct.pack(">BBH", 3, 0, len(CONNECT) + 4) + CONNECT[:1] + b"\xd0\0\1\0\2" + CONNECT[6:])
    setup = bytes.fromhex("f00000010001 01e0")
    yield job(1, setup), acknowledgement(1, setup)
    reference = 1
    for service, block in SERVICES:
        reference += 1
        block = bytes.fromhex(block)
        parameters = b"\x28\0\0\0\0\0\0\xfd" + struct.pack(">H", len(block)) + block + bytes([len(service)]) + service.encode()
        yield job(reference, parameters), acknowledgement(reference, b"\x28")
    for group, functions in USERDATA.items():
        for function, request, answer in functions:
            reference += 1
            yield (userdata(reference, asked(group, function), bytes.fromhex(request)),
                   userdata(reference, answered(group, function), bytes.fromhex(answer)))


def take(peer):
    head = peer.recv(4, socket.MSG_WAITALL)
    return head + peer.recv(struct.unpack(">xxH", head)[0] - 4, socket.MSG_WAITALL) if len(head) == 4 else b""


def ask(address):
    with socket.create_connection((address, 102)) as peer:
        for request, _ in exchanges():
            peer.sendall(request)
            take(peer)
        for _ in TOLD:
            take(peer)


def answer(address):
    listener = socket.create_server((address, 102))
    while True:
        peer, _ = listener.accept()
        with peer:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _, reply in exchanges():
                if not take(peer):
                    break
                peer.sendall(reply)
            for group, function, data in TOLD:
                time.sleep(0.02)  # each in a segment of its own
                peer.sendall(userdata(0, answered(group, function, told=True), bytes.fromhex(data)))


{"ask": ask, "answer": answer}[sys.argv[1]](sys.argv[2])
