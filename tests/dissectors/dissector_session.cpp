#include "tests/dissectors/dissector_session.hpp"

#include <gtest/gtest.h>

namespace sightglass {
namespace {

using namespace std::chrono_literals;

void add_word(std::string& text, std::string_view word, std::string_view separator = " ") {
  if (!text.empty()) text += separator;
  text += word;
}

std::string in_words(const Access& access) {
  std::string text = to_text(access.object);
  if (access.values.shape == Values::Shape::none) return text + (access.is_write ? " :=" : "");
  text += access.is_write ? " :=" : " =";
  for (std::size_t i = 0; i < access.values.count; ++i) {
    text += " " + quoted(access.values.at(i));
  }
  return text;
}

}  // namespace

std::vector<std::uint8_t> from_hex(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  int high = -1;
  for (const char c : text) {
    const auto digit = std::string_view("0123456789abcdef").find(c);
    if (digit == std::string_view::npos) continue;
    if (high < 0) {
      high = static_cast<int>(digit);
    } else {
      bytes.push_back(static_cast<std::uint8_t>(high * 16 + static_cast<int>(digit)));
      high = -1;
    }
  }
  EXPECT_EQ(high, -1) << "half a byte in " << text;
  return bytes;
}

std::string fields_with(std::string_view prefix, const std::vector<Field>& fields) {
  std::string text;
  for (const Field& field : fields) {
    const FieldSpec& spec = field_spec(field.id);
    if (!spec.name.starts_with(prefix)) continue;
    std::string word(spec.name.substr(prefix.size()));
    if (spec.type != ValueType::presence) word += "=" + to_text(spec, field.value);
    add_word(text, word);
  }
  return text;
}

DissectorSession::DissectorSession(Make make, std::string_view prefix)
    : prefix_(prefix), now_(timestamp_from_ns(1'000'000'000'000)) {
  DissectorSettings settings;
  settings.pairing = &counters_;
  dissector_ = make(settings);
}

Said DissectorSession::feed(Direction direction, std::vector<std::uint8_t> bytes) {
  ++packet_;
  index_ = 0;
  now_ += 10ms;
  return deliver(direction, std::move(bytes));
}

Said DissectorSession::feed_on(Direction direction, std::vector<std::uint8_t> bytes) {
  ++index_;
  return deliver(direction, std::move(bytes));
}

Said DissectorSession::deliver(Direction direction, std::vector<std::uint8_t> bytes) {
  fed_.push_back(std::make_unique<std::vector<std::uint8_t>>(std::move(bytes)));
  last_ = {};
  dissector_->dissect(*fed_.back(), {direction, {packet_, packet_, now_, index_}}, *this);
  return last_;
}

void DissectorSession::wait(Duration duration) {
  now_ += duration;
  dissector_->tick(now_, *this);
}

std::string DissectorSession::ended() { return std::exchange(ended_, {}); }

void DissectorSession::message(const Message& message) {
  const std::span<const Field> fields = message.fields();
  last_.raw_fields.assign(fields.begin(), fields.end());
  last_.fields = fields_with(prefix_, last_.raw_fields);
  for (const Access& access : message.accesses) add_word(last_.accesses, in_words(access), "; ");
  for (const Anomaly& anomaly : message.anomalies) add_word(last_.anomalies, anomaly.spec->name);
  keep_envelope(message);
}

bool DissectorSession::repeated(const Message& message) {
  if (!takes_repeats_) return false;
  last_.repeated = true;
  keep_envelope(message);
  return true;
}

void DissectorSession::keep_envelope(const Message& message) {
  last_.protocol = message.protocol;
  last_.operation = message.operation;
  last_.outcome = message.outcome;
  last_.function = message.function;
  last_.function_name = message.function_name;
  last_.outcome_name = message.outcome_name;
  last_.request = message.request;
  last_.request_packet = message.request_packet;
  last_.latency = message.latency;
  last_.is_request = message.is_request();
  last_.unreadable = message.unreadable;
  last_.routine = message.routine;
  last_.values_changed = message.values_changed;
}

void DissectorSession::completion(const Completion& completion) {
  constexpr RequestId kByServer = RequestId{1} << 63;
  const bool by_server = (completion.request & kByServer) != 0;
  add_word(ended_,
           (by_server ? "server's " : "") + std::to_string(completion.request & ~kByServer) + " " +
               std::string(to_text(completion.outcome.kind)),
           ", ");
}

}  // namespace sightglass
