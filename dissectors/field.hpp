// What a field is (declared once, as data) and where it occurs (in a message).
#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dissectors/value.hpp"

namespace sightglass {

/// Identifies a field in this build; not stable between versions, never stored.
using FieldId = std::uint16_t;

/// Each protocol numbers its fields from its own block, so that ids index small tables.
namespace field_block {
inline constexpr FieldId packet = 0;        // frame, eth, vlan, ip, ipv6, arp, tcp, udp, tunnels
inline constexpr FieldId sightglass = 192;  // sg.
inline constexpr FieldId modbus = 256;      // mbtcp, modbus
inline constexpr FieldId s7comm = 1024;     // tpkt, cotp, s7comm, S7comm-plus
inline constexpr FieldId opcua = 2048;      // opcua, sg.opcua
inline constexpr FieldId tls = 3072;        // tls, sg.tls
inline constexpr FieldId end = 3136;
}  // namespace field_block

/// How a value is written, with Wireshark's conventions: `hex` pads to the field's width.
/// `date` is a time as "Oct  6, 2022 16:39:39.221454000 UTC".
enum class Display : std::uint8_t { none, dec, hex, date };

/// A field, declared once: filters, JSON, docs/fields.md, the console and the conformance test all
/// read this. The name is Wireshark's abbreviation where Wireshark has the field, else `sg.`.
struct FieldSpec {
  FieldId id;
  std::string_view name;
  ValueType type;
  std::uint8_t bits;  ///< width of a number on the wire; 7 for ASCII text; 0 where it has none
  Display display;
  std::string_view unit;      ///< "" for a plain number
  std::string_view sentence;  ///< what it means, one sentence
};

/// An occurrence: a value and the bytes of the message that say so.
struct Field {
  FieldId id;
  Value value;
  std::uint32_t offset;  ///< within the message (packet fields: within the frame)
  std::uint32_t length;  ///< 0 for what was derived rather than read
};

/// The fields somebody asked for: the union of the loaded rules and the output. Dissectors expand
/// repeated values (the 125 registers of one response) only when they are in it.
class FieldSet {
 public:
  static FieldSet all() {
    FieldSet set;
    set.bits_.set();
    return set;
  }
  void insert(FieldId id) { bits_.set(id); }
  void insert(const FieldSet& other) { bits_ |= other.bits_; }
  bool contains(FieldId id) const { return bits_[id]; }

 private:
  std::bitset<field_block::end> bits_;
};

/// Every field of this build, sorted by name. Lives for the program.
std::span<const FieldSpec* const> all_fields();
/// nullptr when there is none; O(log n).
const FieldSpec* find_field(std::string_view name);
/// `id` must be declared.
const FieldSpec& field_spec(FieldId id);
/// The declared name with the smallest edit distance, for "did you mean"; "" when nothing is near.
std::string_view nearest_field(std::string_view name);

/// A protocol's own name used as a condition (`modbus`, `tcp`): true when the layer is there.
struct ProtocolName {
  std::string_view name;
  std::string_view sentence;
};
std::span<const ProtocolName> protocol_names();

/// The value as `tshark -T fields` prints it: display base and padding of `spec`, bytes as hex
/// without separators, text with control characters escaped so that one line stays one line.
std::string to_text(const FieldSpec& spec, const Value& value);

}  // namespace sightglass
