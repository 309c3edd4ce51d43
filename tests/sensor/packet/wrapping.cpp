#include "tests/sensor/packet/wrapping.hpp"

#include <algorithm>
#include <stdexcept>

namespace sightglass::test {
namespace {

constexpr std::size_t kAddresses = 12;  // both MAC addresses

std::uint16_t type_of(Bytes frame) {
  ByteReader reader(frame);
  reader.skip(kAddresses);
  return reader.u16();
}

Octets be16(std::size_t value) {
  return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

Octets carrier_ipv6(std::uint8_t protocol, Bytes payload) {
  return joined({hex("60000000"), be16(payload.size()), Octets{protocol, 64},
                 hex("20010db8000f00000000000000000001 20010db8000f00000000000000000002"),
                 payload});
}

Octets carrier_udp(std::uint16_t port, Bytes payload) {
  const Octets header = joined({hex("c000"), be16(port), be16(8 + payload.size()), hex("0000")});
  return carrier(0x0800, carrier_ipv4(17, joined({header, payload})));
}

Octets in_gre(std::string_view header, Bytes payload) {
  return carrier(0x0800, carrier_ipv4(47, joined({hex(header), payload})));
}

bool is_ip(Bytes frame) {
  return frame.size() > 14 && (type_of(frame) == 0x0800 || type_of(frame) == 0x86dd);
}

/// The IP packet of `frame`, without the padding behind it.
Bytes packet_in(Bytes frame) {
  const Bytes packet = frame.subspan(14);
  ByteReader reader(packet);
  const bool v6 = reader.u8() >> 4 == 6;
  reader.skip(v6 ? 3 : 1);
  const std::size_t length = reader.u16() + (v6 ? 40u : 0u);
  return packet.first(std::min(packet.size(), length == 0 ? packet.size() : length));
}

/// Whether its IP header promises more than there is.
bool is_cut(Bytes frame) {
  if (!is_ip(frame)) return false;
  ByteReader reader(frame.subspan(14));
  const bool v6 = reader.u8() >> 4 == 6;
  reader.skip(v6 ? 3 : 1);
  return frame.size() < 14 + reader.u16() + (v6 ? 40u : 0u);
}

/// A tag between the addresses and the type.
Octets tagged(Bytes frame, std::string_view tag) {
  return joined({frame.first(kAddresses), hex(tag), frame.subspan(kAddresses)});
}

/// `wrap` with what is in front of the IP packet, by its version.
Octets carry_ip(Bytes frame, Octets (*wrap)(Bytes packet, bool v6)) {
  if (!is_ip(frame)) return {frame.begin(), frame.end()};
  return wrap(packet_in(frame), type_of(frame) == 0x86dd);
}

constexpr Wrapping kWrappings[] = {
    {"vlan", true, [](Bytes frame) { return tagged(frame, "8100 2064"); }},
    {"priority-tag", true, [](Bytes frame) { return tagged(frame, "8100 a000"); }},
    {"qinq", true, [](Bytes frame) { return tagged(frame, "88a8 0064 8100 00c8"); }},
    {"vntag", true, [](Bytes frame) { return tagged(frame, "8926 80050007"); }},
    {"etag", true, [](Bytes frame) { return tagged(frame, "893f 2005 1006 0102"); }},
    {"hsr", true,
     [](Bytes frame) {
       const Octets size = be16(0x1000 | ((frame.size() - 14 + 6) & 0xfff));
       return joined(
           {frame.first(kAddresses), hex("892f"), size, hex("0abc"), frame.subspan(kAddresses)});
     }},
    {"prp", true,
     [](Bytes frame) {
       // A trailer stands at the end of the frame, not where the capture cut it off.
       if (is_cut(frame)) return Octets(frame.begin(), frame.end());
       const Octets size = be16(0xa000 | ((frame.size() - 14 + 6) & 0xfff));
       return joined({frame, hex("0abc"), size, hex("88fb")});
     }},
    {"pbb", true,
     [](Bytes frame) {
       return carrier(0x88e7, joined({hex("60012345"), frame}));
     }},
    {"vxlan", true,
     [](Bytes frame) {
       return carrier_udp(4789, joined({hex("08000000 0003e800"), frame}));
     }},
    {"geneve", true,
     [](Bytes frame) {
       return carrier_udp(6081, joined({hex("0240 6558 0003e800 | 01020001 deadbeef"), frame}));
     }},
    {"geneve-ip", false,
     [](Bytes frame) {
       return carry_ip(frame, [](Bytes packet, bool v6) {
         return carrier_udp(
             6081, joined({hex(v6 ? "0000 86dd 00000700" : "0000 0800 00000700"), packet}));
       });
     }},
    {"gre-ethernet", true, [](Bytes frame) { return in_gre("0000 6558", frame); }},
    {"nvgre", true, [](Bytes frame) { return in_gre("2000 6558 0003e807", frame); }},
    {"gre-ip", false,
     [](Bytes frame) {
       return carry_ip(frame, [](Bytes packet, bool v6) {
         return in_gre(
             v6 ? "b000 86dd 12340000 00000005 00000009" : "b000 0800 12340000 00000005 00000009",
             packet);
       });
     }},
    {"erspan1", true, [](Bytes frame) { return in_gre("0000 88be", frame); }},
    {"erspan2", true,
     [](Bytes frame) { return in_gre("1000 88be 00000011 | 1064 2803 00000123", frame); }},
    {"erspan3", true,
     [](Bytes frame) { return in_gre("1000 22eb 00000011 | 2064 2803 01020304 00000008", frame); }},
    {"erspan3-platform", true,
     [](Bytes frame) {
       return in_gre("1000 22eb 00000011 | 2064 2803 01020304 00000001 | 0c00000100000002", frame);
     }},
    {"mpls-ip", false,
     [](Bytes frame) {
       return carry_ip(frame, [](Bytes packet, bool) {
         return carrier(0x8847, joined({hex("00010040 00011140"), packet}));
       });
     }},
    {"mpls-control-word", true,
     [](Bytes frame) {
       return carrier(0x8847, joined({hex("00010040 00011140 | 00000007"), frame}));
     }},
    {"mpls-ethernet", true,
     [](Bytes frame) {
       return carrier(0x8847, joined({hex("00010040 00011140"), frame}));
     }},
    {"pppoe", false,
     [](Bytes frame) {
       return carry_ip(frame, [](Bytes packet, bool v6) {
         return carrier(0x8864, joined({hex("11 00 0042"), be16(packet.size() + 2),
                                        hex(v6 ? "0057" : "0021"), packet}));
       });
     }},
    {"ip-in-ipv4", false,
     [](Bytes frame) {
       return carry_ip(frame, [](Bytes packet, bool v6) {
         return carrier(0x0800, carrier_ipv4(v6 ? 41 : 4, packet));
       });
     }},
    {"ip-in-ipv6", false,
     [](Bytes frame) {
       return carry_ip(frame, [](Bytes packet, bool v6) {
         return carrier(0x86dd, carrier_ipv6(v6 ? 41 : 4, packet));
       });
     }},
    {"vxlan-in-erspan2", true,
     [](Bytes frame) { return wrapping("erspan2").wrap(wrapping("vxlan").wrap(frame)); }},
    {"qinq-in-gre-in-pppoe", true,
     [](Bytes frame) {
       return wrapping("pppoe").wrap(wrapping("gre-ethernet").wrap(wrapping("qinq").wrap(frame)));
     }},
};

}  // namespace

std::span<const Wrapping> wrappings() { return kWrappings; }

const Wrapping& wrapping(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kWrappings), std::end(kWrappings),
                                         [&](const Wrapping& known) { return known.name == name; });
  if (found == std::end(kWrappings)) throw std::invalid_argument(std::string(name));
  return *found;
}

Octets carrier(std::uint16_t type, Bytes payload) {
  return joined({hex("060000000002 060000000001"), be16(type), payload});
}

Octets carrier_ipv4(std::uint8_t protocol, Bytes payload) {
  return joined({hex("4500"), be16(20 + payload.size()), hex("0007 0000 40"), Octets{protocol},
                 hex("0000 c0000201 c0000202"), payload});
}

}  // namespace sightglass::test
