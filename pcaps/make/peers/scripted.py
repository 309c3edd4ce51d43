"""A Modbus/TCP server that gives the answers no real stack gives.

    scripted.py ADDRESS PORT BEHAVIOUR[,BEHAVIOUR...]

Without a behaviour it is a correct server of all functions, with 10,000 points of each kind.
Some addresses are traps (see TRAPS): a request that starts there gets a wrong answer.

    plain            nothing special
    chunks           each piece received is one request, whatever its header says
    fail:CODE:N      after N requests everything is refused with exception CODE
    fail:CODE:N:M    the same, but right again after M refusals
    silent:UNIT      this unit is never answered
    mute:N:M         after N requests M are not answered
    frozen           writes are acknowledged and not done
    version:TEXT     the revision in 43/14
    split:N          answers leave in pieces of N bytes
    slow:SECONDS     answers come late
    reset:N          the connection is reset after N answers
    push             an answer nobody asked for follows each third answer
"""
import socket
import struct
import sys
import threading
import time

import umas

registers = {}
coils = {}
revision = "2.4.1"


def header(request, unit=None, transaction=None, length=0):
    t, _, _, u = struct.unpack("!HHHB", request[:7])
    return struct.pack("!HHHB", t if transaction is None else transaction, 0, length,
                       u if unit is None else unit)


def adu(request, pdu, **other):
    return header(request, length=len(pdu) + 1, **other) + pdu


def bits(start, quantity):
    out = bytearray((quantity + 7) // 8)
    for i in range(quantity):
        if coils.get(start + i, (start + i) % 3 == 0):
            out[i // 8] |= 1 << i % 8
    return bytes(out)


def words(start, quantity):
    return b"".join(struct.pack("!H", registers.get(start + i, (100 + start + i) & 0xFFFF))
                    for i in range(quantity))


def counted(function, data):
    return bytes([function, len(data)]) + data


def refuse(pdu, code):
    return bytes([pdu[0] | 0x80, code])


def answer(pdu):
    """The right PDU to answer with."""
    f = pdu[0]
    if f in (1, 2, 3, 4):
        start, quantity = struct.unpack("!HH", pdu[1:5])
        if not 1 <= quantity <= (2000 if f < 3 else 125):
            return refuse(pdu, 3)
        if start + quantity > 10000:
            return refuse(pdu, 2)
        return counted(f, bits(start, quantity) if f < 3 else words(start, quantity))
    if f == 5:
        start, value = struct.unpack("!HH", pdu[1:5])
        if value not in (0, 0xFF00):
            return refuse(pdu, 3)
        coils[start] = value == 0xFF00
        return pdu
    if f == 6:
        start, value = struct.unpack("!HH", pdu[1:5])
        if start >= 10000:
            return refuse(pdu, 2)
        registers[start] = value
        return pdu
    if f in (15, 16):
        start, quantity, size = struct.unpack("!HHB", pdu[1:6])
        right = (quantity + 7) // 8 if f == 15 else 2 * quantity
        if not 1 <= quantity <= (1968 if f == 15 else 123) or size != right or len(pdu) != 6 + size:
            return refuse(pdu, 3)
        if start + quantity > 10000:
            return refuse(pdu, 2)
        for i in range(quantity):
            if f == 15:
                coils[start + i] = bool(pdu[6 + i // 8] >> i % 8 & 1)
            else:
                registers[start + i] = struct.unpack_from("!H", pdu, 6 + 2 * i)[0]
        return pdu[:5]
    if f == 7:
        return bytes([7, 0x6D])
    if f == 8:
        sub = struct.unpack("!H", pdu[1:3])[0]
        if sub == 4:
            return b""
        if sub in (0, 1, 3, 10, 20):
            return pdu
        if sub in (2, *range(11, 20)):
            return pdu[:3] + struct.pack("!H", 7 * sub)
        return refuse(pdu, 3)
    if f == 11:
        return struct.pack("!BHH", 11, 0, 264)
    if f == 12:
        return struct.pack("!BBHHH", 12, 8, 0, 264, 289) + b"\x20\x00"
    if f == 17:
        return counted(17, b"\x11\xffEC-200")
    if f == 20:
        out = b""
        for at in range(2, 2 + pdu[1], 7):
            kind, file, record, length = struct.unpack_from("!BHHH", pdu, at)
            if kind != 6 or not file:
                return refuse(pdu, 2)
            out += bytes([2 * length + 1, 6]) + b"".join(
                struct.pack("!H", (file * 4096 + record + i) & 0xFFFF) for i in range(length))
        return counted(20, out)
    if f in (21, 22):
        return pdu
    if f == 23:
        start, quantity = struct.unpack("!HH", pdu[1:5])
        target, count, size = struct.unpack("!HHB", pdu[5:10])
        if not (1 <= quantity <= 125 and 1 <= count <= 121 and size == 2 * count == len(pdu) - 10):
            return refuse(pdu, 3)
        for i in range(count):
            registers[target + i] = struct.unpack_from("!H", pdu, 10 + 2 * i)[0]
        return counted(23, words(start, quantity))
    if f == 24:
        return struct.pack("!BHHHHH", 24, 8, 3, 0x1B8, 0x1284, 0x1322)
    if f == 43 and pdu[1] == 13:
        return pdu[:2] + pdu[2:] + b"\0\0"
    if f == 43 and pdu[1] == 14:
        texts = (b"Example Controls", b"EC-200", revision.encode())
        return (bytes([43, 14, pdu[2], 0x81, 0, 0, len(texts)])
                + b"".join(bytes([i, len(t)]) + t for i, t in enumerate(texts)))
    if f == 90:
        return umas.answer(pdu)
    if f in (65, 100):
        return pdu + b"\x01"
    return refuse(pdu, 1)


def start_of(pdu):
    return struct.unpack("!H", pdu[1:3])[0] if pdu[0] in (1, 2, 3, 4, 5, 6, 15, 16, 22, 23) else -1


def changed(pdu, at, byte):
    return pdu[:at] + bytes([byte]) + pdu[at + 1:]


# start address: what is sent instead of the right answer; r: request, p: right PDU
TRAPS = {
    801: lambda r, p: [adu(r, changed(p, 4, p[4] ^ 0x15))],  # echoed value or quantity differs
    802: lambda r, p: [adu(r, changed(p, 2, 9))],  # echoed address differs
    804: lambda r, p: [adu(r, counted(p[0], p[2:-2]))],  # one register less than asked
    805: lambda r, p: [adu(r, changed(p, 0, p[0] ^ 7))],  # another function: 3 <-> 4
    806: lambda r, p: [adu(r, p, unit=9)],  # another unit
    807: lambda r, p: [adu(r, p), adu(r, changed(p, 3, 0x7F), transaction=0x7777)],  # unsolicited
    808: lambda r, p: [adu(r, p), adu(r, changed(p, 3, 0x7F))],  # a second, different answer
    809: lambda r, p: [adu(r, p), adu(r, p)],  # the same answer twice
    810: lambda r, p: [adu(r, p, transaction=0x1234)],  # transaction never asked
    811: lambda r, p: [adu(r, refuse(p, 5))],
    812: lambda r, p: [adu(r, counted(p[0], p[2:] + b"\0\0"))],  # one register more than asked
    813: lambda r, p: [header(r, length=len(p) + 5) + p],  # length beyond the answer
    **{900 + code: (lambda code: lambda r, p: [adu(r, refuse(p, code))])(code) for code in range(1, 12)},
}


def take(buffer, chunks):
    """The next request and what is left, or None."""
    if len(buffer) < 8:
        return (None, b"" if chunks else buffer)
    _, protocol, length = struct.unpack("!HHH", buffer[:6])
    if chunks and (protocol or not 2 <= length <= 254 or len(buffer) < 6 + length):
        return (None, b"")
    if len(buffer) < 6 + length:
        return (None, buffer)
    return (buffer[:6 + length], buffer[6 + length:])


def serve(connection, behaviours):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    options = dict(b.partition(":")[::2] for b in behaviours)
    fail = [int(x) for x in options["fail"].split(":")] if "fail" in options else None
    mute = [int(x) for x in options["mute"].split(":")] if "mute" in options else None
    buffer, answered = b"", 0
    while data := connection.recv(4096):
        buffer += data
        out = []
        while True:
            request, buffer = take(buffer, "chunks" in options)
            if request is None:
                break
            answered += 1
            pdu = request[7:]
            if "silent" in options and request[6] == int(options["silent"]):
                continue
            if mute and mute[0] < answered <= mute[0] + mute[1]:
                continue
            try:
                before = (dict(registers), dict(coils))
                right = answer(pdu)
                if "frozen" in options:
                    registers.update({k: before[0].get(k, 100 + k) for k in registers})
                    coils.update({k: before[1].get(k, k % 3 == 0) for k in coils})
            except (struct.error, IndexError):
                right = refuse(pdu, 3)
            if fail and fail[1] < answered <= fail[1] + (fail[2] if len(fail) > 2 else 10**6):
                out.append(adu(request, refuse(pdu, fail[0])))
            elif start_of(pdu) in TRAPS:
                out += TRAPS[start_of(pdu)](request, right)
            elif right:
                out.append(adu(request, right))
            if "push" in options and answered % 3 == 0:
                out.append(adu(request, counted(3, b"\x03\xe7"), transaction=0x5000 + answered))
        time.sleep(float(options.get("slow") or 0))
        if "split" in options:
            size = int(options["split"])
            stream = b"".join(out)
            out = [stream[i:i + size] for i in range(0, len(stream), size)]
        for piece in out:
            connection.sendall(piece)
            time.sleep(0.01 if len(out) > 1 else 0)
        if "reset" in options and answered >= int(options["reset"]):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            break
    connection.close()


def main():
    global revision
    address, port, behaviours = sys.argv[1:]
    for b in behaviours.split(","):
        if b.startswith("version:"):
            revision = b[8:]
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.create_server((address, int(port)), family=family, backlog=8)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=lambda c: guarded(c, behaviours.split(",")), args=(connection,),
                         daemon=True).start()


def guarded(connection, behaviours):
    try:
        serve(connection, behaviours)
    except OSError:
        connection.close()


main()
