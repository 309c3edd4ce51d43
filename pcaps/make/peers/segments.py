"""A TCP client that sends exactly the segments it is told to. Each argument is one step.

    segments.py ADDRESS PORT STEP...

    send HEX    one segment (spaces allowed)
    text WORDS  the same, as text with \\r\\n
    wait S      pause, and throw away what has come
    keepalive   turn on TCP keep-alive, every second
    reset       close with RST
    reconnect   close, connect again
"""
import socket
import struct
import sys
import time

address, port, *steps = sys.argv[1:]


def connect():
    s = socket.create_connection((address, int(port)), 3)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


s = connect()
for step in steps:
    word, _, rest = step.partition(" ")
    try:
        if word == "send":
            s.sendall(bytes.fromhex(rest))
        elif word == "text":
            s.sendall(rest.encode().decode("unicode_escape").encode("latin-1"))
        elif word == "keepalive":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
        elif word == "reset":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.close()
            sys.exit(0)
        elif word == "reconnect":
            s.close()
            s = connect()
        elif word == "wait":
            end = time.time() + float(rest)
            while (left := end - time.time()) > 0:
                s.settimeout(left)
                try:
                    if not s.recv(4096):
                        time.sleep(max(0, end - time.time()))
                        break
                except socket.timeout:
                    break
            s.settimeout(3)
    except OSError as error:
        print(step, error)
s.close()
