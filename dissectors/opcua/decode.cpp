#include "dissectors/opcua/decode.hpp"

#include <algorithm>
#include <bit>

namespace sightglass::opcua {

void Findings::clear() {
  fields.clear();
  accesses.clear();
  anomalies.clear();
  touches.clear();
  results.clear();
  deleted.clear();
  guid_count = 0;
  timeout_hint = service_result = subscription = security_mode = channel = token_type = 0;
  application_uri = application_name = endpoint_url = user_name = {};
  user_certificate = {};
  security = {};
}

void Findings::flag(const AnomalySpec& spec, std::size_t offset) {
  const bool known = std::any_of(anomalies.begin(), anomalies.end(),
                                 [&](const Anomaly& found) { return found.spec == &spec; });
  if (!known) anomalies.push_back({&spec, static_cast<std::uint32_t>(offset)});
}

void Decoder::show(FieldId id, const Value& value, std::size_t offset, std::size_t length) {
  if (id == kNoField || !in_.ok()) return;
  if (findings_.fields.size() == kMaxFields) {
    flag(anomaly::too_many_fields, offset);
    return;
  }
  findings_.fields.push_back(
      {id, value, static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)});
}

void Decoder::number(FieldId id, std::uint64_t value, std::size_t size) {
  last_number_ = value;
  show(id, Value::number(value), offset() - size, size);
}

std::uint8_t Decoder::u8(FieldId id) {
  const std::uint8_t value = in_.u8();
  number(id, value, 1);
  return value;
}

std::uint16_t Decoder::u16(FieldId id) {
  const std::uint16_t value = in_.le16();
  number(id, value, 2);
  return value;
}

std::uint32_t Decoder::u32(FieldId id) {
  const std::uint32_t value = in_.le32();
  number(id, value, 4);
  return value;
}

std::string_view Decoder::letters(FieldId id, std::size_t count) {
  const std::string_view text = as_text(in_.bytes(count));
  show(id, Value::text(text), offset() - count, count);
  return text;
}

std::optional<std::size_t> Decoder::length() {
  const auto size = static_cast<std::int32_t>(in_.le32());
  if (!in_.ok()) return std::nullopt;
  if (size < kNull || (size > 0 && static_cast<std::size_t>(size) > in_.remaining())) {
    flag(anomaly::length, offset() - 4);
  }
  return size < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(size));
}

Bytes Decoder::byte_string(FieldId id) {
  const Bytes bytes = in_.bytes(length().value_or(0));
  last_text_ = as_text(bytes);
  show(id, Value::bytes(bytes), offset() - bytes.size(), bytes.size());
  return bytes;
}

std::string_view Decoder::string(FieldId id) {
  const std::string_view text = as_text(byte_string(kNoField));
  show(id, Value::text(text), offset() - text.size(), text.size());
  return text;
}

void Decoder::flags(FieldId first, std::uint32_t bits, std::initializer_list<std::uint32_t> masks,
                    std::size_t size) {
  for (const std::uint32_t mask : masks) {
    show(first++, Value::boolean((bits & mask) != 0), offset() - size, size);
  }
}

void Decoder::scalar(Wire type, FieldId field) {
  switch (type) {
    case Wire::boolean: {
      const std::uint8_t value = in_.u8();
      last_number_ = value;
      return show(field, Value::boolean(value != 0), offset() - 1, 1);
    }
    case Wire::sbyte:
      return show(field, Value::integer(static_cast<std::int8_t>(in_.u8())), offset() - 1, 1);
    case Wire::byte:
      u8(field);
      return;
    case Wire::int16:
      return show(field, Value::integer(static_cast<std::int16_t>(in_.le16())), offset() - 2, 2);
    case Wire::uint16:
      u16(field);
      return;
    case Wire::int32:
      return show(field, Value::integer(static_cast<std::int32_t>(in_.le32())), offset() - 4, 4);
    case Wire::uint32:
    case Wire::enumeration:
      u32(field);
      return;
    case Wire::int64:
      return show(field, Value::integer(static_cast<std::int64_t>(in_.le64())), offset() - 8, 8);
    case Wire::uint64:
      return number(field, in_.le64(), 8);
    case Wire::real32:
      return show(field, Value::real(double{std::bit_cast<float>(in_.le32())}), offset() - 4, 4);
    case Wire::real64:
      return show(field, Value::real(std::bit_cast<double>(in_.le64())), offset() - 8, 8);
    default:
      return;
  }
}

void Decoder::built_in(Wire type, FieldId field) {
  switch (type) {
    case Wire::string:
      string(field);
      return;
    case Wire::date_time:
      return date_time(field);
    case Wire::guid:
      return guid(field);
    case Wire::byte_string:
    case Wire::xml_element:
      byte_string(field);
      return;
    case Wire::node_id:
      node_id();
      return;
    case Wire::expanded_node_id:
      expanded_node_id();
      return;
    case Wire::status_code:
      status_code(field);
      return;
    case Wire::qualified_name:
      return qualified_name();
    case Wire::localized_text:
      return localized_text();
    case Wire::extension_object:
      return extension_object();
    case Wire::data_value:
      return data_value();
    case Wire::variant:
      return variant();
    case Wire::diagnostic_info:
      return diagnostic_info();
    case Wire::return_diagnostics:
      return return_diagnostics();
    case Wire::node_class_mask:
      return node_class_mask();
    case Wire::result_mask:
      return result_mask();
    default:
      return scalar(type, field);
  }
}

std::int32_t Decoder::array_size() {
  const auto count = static_cast<std::int32_t>(in_.le32());
  show(variant_array_size, Value::integer(count), offset() - 4, 4);
  if (in_.ok() && count < kNull) flag(anomaly::length, offset() - 4);
  // Every element has a byte at least.
  if (in_.ok() && count > 0 && static_cast<std::size_t>(count) > in_.remaining()) {
    flag(anomaly::length, offset() - 4);
    fail();
  }
  return in_.ok() ? count : 0;
}

void Decoder::element(const Member& member) {
  if (member.type == Wire::structure) {
    structure(structure_at(member.structure));
  } else if (member.meaning == Meaning::secret) {
    // That there is one is told, what it is never.
    byte_string(kNoField);
    show(member.field, Value::bytes({}), offset(), 0);
  } else if (member.meaning == Meaning::identity) {
    in_identity_ = true;
    built_in(member.type, member.field);
    in_identity_ = false;
  } else {
    built_in(member.type, member.field);
  }
  if (member.meaning != Meaning::none && in_.ok()) note(member.meaning);
}

void Decoder::member(const Member& member) {
  if (!member.array) return element(member);
  const std::int32_t count = array_size();
  for (std::int32_t i = 0; i < count && in_.ok(); ++i) element(member);
}

void Decoder::structure(const Structure& spec) {
  for (const Member& each : spec.members) {
    if (!in_.ok()) return;
    member(each);
  }
}

void Decoder::begin(bool writes) {
  if (findings_.touches.size() == kMaxAccesses) return;
  Touch touch;
  touch.node = last_node_;
  touch.writes = writes;
  findings_.touches.push_back(touch);
}

void Decoder::note(Meaning meaning) {
  static const NodeName kUnknown;
  Touch* const touch = findings_.touches.empty() ? nullptr : &findings_.touches.back();
  const auto last = static_cast<std::uint32_t>(last_number_);
  switch (meaning) {
    case Meaning::node:
      return begin(false);
    case Meaning::written_node:
      return begin(true);
    case Meaning::method:
      begin(false);
      if (findings_.touches.size() > 0) findings_.touches.back().calls = true;
      return;
    case Meaning::attribute:
      if (touch != nullptr) touch->attribute = last;
      return;
    case Meaning::value:
      if (touch != nullptr) {
        touch->values = last_values_;
        touch->status = last_status_;
      }
      return;
    case Meaning::argument:
      if (touch != nullptr && touch->values.count == 0) touch->values = last_values_;
      return;
    case Meaning::client_handle:
      if (touch != nullptr) touch->client_handle = last;
      return;
    case Meaning::notified_handle:
      last_node_ = kUnknown;
      begin(false);
      if (!findings_.touches.empty()) findings_.touches.back().client_handle = last;
      return;
    case Meaning::call_result:
    case Meaning::result:
      if (findings_.results.size() < kMaxAccesses) {
        findings_.results.push_back({last_status_, 0, last_values_});
      }
      last_values_ = {};
      return;
    case Meaning::monitored_item:
      if (!findings_.results.empty()) findings_.results.back().monitored_item = last;
      return;
    case Meaning::deleted_item:
    case Meaning::deleted_subscription:
      if (findings_.deleted.size() < kMaxAccesses) findings_.deleted.push_back(last);
      return;
    case Meaning::timeout_hint:
      findings_.timeout_hint = last;
      return;
    case Meaning::service_result:
      findings_.service_result = last_status_;
      return;
    case Meaning::subscription:
      findings_.subscription = last;
      return;
    case Meaning::security_mode:
      findings_.security_mode = last;
      return;
    case Meaning::channel:
      findings_.channel = last;
      return;
    case Meaning::application_uri:
      findings_.application_uri = last_text_;
      return;
    case Meaning::application_name:
      findings_.application_name = last_text_;
      return;
    case Meaning::endpoint_url:
      findings_.endpoint_url = last_text_;
      return;
    case Meaning::user_name:
      findings_.user_name = last_text_;
      return;
    case Meaning::user_certificate:
      findings_.user_certificate = as_bytes(last_text_);
      return;
    case Meaning::secret:
    case Meaning::identity:
    case Meaning::none:
      return;
  }
}

}  // namespace sightglass::opcua
