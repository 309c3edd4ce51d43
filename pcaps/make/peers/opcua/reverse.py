"""Reverse connection (OPC 10000-6, 7.1.3) for stacks that know none: two relays.

    reverse.py client OWN_ADDRESS             takes a server's connection, reads its ReverseHello, and gives the rest to
                                              the client that comes to 127.0.0.1:4840
    reverse.py server CLIENT_ADDRESS ADDRESS  connects to the client, sends ReverseHello, and brings the server at ADDRESS
"""
import socket
import struct
import sys
import threading
import time

PORT = 4840


def accepted(address):
    with socket.create_server((address, PORT)) as listener:
        return listener.accept()[0]


def connected(address):
    for _ in range(100):
        try:
            return socket.create_connection((address, PORT), 10)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise TimeoutError(address)


def pass_on(source, target):
    while data := source.recv(65536):
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)


def relay(one, other):
    back = threading.Thread(target=pass_on, args=(other, one))
    back.start()
    pass_on(one, other)
    back.join()


def text(value):
    return struct.pack("<i", len(value)) + value


def reverse_hello(address):
    body = text(b"urn:plc-1") + text(f"opc.tcp://{address}:{PORT}".encode())
    return b"RHEF" + struct.pack("<I", 8 + len(body)) + body


def main(role, address, server=None):
    if role == "server":
        wire = connected(address)
        wire.sendall(reverse_hello(server))
        relay(wire, connected(server))
    else:
        wire = accepted(address)
        size = struct.unpack("<I", wire.recv(8, socket.MSG_WAITALL)[4:])[0]
        wire.recv(size - 8, socket.MSG_WAITALL)
        relay(accepted("127.0.0.1"), wire)


main(*sys.argv[1:])
