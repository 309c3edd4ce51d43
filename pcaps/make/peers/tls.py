"""tls.py ask|answer modbus|cotp FOLDER ADDRESS: both ends of TLS with Python's ssl, on its own or inside COTP.

FOLDER has the certificates (see ../tls.py). `modbus`: Modbus/TCP Security on port 802, in TLS 1.2 and 1.3, and a client
without a certificate, which is refused. `cotp`: a client asks for TLS with InitSSL, and both go on in TLS 1.2, whose
records lie in data units: one each, several in one, and one over several.
"""
import pathlib
import socket
import ssl
import struct
import sys
import time

READ = bytes.fromhex("0001 0000 0006 01 03 0000 000a")
READ_ANSWER = bytes.fromhex("0001 0000 0017 01 03 14") + bytes(range(20))
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
CONNECT = bytes.fromhex("1ee00000000100c0010ac1020600c20f53494d415449432d524f4f542d4553")
INIT_SSL = bytes.fromhex("72010012 31 0000 05b3 0000 0001 00000000 30 00000000 72010000")
INIT_SSL_ANSWER = bytes.fromhex("7201000f 32 0000 05b3 0000 0001 30 00 00000000 72010000")


def context(server, folder, version, certificate=True):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = made.maximum_version = version
    if certificate:
        name = "server" if server else "client"
        made.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    made.check_hostname = False
    made.load_verify_locations(folder / ("client.pem" if server else "server.pem"))
    made.verify_mode = ssl.CERT_REQUIRED
    return made


def ask_modbus(folder, address):
    for version, certificate in [(v, True) for v in VERSIONS] + [(VERSIONS[0], False)]:
        client = context(False, folder, version, certificate)
        try:
            with client.wrap_socket(socket.create_connection((address, 802)), server_hostname="plc-1.cell.example") as peer:
                for _ in range(3):
                    peer.sendall(READ)
                    peer.recv(len(READ_ANSWER))
                peer.unwrap()
        except ssl.SSLError as refused:
            print(refused)


def answer_modbus(folder, address):
    listener = socket.create_server((address, 802))
    for version in (*VERSIONS, VERSIONS[0]):
        peer, _ = listener.accept()
        try:
            with context(True, folder, version).wrap_socket(peer, server_side=True) as secure:
                while secure.recv(len(READ)):
                    secure.sendall(READ_ANSWER)
                secure.unwrap()
        except (ssl.SSLError, OSError) as refused:
            print(refused)


def data_unit(content):
    return struct.pack(">BBH", 3, 0, len(content) + 7) + b"\x02\xf0\x80" + content


def take(peer):
    head = peer.recv(4, socket.MSG_WAITALL)
    return peer.recv(struct.unpack(">xxH", head)[0] - 4, socket.MSG_WAITALL) if len(head) == 4 else b""


class InCotp:
    """One end: what TLS wants to send goes out in data units of `size` octets at most."""

    def __init__(self, peer, tls, size, server):
        self.peer, self.size = peer, size
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = tls.wrap_bio(self.incoming, self.outgoing, server_side=server,
                                server_hostname=None if server else "plc-1.cell.example")

    def do(self, what, *arguments):
        """Repeats until it succeeds; passes what comes and goes."""
        while True:
            try:
                done = what(*arguments)
            except ssl.SSLWantReadError:
                done = None
            while self.outgoing.pending:
                self.peer.sendall(data_unit(self.outgoing.read(self.size)))
                time.sleep(0.02)  # each in a segment of its own
            if done is not None:
                return done
            content = take(self.peer)
            if not content:
                return None
            self.incoming.write(content[3:])

    def handshake(self):
        self.do(lambda: self.tls.do_handshake() or True)


def ask_cotp(folder, address):
    with socket.create_connection((address, 102)) as peer:
        peer.sendall(struct.pack(">BBH", 3, 0, len(CONNECT) + 4) + CONNECT)
        take(peer)
        peer.sendall(data_unit(INIT_SSL))
        take(peer)
        end = InCotp(peer, context(False, folder, ssl.TLSVersion.TLSv1_2), 1024, False)
        end.handshake()
        for _ in range(3):
            end.do(end.tls.write, INIT_SSL)
            end.do(end.tls.read, 100)


def answer_cotp(folder, address):
    listener = socket.create_server((address, 102))
    peer, _ = listener.accept()
    with peer:
        take(peer)
        peer.sendall(struct.pack(">BBH", 3, 0, len(CONNECT) + 4) + CONNECT[:1] + b"\xd0\0\1\0\2" + CONNECT[6:])
        take(peer)
        peer.sendall(data_unit(INIT_SSL_ANSWER))
        end = InCotp(peer, context(True, folder, ssl.TLSVersion.TLSv1_2), 300, True)
        end.handshake()
        while end.do(end.tls.read, 100):
            end.do(end.tls.write, INIT_SSL_ANSWER)


TO_DO = {("ask", "modbus"): ask_modbus, ("answer", "modbus"): answer_modbus,
         ("ask", "cotp"): ask_cotp, ("answer", "cotp"): answer_cotp}
TO_DO[sys.argv[1], sys.argv[2]](pathlib.Path(sys.argv[3]), sys.argv[4])
