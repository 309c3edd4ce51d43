"""Frames: capture files in and out, and Ethernet, IPv4, TCP built and taken apart."""
import dataclasses
import gzip
import struct

ETHERNET, NULL, RAW, SLL, SLL2 = 1, 0, 101, 113, 276
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32


@dataclasses.dataclass
class Packet:
    time: int  # ns since 1970
    data: bytes
    length: int = 0  # on the wire; 0: as long as data

    def __post_init__(self):
        self.length = self.length or len(self.data)


def read_pcap(path):
    """The link type and the packets of a little-endian pcap file."""
    raw = open(path, "rb").read()
    magic, link = struct.unpack("<I16xI", raw[:24])
    unit = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}[magic]
    packets, at = [], 24
    while at + 16 <= len(raw):
        seconds, fraction, caught, length = struct.unpack_from("<IIII", raw, at)
        at += 16
        packets.append(Packet(seconds * 10**9 + fraction * unit, raw[at:at + caught], length))
        at += caught
    return link, packets


def pcap_bytes(packets, link=ETHERNET, nano=False, order="<", snaplen=262144):
    magic, unit = (0xA1B23C4D, 1) if nano else (0xA1B2C3D4, 1000)
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link)]
    for p in packets:
        data = p.data[:snaplen]
        out.append(struct.pack(order + "IIII", p.time // 10**9, p.time % 10**9 // unit, len(data),
                               p.length))
        out.append(data)
    return b"".join(out)


def write_pcap(path, packets, **how):
    data = pcap_bytes(packets, **how)
    if str(path).endswith(".gz"):
        data = gzip.compress(data, mtime=0)
    open(path, "wb").write(data)


def _option(code, value):
    return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def _block(kind, body):
    length = 12 + len(body)
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


END = struct.pack("<HH", 0, 0)


def write_pcapng(path, interfaces, packets, comment="", statistics=()):
    """interfaces: (link type, name, snaplen, nanoseconds?); packets: (interface, Packet, comment);
    statistics: (interface, time, received, dropped)."""
    options = (_option(1, comment.encode()) if comment else b"") + END
    out = [_block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + options)]
    for link, name, snaplen, nano in interfaces:
        out.append(_block(1, struct.pack("<HHI", link, 0, snaplen) + _option(2, name.encode())
                          + _option(9, bytes([9 if nano else 6])) + END))
    for number, p, note in packets:
        data = p.data[:interfaces[number][2] or None]
        ticks = p.time if interfaces[number][3] else p.time // 1000
        options = _option(1, note.encode()) + END if note else b""
        out.append(_block(6, struct.pack("<IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(data),
                                         p.length) + data + b"\0" * (-len(data) % 4) + options))
    for number, time, received, dropped in statistics:
        ticks = time if interfaces[number][3] else time // 1000
        out.append(_block(5, struct.pack("<III", number, ticks >> 32, ticks & 0xFFFFFFFF)
                          + _option(4, struct.pack("<Q", received))
                          + _option(5, struct.pack("<Q", dropped)) + END))
    open(path, "wb").write(b"".join(out))


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def ip(text):
    return bytes(int(n) for n in text.split("."))


def checksum(data):
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ethernet(source, target, kind, body):
    return mac(target) + mac(source) + struct.pack("!H", kind) + body


def arp(operation, sender_mac, sender_ip, target_mac, target_ip, source=None, target=None):
    """source, target: of the Ethernet frame; by default the sender, and the target or broadcast."""
    body = (struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + mac(sender_mac) + ip(sender_ip)
            + mac(target_mac) + ip(target_ip))
    broadcast = "ff:ff:ff:ff:ff:ff"
    return ethernet(source or sender_mac, target or (broadcast if operation == 1 else target_mac),
                    0x0806, body)


def ipv4(source, target, protocol, body, ident=1, offset=0, more=False, ttl=64):
    """offset in bytes."""
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), ident,
                       (0x2000 if more else 0) | offset // 8, ttl, protocol, 0) + ip(source) + ip(target)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body


def tcp(source, target, source_port, target_port, seq, ack, flags, payload=b"", options=b"",
        window=64240):
    """source and target are addresses, for the checksum."""
    head = struct.pack("!HHIIBBHHH", source_port, target_port, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
                       (20 + len(options)) // 4 << 4, flags, window, 0, 0) + options + payload
    pseudo = ip(source) + ip(target) + struct.pack("!BBH", 0, 6, len(head))
    return head[:16] + struct.pack("!H", checksum(pseudo + head)) + head[18:]


@dataclasses.dataclass
class Segment:
    """An Ethernet frame that holds IPv4 and TCP, in parts that can be changed."""
    packet: Packet
    header: bytes  # Ethernet
    ip_header: bytes
    source_port: int
    target_port: int
    seq: int
    ack: int
    flags: int
    window: int
    options: bytes
    payload: bytes

    @classmethod
    def of(cls, packet):
        d = packet.data
        if d[12:14] != b"\x08\x00" or d[23] != 6:
            return None
        ip_length = (d[14] & 15) * 4
        end = 14 + struct.unpack_from("!H", d, 16)[0]
        at = 14 + ip_length
        sport, dport, seq, ack, offset, flags, window = struct.unpack_from("!HHIIBBH", d, at)
        data = at + (offset >> 4) * 4
        return cls(packet, d[:14], d[14:at], sport, dport, seq, ack, flags, window, d[at + 20:data],
                   d[data:end])

    @property
    def to_server(self):
        return self.target_port < self.source_port

    def packet_with(self, time=None, **changes):
        """A new packet with parts changed and lengths and checksums right."""
        s = dataclasses.replace(self, **changes)
        source, target = (".".join(map(str, s.ip_header[i:i + 4])) for i in (12, 16))
        body = tcp(source, target, s.source_port, s.target_port, s.seq, s.ack, s.flags, s.payload,
                   s.options, s.window)
        head = s.ip_header[:2] + struct.pack("!H", len(s.ip_header) + len(body)) + s.ip_header[4:10]
        head += b"\0\0" + s.ip_header[12:]
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        return Packet(self.packet.time if time is None else time, s.header + head + body)
