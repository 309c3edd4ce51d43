#include "dissectors/s7comm/dissect.hpp"

#include <array>
#include <optional>
#include <vector>

#include "dissectors/parts.hpp"
#include "dissectors/s7comm/anomalies.hpp"
#include "dissectors/s7comm/cotp.hpp"
#include "dissectors/s7comm/cotp_fields.hpp"
#include "dissectors/s7comm/fields.hpp"
#include "dissectors/s7comm/framing.hpp"
#include "dissectors/s7comm/names.hpp"
#include "dissectors/s7comm/pairing.hpp"
#include "dissectors/s7comm/pdu.hpp"
#include "dissectors/s7comm/plus/fields.hpp"
#include "dissectors/s7comm/plus/names.hpp"
#include "dissectors/s7comm/plus/pdu.hpp"
#include "dissectors/s7comm/routines.hpp"
#include "dissectors/s7comm/tls_in_cotp.hpp"

namespace sightglass::s7comm {
namespace {

/// What messages are decoded into, reused from one to the next.
struct Scratch {
  Findings found;
  std::vector<Field> fields;
};

class S7Dissector final : public Dissector {
 public:
  explicit S7Dissector(const DissectorSettings& settings) : pairing_(settings.pairing) {}

  Framing frame(Bytes stream, Direction) const override { return s7comm::frame(stream); }
  void dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) override;

  void gap(Direction direction) override {
    pairing_.gap(direction);
    tsdus_[side(direction)].clear();
    userdata_parts_[side(direction)].parts.clear();
    plus_[side(direction)].lose();
    tls_.lose(direction);
    transfers_.lose();
  }

  void tick(Timestamp now, MessageSink& sink) override { pairing_.tick(now, sink); }
  bool is_waiting() const override { return pairing_.is_waiting(); }
  void finish(Timestamp now, MessageSink& sink) override { pairing_.finish(now, sink); }

  void turn_round() override {
    pairing_.turn_round();
    routines_ = {};
    begin();
  }

 private:
  /// The scratch space of this worker: a message is delivered before the next is decoded.
  static Scratch& scratch() {
    static thread_local Scratch scratch;
    return scratch;
  }
  static Findings& findings() { return scratch().found; }
  static std::size_t side(Direction direction) { return static_cast<std::size_t>(direction); }

  /// What is known of the packet that is being read, before it is.
  struct Known {
    bool is_read = false;                       ///< it can be a routine, and nothing goes on in it
    Routines::Routine* routine = nullptr;       ///< whose request or answer it is
    Asked* asked = nullptr;                     ///< of a request that is open already
    std::optional<Pairing::Answered> answered;  ///< of an answer that is paired already
  };

  /// A connection begins: nothing goes on from before.
  void begin() {
    for (Parts& parts : tsdus_) parts.clear();
    for (UserDataParts& parts : userdata_parts_) parts.parts.clear();
    plus_ = {};
    tls_ = {};
    transfers_ = {};
  }

  bool stands_alone(Bytes packet, Direction direction) const;
  bool repeats_request(Bytes packet, Message& message, MessageSink& sink);
  bool repeats_answer(Bytes packet, Message& message, MessageSink& sink);
  void deliver(Message& message, MessageSink& sink);
  void unreadable(Message& message, MessageSink& sink);
  void data(FieldReader& in, const cotp::Tpdu& tpdu, Message& message, MessageSink& sink);
  void tsdu(FieldReader& in, Message& message, MessageSink& sink);
  void s7comm_pdu(FieldReader& in, Message& message, MessageSink& sink);
  void request(const Header& header, FieldReader& parameters, FieldReader& body, Message& message,
               MessageSink& sink);
  void keep_request(Asked& asked, Message& message);
  void answer(const Header& header, FieldReader& parameters, FieldReader& body, Message& message,
              MessageSink& sink);
  void userdata(const Header& header, FieldReader& parameters, FieldReader& body, Message& message,
                MessageSink& sink);
  Pairing::Answered pair(const RequestKey& key, std::optional<std::uint8_t> function,
                         Message& message, FieldReader& in);
  void plus_tsdu(FieldReader& in, Message& message, MessageSink& sink);
  void plus_pdu(FieldReader& in, plus::Head head, Message& message, MessageSink& sink);
  void answered(const Pairing::Answered& answered, const Response& response, Message& message,
                MessageSink& sink);

  /// The data of user data that comes in several PDUs, and what tells those that belong together.
  struct UserDataParts {
    Parts parts;
    std::uint8_t group = 0, reference = 0;
  };
  /// The parts of a PDU of S7comm-plus, and whether the first of them was seen.
  struct PlusParts {
    Parts parts;
    bool is_in_step = false;  ///< the PDU before ended here
    void lose() {
      parts.clear();
      is_in_step = false;
    }
  };
  bool put_together(FieldReader& in, const UserData& about, const DataHead& head, bool begins,
                    const Message& message, UserDataParts& whole);

  Pairing pairing_;
  std::array<Parts, 2> tsdus_;                   ///< by direction
  std::array<UserDataParts, 2> userdata_parts_;  ///< by direction
  std::array<PlusParts, 2> plus_;                ///< by direction
  TlsInCotp tls_;
  Transfers transfers_;
  Routines routines_;
  Known known_;  ///< valid within `dissect`
};

/// Whether nothing of this direction waits for another part.
bool S7Dissector::stands_alone(Bytes packet, Direction direction) const {
  return !tsdus_[side(direction)].is_open() && !tls_.takes(packet.subspan(kReadTsdu), direction);
}

/// Tells a request that is known. False where that is not enough, or it is not known: it is to be
/// read.
bool S7Dissector::repeats_request(Bytes packet, Message& message, MessageSink& sink) {
  if (message.direction != Direction::to_server || !is_read(packet, kJob) ||
      !stands_alone(packet, message.direction)) {
    return false;
  }
  known_.is_read = true;
  Routines::Routine* const routine = routines_.find(packet);
  if (routine == nullptr) return false;
  known_.routine = routine;
  known_.asked = &pairing_.open({reference_of(packet), RequestKey::Kind::job}, message, sink);
  known_.asked->repeat(routine->asked);
  message.protocol = Protocol::s7comm;
  message.function = routine->asked.function;
  message.operation = routine->asked.operation;
  message.function_name = routine->asked.function_name;
  message.routine = routine->number;
  if (sink.repeated(message)) return true;
  known_.asked->clear();
  return false;
}

/// The same for an answer.
bool S7Dissector::repeats_answer(Bytes packet, Message& message, MessageSink& sink) {
  if (message.direction != Direction::to_client || !is_read(packet, kAckData) ||
      !stands_alone(packet, message.direction)) {
    return false;
  }
  known_.is_read = true;
  const FunctionSpec spec = function_spec(kReadVar);
  message.function = kReadVar;
  message.operation = spec.operation;
  message.function_name = spec.name;
  known_.answered =
      pairing_.answer({reference_of(packet), RequestKey::Kind::job}, kReadVar, message);
  const Pairing::Answered& answered = *known_.answered;
  const bool is_the_answer = answered.match.kind == Pairing::Pending::Match::Kind::answer;
  if (!is_the_answer || !answered.fits) return false;
  known_.routine = routines_.of(*answered.asked());
  if (known_.routine == nullptr) return false;
  const Routines::Likeness likeness = known_.routine->compare(packet);
  if (likeness == Routines::Likeness::other) return false;
  message.protocol = Protocol::s7comm;
  message.routine = static_cast<std::uint16_t>(known_.routine->number + 1);
  message.outcome = known_.routine->outcome;
  message.outcome_name = known_.routine->outcome_name;
  message.values_changed = likeness == Routines::Likeness::other_values;
  const bool is_told = sink.repeated(message);
  if (is_told) Pairing::complete(answered, message, sink);
  message.routine = 0;
  message.values_changed = false;
  return is_told;
}

void S7Dissector::deliver(Message& message, MessageSink& sink) {
  message.at_hand = scratch().fields;
  message.accesses = findings().accesses;
  message.anomalies = findings().anomalies;
  sink.message(message);
}

void S7Dissector::unreadable(Message& message, MessageSink& sink) {
  scratch().fields.clear();
  findings().accesses.clear();
  message.unreadable = true;
  message.function_name = "Unreadable message";
  message.outcome.kind = message.is_request() ? Outcome::Kind::pending : Outcome::Kind::accepted;
  deliver(message, sink);
}

void S7Dissector::dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) {
  Findings& found = findings();
  found.clear();
  scratch().fields.clear();
  pairing_.at(arrival.where.time);

  Message message;
  message.protocol = Protocol::iso_on_tcp;
  message.direction = arrival.direction;
  message.where = arrival.where;
  message.bytes = bytes;
  if (!message.is_request()) message.outcome.kind = Outcome::Kind::accepted;
  known_ = {};
  if (repeats_request(bytes, message, sink) || repeats_answer(bytes, message, sink)) return;

  FieldReader in(bytes, {}, found, &scratch().fields);
  const std::uint8_t version = in.u8(cotp_field::tpkt_version);
  in.u8(cotp_field::tpkt_reserved);
  const std::size_t length = in.u16(cotp_field::tpkt_length);
  if (!in.ok() || version != kTpktVersion || length < kShortestPacket || length > bytes.size()) {
    found.flag(anomaly::tpkt_header, 0);
    return unreadable(message, sink);
  }
  message.bytes = bytes.first(length);
  if (bytes.size() > length) found.flag(anomaly::trailing_bytes, length);
  FieldReader packet = in.take(length - kTpktHeader);
  const cotp::Tpdu tpdu = cotp::decode(packet);
  message.function = tpdu.type;
  message.function_name = cotp::name(tpdu.type);
  if (!packet.ok()) return deliver(message, sink);
  switch (tpdu.type) {
    case cotp::kData:
      return data(packet, tpdu, message, sink);
    case cotp::kConnectRequest:
    case cotp::kConnectConfirm:
      begin();
      break;
    case cotp::kDisconnectRequest:
    case cotp::kError:
      if (!message.is_request()) message.outcome = {Outcome::Kind::refused, tpdu.reason};
      message.outcome_name = message.is_request() ? "" : cotp::name(tpdu.type);
      break;
    default:
      break;
  }
  deliver(message, sink);
}

void S7Dissector::data(FieldReader& in, const cotp::Tpdu& tpdu, Message& message,
                       MessageSink& sink) {
  Parts& parts = tsdus_[side(message.direction)];
  if (tpdu.is_last && !parts.is_open()) return tsdu(in, message, sink);

  const std::size_t at = in.offset();
  const Bytes part = in.rest();
  if (!part.empty() || !tpdu.is_last) {
    in.show(cotp_field::cotp_segment_data, Value::bytes(part), at, part.size());
  }
  if (!parts.add(part, message.where.last_packet)) in.flag(anomaly::tsdu_too_long, at);
  if (!tpdu.is_last) {
    message.function_name = cotp::kPartName;
    return deliver(message, sink);
  }
  if (!parts.is_given_up()) {
    in.show_presence(cotp_field::cotp_segments, 0, 0);
    for (const std::uint64_t frame : parts.frames()) {
      in.show_number(cotp_field::cotp_segment, frame, 0, 0);
    }
    in.show_number(cotp_field::cotp_segment_count, parts.frames().size(), 0, 0);
    in.show_number(cotp_field::cotp_reassembled_length, parts.bytes().size(), 0, 0);
    FieldReader joined(parts.bytes(), {.is_derived = true}, findings(), &scratch().fields);
    tsdu(joined, message, sink);
  } else {
    deliver(message, sink);
  }
  parts.clear();
}

/// The session protocol that MMS stands on: its connect, accept, refuse and abort, and its data,
/// which two tokens go before (ISO/IEC 8327-1, 8.3).
bool is_session(Bytes bytes) {
  ByteReader in(bytes);
  const std::uint8_t type = in.u8();
  const std::uint8_t length = in.u8();
  if (type == 1) {
    return length == 0 && in.u16() == 0x0100 && in.ok();
  }
  const bool begins =
      type == 9 || type == 10 || type == 12 || type == 13 || type == 14 || type == 25 || type == 26;
  return begins && in.ok() && (length == in.remaining() || length == 0xff);
}

void S7Dissector::tsdu(FieldReader& in, Message& message, MessageSink& sink) {
  const Bytes bytes = in.ahead().rest();
  if (bytes.empty()) {
    message.function_name = cotp::kEmptyName;
    return deliver(message, sink);
  }
  // Before the others: what goes on in a record can begin as they do.
  if (tls_.takes(bytes, message.direction)) {
    message.protocol = Protocol::s7comm_plus;
    tls_.read(in, message);
    return deliver(message, sink);
  }
  // S7comm's shortest header, and its four kinds among the seven values Wireshark takes for them.
  constexpr std::size_t kShortest = 10;
  if (bytes[0] == kProtocolId && bytes.size() >= kShortest && bytes[1] >= 1 && bytes[1] <= 7) {
    return s7comm_pdu(in, message, sink);
  }
  if (bytes[0] == kPlusProtocolId) return plus_tsdu(in, message, sink);
  if (is_session(bytes)) {
    message.protocol = Protocol::mms;
    message.function_name = kMmsName;
  } else {
    in.flag(anomaly::unknown_content);
  }
  deliver(message, sink);
}

void S7Dissector::plus_tsdu(FieldReader& in, Message& message, MessageSink& sink) {
  message.protocol = Protocol::s7comm_plus;
  plus::Envelope envelope = plus::read_envelope(in);
  if (!envelope.contents) {
    message.function_name = envelope.event_name;
    return deliver(message, sink);
  }
  FieldReader& contents = *envelope.contents;
  const Bytes here = contents.ahead().rest();
  PlusParts& so_far = plus_[side(message.direction)];
  Parts& parts = so_far.parts;
  // Where the beginning was not seen, what is left of a PDU is no fault of it.
  const bool is_torn = !parts.is_open() && !so_far.is_in_step && !plus::begins_pdu(here);
  if (is_torn) {
    if (!here.empty()) contents.bytes(plus::undecoded, here.size());
    so_far.is_in_step = !envelope.goes_on;
    message.function_name = plus::kTornName;
    return deliver(message, sink);
  }
  so_far.is_in_step = true;
  if (!envelope.goes_on && !parts.is_open()) {
    return plus_pdu(contents, {.version = envelope.version}, message, sink);
  }
  parts.add(here, message.where.last_packet);
  if (envelope.goes_on) {
    message.function_name = plus::kPartName;
    return deliver(message, sink);
  }
  for (const std::uint64_t frame : parts.frames()) in.show_number(plus::part, frame, 0, 0);
  in.show_number(plus::part_count, parts.frames().size(), 0, 0);
  in.show_number(plus::whole_length, parts.length(), 0, 0);
  if (parts.is_given_up()) in.show_number(plus::whole_kept, parts.bytes().size(), 0, 0);
  FieldReader whole = in.over(parts.bytes());
  plus_pdu(whole, {.version = envelope.version, .is_cut = parts.is_given_up()}, message, sink);
  parts.clear();
}

void S7Dissector::plus_pdu(FieldReader& in, plus::Head head, Message& message, MessageSink& sink) {
  plus::read_head(in, head);
  message.function = head.function;
  if (!in.ok()) {
    in.flag(anomaly::plus_length);
    message.function_name = plus::meaning_of(head.function).name;
    return deliver(message, sink);
  }
  const RequestKey key{head.sequence, RequestKey::Kind::plus};
  switch (head.kind) {
    case plus::Kind::request: {
      Asked forgotten;
      Asked& asked = head.wants_answer ? pairing_.open(key, message, sink) : forgotten;
      plus::decode_request(in, head, asked);
      message.operation = asked.operation;
      message.function_name = asked.function_name;
      if (!head.wants_answer) message.outcome = {Outcome::Kind::none};
      return deliver(message, sink);
    }
    case plus::Kind::response: {
      const plus::Meaning meaning = plus::meaning_of(head.function);
      message.operation = meaning.operation;
      message.function_name = meaning.name;
      const auto paired = pair(key, static_cast<std::uint8_t>(head.function), message, in);
      Response response{in, in, paired.asked()};
      plus::decode_response(in, head, response);
      return answered(paired, response, message, sink);
    }
    case plus::Kind::notification:
      message.operation = Operation::subscribe;
      message.function_name = plus::kNotificationName;
      plus::decode_notification(in, head);
      return deliver(message, sink);
    case plus::Kind::unknown:
      in.flag(anomaly::plus_opcode, 0);
      message.function_name = plus::kUnknownFunctionName;
      return deliver(message, sink);
  }
}

void S7Dissector::s7comm_pdu(FieldReader& in, Message& message, MessageSink& sink) {
  message.protocol = Protocol::s7comm;
  const std::size_t start = in.offset();
  Header header;
  ByteReader ahead = in.ahead();
  ahead.u8();
  header.rosctr = ahead.u8();
  const bool has_error = header.rosctr == kAck || header.rosctr == kAckData;
  in.show_presence(field::header, start, has_error ? 12 : 10);
  in.u8(field::header_protid);
  in.u8(field::header_rosctr);
  in.u16(field::header_redid);
  header.reference = in.u16(field::header_pduref);
  header.parameter_length = in.u16(field::header_parlg);
  header.data_length = in.u16(field::header_datlg);
  if (has_error) {
    const std::size_t at = in.offset();
    const std::uint8_t error_class = in.u8(field::header_errcls);
    const std::uint8_t code = in.u8(field::header_errcod);
    header.error = static_cast<std::uint16_t>(error_class << 8 | code);
    if (header.error != 0) in.show_number(field::param_errcod, header.error, at, 2);
  }
  if (!in.ok()) in.flag(anomaly::truncated);
  const std::size_t promised = std::size_t{header.parameter_length} + header.data_length;
  if (in.ok() && promised > in.remaining()) in.flag(anomaly::truncated);
  if (in.ok() && promised < in.remaining()) in.flag(anomaly::trailing_bytes);

  const std::size_t parameters_at = in.offset();
  FieldReader parameters = in.take(header.parameter_length);
  const std::size_t data_at = in.offset();
  FieldReader body = in.take(header.data_length);
  const bool has_parameters =
      header.rosctr != kAck && (header.parameter_length > 0 || header.rosctr == kUserData);
  if (has_parameters) in.show_presence(field::param, parameters_at, header.parameter_length);
  switch (header.rosctr) {
    case kJob:
      return request(header, parameters, body, message, sink);
    case kAck:
    case kAckData:
      return answer(header, parameters, body, message, sink);
    case kUserData:
      if (header.data_length > 0) in.show_presence(field::data, data_at, header.data_length);
      return userdata(header, parameters, body, message, sink);
    default:
      in.flag(anomaly::rosctr, start + 1);
      message.function_name = kUnknownPduName;
      deliver(message, sink);
  }
}

void S7Dissector::request(const Header& header, FieldReader& parameters, FieldReader& body,
                          Message& message, MessageSink& sink) {
  const bool has_function = parameters.remaining() > 0;
  const std::uint8_t function = has_function ? parameters.u8(field::param_func) : 0;
  const FunctionSpec spec = function_spec(function);
  if (!has_function || !spec.is_known) parameters.flag(anomaly::function, 0);
  Asked& asked = known_.asked != nullptr
                     ? *known_.asked
                     : pairing_.open({header.reference, RequestKey::Kind::job}, message, sink);
  asked.function = function;
  asked.operation = spec.operation;
  asked.function_name = spec.name;
  if (body.remaining() > 0) body.show_presence(field::data, 0, body.remaining());
  Request request{parameters, body, asked};
  if (has_function) decode_job(request, function, transfers_);
  if (!parameters.ok()) parameters.flag(anomaly::parameters);
  message.function = function;
  message.operation = asked.operation;
  message.function_name = asked.function_name;
  keep_request(asked, message);
  deliver(message, sink);
}

/// A read without a fault is a routine from its first time on.
void S7Dissector::keep_request(Asked& asked, Message& message) {
  message.routine = 0;
  if (!known_.is_read || !findings().anomalies.empty()) return;
  Routines::Routine* const routine =
      known_.routine != nullptr ? known_.routine : routines_.add(message.bytes);
  if (routine == nullptr) return;
  routine->keep_request(asked);
  message.routine = routine->number;
}

Pairing::Answered S7Dissector::pair(const RequestKey& key, std::optional<std::uint8_t> function,
                                    Message& message, FieldReader& in) {
  const Pairing::Answered answered =
      known_.answered ? *known_.answered : pairing_.answer(key, function, message);
  if (known_.answered) answered.name(message);
  if (answered.is_unexpected && function) in.flag(anomaly::unsolicited_response, 0);
  if (answered.is_repeated) in.flag(anomaly::duplicate_response, 0);
  if (!answered.fits) in.flag(anomaly::response_mismatch, 0);
  return answered;
}

void S7Dissector::answered(const Pairing::Answered& answered, const Response& response,
                           Message& message, MessageSink& sink) {
  const bool is_refused = response.outcome.kind == Outcome::Kind::refused;
  if (is_refused && response.asked != nullptr && findings().accesses.empty()) {
    const bool writes = response.asked->operation != Operation::read &&
                        response.asked->operation != Operation::upload;
    for (std::size_t i = 0; const Item* item = response.asked->item(i); ++i) {
      if (item->object.space == ObjectSpace::none) continue;
      response.parameters.access({item->object, {}, writes});
    }
  }
  message.outcome = response.outcome;
  message.outcome_name = response.outcome_name;
  if (known_.routine != nullptr && findings().anomalies.empty()) {
    known_.routine->keep_answer(message.bytes, message);
    message.routine = static_cast<std::uint16_t>(known_.routine->number + 1);
  }
  deliver(message, sink);
  Pairing::complete(answered, message, sink);
}

void S7Dissector::answer(const Header& header, FieldReader& parameters, FieldReader& body,
                         Message& message, MessageSink& sink) {
  const bool has_function = header.rosctr == kAckData && parameters.remaining() > 0;
  const std::uint8_t function = has_function ? parameters.u8(field::param_func) : 0;
  const FunctionSpec spec = function_spec(function);
  message.operation = has_function ? spec.operation : Operation::other;
  message.function_name = has_function ? spec.name : kAcknowledgementName;
  if (has_function && !spec.is_known) parameters.flag(anomaly::function, 0);

  const std::optional<std::uint8_t> names = has_function ? std::optional(function) : std::nullopt;
  const Pairing::Answered paired =
      pair({header.reference, RequestKey::Kind::job}, names, message, parameters);
  Response response{parameters, body, paired.asked()};
  message.function =
      has_function || response.asked == nullptr ? function : response.asked->function;
  const bool shows_data = function == kReadVar || function == kWriteVar || body.remaining() > 0;
  if (has_function && shows_data) body.show_presence(field::data, 0, body.remaining());
  if (has_function) decode_acknowledgement(response, function, transfers_);
  if (!parameters.ok()) parameters.flag(anomaly::parameters);
  if (header.error != 0) response.refuse(header.error, error_name(header.error));
  answered(paired, response, message, sink);
}

/// Takes a part of user data; true when the data is complete. `begins`: it can be the first part.
bool S7Dissector::put_together(FieldReader& in, const UserData& about, const DataHead& head,
                               bool begins, const Message& message, UserDataParts& whole) {
  const bool goes_on = whole.parts.is_open() && whole.group == about.group &&
                       whole.reference == about.unit_reference;
  if (!goes_on) whole.parts.clear();
  if (!goes_on && !begins) return false;
  whole.group = about.group;
  whole.reference = about.unit_reference;
  const std::size_t at = in.offset();
  const Bytes part = in.take(head.length).rest();
  if (!whole.parts.add(part, message.where.last_packet)) in.flag(anomaly::userdata_too_long, at);
  return about.is_last && !whole.parts.is_given_up();
}

void S7Dissector::userdata(const Header& header, FieldReader& parameters, FieldReader& body,
                           Message& message, MessageSink& sink) {
  const UserData about = read_userdata_parameters(parameters);
  const FunctionSpec spec = userdata_spec(about.group, about.function);
  message.function =
      std::uint32_t{kUserData} << 16 | std::uint32_t{about.group} << 8 | about.function;
  message.operation = spec.operation;
  message.function_name = spec.name;
  if (!parameters.ok()) {
    parameters.flag(anomaly::parameters);
    return deliver(message, sink);
  }
  if (!spec.is_known) parameters.flag(anomaly::function, 6);
  const DataHead head = read_data_head(body);
  const bool asks = about.type == kRequest || about.type == kNcRequest;
  const bool answers = about.type == kResponse || about.type == kNcResponse;
  const bool tells = about.type == kPush || about.type == kNcPush;
  if (!asks && !answers && !tells) {
    parameters.flag(anomaly::function, 5);
    if (body.remaining() > 0) body.bytes(field::data_userdata, body.remaining());
    return deliver(message, sink);
  }
  Asked* asked = nullptr;
  Pairing::Answered paired;
  if (asks) {
    asked = &pairing_.open({header.reference, RequestKey::Kind::userdata}, message, sink);
    asked->function = about.group;
    asked->subfunction = about.function;
    asked->operation = spec.operation;
    asked->function_name = spec.name;
    asked->goes_on = about.sequence != 0 && head.transport_size == kNoData;
  }
  if (answers)
    paired = pair({header.reference, RequestKey::Kind::userdata}, about.group, message, parameters);

  constexpr std::size_t kShortestPart = 2;
  UserDataParts& whole = userdata_parts_[side(message.direction)];
  // These number their parts in ways of their own, and are not looked into.
  const bool is_opaque = about.group == kNcProgram || about.group == kPbc;
  const bool in_parts = about.unit_reference != 0 && head.length >= kShortestPart && !is_opaque;
  const bool begins = answers ? paired.asked() != nullptr && !paired.asked()->goes_on : true;
  const bool is_complete = !in_parts || put_together(body, about, head, begins, message, whole);
  if (in_parts && is_complete && whole.parts.frames().size() > 1) {
    body.show_presence(field::fragments, 0, 0);
    for (const std::uint64_t frame : whole.parts.frames()) {
      body.show_number(field::fragment, frame, 0, 0);
    }
    body.show_number(field::fragment_count, whole.parts.frames().size(), 0, 0);
    body.show_number(field::reassembled_length, whole.parts.bytes().size(), 0, 0);
  }
  FieldReader joined(whole.parts.bytes(), {.is_derived = true}, findings(), &scratch().fields);
  FieldReader& content = in_parts ? joined : body;
  if (asks) {
    Request request{parameters, content, *asked};
    if (is_complete) decode_userdata_request(request, about, head);
    message.operation = asked->operation;
    deliver(message, sink);
  } else {
    Response response{parameters, content, paired.asked()};
    if (body.ok()) settle(response, about, head);
    if (is_complete) decode_userdata_response(response, about, head);
    answered(paired, response, message, sink);
  }
  if (in_parts && about.is_last) whole.parts.clear();
}

}  // namespace

std::unique_ptr<Dissector> make_dissector(const DissectorSettings& settings) {
  return std::make_unique<S7Dissector>(settings);
}

}  // namespace sightglass::s7comm
