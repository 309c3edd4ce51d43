"""The plant the rule captures share: PLC-1 is polled by HMI-1 while something else happens."""
import contextlib
import time

import lab
from captures import tag

LIBMODBUS = "libmodbus client and server"
SCRIPTED = "libmodbus client; scripted server, because no stack answers so"
RAW = "scripted TCP client and server, because no stack sends this"
LEAD = 2.3  # HMI-1 polls alone for so long: what needs a baseline can learn for 2 s
LEARN = "26 s"
LEARNED = 27.5  # after this the new thing happens
STRANGER = "Unknown station 192.168.10.66"


def poll(seconds, period=1.0, start=0.0, writes=(), first=0):
    """Steps of a station: registers every period; inputs and coils at first and every fourth time; writes at their time.

    writes: (second, step)"""
    steps, writes = [], sorted(writes)
    for i in range(round(seconds / period)):
        second = start + i * period
        while writes and writes[0][0] <= second:
            steps.append(writes.pop(0)[1])
        steps += [f"at {second:.3f}", f"3 {first} 10"]
        if i % 4 == 1 or i == 0:
            steps.append(f"4 {first} 4")
        if i % 4 == 3 or i == 0:
            steps.append(f"1 {first} 16")
    return steps


USUAL_WRITES = ((5, "6 40 50"), (9, "5 5 1"), (13, "6 40 52"), (17, "5 5 0"), (21, "16 40 50 7"))


@contextlib.contextmanager
def cell(path, *hosts, seconds=4, server="libmodbus", options=(), period=0.5, writes=(), late=(), polling=True):
    """PLC-1 with a server, the other hosts, a capture; HMI-1 polls from LEAD before the body."""
    with lab.Lab(tag(path), ["plc", "hmi", *hosts], late=late) as net:
        if server == "libmodbus":
            net.libmodbus_server()
        elif server == "pymodbus":
            net.pymodbus_server(*options)
        elif server:
            net.scripted_server(server)
        net.capture(path)
        hmi = net.station("hmi", poll(seconds + 1.5, period, writes=writes), wait=False) if polling else None
        time.sleep(LEAD if polling else 0)
        yield net
        if hmi:
            hmi.wait(150)
        net.stop_capture()


@contextlib.contextmanager
def learned(path, *hosts, seconds=33, at=LEARNED, writes=USUAL_WRITES, before=None, **how):
    """26 s of the usual traffic, then the body."""
    start = time.time()
    with cell(path, *hosts, seconds=seconds, period=1.0, writes=writes, **how) as net:
        start = time.time() - LEAD
        if before:
            before(net)
        time.sleep(max(0, start + at - time.time()))
        yield net
