// Addresses as they stand in packets: MAC, IPv4, IPv6.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "dissectors/bytes.hpp"

namespace sightglass {

/// An IEEE 802 MAC address in the low 48 bits, first octet on the wire most significant.
struct MacAddress {
  std::uint64_t bits = 0;

  bool is_group() const { return (bits >> 40 & 1) != 0; }  ///< multicast or broadcast
  auto operator<=>(const MacAddress&) const = default;
};

/// An IPv4 or IPv6 address, or none. IPv4 stands in the first four octets, the rest is zero.
struct IpAddress {
  enum class Family : std::uint8_t { none = 0, v4 = 4, v6 = 6 };

  std::array<std::uint8_t, 16> octets{};
  Family family = Family::none;

  static IpAddress v4(std::uint32_t host_order) {
    IpAddress address;
    address.set_v4(host_order);
    return address;
  }
  /// In place: of an address that was just made elsewhere, a copy waits until its parts, which were
  /// written one by one, have left the processor's store buffer.
  void set_v4(std::uint32_t host_order) {
    constexpr bool kSwap = std::endian::native == std::endian::little;
    const std::uint64_t first =
        kSwap ? __builtin_bswap32(host_order) : std::uint64_t{host_order} << 32;
    octets = std::bit_cast<std::array<std::uint8_t, 16>>(std::array{first, std::uint64_t{0}});
    family = Family::v4;
  }
  /// `sixteen_octets`: none of another length is an address.
  static IpAddress v6(Bytes sixteen_octets) {
    IpAddress address;
    if (sixteen_octets.size() != address.octets.size()) return address;
    std::memcpy(address.octets.data(), sixteen_octets.data(), address.octets.size());
    address.family = Family::v6;
    return address;
  }

  /// Host-order value of an IPv4 address; 0 for any other family.
  std::uint32_t v4_bits() const {
    if (family != Family::v4) return 0;
    return static_cast<std::uint32_t>(ByteReader(octets).u32());
  }
  /// 4, 16 or 0 octets; a view into this object.
  Bytes bytes() const {
    if (family == Family::none) return {};
    return Bytes(octets).first(family == Family::v4 ? 4 : 16);
  }
  bool is_none() const { return family == Family::none; }
  /// 224.0.0.0/4, 255.255.255.255 or ff00::/8.
  bool is_group() const;
  auto operator<=>(const IpAddress&) const = default;
};

/// 192.168.1.50, 2001:db8::1 (RFC 5952); empty text for no address.
std::string to_text(const IpAddress& address);
/// 00:80:f4:09:51:3b
std::string to_text(MacAddress address);
/// Nothing when the text is no address of that kind.
std::optional<IpAddress> parse_ip(std::string_view text);
/// Accepts `:`, `-` and `.` between octets, as Wireshark does.
std::optional<MacAddress> parse_mac(std::string_view text);

}  // namespace sightglass
