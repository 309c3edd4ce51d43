// Views into the message's bytes move with the bytes; any other view is copied by itself.
#include "dissectors/owned_message.hpp"

#include <functional>

namespace sightglass {
namespace {

bool within(Bytes inner, Bytes outer) {
  const std::less_equal<> not_after;
  return !inner.empty() && !outer.empty() && not_after(outer.data(), inner.data()) &&
         not_after(inner.data() + inner.size(), outer.data() + outer.size());
}

Value same_kind(ValueType type, Bytes data) {
  switch (type) {
    case ValueType::text:
      return Value::text(as_text(data));
    case ValueType::ipv6:
      return Value::ipv6(data);
    default:
      return Value::bytes(data);
  }
}

bool is_view(const Value& value) {
  return value.type() == ValueType::text || value.type() == ValueType::bytes ||
         value.type() == ValueType::ipv6;
}

}  // namespace

OwnedMessage::OwnedMessage(const Message& message)
    : message_(message),
      bytes_(message.bytes.begin(), message.bytes.end()),
      accesses_(message.accesses.begin(), message.accesses.end()),

      anomalies_(message.anomalies.begin(), message.anomalies.end()) {
  const auto fields = message.fields();
  fields_.assign(fields.begin(), fields.end());
  const auto own = [&](Bytes data) -> Bytes {
    if (data.empty()) return {};
    if (within(data, message.bytes)) {
      const auto offset = static_cast<std::size_t>(data.data() - message.bytes.data());
      return Bytes(bytes_).subspan(offset, data.size());
    }
    return derived_.emplace_back(data.begin(), data.end());
  };
  for (Field& field : fields_) {
    if (is_view(field.value)) field.value = same_kind(field.value.type(), own(field.value.bytes()));
  }
  for (Access& access : accesses_) {
    access.values.data = own(access.values.data);
    access.object.name = as_text(own(as_bytes(access.object.name)));
  }
  message_.bytes = bytes_;
  message_.accesses = accesses_;
  message_.at_hand = fields_;
  message_.decoder = nullptr;
  message_.anomalies = anomalies_;
}

}  // namespace sightglass
