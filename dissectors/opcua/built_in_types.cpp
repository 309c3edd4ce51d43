// The standard's built-in types: how each lies on the wire. OPC 10000-6 (1.05), 5.2.2.
#include <algorithm>

#include "dissectors/opcua/decode.hpp"
#include "dissectors/opcua/names.hpp"

namespace sightglass::opcua {
namespace {

constexpr std::uint8_t kArrayBit = 0x80;
constexpr std::uint8_t kDimensionsBit = 0x40;
constexpr std::uint8_t kTypeMask = 0x3f;

/// FNV-1a, 32 bits: what stands for an identifier that is no number.
std::uint32_t digest(Bytes bytes) {
  std::uint32_t value = 0x811c9dc5;
  for (const std::uint8_t byte : bytes) value = (value ^ byte) * 0x01000193;
  return value;
}

Values::Shape shape_of(Wire type) {
  switch (type) {
    case Wire::boolean:
    case Wire::byte:
    case Wire::byte_string:
      return Values::Shape::bytes;
    case Wire::sbyte:
      return Values::Shape::signed8;
    case Wire::int16:
      return Values::Shape::little_signed16;
    case Wire::uint16:
      return Values::Shape::little16;
    case Wire::int32:
      return Values::Shape::little_signed32;
    case Wire::uint32:
      return Values::Shape::little32;
    case Wire::int64:
      return Values::Shape::little_signed64;
    case Wire::uint64:
      return Values::Shape::little64;
    case Wire::string:
      return Values::Shape::text;
    case Wire::real32:
      return Values::Shape::little_real32;
    case Wire::real64:
      return Values::Shape::little_real64;
    default:
      return Values::Shape::none;
  }
}

std::size_t size_of(Wire type) {
  switch (type) {
    case Wire::int16:
    case Wire::uint16:
      return 2;
    case Wire::int32:
    case Wire::uint32:
    case Wire::real32:
      return 4;
    case Wire::int64:
    case Wire::uint64:
    case Wire::real64:
      return 8;
    default:
      return 1;
  }
}

}  // namespace

std::uint32_t Decoder::status_code(FieldId id) {
  const std::uint32_t status = u32(id);
  last_status_ = status;
  if ((status & 0xffff) == 0) return status;
  const std::size_t at = offset() - 4;
  const auto bit = [&](FieldId field, std::uint32_t mask) {
    show(field, Value::boolean((status & mask) != 0), at, 2);
  };
  bit(statuscode_structure_changed, 0x8000);
  bit(statuscode_semantics_changed, 0x4000);
  show(statuscode_info_type, Value::number(status >> 10 & 3), at, 2);
  if ((status & 0x0c00) != 0x0400) return status;
  show(statuscode_limit, Value::number(status >> 8 & 3), at, 2);
  bit(statuscode_overflow, 0x80);
  bit(statuscode_historian_multi_value, 0x10);
  bit(statuscode_historian_extra_data, 0x08);
  bit(statuscode_historian_partial, 0x04);
  show(statuscode_historian, Value::number(status & 3), at, 2);
  return status;
}

void Decoder::guid(FieldId id) {
  const std::size_t at = offset();
  const std::uint32_t first = in_.le32();
  const std::uint16_t second = in_.le16();
  const std::uint16_t third = in_.le16();
  const std::uint64_t rest = in_.u64();
  if (!in_.ok() || id == kNoField) return;
  if (findings_.guid_count == kMaxGuids) return flag(anomaly::too_many_fields, at);
  auto& text = findings_.guids[findings_.guid_count++];
  static constexpr char kDigits[] = "0123456789abcdef";
  const std::uint64_t high = std::uint64_t{first} << 32 | std::uint64_t{second} << 16 | third;
  std::size_t next = 0;
  for (int digit = 0; digit < 32; ++digit) {
    if (digit == 8 || digit == 12 || digit == 16 || digit == 20) text[next++] = '-';
    const std::uint64_t half = digit < 16 ? high : rest;
    text[next++] = kDigits[half >> (60 - 4 * (digit % 16)) & 15];
  }
  show(id, Value::text({text.data(), text.size()}), at, 16);
}

void Decoder::date_time(FieldId id) {
  // 100 ns since 1601; ours counts from 1970, and stops in 2262.
  constexpr std::int64_t kEpoch = 116'444'736'000'000'000;
  constexpr std::int64_t kLargest = 92'233'720'368'547'758;
  const auto ticks = static_cast<std::int64_t>(in_.le64());
  // 0 is no time (5.2.2.5).
  const std::int64_t since = ticks <= 0 ? 0 : std::clamp(ticks - kEpoch, -kLargest, kLargest);
  show(id, Value::time(Timestamp(std::chrono::nanoseconds(since * 100))), offset() - 8, 8);
}

NodeName Decoder::identifier(std::uint8_t form) {
  NodeName node;
  switch (form) {
    case 0:
      node.number = u8(nodeid_numeric);
      return node;
    case 1:
      node.space = u8(nodeid_nsindex);
      node.number = u16(nodeid_numeric);
      return node;
    case 2:
      node.space = u16(nodeid_nsindex);
      node.number = u32(nodeid_numeric);
      return node;
    case 3:
      node.space = u16(nodeid_nsindex);
      node.name = string(nodeid_string);
      break;
    case 4: {
      node.space = u16(nodeid_nsindex);
      ByteReader ahead = in_;
      node.name = as_text(ahead.bytes(16));
      guid(nodeid_guid);
      break;
    }
    case 5:
      node.space = u16(nodeid_nsindex);
      node.name = as_text(byte_string(nodeid_bytestring));
      break;
    default:
      if (in_.ok()) flag(anomaly::encoding, offset() - 1);
      return node;
  }
  node.numeric = false;
  node.number = digest(as_bytes(node.name));
  return node;
}

NodeName Decoder::node_id() {
  const std::uint8_t mask = in_.u8();
  show(nodeid_encodingmask, Value::number(mask & 0x0f), offset() - 1, 1);
  last_node_ = identifier(mask);
  return last_node_;
}

NodeName Decoder::expanded_node_id() {
  const std::uint8_t mask = u8(expandednodeid_mask);
  show(nodeid_encodingmask, Value::number(mask & 0x0f), offset() - 1, 1);
  show(expandednodeid_has_server_index, Value::boolean((mask & 0x40) != 0), offset() - 1, 1);
  show(expandednodeid_has_namespace_uri, Value::boolean((mask & 0x80) != 0), offset() - 1, 1);
  last_node_ = identifier(mask & 0x0f);
  if ((mask & 0x80) != 0) string(namespace_uri);
  if ((mask & 0x40) != 0) u32(expandednodeid_server_index);
  return last_node_;
}

void Decoder::qualified_name() {
  u16(qualname_id);
  string(qualname_name);
}

void Decoder::localized_text() {
  const std::uint8_t mask = u8(loctext_mask);
  flags(loctext_has_locale_information, mask, {0x01, 0x02}, 1);
  if ((mask & 0x01) != 0) string(loctext_locale);
  if ((mask & 0x02) != 0) string(loctext_text);
}

void Decoder::data_value() {
  const std::uint8_t mask = u8(datavalue_mask);
  flags(datavalue_has_value, mask, {0x01, 0x02, 0x04, 0x08, 0x10, 0x20}, 1);
  last_values_ = {};
  std::uint32_t status = 0;
  if ((mask & 0x01) != 0) variant();
  if ((mask & 0x02) != 0) status = status_code(opcua::status_code);
  if ((mask & 0x04) != 0) date_time(datavalue_source_timestamp);
  if ((mask & 0x10) != 0) u16(datavalue_source_picoseconds);
  if ((mask & 0x08) != 0) date_time(datavalue_server_timestamp);
  if ((mask & 0x20) != 0) u16(datavalue_server_picoseconds);
  last_status_ = status;
}

/// The field of a value in a Variant.
FieldId field_of(Wire type) {
  static constexpr FieldId kFields[] = {
      kNoField,      boolean_,         s_byte,      byte,
      int16,         u_int16,          int32,       u_int32,
      int64,         u_int64,          float_,      double_,
      opcua::string, opcua::date_time, opcua::guid, opcua::byte_string,
      xml_element,   kNoField,         kNoField,    opcua::status_code};
  const auto index = static_cast<std::size_t>(type);
  return index < std::size(kFields) ? kFields[index] : kNoField;
}

void Decoder::variant() {
  if (depth_ == kMaxNesting) {
    flag(anomaly::nesting, offset());
    return fail();
  }
  ++depth_;
  const std::uint8_t mask = u8(variant_has_value);
  const auto type = static_cast<Wire>(mask & kTypeMask);
  if (type > Wire::diagnostic_info && in_.ok()) {
    // Part 6, 5.2.2.16: a decoder reads the types reserved for later as byte strings.
    flag(anomaly::encoding, offset() - 1);
  }
  const bool array = (mask & kArrayBit) != 0;
  const std::int32_t count = array ? array_size() : 1;
  const std::size_t begin = in_.offset();
  ByteReader raw = in_;
  const FieldId field = field_of(type);
  for (std::int32_t i = 0; i < count && in_.ok() && type != Wire::null; ++i) built_in(type, field);
  const std::size_t size = in_.offset() - begin;
  Values values;
  values.shape = shape_of(type);
  const bool text = type == Wire::string || type == Wire::byte_string;
  if (values.shape != Values::Shape::none && in_.ok() && !(text && array)) {
    if (text) raw.skip(4);
    values.data = raw.bytes(text ? size - 4 : size);
    const bool one = type == Wire::string;
    values.count = one ? 1 : static_cast<std::uint32_t>(values.data.size() / size_of(type));
  } else {
    values = {};
  }
  if (array && (mask & kDimensionsBit) != 0) {
    const std::int32_t dimensions = array_size();
    for (std::int32_t i = 0; i < dimensions && in_.ok(); ++i) scalar(Wire::int32, int32);
  }
  last_values_ = values;
  --depth_;
}

void Decoder::extension_object() {
  if (depth_ == kMaxNesting) {
    flag(anomaly::nesting, offset());
    return fail();
  }
  ++depth_;
  // A NodeId by the standard; Wireshark shows it as an ExpandedNodeId, whose flags are never set.
  const NodeName type = expanded_node_id();
  const std::uint8_t mask = u8(extobj_mask);
  flags(extobj_has_binary_body, mask, {0x01, 0x02}, 1);
  const Structure* known = type.numeric && type.space == 0 ? structure_of(type.number) : nullptr;
  if ((mask & 0x01) != 0 && known != nullptr) {
    if (const std::optional<std::size_t> size = length()) {
      const std::size_t inside = offset();
      ByteReader outer = in_;
      in_ = outer.take(*size);
      const std::size_t outer_base = base_;
      base_ = inside;
      if (token_name(known->encoding) != "") findings_.token_type = known->encoding;
      structure(*known);
      if (in_.ok() && in_.remaining() > 0) flag(anomaly::trailing_bytes, offset());
      if (!in_.ok()) outer.skip(outer.remaining() + 1);
      in_ = outer;
      base_ = outer_base;
    }
  } else if ((mask & 0x03) != 0) {
    // A token of a type that is not known may be a password.
    const bool shown = (mask & 0x01) != 0 && !in_identity_;
    byte_string(shown ? FieldId{opcua::byte_string} : kNoField);
  }
  --depth_;
}

void Decoder::diagnostic_info() {
  if (depth_ == kMaxNesting) {
    flag(anomaly::nesting, offset());
    return fail();
  }
  ++depth_;
  const std::uint8_t mask = u8(diag_mask);
  flags(diag_has_symbolic_id, mask, {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40}, 1);
  if ((mask & 0x01) != 0) scalar(Wire::int32, diag_symbolic_id);
  if ((mask & 0x02) != 0) scalar(Wire::int32, diag_namespace);
  if ((mask & 0x08) != 0) scalar(Wire::int32, diag_locale);
  if ((mask & 0x04) != 0) scalar(Wire::int32, diag_localized_text);
  if ((mask & 0x10) != 0) string(diag_additional_info);
  if ((mask & 0x20) != 0) status_code(diag_inner_status_code);
  if ((mask & 0x40) != 0) diagnostic_info();
  --depth_;
}

void Decoder::return_diagnostics() {
  const std::uint32_t mask = u32(returndiag);
  flags(returndiag_servicelevel_symbolicid, mask,
        {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x100, 0x200}, 4);
}

void Decoder::node_class_mask() {
  constexpr std::uint32_t kAll = 0;
  const std::uint32_t mask = in_.le32();
  const bool all = (mask & 0xff) == kAll;
  number(all ? nodeclassmask_all : nodeclassmask, mask, 4);
  if (all) return;
  flags(nodeclassmask_object, mask, {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80}, 4);
}

void Decoder::result_mask() {
  constexpr std::uint32_t kAll = 0x3f;
  const std::uint32_t mask = in_.le32();
  const bool all = (mask & 0xff) == kAll;
  number(all ? resultmask_all : resultmask, mask, 4);
  if (all) return;
  flags(resultmask_referencetype, mask, {0x01, 0x02, 0x04, 0x08, 0x10, 0x20}, 4);
}

}  // namespace sightglass::opcua
