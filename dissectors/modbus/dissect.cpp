#include "dissectors/modbus/dissect.hpp"

#include <chrono>

#include "dissectors/modbus/framing.hpp"
#include "dissectors/modbus/names.hpp"
#include "dissectors/modbus/pdu.hpp"
#include "dissectors/transactions.hpp"

namespace sightglass::modbus {
namespace {

using namespace std::chrono_literals;

constexpr Duration kDeadline = 5s;
constexpr std::size_t kBodyOffset = kHeaderSize + 1;

/// MBAP header and function code.
struct Header {
  std::uint16_t transaction = 0;
  std::uint16_t protocol = 0;
  std::uint16_t length = 0;
  std::uint8_t unit = 0;
  std::uint8_t code = 0;  ///< as on the wire, with the exception bit

  std::uint8_t function() const { return code & kFunctionMask; }
};

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
    in.u8();  // the session that was reserved
    const std::uint8_t code = in.u8();
    if (in.ok()) part = unity_spec(code);
  }
  if (part != nullptr) return {part->operation, part->name};
  return {function_spec(function).operation, function_name(function)};
}

/// The same of an answer whose request was not seen. Exceptions and Unity do not repeat what was
/// asked.
Naming naming_of_answer(std::uint8_t function, bool exception, Bytes body) {
  return naming_of(function, exception || function == kUnity ? Bytes{} : body);
}

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
  explicit ModbusDissector(const DissectorSettings& settings)
      : wanted_(settings.wanted),
        pending_(kDeadline, settings.pairing != nullptr ? *settings.pairing : own_counters_) {}

  Framing frame(Bytes stream, Direction) const override { return modbus::frame(stream); }
  void dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) override;

  void gap(Direction direction) override {
    pending_.blind();
    if (direction != Direction::to_server) return;
    requests_seen_ = false;
    blind_since_ = last_time_;
  }

  void tick(Timestamp now, MessageSink& sink) override { pending_.tick(now, completing(sink)); }

  void finish(Timestamp now, MessageSink& sink) override { pending_.finish(now, completing(sink)); }

  void turn_round() override {
    pending_.clear();
    requests_seen_ = false;
    answers_seen_ = false;
  }

 private:
  /// The scratch space of this worker: a message is delivered before the next is decoded.
  static Findings& findings() {
    static thread_local Findings scratch;
    return scratch;
  }

  void deliver_unreadable(Message& message, MessageSink& sink);
  void request(const Header& header, Message& message, Findings& found, MessageSink& sink);
  void response(const Header& header, Message& message, Findings& found, MessageSink& sink);
  Pending::Match pair(const Header& header, const Message& message, Findings& found);
  void unmatched(const Message& message, Findings& found);

  FieldSet wanted_;
  PairingCounters own_counters_;
  Pending pending_;
  bool answers_seen_ = false;   ///< the server's side of this flow is visible
  bool requests_seen_ = false;  ///< an answer was paired since the start or the last loss
  Timestamp blind_since_{};     ///< that start or loss
  Timestamp last_time_{};       ///< packet time as far as this flow knows it
};

/// Shows the header's fields. Wireshark rejects a message it can not look into this far before it
/// shows any field, and so do we: the filter `modbus` must select the same frames.
bool header_is_readable(const Header& header, const Message& message, Findings& found) {
  const Bytes bytes = message.bytes;
  if (header.protocol != 0) {
    found.flag(anomaly::protocol_identifier, 2);
    // Wireshark looks at the first message of a segment only, and believes those behind it.
    const bool is_believed = message.where.index > 0 && bytes.size() == kPrefixSize + header.length;
    if (!is_believed) return false;
  }
  if (header.length < kMinLength || header.length > kBelievedLength) {
    found.flag(anomaly::header_length, 4);
    return false;
  }
  ByteReader in(bytes);
  in.skip(kBodyOffset);
  const bool exception = (header.code & kExceptionBit) != 0;
  const std::uint8_t code = exception ? in.u8() : 0;
  if (code == 0) {
    ByteReader argument(bytes);
    argument.skip(kBodyOffset);
    if (header.function() == kDiagnostics) argument.u16();
    if (header.function() == kEncapsulated) argument.u8();
    if (!argument.ok()) in.skip(in.remaining() + 1);
  }
  if (!in.ok()) found.flag(anomaly::truncated, bytes.size());
  return in.ok();
}

void check_function(const Header& header, Direction direction, Findings& found) {
  constexpr std::size_t kAt = kHeaderSize;
  if (direction == Direction::to_server && (header.code & kExceptionBit) != 0) {
    found.flag(anomaly::undefined_function, kAt);
    return;
  }
  switch (function_spec(header.function()).kind) {
    case FunctionClass::undefined:
      found.flag(anomaly::undefined_function, kAt);
      break;
    case FunctionClass::reserved:
      found.flag(anomaly::reserved_function, kAt);
      break;
    case FunctionClass::user_defined:
      found.flag(anomaly::user_defined_function, kAt);
      break;
    case FunctionClass::defined:
    case FunctionClass::vendor:
      break;
  }
}

/// Every byte of a PDU is accounted for.
void check_end(PduReader& in, Bytes bytes, const Header& header) {
  if (bytes.size() < kPrefixSize + header.length || !in.ok()) {
    in.flag(anomaly::truncated, bytes.size());
  } else if (in.remaining() > 0) {
    in.flag(anomaly::trailing_bytes, in.offset());
  }
}

void ModbusDissector::deliver_unreadable(Message& message, MessageSink& sink) {
  message.unreadable = true;
  message.function_name = "Unreadable message";
  message.anomalies = findings().anomalies;
  if (!message.is_request()) message.outcome.kind = Outcome::Kind::accepted;
  sink.message(message);
}

void ModbusDissector::dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) {
  Findings& found = findings();
  found.clear();
  if (last_time_ == Timestamp{}) blind_since_ = arrival.where.time;
  last_time_ = arrival.where.time;

  Message message;
  message.protocol = Protocol::modbus;
  message.direction = arrival.direction;
  message.where = arrival.where;
  message.bytes = bytes;

  ByteReader in(bytes);
  Header header;
  header.transaction = in.u16();
  header.protocol = in.u16();
  header.length = in.u16();
  header.unit = in.u8();
  header.code = in.u8();
  if (!in.ok()) {
    found.flag(anomaly::truncated, bytes.size());
    if (bytes.size() >= kPrefixSize - 2 && header.protocol != 0) {
      found.flag(anomaly::protocol_identifier, 2);
    } else if (bytes.size() >= kPrefixSize && header.length < kMinLength) {
      found.flag(anomaly::header_length, 4);
    }
    return deliver_unreadable(message, sink);
  }
  if (!header_is_readable(header, message, found)) return deliver_unreadable(message, sink);
  if (header.length > kMaxLength) found.flag(anomaly::header_length, 4);
  // The header's length is the end of the message, whatever else was handed over with it.
  if (bytes.size() > kPrefixSize + header.length) {
    found.flag(anomaly::trailing_bytes, kPrefixSize + header.length);
    message.bytes = bytes.first(kPrefixSize + header.length);
  }

  PduReader head(message.bytes, 0, wanted_, found);
  head.show_number(transaction_id, header.transaction, 0, 2);
  head.show_number(protocol_id, header.protocol, 2, 2);
  head.show_number(length, header.length, 4, 2);
  head.show_number(unit_id, header.unit, kPrefixSize, 1);
  head.show_number(function_code, header.function(), kHeaderSize, 1);
  check_function(header, arrival.direction, found);

  message.function = header.code;
  if (arrival.direction == Direction::to_server) {
    request(header, message, found, sink);
  } else {
    response(header, message, found, sink);
  }
}

void ModbusDissector::request(const Header& header, Message& message, Findings& found,
                              MessageSink& sink) {
  const Bytes body = message.bytes.subspan(kBodyOffset);
  const Naming naming = naming_of(header.function(), body);
  message.operation = naming.operation;
  message.function_name = naming.name;

  const Key key{header.transaction, header.unit, header.function()};
  Pending::Entry& entry =
      pending_.open(key, message.where.time, message.where.last_packet, completing(sink));
  message.request = entry.id;
  entry.request.operation = naming.operation;
  entry.request.function_name = naming.name;
  PduReader in(message.bytes, kBodyOffset, wanted_, found);
  const bool exception = (header.code & kExceptionBit) != 0 && body[0] != 0;
  if (exception) {
    in.u8(exception_code);
    in.rest();
  } else {
    Request request{in, header.function(), header.unit, entry.request};
    decode(request);
    check_end(in, message.bytes, header);
  }

  message.fields = found.fields;
  message.accesses = found.accesses;
  message.anomalies = found.anomalies;
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
  const bool exception = (header.code & kExceptionBit) != 0;
  const Bytes body = message.bytes.subspan(kBodyOffset);
  const auto fits = [&](const Asked& asked) { return exception || answers(asked, function, body); };
  Pending::Match match = pending_.answer({header.transaction, header.unit, function}, fits);
  if (match.kind == Pending::Match::Kind::none) {
    // A gateway may answer for another unit.
    match = pending_.answer_like([&](const Key& key) {
      return key.transaction == header.transaction && key.function == function;
    });
    if (match.entry != nullptr) found.flag(anomaly::response_mismatch, kHeaderSize - 1);
  }
  if (match.entry == nullptr) {
    unmatched(message, found);
    return match;
  }
  if (match.kind == Pending::Match::Kind::repeated) found.flag(anomaly::duplicate_response, 0);
  if (match.kind == Pending::Match::Kind::answer && !pending_.blind_for(*match.entry)) {
    requests_seen_ = true;
  }
  if (!fits(match.entry->request)) found.flag(anomaly::response_mismatch, kBodyOffset);
  return match;
}

/// An exception: the request's objects, and why they were refused.
void decode_exception(PduReader& in, std::uint8_t function, const Asked* asked, Message& message) {
  constexpr std::uint8_t kReadWrite = 23;
  const std::uint8_t code = in.u8(exception_code);
  // Acknowledge says that the device has taken the request and is still at it.
  message.outcome = {code == kAcknowledge ? Outcome::Kind::accepted : Outcome::Kind::refused, code};
  message.outcome_name = exception_name(code);
  if (!exception_is_defined(code)) in.flag(anomaly::exception_code, kBodyOffset);
  if (asked == nullptr) return;
  const bool writes = asked->operation == Operation::write;
  for (std::size_t i = 0; const Object* object = asked->object(i); ++i) {
    in.access({*object, {}, writes && !(function == kReadWrite && i == 0)});
  }
}

void ModbusDissector::response(const Header& header, Message& message, Findings& found,
                               MessageSink& sink) {
  answers_seen_ = true;
  const std::uint8_t function = header.function();
  const Bytes body = message.bytes.subspan(kBodyOffset);
  const bool exception = (header.code & kExceptionBit) != 0;
  const Pending::Match match = pair(header, message, found);
  const Pending::Entry* entry = match.entry;
  const Asked* asked = entry != nullptr ? &entry->request : nullptr;

  message.outcome.kind = Outcome::Kind::accepted;
  PduReader in(message.bytes, kBodyOffset, wanted_, found);
  if (exception && body[0] != 0) {
    decode_exception(in, function, asked, message);
  } else {
    if (exception) found.flag(anomaly::exception_code, kBodyOffset);
    Response response{in, function, header.unit, asked};
    // Wireshark knows no request of another unit; the fields say what it says, the accesses more.
    if (entry != nullptr && entry->key.unit == header.unit) {
      in.show_number(request_frame, entry->packet, 0, 0);
      in.show(response_time, Value::duration(message.where.time - entry->sent), 0, 0);
      response.base = asked->first_word;
    }
    decode(response);
  }
  check_end(in, message.bytes, header);

  const Naming naming = asked != nullptr ? Naming{asked->operation, asked->function_name}
                                         : naming_of_answer(function, exception, body);
  message.operation = naming.operation;
  message.function_name = naming.name;
  if (entry != nullptr) {
    message.request = entry->id;
    message.request_packet = entry->packet;
    message.latency = message.where.time - entry->sent;
  }
  message.fields = found.fields;
  message.accesses = found.accesses;
  message.anomalies = found.anomalies;
  sink.message(message);
  if (match.kind == Pending::Match::Kind::answer) {
    sink.completion({message.request, message.outcome, message.outcome_name,
                     message.where.last_packet, message.where.time});
  }
}

}  // namespace

std::unique_ptr<Dissector> make_dissector(const DissectorSettings& settings) {
  return std::make_unique<ModbusDissector>(settings);
}

}  // namespace sightglass::modbus
