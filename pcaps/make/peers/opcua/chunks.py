"""Sends chunks that a stack would not: chunks.py ADDRESS STEP...

    flood COUNT   chunks of a request that never ends
    abort         a chunk of a request, then the chunk that gives it up
    mixed         chunks of two requests, one in the other
    skip          a sequence number is left out
    twice         two requests with one identifier

Each step has a connection of its own and begins with a GetEndpoints that is answered.
"""
import socket
import struct
import sys
import time

POLICY = b"http://opcfoundation.org/UA/SecurityPolicy#None"
URL = b"opc.tcp://192.168.10.10:4840"


def text(value):
    return struct.pack("<i", -1 if value is None else len(value)) + (value or b"")


def header(handle):
    """A request header: no session, a time, a handle, a hint of 5 s."""
    return struct.pack("<HqIIiIBBB", 0, 133000000000000000, handle, 0, -1, 5000, 0, 0, 0)


def packed(kind, final, body):
    return kind + final + struct.pack("<I", len(body) + 8) + body


class Channel:
    def __init__(self, address):
        self.wire = socket.create_connection((address, 4840), 10)
        self.sequence, self.request = 0, 0
        self.id, self.token = 0, 0
        self.send(b"HEL", b"F", struct.pack("<IIIII", 0, 65535, 65535, 0, 0) + text(URL))
        self.receive()
        body = b"\x01\x00" + struct.pack("<H", 446) + header(1) + struct.pack("<III", 0, 0, 1) + text(b"") \
            + struct.pack("<I", 600000)
        self.send(b"OPN", b"F", struct.pack("<I", 0) + text(POLICY) + text(None) + text(None) + self.next(True) + body)
        answer = self.receive()
        self.id, = struct.unpack_from("<I", answer, 8)
        self.token, = struct.unpack_from("<I", answer, answer.index(struct.pack("<I", self.id), 12) + 4)

    def next(self, begins):
        self.sequence += 1
        self.request += begins
        return struct.pack("<II", self.sequence, self.request)

    def send(self, kind, final, body):
        self.wire.sendall(packed(kind, final, body))

    def chunk(self, final, body, begins=False):
        self.wire.sendall(self.packed(final, body, begins))

    def packed(self, final, body, begins=False):
        return packed(b"MSG", final, struct.pack("<II", self.id, self.token) + self.next(begins) + body)

    def receive(self):
        head = self.wire.recv(8, socket.MSG_WAITALL)
        if len(head) < 8:
            return b""
        return head + self.wire.recv(struct.unpack_from("<I", head, 4)[0] - 8, socket.MSG_WAITALL)


def get_endpoints(handle):
    return b"\x01\x00" + struct.pack("<H", 428) + header(handle) + text(URL) + struct.pack("<ii", -1, -1)


def main():
    address, *steps = sys.argv[1:]
    channel = Channel(address)
    while steps:
        step = steps.pop(0)
        channel = Channel(address)
        channel.chunk(b"F", get_endpoints(7), True)
        channel.receive()
        try:
            if step == "flood":
                for i in range(int(steps.pop(0))):
                    channel.chunk(b"C", get_endpoints(8)[:40] if i == 0 else bytes(8), i == 0)
                    time.sleep(0.005)
            elif step == "abort":
                channel.chunk(b"C", get_endpoints(9)[:40], True)
                channel.chunk(b"A", struct.pack("<I", 0x80810000) + text(b"given up"))
                channel.chunk(b"F", get_endpoints(10), True)
            elif step == "mixed":
                channel.chunk(b"C", get_endpoints(11)[:40], True)
                channel.chunk(b"F", get_endpoints(12), True)
            elif step == "skip":
                channel.sequence += 1
                channel.chunk(b"F", get_endpoints(13), True)
            elif step == "twice":
                first = channel.packed(b"F", get_endpoints(14), True)
                channel.wire.sendall(first + channel.packed(b"F", get_endpoints(15)))
            channel.receive()
        except OSError as error:
            print(step, error)
        channel.wire.close()


main()
