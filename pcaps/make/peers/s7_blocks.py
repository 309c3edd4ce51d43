"""s7_blocks.py ADDRESS: the part of a controller that moves blocks, on port 102, because snap7's server
refuses to. Setup, upload, download (the controller asks for the parts) and deletion; DB 1, DB 2 and OB 1
are there. Everything else is refused."""
import socket
import struct
import sys
import threading

PDU = 240
blocks = {}


def block(kind, number, body):
    """Head of 36 octets, body, foot with the author's and family's names."""
    head = struct.pack(">HBBBBHII", 0x7070, 1, 1, 5, kind, number, 36 + len(body) + 20, 0)
    head += struct.pack(">IHIHHHHH", 0x0123, 0x3000, 0x0456, 0x3000, 0, 0, 0, len(body))
    return head + body + b"PLANT\0\0\0DEMO\0\0\0\0\x10\0\0\0"


blocks[b"0A", 1] = block(0x0A, 1, bytes(i & 255 for i in range(500)))
blocks[b"0A", 2] = block(0x0A, 2, bytes(60))
blocks[b"08", 1] = block(0x08, 1, bytes.fromhex("1000120010006500") * 8)


class Connection(threading.Thread):
    def __init__(self, peer):
        super().__init__(daemon=True)
        self.peer, self.reference, self.uploads = peer, 0x100, {}

    def take(self, count):
        data = b""
        while len(data) < count:
            more = self.peer.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def receive(self):
        size = struct.unpack(">xxH", self.take(4))[0]
        return self.take(size - 4)

    def send(self, tpdu):
        self.peer.sendall(struct.pack(">BBH", 3, 0, len(tpdu) + 4) + tpdu)

    def answer(self, reference, parameters, data=b"", error=0):
        self.send(b"\x02\xf0\x80" + struct.pack(">BBHHHHH", 0x32, 3, 0, reference, len(parameters), len(data), error)
                  + parameters + data)

    def ask(self, parameters):
        self.reference += 1
        self.send(b"\x02\xf0\x80" + struct.pack(">BBHHHH", 0x32, 1, 0, self.reference, len(parameters), 0)
                  + parameters)
        reply = self.receive()[3:]
        parameter_size, data_size = struct.unpack(">HH", reply[6:10])
        return reply[12:12 + parameter_size], reply[12 + parameter_size:][:data_size]

    def start_upload(self, reference, parameters):
        found = blocks.get((parameters[10:12], int(parameters[12:17])))
        if found is None:
            return self.answer(reference, b"", error=0xD209)
        self.uploads[7] = found
        length = b"%07d" % len(found)
        self.answer(reference, bytes([0x1D, 0, 1, 0, 0, 0, 0, 7, len(length)]) + length)

    def upload(self, reference, parameters):
        rest = self.uploads.get(parameters[7], b"")
        part, rest = rest[:PDU - 18], rest[PDU - 18:]
        self.uploads[parameters[7]] = rest
        self.answer(reference, bytes([0x1E, 1 if rest else 0]), struct.pack(">HH", len(part), 0x00FB) + part)

    def end_upload(self, reference, parameters):
        self.uploads.pop(parameters[7], None)
        self.answer(reference, b"\x1f")

    def download(self, reference, parameters):
        name = parameters[9:18]
        self.answer(reference, b"\x1a")
        whole, more = b"", True
        while more:
            status, data = self.ask(b"\x1b" + parameters[1:8] + b"\x09" + name)
            whole += data[4:4 + struct.unpack(">H", data[:2])[0]]
            more = bool(status[1] & 1)
        self.ask(b"\x1c" + bytes(7) + b"\x09" + name)
        blocks[name[1:3], int(name[3:8])] = whole

    def setup(self, reference, parameters):
        size = min(PDU, struct.unpack(">H", parameters[6:8])[0])
        self.answer(reference, parameters[:6] + struct.pack(">H", size))

    def service(self, reference, parameters):
        self.answer(reference, parameters[:1])

    HANDLERS = {0xF0: setup, 0x1D: start_upload, 0x1E: upload, 0x1F: end_upload, 0x1A: download, 0x28: service}

    def run(self):
        try:
            while True:
                tpdu = self.receive()
                if tpdu[1] == 0xE0:  # connect request: confirmed with what it asked for
                    self.send(tpdu[:1] + b"\xd0" + tpdu[4:6] + b"\0\x2a" + tpdu[6:])
                    continue
                pdu = tpdu[3:]
                reference, parameter_size = struct.unpack(">HH", pdu[4:8])
                parameters = pdu[10:10 + parameter_size]
                handler = self.HANDLERS.get(parameters[0])
                if pdu[1] == 1 and handler:
                    handler(self, reference, parameters)
                elif pdu[1] == 1:
                    self.answer(reference, parameters[:1], error=0x8104)
        except (EOFError, OSError):
            pass


listener = socket.create_server((sys.argv[1], 102))
while True:
    Connection(listener.accept()[0]).start()
