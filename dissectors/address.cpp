// Addresses as text.
#include "dissectors/address.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <iterator>

namespace sightglass {
namespace {

constexpr std::size_t kMacOctets = 6;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool IpAddress::is_group() const {
  if (family == Family::v6) return octets[0] == 0xff;
  return family == Family::v4 && (octets[0] >> 4 == 0xe || v4_bits() == 0xffffffff);
}

std::string to_text(const IpAddress& address) {
  if (address.is_none()) return {};
  char text[INET6_ADDRSTRLEN] = {};
  if (address.family == IpAddress::Family::v6) {
    return inet_ntop(AF_INET6, address.octets.data(), text, sizeof text) == nullptr ? "" : text;
  }
  // Not by inet_ntop, which prints by format: thresholds count by texts, and a flood has millions.
  char* end = text;
  for (std::size_t i = 0; i < 4; ++i) {
    if (i != 0) *end++ = '.';
    end = std::to_chars(end, std::end(text), address.octets[i]).ptr;
  }
  return {text, end};
}

std::string to_text(MacAddress address) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(3 * kMacOctets);
  for (std::size_t i = kMacOctets; i-- > 0;) {
    const auto octet = static_cast<std::uint8_t>(address.bits >> (8 * i));
    if (!text.empty()) text += ':';
    text += kDigits[octet >> 4];
    text += kDigits[octet & 0xf];
  }
  return text;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  IpAddress address;
  if (inet_pton(AF_INET, terminated.c_str(), address.octets.data()) == 1) {
    address.family = IpAddress::Family::v4;
    return address;
  }
  if (inet_pton(AF_INET6, terminated.c_str(), address.octets.data()) == 1) {
    address.family = IpAddress::Family::v6;
    return address;
  }
  return std::nullopt;
}

// Two digits an octet, the same separator between all of them; `.` also after every second octet.
std::optional<MacAddress> parse_mac(std::string_view text) {
  MacAddress address;
  std::size_t digits = 0;
  std::size_t since_separator = 0;
  char separator = 0;
  std::size_t group = 0;
  for (const char c : text) {
    if (const int digit = hex_digit(c); digit >= 0) {
      if (++digits > 2 * kMacOctets) return std::nullopt;
      address.bits = address.bits << 4 | static_cast<unsigned>(digit);
      ++since_separator;
      continue;
    }
    if (c != ':' && c != '-' && c != '.') return std::nullopt;
    if (separator != 0 && c != separator) return std::nullopt;
    separator = c;
    if (group == 0) group = since_separator;
    if (since_separator != group) return std::nullopt;
    since_separator = 0;
  }
  const bool grouped = group == 2 || (group == 4 && separator == '.');
  if (digits != 2 * kMacOctets || !grouped || since_separator != group) return std::nullopt;
  return address;
}

}  // namespace sightglass
