#include "dissectors/s7comm/dissect.hpp"

#include <array>
#include <chrono>
#include <vector>

#include "dissectors/s7comm/anomalies.hpp"
#include "dissectors/s7comm/cotp.hpp"
#include "dissectors/s7comm/cotp_fields.hpp"
#include "dissectors/s7comm/fields.hpp"
#include "dissectors/s7comm/framing.hpp"
#include "dissectors/s7comm/names.hpp"
#include "dissectors/s7comm/pdu.hpp"
#include "dissectors/s7comm/plus.hpp"
#include "dissectors/transactions.hpp"

namespace sightglass::s7comm {
namespace {

using namespace std::chrono_literals;

constexpr Duration kDeadline = 5s;
constexpr std::size_t kMostTsdu = 65535;    ///< octets of a TSDU kept until it ends
constexpr std::size_t kMostSegments = 256;  ///< frames of a TSDU kept to be named

/// Jobs and user data are numbered by the same counter, but need not be.
struct Key {
  std::uint16_t reference = 0;
  bool is_userdata = false;

  bool operator==(const Key&) const = default;
  std::size_t hash() const {
    const std::uint32_t word = std::uint32_t{reference} << 1 | (is_userdata ? 1 : 0);
    return std::uint32_t{word * 0x9e3779b1u} >> 8;
  }
};

using Pending = Transactions<Key, Asked>;

/// A TSDU of which some TPDUs have come.
struct Tsdu {
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint64_t> frames;
  bool is_open = false;
  bool is_given_up = false;

  void clear() {
    bytes.clear();
    frames.clear();
    is_open = is_given_up = false;
  }
};

/// One side's requests, and what is known of the other side's answers.
struct Asking {
  Asking(PairingCounters& counters) : pending(kDeadline, counters) {}

  Pending pending;
  bool answers_seen = false;   ///< the answering side is visible
  bool requests_seen = false;  ///< an answer was paired since the start or the last loss
  Timestamp blind_since{};     ///< that start or loss
};

/// Ids of requests that the server makes have this bit: a flow's requests have different ids.
constexpr RequestId kTurned = RequestId{1} << 63;

class S7Dissector final : public Dissector {
  /// Tells `sink` how a request ended without an answer.
  auto completing(const Asking& asking, RequestId turned, MessageSink& sink) {
    return [&asking, turned, &sink](const Pending::Entry& entry, Outcome::Kind kind, Timestamp at) {
      // A flow that never showed an answer may be a one-way mirror.
      if (kind == Outcome::Kind::unanswered && !asking.answers_seen) kind = Outcome::Kind::unseen;
      sink.completion({entry.id | turned, {kind, 0}, {}, 0, at});
    };
  }

 public:
  explicit S7Dissector(const DissectorSettings& settings)
      : wanted_(settings.wanted),
        by_client_(settings.pairing != nullptr ? *settings.pairing : own_counters_),
        by_server_(settings.pairing != nullptr ? *settings.pairing : own_counters_) {}

  Framing frame(Bytes stream, Direction) const override { return s7comm::frame(stream); }
  void dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) override;

  void gap(Direction direction) override {
    for (Asking* asking : {&by_client_, &by_server_}) asking->pending.blind();
    tsdus_[side(direction)].clear();
    Asking& asking = asking_of(direction);
    asking.requests_seen = false;
    asking.blind_since = last_time_;
    plus_goes_on_[side(direction)] = false;
  }

  void tick(Timestamp now, MessageSink& sink) override {
    by_client_.pending.tick(now, completing(by_client_, 0, sink));
    by_server_.pending.tick(now, completing(by_server_, kTurned, sink));
  }

  void finish(Timestamp now, MessageSink& sink) override {
    by_client_.pending.finish(now, completing(by_client_, 0, sink));
    by_server_.pending.finish(now, completing(by_server_, kTurned, sink));
  }

  void turn_round() override {
    for (Asking* asking : {&by_client_, &by_server_}) {
      asking->pending.clear();
      asking->requests_seen = asking->answers_seen = false;
    }
    for (Tsdu& tsdu : tsdus_) tsdu.clear();
  }

 private:
  /// The scratch space of this worker: a message is delivered before the next is decoded.
  static Findings& findings() {
    static thread_local Findings scratch;
    return scratch;
  }
  static std::size_t side(Direction direction) { return static_cast<std::size_t>(direction); }

  Asking& asking_of(Direction asker) {
    return asker == Direction::to_server ? by_client_ : by_server_;
  }

  void deliver(Message& message, MessageSink& sink);
  void unreadable(Message& message, MessageSink& sink);
  void data(FieldReader& in, const cotp::Tpdu& tpdu, Message& message, MessageSink& sink);
  void tsdu(FieldReader& in, Message& message, MessageSink& sink);
  void s7comm_pdu(FieldReader& in, Message& message, MessageSink& sink);
  void request(const Header& header, FieldReader& parameters, FieldReader& body, Message& message,
               MessageSink& sink);
  void answer(const Header& header, FieldReader& parameters, FieldReader& body, Message& message,
              MessageSink& sink);
  void userdata(const Header& header, FieldReader& parameters, FieldReader& body, Message& message,
                MessageSink& sink);
  Pending::Match pair(const Key& key, std::uint8_t function, Message& message, FieldReader& in);
  void answered(const Pending::Match& match, const Response& response, Message& message,
                MessageSink& sink);
  Pending::Entry& open(const Key& key, Message& message, MessageSink& sink);

  FieldSet wanted_;
  PairingCounters own_counters_;
  Asking by_client_, by_server_;
  std::array<Tsdu, 2> tsdus_;  ///< by direction
  std::array<bool, 2> plus_goes_on_{};
  Transfers transfers_;
  Timestamp last_time_{};  ///< packet time as far as this flow knows it
};

void S7Dissector::deliver(Message& message, MessageSink& sink) {
  message.fields = findings().fields;
  message.accesses = findings().accesses;
  message.anomalies = findings().anomalies;
  sink.message(message);
}

void S7Dissector::unreadable(Message& message, MessageSink& sink) {
  findings().fields.clear();
  findings().accesses.clear();
  message.unreadable = true;
  message.function_name = "Unreadable message";
  message.outcome.kind = message.is_request() ? Outcome::Kind::pending : Outcome::Kind::accepted;
  deliver(message, sink);
}

void S7Dissector::dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) {
  Findings& found = findings();
  found.clear();
  if (last_time_ == Timestamp{}) {
    by_client_.blind_since = by_server_.blind_since = arrival.where.time;
  }
  last_time_ = arrival.where.time;

  Message message;
  message.protocol = Protocol::iso_on_tcp;
  message.direction = arrival.direction;
  message.where = arrival.where;
  message.bytes = bytes;
  if (!message.is_request()) message.outcome.kind = Outcome::Kind::accepted;

  FieldReader in(bytes, 0, false, wanted_, found);
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
      for (Tsdu& part : tsdus_) part.clear();
      plus_goes_on_ = {};
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
  Tsdu& whole = tsdus_[side(message.direction)];
  if (tpdu.is_last && !whole.is_open) return tsdu(in, message, sink);

  const std::size_t at = in.offset();
  const Bytes part = in.rest();
  if (!part.empty()) {
    in.show(cotp_field::cotp_segment_data, Value::bytes(part), at, part.size());
  }
  whole.is_open = true;
  if (whole.is_given_up || whole.bytes.size() + part.size() > kMostTsdu) {
    if (!whole.is_given_up) in.flag(anomaly::tsdu_too_long, at);
    whole.clear();
    whole.is_open = whole.is_given_up = !tpdu.is_last;
    return deliver(message, sink);
  }
  whole.bytes.insert(whole.bytes.end(), part.begin(), part.end());
  if (whole.frames.size() < kMostSegments) whole.frames.push_back(message.where.last_packet);
  if (!tpdu.is_last) {
    message.function_name = "Data (DT), to be continued";
    return deliver(message, sink);
  }
  for (const std::uint64_t frame : whole.frames) {
    in.show_number(cotp_field::cotp_segment, frame, 0, 0);
  }
  in.show_number(cotp_field::cotp_segment_count, whole.frames.size(), 0, 0);
  in.show_number(cotp_field::cotp_reassembled_length, whole.bytes.size(), 0, 0);
  FieldReader joined(whole.bytes, 0, true, wanted_, findings());
  tsdu(joined, message, sink);
  whole.clear();
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
    message.function_name = "Data (DT), empty";
    return deliver(message, sink);
  }
  // S7comm's shortest header, and its four kinds among the seven values Wireshark takes for them.
  constexpr std::size_t kShortest = 10;
  if (bytes[0] == kProtocolId && bytes.size() >= kShortest && bytes[1] >= 1 && bytes[1] <= 7) {
    return s7comm_pdu(in, message, sink);
  }
  if (bytes[0] == kPlusProtocolId) {
    message.protocol = Protocol::s7comm_plus;
    bool& goes_on = plus_goes_on_[side(message.direction)];
    const plus::Pdu pdu = plus::decode(in, goes_on, goes_on);
    message.function = pdu.function;
    message.function_name = pdu.function_name;
    message.operation = pdu.operation;
  } else if (plus::is_tls(bytes)) {
    message.protocol = Protocol::s7comm_plus;
    message.function_name = plus::decode_tls(in);
  } else if (is_session(bytes)) {
    message.protocol = Protocol::mms;
    message.function_name = "MMS";
  } else {
    in.flag(anomaly::unknown_content);
  }
  deliver(message, sink);
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
      in.show_presence(field::data, data_at, header.data_length);
      return userdata(header, parameters, body, message, sink);
    default:
      in.flag(anomaly::rosctr, start + 1);
      message.function_name = "Unknown PDU";
      deliver(message, sink);
  }
}

Pending::Entry& S7Dissector::open(const Key& key, Message& message, MessageSink& sink) {
  Asking& asking = asking_of(message.direction);
  const RequestId turned = message.is_request() ? 0 : kTurned;
  Pending::Entry& entry = asking.pending.open(key, message.where.time, message.where.last_packet,
                                              completing(asking, turned, sink));
  message.request = entry.id | turned;
  message.outcome = {};
  return entry;
}

void S7Dissector::request(const Header& header, FieldReader& parameters, FieldReader& body,
                          Message& message, MessageSink& sink) {
  const bool has_function = parameters.remaining() > 0;
  const std::uint8_t function = has_function ? parameters.u8(field::param_func) : 0;
  const FunctionSpec spec = function_spec(function);
  if (!has_function || !spec.is_known) parameters.flag(anomaly::function, 0);
  Asked& asked = open({header.reference, false}, message, sink).request;
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
  deliver(message, sink);
}

Pending::Match S7Dissector::pair(const Key& key, std::uint8_t function, Message& message,
                                 FieldReader& in) {
  Asking& asking = asking_of(opposite(message.direction));
  asking.answers_seen = true;
  const auto fits = [function](const Asked& asked) { return asked.function == function; };
  const Pending::Match match = asking.pending.answer(key, fits);
  if (match.entry == nullptr) {
    const bool is_whole =
        asking.requests_seen || message.where.time - asking.blind_since >= kDeadline;
    if (is_whole) in.flag(anomaly::unsolicited_response, 0);
    return match;
  }
  if (match.kind == Pending::Match::Kind::repeated) in.flag(anomaly::duplicate_response, 0);
  if (match.kind == Pending::Match::Kind::answer && !asking.pending.blind_for(*match.entry)) {
    asking.requests_seen = true;
  }
  if (!fits(match.entry->request)) in.flag(anomaly::response_mismatch, 0);
  const RequestId turned = message.is_request() ? kTurned : 0;
  message.request = match.entry->id | turned;
  message.request_packet = match.entry->packet;
  message.latency = message.where.time - match.entry->sent;
  message.operation = match.entry->request.operation;
  message.function_name = match.entry->request.function_name;
  return match;
}

void S7Dissector::answered(const Pending::Match& match, const Response& response, Message& message,
                           MessageSink& sink) {
  message.outcome = response.outcome;
  message.outcome_name = response.outcome_name;
  deliver(message, sink);
  if (match.kind != Pending::Match::Kind::answer) return;
  sink.completion({message.request, message.outcome, message.outcome_name,
                   message.where.last_packet, message.where.time});
}

void S7Dissector::answer(const Header& header, FieldReader& parameters, FieldReader& body,
                         Message& message, MessageSink& sink) {
  const bool has_function = header.rosctr == kAckData && parameters.remaining() > 0;
  const std::uint8_t function = has_function ? parameters.u8(field::param_func) : 0;
  const FunctionSpec spec = function_spec(function);
  message.operation = has_function ? spec.operation : Operation::other;
  message.function_name = has_function ? spec.name : "Acknowledgement";
  if (has_function && !spec.is_known) parameters.flag(anomaly::function, 0);

  Pending::Match match;
  if (has_function) {
    match = pair({header.reference, false}, function, message, parameters);
  } else {
    // An acknowledgement that reports an error often names no function.
    Asking& other = asking_of(opposite(message.direction));
    other.answers_seen = true;
    match = other.pending.answer({header.reference, false}, [](const Asked&) { return true; });
    if (match.entry != nullptr) {
      message.request = match.entry->id | (message.is_request() ? kTurned : 0);
      message.request_packet = match.entry->packet;
      message.latency = message.where.time - match.entry->sent;
      message.operation = match.entry->request.operation;
      message.function_name = match.entry->request.function_name;
    }
  }
  Response response{parameters, body, match.entry != nullptr ? &match.entry->request : nullptr};
  message.function = response.asked != nullptr ? response.asked->function : function;
  const bool shows_data = function == kReadVar || function == kWriteVar || body.remaining() > 0;
  if (has_function && shows_data) body.show_presence(field::data, 0, body.remaining());
  if (has_function) decode_acknowledgement(response, function, transfers_);
  if (!parameters.ok()) parameters.flag(anomaly::parameters);
  if (header.error != 0) response.refuse(header.error, error_name(header.error));
  if (response.outcome.kind == Outcome::Kind::refused && response.asked != nullptr &&
      findings().accesses.empty()) {
    const bool writes = response.asked->operation != Operation::read &&
                        response.asked->operation != Operation::upload;
    for (std::size_t i = 0; const Item* item = response.asked->item(i); ++i) {
      parameters.access({item->object, {}, writes});
    }
  }
  answered(match, response, message, sink);
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
  const bool asks = about.type == kRequest || about.type == kNcRequest;
  if (asks) {
    Asked& asked = open({header.reference, true}, message, sink).request;
    asked.function = about.group;
    asked.subfunction = about.function;
    asked.operation = spec.operation;
    asked.function_name = spec.name;
    Request request{parameters, body, asked};
    decode_userdata_request(request, about);
    message.operation = asked.operation;
    return deliver(message, sink);
  }
  Pending::Match match;
  const bool answers = about.type == kResponse || about.type == kNcResponse;
  if (answers) match = pair({header.reference, true}, about.group, message, parameters);
  Response response{parameters, body, match.entry != nullptr ? &match.entry->request : nullptr};
  decode_userdata_response(response, about);
  answered(match, response, message, sink);
}

}  // namespace

std::unique_ptr<Dissector> make_dissector(const DissectorSettings& settings) {
  return std::make_unique<S7Dissector>(settings);
}

}  // namespace sightglass::s7comm
