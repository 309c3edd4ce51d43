// A session of one protocol for tests: feeds messages to its dissector, keeps what comes out as
// text.
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
  std::string fields;     ///< "func_code=3 reference_num=107": those of the session's own prefix
  std::string accesses;   ///< "unit 1 coils 19-37 = 1 0 1; ..."; " := " for a write
  std::string anomalies;  ///< "modbus.truncated modbus.byte_count"
  Protocol protocol = Protocol::unknown;
  Operation operation = Operation::other;
  Outcome outcome;
  std::uint32_t function = 0;
  std::string function_name, outcome_name;
  RequestId request = 0;
  std::uint64_t request_packet = 0;
  Duration latency{};
  bool is_request = false;
  std::uint16_t routine = 0;
  bool values_changed = false;
  bool repeated = false;  ///< told as a routine: no fields, no accesses
  bool unreadable = false;
  std::vector<Field> raw_fields;  ///< views into the bytes that were fed, good for the session
};

/// The fields whose names begin with `prefix`, without it: "li=2 type=0x0f".
std::string fields_with(std::string_view prefix, const std::vector<Field>& fields);

class DissectorSession : private MessageSink {
 public:
  using Make = std::unique_ptr<Dissector> (*)(const DissectorSettings& settings);
  /// `prefix` of the fields that Said::fields holds.
  DissectorSession(Make make, std::string_view prefix);

  /// Any bytes; each call is a packet of its own, 10 ms after the one before.
  Said feed(Direction direction, std::vector<std::uint8_t> bytes);
  /// As part of the packet before.
  Said feed_on(Direction direction, std::vector<std::uint8_t> bytes);

  void wait(Duration duration);  ///< and tick
  void gap(Direction direction) { dissector_->gap(direction); }
  void finish() { dissector_->finish(now_, *this); }
  void turn_round() { dissector_->turn_round(); }
  bool is_waiting() const { return dissector_->is_waiting(); }

  /// From now on routines need not be delivered whole.
  void take_repeats() { takes_repeats_ = true; }

  /// "1 accepted, 2 unanswered": requests that ended since the last call.
  std::string ended();
  std::uint64_t packet() const { return packet_; }
  const PairingCounters& counters() const { return counters_; }

 private:
  void message(const Message& message) override;
  bool repeated(const Message& message) override;
  void keep_envelope(const Message& message);
  void completion(const Completion& completion) override;
  Said deliver(Direction direction, std::vector<std::uint8_t> bytes);

  PairingCounters counters_;
  std::unique_ptr<Dissector> dissector_;
  std::string prefix_;
  std::vector<std::unique_ptr<std::vector<std::uint8_t>>> fed_;
  Said last_;
  std::string ended_;
  bool takes_repeats_ = false;
  std::uint64_t packet_ = 0;
  std::uint32_t index_ = 0;
  Timestamp now_;
};

}  // namespace sightglass
