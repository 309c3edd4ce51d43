"""Sends the frames given on standard input ("delay hex" a line) out of eth0."""
import socket
import sys
import time

wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind(("eth0", 0))
for line in sys.stdin:
    delay, frame = line.split()
    time.sleep(float(delay))
    wire.send(bytes.fromhex(frame))
