"""s7_plus.py answer|operate|stop|download ADDRESS: S7comm-plus, both ends, because no stack speaks it.

Layouts are those seen of real controllers and engineering tools; dissectors/s7comm/plus/README.md says which. Identifiers
of objects are those of real controllers where it says so, the digests are of a key of our own: no real device would take
them.
"""
import hashlib
import hmac
import itertools
import socket
import struct
import sys
import threading
import time

DATA = b"\x02\xf0\x80"
CONNECT = bytes.fromhex("11e00000000100c0010ac1020600c2020103")
EXPLORE, CREATE, DELETE, SET, GET_LINK = 0x04BB, 0x04CA, 0x04D4, 0x04F2, 0x0524
SET_SEVERAL, GET_SEVERAL, GET_STREAMED, SET_STREAMED = 0x0542, 0x054C, 0x0586, 0x057C
BEGIN, END, INVOKE = 0x0556, 0x0560, 0x056B
NO_SESSION, PROGRAM, CPU, OPERATING_STATE = 0x120, 3, 0x34, 2167
STOP, START = 1, 3
WANTS_NO_ANSWER = 0x74
FILL = bytes(4)
LARGEST = 900  # octets of contents in one part


def vlq(value):
    octets = [value & 0x7F]
    while value := value >> 7:
        octets.append(0x80 | value & 0x7F)
    return bytes(reversed(octets))


def signed_vlq(value):
    octets = [value & 0x7F]
    while not -0x40 <= value <= 0x3F:
        value >>= 7
        octets.append(0x80 | value & 0x7F)
    return bytes(reversed(octets))


def value(kind, octets, flags=0):
    return bytes([flags, kind]) + octets


def boolean(on):
    return value(0x01, bytes([on]))


def udint(number):
    return value(0x04, vlq(number))


def dint(number):
    return value(0x08, signed_vlq(number))


def real(number):
    return value(0x0E, struct.pack(">f", number))


def blob(octets):
    return value(0x14, b"\0" + vlq(len(octets)) + octets)


def text(words):
    return value(0x15, vlq(len(words)) + words.encode())


QUALIFIER = struct.pack(">I", 1256) + vlq(1257) + value(0x12, bytes(4)) + vlq(1258) + value(0x13, b"\0") + vlq(1259) + udint(0) + b"\0"


def symbol(crc, block, *path):
    return [crc, 0x8A0E0000 | block, 1 + len(path), 2550, *path]


def flag(octet, bit):
    return [0, 0x52, 5, 3736, 3, octet, 1, bit]


def addresses(variables):
    numbers = [number for variable in variables for number in variable]
    return vlq(len(variables)) + vlq(len(numbers)) + b"".join(vlq(number) for number in numbers)


def attribute(number, what):
    return b"\xa3" + vlq(number) + what


def described(identifier, kind, *contents):
    return b"\xa1" + struct.pack(">I", identifier) + vlq(kind) + b"\0\0" + b"".join(contents) + b"\xa2"


SET_POINT = symbol(0x1FF31AF7, 3, 10)
LEVEL = symbol(0x6F49954C, 3, 14)
PUMP = flag(20, 1)
TEXT = symbol(0x2C0FFEE1, 3, 18)
READ = [SET_POINT, LEVEL, PUMP, TEXT]
FIRST_VALUES = [real(61.5), dint(-40), boolean(1), text("TANK 1")]


def packet(tpdu):
    return struct.pack(">BBH", 3, 0, len(tpdu) + 4) + tpdu


class Peer:
    """A connection: PDUs go out in parts where they are long, and come in whole."""

    def __init__(self, connected):
        self.socket = connected
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.integrity = itertools.count(1)
        self.lock = threading.Lock()

    def receive(self):
        head = self.socket.recv(4, socket.MSG_WAITALL)
        if len(head) < 4:
            raise EOFError
        return self.socket.recv(struct.unpack(">xxH", head)[0] - 4, socket.MSG_WAITALL)

    def send(self, version, contents):
        with self.lock:
            pieces = [contents[at:at + LARGEST] for at in range(0, len(contents), LARGEST)]
            for number, piece in enumerate(pieces):
                if version == 3:
                    piece = b"\x20" + hmac.digest(b"no real key", piece, hashlib.sha256) + piece
                end = struct.pack(">BBH", 0x72, version, 0) if number + 1 == len(pieces) else b""
                self.socket.sendall(packet(DATA + struct.pack(">BBH", 0x72, version, len(piece)) + piece + end))

    def pdu(self):
        """The next PDU, put together: version and contents; events are passed over."""
        whole = b""
        while True:
            tsdu = self.receive()[len(DATA):]
            version, length = tsdu[1], struct.unpack(">H", tsdu[2:4])[0]
            if version >= 0xFE:
                continue
            whole += tsdu[4 + (33 if version == 3 else 0):4 + length]
            if len(tsdu) > 4 + length:
                return version, whole

    def tail(self):
        return vlq(next(self.integrity)) + FILL


class Client(Peer):
    def __init__(self, address):
        super().__init__(socket.create_connection((address, 102)))
        self.sequence, self.session, self.version = 0, NO_SESSION, 1
        self.socket.sendall(packet(CONNECT))
        self.receive()
        created = self.request(CREATE, struct.pack(">I", 0x11D) + udint(0) + FILL
                               + described(0xD3, 287, attribute(233, text("AUDIT LAB"))) + FILL)
        self.session = 0x380 | created[3]
        self.version = 3
        self.request(SET_SEVERAL, struct.pack(">I", self.session) + b"\1\1" + vlq(306) + b"\1" + udint(1) + b"\0" + QUALIFIER)

    def request(self, function, contents, flags=0x34):
        """Sends it; what comes back behind the return value, unless no answer is wanted."""
        self.sequence += 1
        tail = b"" if self.version == 1 else self.tail()
        self.send(self.version, struct.pack(">BHHHHIB", 0x31, 0, function, 0, self.sequence, self.session, flags) + contents + tail)
        if flags == WANTS_NO_ANSWER:
            return b""
        while True:
            _, answer = self.pdu()
            if answer[0] == 0x32:
                return answer[10:]

    def subscribe(self):
        self.request(CREATE, struct.pack(">I", self.session) + udint(0) + FILL + vlq(next(self.integrity))
                     + described(0x7FFFC003, 1001, attribute(233, text("Subscription_1")), attribute(1048, udint(0))))

    def read(self, variables):
        self.request(GET_SEVERAL, FILL + addresses(variables) + QUALIFIER)

    def write(self, variables, values):
        numbered = b"".join(vlq(number) + what for number, what in enumerate(values, 1))
        self.request(SET_SEVERAL, FILL + addresses(variables) + numbered + b"\0" + QUALIFIER)

    def set(self, target, number, what, flags=0x34):
        self.request(SET, struct.pack(">I", target) + b"\1" + vlq(number) + what + QUALIFIER + b"\0", flags)

    def explore(self, target, *attributes):
        self.request(EXPLORE, struct.pack(">I", target) + b"\0\1\0\1\0" + vlq(len(attributes))
                     + b"".join(vlq(number) for number in attributes))

    def close(self):
        self.request(DELETE, struct.pack(">I", self.session) + b"\0" + QUALIFIER)
        self.socket.close()


def operate(address):
    """An operator panel at work."""
    client = Client(address)
    client.explore(0x31, 2453, 2454)
    client.request(GET_LINK, struct.pack(">I", 0x31) + vlq(2270) + b"\0\0")
    client.request(GET_STREAMED, struct.pack(">I", 0x32) + value(0x04, vlq(1) + vlq(233), 0x20) + QUALIFIER + b"\0\1")
    client.subscribe()
    for _ in range(4):
        client.read(READ)
        time.sleep(0.2)
    client.set(client.session, 1053, value(0x07, b"\0\x0f"), WANTS_NO_ANSWER)
    client.write([SET_POINT, PUMP], [real(62.0), boolean(0)])
    client.write([symbol(0x0BADBAD1, 3, 99)], [real(1.0)])
    client.read(READ)
    client.socket.sendall(packet(DATA + struct.pack(">BBHIIII", 0x72, 0xFE, 16, 0, 59, 0, 0)))
    client.request(BEGIN, b"\2\0\1\0")
    client.request(INVOKE, bytes(8))
    client.request(SET_STREAMED, bytes(8))
    client.request(END, b"\0\0")
    client.close()


def stop(address):
    """Whoever has an engineering tool."""
    client = Client(address)
    client.set(CPU, OPERATING_STATE, dint(STOP))
    time.sleep(0.5)
    client.set(CPU, OPERATING_STATE, dint(START))
    client.close()


def download(address):
    """Reads the program out, and brings another in."""
    client = Client(address)
    client.explore(PROGRAM)
    block = described(0x8A320001, 2647, attribute(233, text("Main")), attribute(2580, blob(bytes(i * i & 255 for i in range(2600)))))
    client.request(CREATE, struct.pack(">I", 1) + udint(0) + FILL + vlq(next(client.integrity))
                   + described(PROGRAM, 2520, attribute(233, text("PLC program")), block))
    client.close()


class Controller(Peer):
    def __init__(self, connected, number):
        super().__init__(connected)
        self.number = number
        self.values = {tuple(where): what for where, what in zip(READ, FIRST_VALUES)}

    def run(self):
        tpdu = self.receive()
        self.socket.sendall(packet(tpdu[:1] + b"\xd0" + tpdu[4:6] + b"\0\2" + tpdu[6:]))
        while True:
            version, asked = self.pdu()
            function, sequence, flags = struct.unpack(">HxxH", asked[3:9]) + (asked[13],)
            if flags == WANTS_NO_ANSWER:
                continue
            returned, contents, more = self.answer(function, asked[14:], version)
            tail = b"" if function in (CREATE, EXPLORE) else self.tail()
            end = FILL if function in (CREATE, EXPLORE) else b""
            self.send(version, struct.pack(">BHHHHB", 0x32, 0, function, 0, sequence, 0x34) + vlq(returned) + contents + tail + end)
            for notification in more:
                time.sleep(0.02)
                self.send(3, notification)

    def answer(self, function, asked, version):
        """Return value, contents, and the notifications that follow."""
        target = struct.unpack(">I", asked[:4])[0] if len(asked) >= 4 else 0
        if function == CREATE:
            return self.created(target, version)
        if function == DELETE:
            return 0, asked[:4], []
        if function == EXPLORE:
            program = described(0x8A320001, 2647, attribute(233, text("Main")), attribute(2580, blob(bytes(range(256)) * 5)))
            whole = described(target, 2520 if target == PROGRAM else 46, attribute(233, text("Root")),
                              program if target == PROGRAM else described(0x32, 47, attribute(2454, udint(5))))
            return 0, asked[:4] + vlq(next(self.integrity)) + whole, []
        if function == GET_LINK:
            return 0, b"\2" + struct.pack(">II", CPU, 0x32), []
        if function == GET_STREAMED:
            return 0, b"\0" + text("PLC_1"), []
        if function in (GET_SEVERAL, SET_SEVERAL) and target == 0:
            return 0, self.variables(function, asked[4:]), []
        if function == SET_SEVERAL:
            return 0, b"\0", []
        return 0, b"", []

    def created(self, target, version):
        if version == 1:
            answer = described(0x380 + self.number, 287, attribute(233, text("ServerSession")))
            return 0x11, b"\2" + vlq(0x380 + self.number) + vlq(0x72) + answer, []
        if target & 0xFFFFFF00 != 0x300:
            return 0, b"\1" + vlq(PROGRAM) + vlq(next(self.integrity)), []
        told = [struct.pack(">BIHHHBBB", 0x33, 0x70400008, 0x0400, 0, 0, 15, n, 1) + b"\x92" + struct.pack(">I", 1)
                + real(61.5 + n) + b"\0" + FILL for n in range(1, 4)]
        return 0, b"\1" + vlq(0x70400008) + vlq(next(self.integrity)), told

    def variables(self, function, asked):
        numbers = self.numbers(asked)
        count, _ = next(numbers), next(numbers)
        where = []
        for _ in range(count):
            head = [next(numbers) for _ in range(3)]
            where.append(tuple(head + [next(numbers) for _ in range(head[2])]))
        if function == SET_SEVERAL:
            missing = [n for n, one in enumerate(where, 1) if one not in self.values]
            return b"".join(vlq(n) + vlq(0xFFFE) for n in missing) + b"\0"
        return b"".join(vlq(n) + self.values[one] for n, one in enumerate(where, 1)) + b"\0\0"

    @staticmethod
    def numbers(octets):
        number = 0
        for octet in octets:
            number = number << 7 | octet & 0x7F
            if not octet & 0x80:
                yield number
                number = 0


def answer(address):
    listener = socket.create_server((address, 102))
    for number in itertools.count(12):
        threading.Thread(target=serve, args=(listener.accept()[0], number), daemon=True).start()


def serve(connected, number):
    try:
        Controller(connected, number).run()
    except (EOFError, OSError):
        pass


if __name__ == "__main__":
    {"answer": answer, "operate": operate, "stop": stop, "download": download}[sys.argv[1]](sys.argv[2])
