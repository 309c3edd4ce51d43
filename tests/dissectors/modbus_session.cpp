#include "tests/dissectors/modbus_session.hpp"

#include <gtest/gtest.h>

#include "dissectors/modbus/dissect.hpp"
#include "dissectors/modbus/fields.hpp"

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
    text += " " + std::to_string(access.values.at(i));
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

std::vector<std::uint8_t> modbus_adu(std::string_view pdu, unsigned transaction, unsigned unit) {
  const auto body = from_hex(pdu);
  const auto byte = [](std::size_t value) { return static_cast<std::uint8_t>(value); };
  const std::size_t length = body.size() + 1;
  std::vector<std::uint8_t> bytes = {byte(transaction >> 8), byte(transaction), 0,         0,
                                     byte(length >> 8),      byte(length),      byte(unit)};
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

ModbusSession::ModbusSession() : now_(timestamp_from_ns(1'000'000'000'000)) {
  DissectorSettings settings;
  settings.pairing = &counters_;
  dissector_ = modbus::make_dissector(settings);
}

Said ModbusSession::request(std::string_view pdu, unsigned transaction, unsigned unit) {
  return feed(Direction::to_server, modbus_adu(pdu, transaction, unit));
}

Said ModbusSession::response(std::string_view pdu, unsigned transaction, unsigned unit) {
  return feed(Direction::to_client, modbus_adu(pdu, transaction, unit));
}

Said ModbusSession::feed(Direction direction, std::vector<std::uint8_t> bytes) {
  ++packet_;
  index_ = 0;
  now_ += 10ms;
  return deliver(direction, std::move(bytes));
}

Said ModbusSession::feed_on(Direction direction, std::vector<std::uint8_t> bytes) {
  ++index_;
  return deliver(direction, std::move(bytes));
}

Said ModbusSession::deliver(Direction direction, std::vector<std::uint8_t> bytes) {
  fed_.push_back(std::make_unique<std::vector<std::uint8_t>>(std::move(bytes)));
  last_ = {};
  dissector_->dissect(*fed_.back(), {direction, {packet_, packet_, now_, index_}}, *this);
  return last_;
}

void ModbusSession::wait(Duration duration) {
  now_ += duration;
  dissector_->tick(now_, *this);
}

std::string ModbusSession::ended() { return std::exchange(ended_, {}); }

void ModbusSession::message(const Message& message) {
  for (const Field& field : message.fields()) {
    last_.raw_fields.push_back(field);
    const FieldSpec& spec = field_spec(field.id);
    if (spec.name.starts_with("mbtcp.")) continue;
    add_word(last_.fields, std::string(spec.name.substr(7)) + "=" + to_text(spec, field.value));
  }
  for (const Access& access : message.accesses) add_word(last_.accesses, in_words(access), "; ");
  for (const Anomaly& anomaly : message.anomalies) add_word(last_.anomalies, anomaly.spec->name);
  last_.operation = message.operation;
  last_.outcome = message.outcome;
  last_.function_name = message.function_name;
  last_.outcome_name = message.outcome_name;
  last_.request = message.request;
  last_.request_packet = message.request_packet;
  last_.latency = message.latency;
  last_.unreadable = message.unreadable;
}

void ModbusSession::completion(const Completion& completion) {
  add_word(ended_,
           std::to_string(completion.request) + " " + std::string(to_text(completion.outcome.kind)),
           ", ");
}

}  // namespace sightglass
