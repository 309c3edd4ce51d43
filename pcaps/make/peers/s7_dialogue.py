"""s7_dialogue.py ask|answer STORY ADDRESS: both ends of conversations of functions that no stack we can install speaks.

What is asked and answered stands below, by group of user data: function, data of the request, data of the answer. After
the last answer the controller tells of itself, unasked. A story is what both ends send, in its order.
"""
import socket
import struct
import sys
import time

CLOCK_TIME = "94 01 06 00 27 20 39 75"
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



# Alarms: what the client asks for, and what the controller tells: a time, then objects of one kind or another.
VALUE = "ff 04 0010 0001"
STATES = "01 00 ff ff"
INDICATION = f"12 0a 16 01 00000b01 {STATES} {VALUE}"
NOTIFICATION = f"12 0e 1c 01 00000b02 {STATES} 01 00 01 00 {VALUE}"
LOCK, ACKNOWLEDGED = "12 06 15 00 00000b01", "12 08 19 00 00000b01 ff fe"
OF_TYPE_4 = f"27 0000 04 00000b01 00 {STATES[:2]} ff fe {CLOCK_TIME} {VALUE} {CLOCK_TIME} {VALUE}"
OF_TYPE_1 = "0b 0000 01 00000b02 00 01 ff fe"
QUERIES = [(0x13, "00 01 12 08 1a 00 01 34 00000004", f"00 01 ff 09 0034 {OF_TYPE_4} {OF_TYPE_1}"),
           (0x13, "00 01 12 08 1a 00 03 34 00000b02", f"00 01 ff 09 000c {OF_TYPE_1}"),
           (0x13, "00 01 12 08 1a 00 01 34 00000001", "00 01 0a 00 0000")]
ALARMS = [(0x05, f"{CLOCK_TIME} 40 01 {INDICATION}"), (0x06, f"{CLOCK_TIME} 06 01 {NOTIFICATION}"),
          (0x09, f"0000 {CLOCK_TIME} 0000 09 01 {INDICATION}"), (0x0C, f"{CLOCK_TIME} 0c 01 {ACKNOWLEDGED}"),
          (0x0D, f"0d 01 {LOCK}"), (0x0E, f"0e 01 {LOCK}"), (0x11, f"{CLOCK_TIME} 11 01 {INDICATION}"),
          (0x12, f"{CLOCK_TIME} 12 02 {INDICATION} {INDICATION}"), (0x16, f"{CLOCK_TIME} 16 01 {NOTIFICATION}")]

# Of each group a function that is not defined, and a group that is not.
UNDEFINED = [(1, 0x7F), (2, 0x7F), (3, 0x7F), (4, 0x7F), (5, 0x7F), (6, 0x55), (7, 0x7F), (15, 0x7F), (9, 0x01)]

# What there is below S7comm: every TPDU of ISO 8073, parts and none, what other protocols carry there.
TRANSPORT = [("ask", "02 f0 00 32 01 00 00 00 02"), ("ask", "02 f0 80 00 08 00 00 f0 00 00 01 00 01 01 e0"),
             ("answer", "02 f0 80 32 03 00 00 00 02 00 08 00 00 00 00 f0 00 00 01 00 01 01 e0"), ("ask", "02 f0 80"),
             ("ask", "02 f0 80 0d 05 05 03 13 01 00"), ("answer", "02 f0 80 0e 05 05 03 13 01 00"),
             ("ask", "02 f0 80 de ad be ef"), ("ask", "04 10 00 02 80 01 02"), ("answer", "04 20 00 01 80"),
             ("answer", "04 60 00 01 01"), ("answer", "04 50 00 01 01"), ("answer", "08 70 00 01 02 c1 02 04 10"),
             ("ask", "06 80 00 02 00 01 80"), ("answer", "05 c0 00 01 00 02")]


def tpkt(tpdu):
    return struct.pack(">BBH", 3, 0, len(tpdu) + 4) + tpdu


def packet(pdu):
    return tpkt(DATA + pdu)


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


def connection():
    yield "ask", tpkt(CONNECT)
    yield "answer", tpkt(CONNECT[:1] + b"\xd0\0\1\0\2" + CONNECT[6:])


def session():
    yield from connection()
    setup = bytes.fromhex("f00000010001 01e0")
    yield "ask", job(1, setup)
    yield "answer", acknowledgement(1, setup)


def exchange(reference, group, function, request, answer):
    yield "ask", userdata(reference, asked(group, function), bytes.fromhex(request))
    yield "answer", userdata(reference, answered(group, function), bytes.fromhex(answer))


def tell(group, function, data):
    yield "answer", userdata(0, answered(group, function, told=True), bytes.fromhex(data))


def with_length(content):
    return f"ff 09 {len(bytes.fromhex(content)):04x} {content}"


def engineering():
    yield from session()
    for reference, (service, block) in enumerate(SERVICES, 2):
        block = bytes.fromhex(block)
        parameters = b"\x28\0\0\0\0\0\0\xfd" + struct.pack(">H", len(block)) + block + bytes([len(service)]) + service.encode()
        yield "ask", job(reference, parameters)
        yield "answer", acknowledgement(reference, b"\x28")
    functions = [(group, *function) for group, functions in USERDATA.items() for function in functions]
    for reference, function in enumerate(functions, 2 + len(SERVICES)):
        yield from exchange(reference, *function)
    for told in TOLD:
        yield from tell(*told)


def alarms():
    yield from session()
    for reference, (function, request, answer) in enumerate(QUERIES, 2):
        yield from exchange(reference, 4, function, with_length(request), with_length(answer))
    for function, content in ALARMS:
        yield from tell(4, function, with_length(content))


def undefined():
    yield from session()
    for function in (0x00, 0x77):
        yield "ask", job(2, bytes([function]))
        yield "answer", acknowledgement(2, bytes([function]))
    yield "ask", packet(bytes.fromhex("32 04 0000 0003 0000 0000"))
    yield "answer", packet(bytes.fromhex("32 02 0000 0003 0000 0000 81 04"))
    for reference, (group, function) in enumerate(UNDEFINED, 4):
        yield from exchange(reference, group, function, NOTHING, NOTHING)
    yield from tell(0, 0x77, "00 00 0000")


def transport():
    yield from connection()
    for who, octets in TRANSPORT:
        yield who, tpkt(bytes.fromhex(octets))


STORIES = {story.__name__: story for story in (engineering, alarms, undefined, transport)}


def take(peer):
    head = peer.recv(4, socket.MSG_WAITALL)
    return head + peer.recv(struct.unpack(">xxH", head)[0] - 4, socket.MSG_WAITALL) if len(head) == 4 else b""


def talk(peer, me, story):
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    before = None
    for who, octets in story():
        if who != me:
            if not take(peer):
                return
        else:
            if before == me:
                time.sleep(0.02)  # each in a segment of its own
            peer.sendall(octets)
        before = who


def ask(story, address):
    with socket.create_connection((address, 102)) as peer:
        talk(peer, "ask", story)


def answer(story, address):
    listener = socket.create_server((address, 102))
    while True:
        peer, _ = listener.accept()
        with peer:
            talk(peer, "answer", story)


{"ask": ask, "answer": answer}[sys.argv[1]](STORIES[sys.argv[2]], sys.argv[3])
