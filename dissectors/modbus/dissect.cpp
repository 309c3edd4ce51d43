#include "dissectors/modbus/dissect.hpp"

#include <algorithm>
#include <chrono>

#include "dissectors/modbus/adu.hpp"
#include "dissectors/modbus/routines.hpp"
#include "dissectors/modbus/rtu.hpp"
#include "dissectors/modbus/umas.hpp"
#include "dissectors/transactions.hpp"

namespace sightglass::modbus {
namespace {

using namespace std::chrono_literals;

constexpr Duration kDeadline = 5s;

/// Clients number their transactions as they like, some never: unit and function belong to the key.
struct Key {
  std::uint16_t transaction = 0;
  std::uint8_t unit = 0;
  std::uint8_t function = 0;

  bool operator==(const Key&) const = default;
  std::size_t hash() const {
    // Fibonacci hashing: consecutive transactions spread over all buckets.
    const std::uint32_t word = std::uint32_t{transaction} << 16 | unit << 8 | function;
    return std::uint32_t{word * 0x9e3779b1u} >> 8;
  }
};

using Pending = Transactions<Key, Asked>;

struct Naming {
  Operation operation;
  std::string_view name;
};

/// What a request does: sub-functions decide where a function code alone does not tell.
Naming naming_of(std::uint8_t function, Bytes body) {
  ByteReader in(body);
  const SubFunctionSpec* part = nullptr;
  if (function == kDiagnostics) {
    const std::uint16_t code = in.u16();
    if (in.ok()) part = diagnostic_spec(code);
  } else if (function == kEncapsulated) {
    const std::uint8_t type = in.u8();
    if (in.ok()) part = mei_spec(type);
  } else if (function == kUnity) {
    part = umas_spec(umas_code(body));
  }
  if (part != nullptr) return {part->operation, part->name};
  return {function_spec(function).operation, function_name(function)};
}

/// The same of an answer whose request was not seen. Exceptions and Unity do not repeat what was
/// asked.
Naming naming_of_answer(std::uint8_t function, bool exception, Bytes body) {
  return naming_of(function, exception || function == kUnity ? Bytes{} : body);
}

/// What is wrong with an MBAP header as far as it is there.
void flag_cut_header(const Header& header, Bytes bytes, Findings& found) {
  if (header.envelope != Envelope::tcp) return;
  if (bytes.size() >= kPrefixSize - 2 && header.protocol != 0) {
    found.flag(anomaly::protocol_identifier, 2);
  } else if (bytes.size() >= kPrefixSize && header.length < kMinLength) {
    found.flag(anomaly::header_length, 4);
  }
}

/// What follows the function code, without the checksum of RTU.
Bytes body_of(const Header& header, const Message& message) {
  return message.bytes.first(std::min(header.end(), message.bytes.size()))
      .subspan(header.body_offset());
}

/// Unit identifier and PDU, without what stands around them.
Bytes unit_and_pdu(const Header& header, const Message& message) {
  return message.bytes.first(std::min(header.end(), message.bytes.size()))
      .subspan(header.unit_offset());
}

/// What messages are decoded into, reused from one to the next.
struct Scratch {
  Findings found;
  LazyFields fields;
};

class ModbusDissector final : public Dissector {
  /// Tells `sink` how a request ended without an answer.
  auto completing(MessageSink& sink) {
    return [this, &sink](const Pending::Entry& entry, Outcome::Kind kind, Timestamp at) {
      // A flow that never showed an answer may be a one-way mirror.
      const bool excused = !answers_seen_ || entry.request.silent;
      if (kind == Outcome::Kind::unanswered && excused) kind = Outcome::Kind::unseen;
      sink.completion({entry.id, {kind, 0}, {}, 0, at});
    };
  }

 public:
  ModbusDissector(const DissectorSettings& settings, Envelope envelope)
      : envelope_(envelope),
        pending_(kDeadline, settings.pairing != nullptr ? *settings.pairing : own_counters_) {}

  Framing frame(Bytes stream, Direction direction) const override {
    return envelope_ == Envelope::tcp ? modbus::frame(stream) : rtu::frame(stream, direction);
  }
  void dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) override;

  void gap(Direction direction) override {
    pending_.blind();
    if (direction != Direction::to_server) return;
    requests_seen_ = false;
    blind_since_ = last_time_;
  }

  void tick(Timestamp now, MessageSink& sink) override { pending_.tick(now, completing(sink)); }
  bool is_waiting() const override { return pending_.pending() > 0; }

  void finish(Timestamp now, MessageSink& sink) override { pending_.finish(now, completing(sink)); }

  void turn_round() override {
    pending_.clear();
    routines_ = {};
    requests_seen_ = false;
    answers_seen_ = false;
  }

 private:
  /// The scratch space of this worker: a message is delivered before the next is decoded.
  static Scratch& scratch() {
    static thread_local Scratch scratch;
    return scratch;
  }

  static void deliver_unreadable(Message& message, const Findings& found, MessageSink& sink);
  void request(const Header& header, Message& message, Scratch& scratch, MessageSink& sink);
  void response(const Header& header, Message& message, Scratch& scratch, MessageSink& sink);
  Pending::Match pair(const Header& header, const Message& message, Findings& found);
  void unmatched(const Message& message, Findings& found);

  Envelope envelope_;
  PairingCounters own_counters_;
  Pending pending_;
  Routines routines_;
  bool answers_seen_ = false;   ///< the server's side of this flow is visible
  bool requests_seen_ = false;  ///< an answer was paired since the start or the last loss
  Timestamp blind_since_{};     ///< that start or loss
  Timestamp last_time_{};       ///< packet time as far as this flow knows it
};

void ModbusDissector::deliver_unreadable(Message& message, const Findings& found,
                                         MessageSink& sink) {
  message.unreadable = true;
  message.function_name = "Unreadable message";
  message.anomalies = found.anomalies;
  if (!message.is_request()) message.outcome.kind = Outcome::Kind::accepted;
  sink.message(message);
}

void ModbusDissector::dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) {
  Scratch& scratch = this->scratch();
  Findings& found = scratch.found;
  found.clear();
  if (last_time_ == Timestamp{}) blind_since_ = arrival.where.time;
  last_time_ = arrival.where.time;

  Message message;
  message.protocol = Protocol::modbus;
  message.direction = arrival.direction;
  message.where = arrival.where;
  message.bytes = bytes;

  Header header;
  if (!read_header(envelope_, bytes, header)) {
    found.flag(anomaly::truncated, bytes.size());
    flag_cut_header(header, bytes, found);
    return deliver_unreadable(message, found, sink);
  }
  if (envelope_ == Envelope::rtu && rtu::checksum(bytes) != 0) {
    found.flag(anomaly::checksum, header.end());
    return deliver_unreadable(message, found, sink);
  }
  if (!is_readable(header, message, found)) return deliver_unreadable(message, found, sink);
  if (header.length > kMaxLength) found.flag(anomaly::header_length, 4);
  // The header's length is the end of the message, whatever else was handed over with it.
  if (envelope_ == Envelope::tcp && bytes.size() > header.end()) {
    found.flag(anomaly::trailing_bytes, header.end());
    message.bytes = bytes.first(header.end());
  }

  check_function(header, arrival.direction, found);

  message.function = header.code;
  if (arrival.direction == Direction::to_server) {
    request(header, message, scratch, sink);
  } else {
    response(header, message, scratch, sink);
  }
}

void ModbusDissector::request(const Header& header, Message& message, Scratch& scratch,
                              MessageSink& sink) {
  const Bytes body = unit_and_pdu(header, message);
  const bool is_faultless = scratch.found.anomalies.empty();
  Routines::Routine* routine = is_faultless ? routines_.find(body) : nullptr;
  const Naming naming = routine != nullptr
                            ? Naming{routine->asked.operation, routine->asked.function_name}
                            : naming_of(header.function(), body_of(header, message));
  message.operation = naming.operation;
  message.function_name = naming.name;

  const Key key{header.transaction, header.unit, header.function()};
  Pending::Entry& entry =
      pending_.open(key, message.where.time, message.where.last_packet, completing(sink));
  message.request = entry.id;
  if (routine != nullptr) {
    message.routine = routine->number;
    entry.request.repeat(routine->asked);
    if (sink.repeated(message)) return;
    entry.request = {};
  }
  Asked& asked = entry.request;
  asked.operation = naming.operation;
  asked.function_name = naming.name;
  read_request(header, message.bytes, asked, scratch.found, nullptr);
  if (routine == nullptr && scratch.found.anomalies.empty()) routine = routines_.add(body);
  if (routine != nullptr) {
    routine->keep_request(asked);
    message.routine = routine->number;
  }

  message.decoder = scratch.fields.of(header, message, std::nullopt);
  message.accesses = scratch.found.accesses;
  message.anomalies = scratch.found.anomalies;
  sink.message(message);
}

/// An answer nobody asked for: an anomaly, unless its request may have been lost or sent before the
/// capture began.
void ModbusDissector::unmatched(const Message& message, Findings& found) {
  if (requests_seen_ || message.where.time - blind_since_ >= kDeadline) {
    found.flag(anomaly::unsolicited_response, 0);
  }
}

Pending::Match ModbusDissector::pair(const Header& header, const Message& message,
                                     Findings& found) {
  const std::uint8_t function = header.function();
  const bool exception = header.is_exception();
  const Bytes body = body_of(header, message);
  const auto fits = [&](const Asked& asked) { return exception || answers(asked, function, body); };
  Pending::Match match = pending_.answer({header.transaction, header.unit, function}, fits);
  if (match.kind == Pending::Match::Kind::none) {
    // A gateway may answer for another unit.
    match = pending_.answer_like([&](const Key& key) {
      return key.transaction == header.transaction && key.function == function;
    });
    if (match.entry != nullptr) found.flag(anomaly::response_mismatch, header.unit_offset());
  }
  if (match.entry == nullptr) {
    unmatched(message, found);
    return match;
  }
  if (match.kind == Pending::Match::Kind::repeated) found.flag(anomaly::duplicate_response, 0);
  if (match.kind == Pending::Match::Kind::answer && !pending_.blind_for(*match.entry)) {
    requests_seen_ = true;
  }
  if (!fits(match.entry->request)) found.flag(anomaly::response_mismatch, header.body_offset());
  return match;
}

void ModbusDissector::response(const Header& header, Message& message, Scratch& scratch,
                               MessageSink& sink) {
  answers_seen_ = true;
  Findings& found = scratch.found;
  const Pending::Match match = pair(header, message, found);
  const Pending::Entry* entry = match.entry;
  std::optional<Paired> paired;
  Naming naming;
  if (entry != nullptr) {
    paired.emplace(Paired{entry->request, entry->packet, entry->sent, entry->key.unit});
    naming = {entry->request.operation, entry->request.function_name};
    message.request = entry->id;
    message.request_packet = entry->packet;
    message.latency = message.where.time - entry->sent;
  } else {
    naming = naming_of_answer(header.function(), header.is_exception(), body_of(header, message));
  }
  message.operation = naming.operation;
  message.function_name = naming.name;

  const Bytes body = unit_and_pdu(header, message);
  Routines::Routine* const routine =
      match.kind == Pending::Match::Kind::answer && found.anomalies.empty()
          ? routines_.of(entry->request)
          : nullptr;
  bool is_told = false;
  if (routine != nullptr) {
    message.routine = static_cast<std::uint16_t>(routine->number + 1);
    if (const auto likeness = routine->compare(body); likeness != Routines::Likeness::other) {
      message.outcome = routine->outcome;
      message.outcome_name = routine->outcome_name;
      message.values_changed = likeness == Routines::Likeness::other_values;
      is_told = sink.repeated(message);
      message.values_changed = false;
    }
  }
  if (!is_told) {
    read_response(header, message, paired ? &*paired : nullptr, found, nullptr);
    if (routine != nullptr) routine->keep_answer(body, message);
    message.decoder = scratch.fields.of(header, message, paired);
    message.accesses = found.accesses;
    message.anomalies = found.anomalies;
    sink.message(message);
  }
  if (match.kind == Pending::Match::Kind::answer) {
    sink.completion({message.request, message.outcome, message.outcome_name,
                     message.where.last_packet, message.where.time});
  }
}

}  // namespace

std::unique_ptr<Dissector> make_dissector(const DissectorSettings& settings) {
  return std::make_unique<ModbusDissector>(settings, Envelope::tcp);
}

std::unique_ptr<Dissector> make_rtu_dissector(const DissectorSettings& settings) {
  return std::make_unique<ModbusDissector>(settings, Envelope::rtu);
}

}  // namespace sightglass::modbus
