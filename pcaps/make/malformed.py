"""PDUs that break the standard, answers that do not fit, and other protocols on the Modbus port."""
import struct

import lab
from captures import capture
from cell import RAW, SCRIPTED, STRANGER, cell

FROM_LAPTOP = "tcp.dstport == 502 && tcp.len > 0 && ip.src == 192.168.10.66"


def adu(transaction, pdu, unit=1, protocol=0, length=None):
    body = bytes.fromhex(pdu)
    return struct.pack("!HHHB", transaction, protocol, len(body) + 1 if length is None else length, unit) + body


def good(n):
    return [f"send {adu(n, '03 00 00 00 04').hex()}", "wait 0.3"]


def bad(*adus):
    return [s for a in adus for s in (f"send {a.hex()}", "wait 0.3")]


def header(name, what, tell, *adus, count, key, fires="APP-005"):
    @capture(f"modbus/{name}.pcap", what + "; good PDUs before and after in the same session", RAW, key=key, count=count,
             fires=fires, tell=tell)
    def make(path):
        with cell(path, "laptop", server="chunks") as net:
            net.segments("laptop", good(1), good(2), bad(*adus), good(20), good(21), good(22))


header("mbap-protocol-id", "two requests with protocol identifier 1 and 0x0800", f"{STRANGER} sent PLC-1 two headers "
       "with protocol identifier 1 and 2048 instead of 0. Both were ignored.", adu(3, "03 00 00 00 04", protocol=1),
       adu(4, "06 00 28 00 5F", protocol=0x0800), count=2, key=f"{FROM_LAPTOP} && tcp.payload[2:2] != 00:00")
header("mbap-length-too-short", "a header with length 0, one with 1", f"{STRANGER} sent PLC-1 headers with length 0 and 1; "
       "the least is 2.", adu(3, "03 00 00 00 04", length=0), adu(4, "03 00 00 00 04", length=1), count=2,
       key=f"{FROM_LAPTOP} && tcp.payload[4:2] < 00:02")
header("mbap-length-too-long", "a header with length 255, one with 0x4000", f"{STRANGER} sent PLC-1 headers with length 255 "
       "and 16384; the most is 254.", adu(3, "03 00 00 00 04", length=255),
       adu(4, "03 00 00 00 04", length=0x4000), count=2, key=f"{FROM_LAPTOP} && tcp.payload[4:2] > 00:fe")
header("mbap-length-not-the-pdus", "function 3 with a length of 8 and two bytes too many; function 6 with length 4 and two "
       "bytes too few; function 16 with a byte count that does not fill the length", f"{STRANGER} sent PLC-1 three "
       "requests whose length is not the one their function needs.", adu(3, "03 00 00 00 04 DE AD"), adu(4, "06 00 28"),
       adu(5, "10 00 28 00 01 02 00 32 BE EF"), count=3,
       key=f"{FROM_LAPTOP} && (tcp.payload[0:2] == 00:03 || tcp.payload[0:2] == 00:04 || tcp.payload[0:2] == 00:05)", fires="APP-005, CTL-013")


@capture("modbus/quantity-out-of-specification.pcap",
         "1 with 0 and 2001, 2 with 2001, 3 with 0 and 126, 4 with 126, 5 with 0x1234, 15 with 1969, 16 with 0 and 124, "
         "23 with 126 read, with 122 written; all refused with 03", SCRIPTED, key="modbus.func_code && "
         "ip.src == 192.168.10.66", count=12, fires="APP-006, APP-012, CTL-013, DEV-015",
         tell=f"{STRANGER} sent PLC-1 twelve requests with quantities or values that the standard forbids. All refused.")
def quantities(path):
    def filled(head, count):
        return "raw " + head + " " + " ".join(f"{i & 255:02X}" for i in range(count))

    with cell(path, "laptop", server="plain") as net:
        net.station("laptop", "raw 01 00 00 00 00", "raw 01 00 00 07 D1", "raw 02 00 00 07 D1", "raw 03 00 00 00 00",
                    "raw 03 00 00 00 7E", "raw 04 00 00 00 7E", "raw 05 00 05 12 34", filled("0F 00 00 07 B1 F7", 247),
                    "raw 10 00 28 00 00 00", filled("10 00 00 00 7C F8", 246),
                    "raw 17 00 00 00 7E 00 28 00 01 02 00 32", filled("17 00 00 00 01 00 28 00 7A F4", 242))


@capture("modbus/byte-count-wrong.pcap", "15 with 10 coils in 1 byte, 16 with 2 registers in 2 bytes and in 6 bytes, "
         "23 with 1 register in 4 bytes; all refused with 03", SCRIPTED, key="modbus && ip.src == 192.168.10.66", count=4,
         fires="APP-006, CTL-013", tell=f"{STRANGER} sent PLC-1 four writes whose byte count does not fit their quantity. "
         "All refused.")
def byte_count(path):
    with cell(path, "laptop", server="plain") as net:
        net.station("laptop", "raw 0F 00 00 00 0A 01 FF", "raw 10 00 28 00 02 02 00 32", "raw 10 00 28 00 02 06 00 32 00 33 00 34",
                    "raw 17 00 00 00 01 00 28 00 01 04 00 32 00 33")


@capture("modbus/address-beyond-65535.pcap", "1, 3 and 16 whose last point is beyond 65535; refused with 02", SCRIPTED,
         key="modbus && ip.src == 192.168.10.66", count=3, fires="APP-006, CTL-013",
         tell=f"{STRANGER} asked PLC-1 for points beyond address 65535. Refused.")
def beyond(path):
    with cell(path, "laptop", server="plain") as net:
        net.station("laptop", "raw 01 FF F0 00 20", "raw 03 FF FF 00 02", "raw 10 FF FE 00 03 06 00 01 00 02 00 03")


@capture("modbus/reserved-functions.pcap", "9, 13 and 126, refused with 01", SCRIPTED,
         key="modbus.func_code in {9,13,126}", count=6, fires="APP-003", quiet="APP-014",
         tell=f"{STRANGER} used function codes 9, 13 and 126, which the standard reserves, on PLC-1. Refused.")
def reserved(path):
    with cell(path, "laptop", server="plain") as net:
        net.station("laptop", "raw 09 00 00", "raw 0D 00 00", "raw 7E 00 00")


@capture("modbus/function-zero-and-above-127.pcap", "function 0, then 0x83 and 0xC1 in requests", SCRIPTED,
         key=f"{FROM_LAPTOP} && (tcp.payload[7] == 00 || tcp.payload[7] == 83 || tcp.payload[7] == c1)", count=3, fires="APP-003",
         tell=f"{STRANGER} used function code 0 and codes above 127, which only answers may have. Refused.")
def zero(path):
    with cell(path, "laptop", server="plain") as net:
        net.station("laptop", "raw 00 00 00", "raw 83 02", "raw C1 01")


@capture("modbus/user-defined-functions.pcap", "65 and 100, answered", SCRIPTED, key="modbus.func_code in {65,100}", count=4,
         fires="APP-003", tell=f"{STRANGER} used function codes 65 and 100, which vendors define, on PLC-1. It answered.")
def user_defined(path):
    with cell(path, "laptop", server="plain") as net:
        net.station("laptop", "raw 41 01 02", "raw 64 0A")


@capture("modbus/illegal-sub-functions.pcap", "8 with sub-functions 5, 22 and 256; 43 with MEI types 0 and 15; refused",
         SCRIPTED, key="modbus && ip.src == 192.168.10.66", count=5, fires="APP-004",
         tell=f"{STRANGER} used diagnostic sub-functions 5, 22, 256 and MEI types 0 and 15, which do not exist. Refused.")
def sub_functions(path):
    with cell(path, "laptop", server="plain") as net:
        net.station("laptop", "raw 08 00 05 00 00", "raw 08 00 16 00 00", "raw 08 01 00 00 00", "raw 2B 00 00", "raw 2B 0F 01 00")


def answers(name, what, tell, *steps, fires="APP-007", count, key, quiet="", server="plain"):
    @capture(f"modbus/{name}.pcap", what, SCRIPTED, key=key, count=count, fires=fires, quiet=quiet, tell=tell)
    def make(path):
        with cell(path, server=server, polling=False) as net:
            net.station("hmi", "timeout 0.4", "3 0 10", *[s for step in steps for s in (step, "sleep 0.1", "3 0 10")])


FROM_PLC = "tcp.srcport == 502 && tcp.len > 0"
answers("answer-echo-differs", "function 6 answered with another value and with another address, 16 with another quantity",
        "PLC-1 acknowledged something else than HMI-1 wrote: register 801 = 39 for 50, register 777 for 802, 22 "
        "registers for 3. What was done is not certain.", "6 801 50", "6 802 50", "16 801 1 2 3", count=3,
        key=f"{FROM_PLC} && modbus.func_code in {{6,16}}")
answers("answer-byte-count-differs", "function 3 answered with one register less and one more than asked",
        "PLC-1 answered HMI-1 with 3 registers and with 5 for the 4 it asked for.", "3 804 4", "3 812 4", count=2,
        key=f"{FROM_PLC} && modbus.byte_cnt in {{6,10}}")
answers("answer-other-function", "function 3 answered as function 4", "PLC-1 answered a read of holding registers with input "
        "registers.", "3 805 4", count=1, key=f"{FROM_PLC} && modbus.func_code == 4")
answers("answer-other-unit", "unit 1 asked, unit 9 answers", "HMI-1 asked unit 1 of PLC-1; unit 9 answered.", "3 806 4",
        count=1, key=f"{FROM_PLC} && mbtcp.unit_id == 9")
answers("answer-length-beyond", "the header of an answer says four bytes more than follow before the next answer",
        "PLC-1 sent an answer whose header length does not fit its function.", "raw 03 03 2D 00 02", "reconnect",
        count=(1, 6), key=f"{FROM_PLC} && tcp.payload[4:2] == 00:0b", fires="APP-005")
answers("unsolicited-answer", "an answer with a transaction nobody used follows the right one", "PLC-1 sent HMI-1 an answer "
        "nobody asked for (transaction 0x7777).", "3 807 4", fires="APP-008", count=1, key=f"{FROM_PLC} && mbtcp.trans_id == 0x7777")
answers("duplicate-answer-differs", "two answers to one request, with different values", "PLC-1 answered one request of HMI-1 "
        "twice with different values: one of them may be forged.", "3 808 4", fires="APP-008", count=2,
        key=f"{FROM_PLC} && modbus.regval_uint16 == 909")
answers("duplicate-answer-same", "two identical answers to one request", "One request was answered twice with the same content.",
        "3 809 4", quiet="APP-008", fires="", count=2, key=f"{FROM_PLC} && modbus.regval_uint16 == 910")
answers("answer-wrong-transaction", "the answer has a transaction nobody used; the request stays unanswered", "PLC-1 answered "
        "with transaction 0x1234, which HMI-1 did not use; its own request was not answered.", "3 810 4", fires="APP-008",
        count=1, key=f"{FROM_PLC} && mbtcp.trans_id == 0x1234")


@capture("modbus/answers-that-fit.pcap", "eight kinds of request, each answered as it should be", SCRIPTED,
         key=f"{FROM_PLC} && modbus", count=9, quiet="APP-005, APP-006, APP-007, APP-008", tell="Nothing.")
def fit(path):
    with cell(path, server="plain", polling=False) as net:
        net.station("hmi", "1 0 13", "2 0 8", "3 0 4", "4 0 4", "5 5 1", "6 40 50", "15 0 1 0 1", "16 40 1 2", "23 0 4 40 1")


@capture("modbus/many-malformed.pcap", "twelve malformed requests of several kinds in one session, in 5 s", RAW,
         key=f"{FROM_LAPTOP}", count=(14, 24), fires="APP-012, APP-005, APP-006, APP-003",
         tell=f"{STRANGER} sent PLC-1 twelve malformed requests in one session in 5 s: a fuzzer or a broken client.")
def many(path):
    junk = [adu(3, "03 00 00 00 04", protocol=1), adu(4, "03 00 00 00 04", length=1), adu(5, "03 00 00 00 7E"),
            adu(6, "7F"), adu(7, "10 00 00 00 7C F8 00 00"), adu(8, "05 00 05 12 34"), adu(9, "03 00 00 00 00"),
            adu(10, "09 00"), adu(11, "03 00 00 00 04", length=0x1234), adu(12, "03 00 00 00 04", protocol=0xFFFF),
            adu(13, "0F 00 00 00 0A 01 FF"), adu(14, "08 00 16 00 00")]
    with cell(path, "laptop", server="chunks", seconds=6) as net:
        net.segments("laptop", good(1), bad(*junk), good(30), good(31))


def foreign(name, what, tell, *steps, by="scripted TCP client; libmodbus server", key, count=(1, 3), fires="APP-013, NET-001"):
    @capture(f"modbus/{name}.pcap", what, by, key=key, count=count, fires=fires, tell=tell)
    def make(path):
        with cell(path, "laptop") as net:
            if callable(steps[0]):
                steps[0](net)
            else:
                net.segments("laptop", *steps)


CLIENT_HELLO = ("import socket,ssl\n"
                "c=ssl._create_unverified_context()\n"
                "try: c.wrap_socket(socket.create_connection(('192.168.10.10',502),1),server_hostname='plc-1')\n"
                "except OSError: pass")
GET = ("import urllib.request\n"
       "try: urllib.request.urlopen('http://192.168.10.10:502/index.html',timeout=1)\n"
       "except OSError: pass\n"
       "except Exception: pass")
foreign("http-on-502", "a browser's request to the Modbus port", f"{STRANGER} spoke HTTP to PLC-1 on port 502.",
        lambda net: net.run("laptop", lab.PYTHON, "-c", GET), by="Python's HTTP client; libmodbus server",
        key="frame contains \"GET /index.html\"", fires="APP-013, NET-001, NET-024")
foreign("tls-on-502", "a TLS handshake to the Modbus port", f"{STRANGER} tried TLS with PLC-1 on port 502.",
        lambda net: net.run("laptop", lab.PYTHON, "-c", CLIENT_HELLO), by="OpenSSL client; libmodbus server",
        key=f"{FROM_LAPTOP} && tcp.payload[0:2] == 16:03")
foreign("ssh-on-502", "an SSH client's banner to the Modbus port", f"{STRANGER} spoke SSH to PLC-1 on port 502.",
        "text SSH-2.0-OpenSSH_9.2\\r\\n", "wait 1", key="frame contains \"SSH-2.0\"")
foreign("random-bytes-on-502", "600 bytes without structure to the Modbus port", f"{STRANGER} sent PLC-1 bytes that are no "
        "known protocol on port 502.", "send " + bytes((i * i * 7 + i * 13 + 129) & 255 for i in range(600)).hex(), "wait 1",
        key=f"{FROM_LAPTOP}", count=(1, 2))
