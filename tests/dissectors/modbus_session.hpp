// A Modbus/TCP session for tests: feeds messages written as hex, keeps what comes out as text.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dissectors/dissector.hpp"

namespace sightglass {

/// "00 01 ff" -> bytes; anything but hex digits is skipped.
std::vector<std::uint8_t> from_hex(std::string_view text);

/// What a Message said, in words, so that it can be kept and compared.
struct Said {
  std::string fields;     ///< "modbus.func_code=3 modbus.reference_num=107", without the header's
  std::string accesses;   ///< "unit 1 coils 19-37 = 1 0 1; ..."; " := " for a write
  std::string anomalies;  ///< "modbus.truncated modbus.byte_count"
  Operation operation = Operation::other;
  Outcome outcome;
  std::string function_name, outcome_name;
  RequestId request = 0;
  std::uint64_t request_packet = 0;
  Duration latency{};
  bool unreadable = false;
  std::vector<Field> raw_fields;  ///< views into the bytes that were fed, good for the session
};

class ModbusSession : private MessageSink {
 public:
  ModbusSession();

  /// An ADU with the header of transaction and unit; returns what it said.
  Said request(std::string_view pdu, unsigned transaction = 1, unsigned unit = 1);
  Said response(std::string_view pdu, unsigned transaction = 1, unsigned unit = 1);
  /// Any bytes; each call is a packet of its own, 10 ms after the one before.
  Said feed(Direction direction, std::vector<std::uint8_t> bytes);
  /// As part of the packet before.
  Said feed_on(Direction direction, std::vector<std::uint8_t> bytes);

  void wait(Duration duration);  ///< and tick
  void gap(Direction direction) { dissector_->gap(direction); }
  void finish() { dissector_->finish(now_, *this); }
  void turn_round() { dissector_->turn_round(); }

  /// "1 accepted, 2 unanswered": requests that ended since the last call.
  std::string ended();
  std::uint64_t packet() const { return packet_; }
  const PairingCounters& counters() const { return counters_; }

 private:
  void message(const Message& message) override;
  void completion(const Completion& completion) override;
  Said deliver(Direction direction, std::vector<std::uint8_t> bytes);

  PairingCounters counters_;
  std::unique_ptr<Dissector> dissector_;
  std::vector<std::unique_ptr<std::vector<std::uint8_t>>> fed_;
  Said last_;
  std::string ended_;
  std::uint64_t packet_ = 0;
  std::uint32_t index_ = 0;
  Timestamp now_;
};

std::vector<std::uint8_t> modbus_adu(std::string_view pdu, unsigned transaction = 1,
                                     unsigned unit = 1);

}  // namespace sightglass
