// The one table of all fields, and how a value is written.
#include "dissectors/field.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "dissectors/hex_text.hpp"
#include "dissectors/modbus/fields.hpp"
#include "dissectors/opcua/fields.hpp"
#include "dissectors/packet_fields.hpp"
#include "dissectors/s7comm/cotp_fields.hpp"
#include "dissectors/s7comm/fields.hpp"
#include "dissectors/s7comm/plus/fields.hpp"
#include "dissectors/s7comm/szl.hpp"
#include "dissectors/sg_fields.hpp"
#include "dissectors/tls/fields.hpp"
#include "dissectors/utf8.hpp"

namespace sightglass {
namespace {

/// Fields of one block, whose ids run from `first` without a hole.
struct Block {
  FieldId first;
  std::span<const FieldSpec> fields;
};

constexpr bool numbered_in_order(const Block& block) {
  FieldId expected = block.first;
  for (const FieldSpec& spec : block.fields) {
    if (spec.id != expected++) return false;
  }
  return true;
}

constexpr std::array kBlocks = {
    Block{field_block::packet, packet_field::fields},
    Block{field_block::sightglass, sg::fields},
    Block{field_block::modbus, modbus::fields},
    Block{s7comm::block::cotp, s7comm::cotp_field::fields},
    Block{s7comm::block::s7comm, s7comm::field::fields},
    Block{s7comm::block::szl, s7comm::szl::fields},
    Block{s7comm::block::plus, s7comm::plus::fields},
    Block{field_block::opcua, opcua::fields},
    Block{field_block::tls, tls::fields},
};
static_assert(std::all_of(kBlocks.begin(), kBlocks.end(), numbered_in_order));
static_assert(field_block::packet + std::size(packet_field::fields) <= field_block::sightglass);
static_assert(field_block::sightglass + std::size(sg::fields) <= field_block::modbus);
static_assert(field_block::modbus + std::size(modbus::fields) <= field_block::s7comm);
static_assert(s7comm::cotp_field::end <= s7comm::block::s7comm);
static_assert(s7comm::field::end <= s7comm::block::szl);
static_assert(s7comm::block::szl + std::size(s7comm::szl::fields) <= s7comm::block::plus);
static_assert(s7comm::plus::end <= s7comm::block::end);
static_assert(s7comm::block::end <= field_block::opcua);
static_assert(field_block::opcua + std::size(opcua::fields) <= field_block::tls);
static_assert(tls::end <= field_block::end);

constexpr std::size_t kFieldCount = [] {
  std::size_t count = 0;
  for (const Block& block : kBlocks) count += block.fields.size();
  return count;
}();

using SortedFields = std::array<const FieldSpec*, kFieldCount>;

const SortedFields& sorted_fields() {
  static const SortedFields sorted = [] {
    SortedFields all{};
    auto next = all.begin();
    for (const Block& block : kBlocks) {
      for (const FieldSpec& spec : block.fields) *next++ = &spec;
    }
    std::sort(all.begin(), all.end(),
              [](const FieldSpec* a, const FieldSpec* b) { return a->name < b->name; });
    return all;
  }();
  return sorted;
}

constexpr ProtocolName kProtocolNames[] = {
    {"arp", "Address Resolution Protocol"},
    {"cotp", "The transport protocol of ISO/IEC 8073"},
    {"erspan", "Encapsulated remote switch port analyzer: a mirror's tunnel"},
    {"etag", "An IEEE 802.1BR tag"},
    {"eth", "Ethernet"},
    {"frame", "Every captured packet"},
    {"geneve", "Generic network virtualization encapsulation"},
    {"gre", "Generic routing encapsulation"},
    {"hsr", "A tag of high-availability seamless redundancy"},
    {"icmp", "Internet Control Message Protocol"},
    {"icmpv6", "Internet Control Message Protocol version 6"},
    {"ieee8021ad", "An IEEE 802.1ad service tag"},
    {"ieee8021ah", "An IEEE 802.1ah provider backbone tag"},
    {"ip", "Internet Protocol version 4"},
    {"ipv6", "Internet Protocol version 6"},
    {"mbtcp", "The header of a Modbus/TCP message"},
    {"modbus", "A Modbus PDU"},
    {"mpls", "A stack of multiprotocol labels"},
    {"opcua", "An OPC UA binary message or chunk of one"},
    {"ppp", "The Point-to-Point Protocol"},
    {"prp", "A trailer of the Parallel Redundancy Protocol"},
    {"s7comm", "An S7comm PDU"},
    {"tcp", "Transmission Control Protocol"},
    {"tls", "A record of Transport Layer Security"},
    {"tpkt", "The packet format of ISO transport on TCP"},
    {"udp", "User Datagram Protocol"},
    {"vlan", "An IEEE 802.1Q tag"},
    {"vntag", "A VN-tag"},
    {"vxlan", "Virtual extensible LAN"},
};

/// Levenshtein distance, given up above `limit`.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit) return limit + 1;
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, above + 1, row[j - 1] + 1});
      diagonal = above;
    }
  }
  return row[b.size()];
}

template <typename... Arguments>
std::string formatted(const char* format, Arguments... arguments) {
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), format, arguments...);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string seconds(std::int64_t ns) {
  constexpr std::int64_t kPerSecond = 1'000'000'000;
  const bool negative = ns < 0;
  const std::uint64_t magnitude =
      negative ? std::uint64_t{0} - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
  return formatted("%s%llu.%09llu", negative ? "-" : "",
                   static_cast<unsigned long long>(magnitude / kPerSecond),
                   static_cast<unsigned long long>(magnitude % kPerSecond));
}

/// "Nov 22, 2026 09:05:01.000000000 UTC"
std::string date(std::int64_t ns) {
  // Not by floor<days>: the begin of the day can lie before what nanoseconds reach.
  constexpr std::chrono::days kDay(1);
  const std::chrono::nanoseconds at(ns);
  const std::chrono::nanoseconds rest = at % kDay;
  const bool before = rest.count() < 0;
  const std::chrono::year_month_day on(
      std::chrono::sys_days(std::chrono::days(at / kDay - (before ? 1 : 0))));
  const std::chrono::hh_mm_ss time(before ? rest + kDay : rest);
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return formatted(
      "%s %2u, %d %02d:%02d:%02d.%09lld UTC", kMonths[static_cast<unsigned>(on.month()) - 1],
      static_cast<unsigned>(on.day()), static_cast<int>(on.year()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()), static_cast<long long>(time.subseconds().count()));
}

std::string number(const FieldSpec& spec, std::uint64_t value) {
  if (spec.display != Display::hex) return std::to_string(value);
  return formatted("0x%0*llx", spec.bits / 4, static_cast<unsigned long long>(value));
}

std::string hex(Bytes bytes) {
  // What tshark prints for a run of no bytes.
  if (bytes.empty()) return "<MISSING>";
  return hex_text(bytes);
}

/// As tshark, which escapes five control characters; it prints the others as they are, and we do
/// not.
std::string printable(const FieldSpec& spec, Bytes bytes) {
  return one_line(as_text(bytes), spec.bits == 7 ? Charset::ascii : Charset::utf8);
}

}  // namespace

std::span<const FieldSpec* const> all_fields() { return sorted_fields(); }

const FieldSpec* find_field(std::string_view name) {
  const SortedFields& all = sorted_fields();
  const auto found = std::lower_bound(
      all.begin(), all.end(), name,
      [](const FieldSpec* spec, std::string_view key) { return spec->name < key; });
  return found != all.end() && (*found)->name == name ? *found : nullptr;
}

const FieldSpec& field_spec(FieldId id) {
  const Block* home = &kBlocks[0];
  for (const Block& block : kBlocks) {
    if (id >= block.first) home = &block;
  }
  return home->fields[id - home->first];
}

std::string_view nearest_field(std::string_view name) {
  std::size_t limit = 1 + name.size() / 4;
  std::string_view nearest;
  for (const FieldSpec* spec : sorted_fields()) {
    const std::size_t away = distance(name, spec->name, limit);
    if (away > limit || (away == limit && !nearest.empty())) continue;
    limit = away;
    nearest = spec->name;
  }
  return nearest;
}

std::span<const ProtocolName> protocol_names() { return kProtocolNames; }

std::string to_text(const FieldSpec& spec, const Value& value) {
  switch (value.type()) {
    case ValueType::presence:
      return "1";
    case ValueType::boolean:
      return value.number() != 0 ? "1" : "0";
    case ValueType::unsigned_integer:
      return number(spec, value.number());
    case ValueType::signed_integer:
      return std::to_string(value.integer());
    case ValueType::real:
      return formatted("%.*g", spec.bits == 32 ? 6 : 15, value.real());
    case ValueType::bytes:
      return hex(value.bytes());
    case ValueType::text:
      return printable(spec, value.bytes());
    case ValueType::ipv4:
      return to_text(IpAddress::v4(static_cast<std::uint32_t>(value.number())));
    case ValueType::ipv6:
      return to_text(IpAddress::v6(value.bytes()));
    case ValueType::mac:
      return to_text(MacAddress{value.number()});
    case ValueType::time:
      if (spec.display == Display::date) return date(value.integer());
      return seconds(value.integer());
    case ValueType::duration:
      return seconds(value.integer());
  }
  return {};
}

}  // namespace sightglass
