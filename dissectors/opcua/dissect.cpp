#include "dissectors/opcua/dissect.hpp"

#include <chrono>
#include <optional>

#include "dissectors/opcua/certificate.hpp"
#include "dissectors/opcua/chunks.hpp"
#include "dissectors/opcua/framing.hpp"
#include "dissectors/opcua/names.hpp"
#include "dissectors/opcua/session.hpp"
#include "dissectors/transactions.hpp"

namespace sightglass::opcua {
namespace {

using namespace std::chrono_literals;

constexpr Duration kDeadline = 5s;        ///< where the request gives no hint
constexpr Duration kLongestHint = 10min;  ///< a longer hint is cut to this
constexpr std::uint32_t kHello = 0;       ///< no service: a Hello and what answers it

/// Hello and OpenSecureChannel come before there is a channel or an identifier to know.
struct Key {
  std::uint32_t channel = 0;
  std::uint32_t request = 0;
  ChunkKind kind = ChunkKind::message;

  bool operator==(const Key&) const = default;
  std::size_t hash() const {
    // Fibonacci hashing: consecutive requests spread over all buckets.
    return std::uint32_t{(request ^ channel << 16) * 0x9e3779b1u} >> 8;
  }
};

/// What an answer must know of its request.
struct Asked {
  const Service* service = nullptr;  ///< nullptr for a Hello, or what is not known
};

using Pending = Transactions<Key, Asked>;

/// What is common to the chunks of a channel.
struct Chunk {
  ChunkHeader header;
  std::uint32_t channel = 0;
  std::uint32_t sequence = 0;
  std::uint32_t request = 0;
};

/// One direction of a flow.
struct Side {
  Chunks chunks;
  std::optional<std::uint32_t> last_sequence;
};

class OpcUaDissector final : public Dissector {
  auto completing(MessageSink& sink) {
    return [this, &sink](const Pending::Entry& entry, Outcome::Kind kind, Timestamp at) {
      // A flow that never showed an answer may be a one-way mirror.
      if (kind == Outcome::Kind::unanswered && !answers_seen_) kind = Outcome::Kind::unseen;
      sink.completion({entry.id, {kind, 0}, {}, 0, at});
    };
  }

 public:
  explicit OpcUaDissector(const DissectorSettings& settings)
      : pending_(kDeadline, settings.pairing != nullptr ? *settings.pairing : own_counters_) {}

  Framing frame(Bytes stream, Direction) const override { return opcua::frame(stream); }
  void dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) override;

  void gap(Direction direction) override {
    pending_.blind();
    side(direction).chunks.drop();
    side(direction).last_sequence.reset();
    if (direction != Direction::to_server) return;
    requests_seen_ = false;
    blind_since_ = last_time_;
  }

  void tick(Timestamp now, MessageSink& sink) override { pending_.tick(now, completing(sink)); }
  bool is_waiting() const override { return pending_.pending() > 0; }
  void finish(Timestamp now, MessageSink& sink) override { pending_.finish(now, completing(sink)); }

  void turn_round() override {
    pending_.clear();
    monitored_.clear();
    for (Side& each : sides_) each = {};
    requests_seen_ = answers_seen_ = false;
  }

 private:
  /// The scratch space of this worker: a message is delivered before the next is decoded.
  static Findings& findings() {
    static thread_local Findings scratch;
    return scratch;
  }
  Side& side(Direction direction) { return sides_[static_cast<std::size_t>(direction)]; }
  Context& context_of(RequestId request) {
    const std::size_t place = request % kContexts;
    if (contexts_.size() <= place) contexts_.resize(place + 1);
    return contexts_[place];
  }

  void connection(const ChunkHeader& header, Decoder& in, Message& message, MessageSink& sink);
  void open(Chunk& chunk, Decoder& in, Message& message, MessageSink& sink);
  void channel_message(Chunk& chunk, Decoder& in, Message& message, MessageSink& sink);
  void abort(const Chunk& chunk, Decoder& in, Message& message, MessageSink& sink);
  bool readable(const Chunk& chunk, const Message& message) const;
  void sequence_header(Chunk& chunk, Decoder& in, const Message& message);
  void service(const Chunk& chunk, Decoder& in, Message& message, MessageSink& sink);
  void learn(const Service& service, bool accepted);
  void remember(const Service& service, const Context* context, bool accepted);
  void show_session(Decoder& in) const;
  void show_certificate(Bytes certificate, Decoder& in) const;

  void ask(const Key& key, const Service* service, Duration deadline, Message& message,
           MessageSink& sink);
  const Pending::Entry* answer(const Key& key, const Service* service, Message& message);
  void grant(const Touch& touch, const Result* result, bool is_write);
  void deliver(Message& message, MessageSink& sink);

  PairingCounters own_counters_;
  Pending pending_;
  Session session_;
  MonitoredItems monitored_;
  std::vector<Context> contexts_;
  Side sides_[2];
  bool completes_ = false;      ///< the message at hand ends its request
  bool answers_seen_ = false;   ///< the server's side of this flow is visible
  bool requests_seen_ = false;  ///< an answer was paired since the start or the last loss
  Timestamp blind_since_{};     ///< that start or loss
  Timestamp last_time_{};       ///< packet time as far as this flow knows it
};

/// Reads type, chunk type and size as fields.
void show_header(Decoder& in) {
  in.letters(transport_type, 3);
  in.letters(transport_chunk, 1);
  in.u32(transport_size);
}

void check_end(Decoder& in, const Message& message) {
  if (!in.ok()) {
    in.flag(anomaly::truncated, message.bytes.size());
  } else if (in.remaining() > 0) {
    in.flag(anomaly::trailing_bytes, in.offset());
  }
}

void OpcUaDissector::deliver(Message& message, MessageSink& sink) {
  Findings& found = findings();
  message.at_hand = found.fields;
  message.accesses = found.accesses;
  message.anomalies = found.anomalies;
  sink.message(message);
  if (!completes_) return;
  sink.completion({message.request, message.outcome, message.outcome_name,
                   message.where.last_packet, message.where.time});
}

void OpcUaDissector::dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) {
  Findings& found = findings();
  found.clear();
  completes_ = false;
  if (last_time_ == Timestamp{}) blind_since_ = arrival.where.time;
  last_time_ = arrival.where.time;

  Message message;
  message.protocol = Protocol::opcua;
  message.direction = arrival.direction;
  message.where = arrival.where;
  message.bytes = bytes;
  if (!message.is_request()) {
    answers_seen_ = true;
    message.outcome.kind = Outcome::Kind::accepted;
  }

  Chunk chunk;
  if (!read_header(bytes, chunk.header) || bytes.size() < chunk.header.size) {
    found.flag(anomaly::header, 0);
    message.unreadable = true;
    message.function_name = "Unreadable message";
    message.anomalies = found.anomalies;
    sink.message(message);
    return;
  }
  if (bytes.size() > chunk.header.size) {
    found.flag(anomaly::trailing_bytes, chunk.header.size);
    message.bytes = bytes.first(chunk.header.size);
  }
  Decoder in(message.bytes, found);
  switch (chunk.header.kind) {
    case ChunkKind::hello:
    case ChunkKind::acknowledge:
    case ChunkKind::error:
    case ChunkKind::reverse_hello:
      return connection(chunk.header, in, message, sink);
    case ChunkKind::open:
      return open(chunk, in, message, sink);
    case ChunkKind::message:
    case ChunkKind::close:
      return channel_message(chunk, in, message, sink);
  }
}

void OpcUaDissector::ask(const Key& key, const Service* service, Duration deadline,
                         Message& message, MessageSink& sink) {
  Pending::Entry& entry =
      pending_.open(key, message.where.time, message.where.last_packet, deadline, completing(sink));
  entry.request.service = service;
  message.request = entry.id;
}

const Pending::Entry* OpcUaDissector::answer(const Key& key, const Service* service,
                                             Message& message) {
  const auto fits = [&](const Asked& asked) {
    return asked.service == nullptr || service == nullptr || service->id == kServiceFault ||
           asked.service->request == service->request;
  };
  const Pending::Match match = pending_.answer(key, fits);
  if (match.entry == nullptr) {
    if (requests_seen_ || message.where.time - blind_since_ >= kDeadline) {
      findings().flag(anomaly::unsolicited_response, 0);
    }
    return nullptr;
  }
  if (match.kind == Pending::Match::Kind::repeated) {
    findings().flag(anomaly::duplicate_response, 0);
  }
  completes_ = match.kind == Pending::Match::Kind::answer;
  if (completes_ && !pending_.blind_for(*match.entry)) requests_seen_ = true;
  if (!fits(match.entry->request)) findings().flag(anomaly::response_mismatch, kHeaderSize);
  message.request = match.entry->id;
  message.request_packet = match.entry->packet;
  message.latency = message.where.time - match.entry->sent;
  return match.entry;
}

/// Hello, Acknowledge, Error and ReverseHello: what comes before there is a channel.
void OpcUaDissector::connection(const ChunkHeader& header, Decoder& in, Message& message,
                                MessageSink& sink) {
  show_header(in);
  const Key key{0, kHello, ChunkKind::hello};
  switch (header.kind) {
    case ChunkKind::hello:
      message.function_name = "Hello";
      break;
    case ChunkKind::acknowledge:
      message.function_name = "Acknowledge";
      break;
    case ChunkKind::error: {
      message.function_name = "Error";
      const std::uint32_t status = in.status_code(transport_error);
      in.string(transport_reason);
      message.outcome = {Outcome::Kind::refused, status};
      message.outcome_name = status_name(status);
      break;
    }
    default:
      message.function_name = "ReverseHello";
      in.string(transport_suri);
      in.string(transport_endpoint);
      break;
  }
  if (header.kind == ChunkKind::hello || header.kind == ChunkKind::acknowledge) {
    for (const FieldId id :
         {transport_ver, transport_rbs, transport_sbs, transport_mms, transport_mcc}) {
      in.u32(id);
    }
    if (header.kind == ChunkKind::hello) in.string(transport_endpoint);
  }
  check_end(in, message);
  if (header.kind == ChunkKind::hello) {
    session_ = {};
    monitored_.clear();
    for (Side& each : sides_) each = {};
    ask(key, nullptr, kDeadline, message, sink);
  } else if (header.kind != ChunkKind::reverse_hello && !message.is_request()) {
    // An Error answers whatever was asked last: the connection ends with it.
    Pending::Match match = pending_.answer(key, [](const Asked&) { return true; });
    if (match.entry == nullptr && header.kind == ChunkKind::error) {
      match = pending_.answer_like([](const Key&) { return true; });
    }
    if (match.entry != nullptr) {
      completes_ = match.kind == Pending::Match::Kind::answer;
      message.request = match.entry->id;
      message.request_packet = match.entry->packet;
      message.latency = message.where.time - match.entry->sent;
    }
  }
  deliver(message, sink);
}

void OpcUaDissector::show_certificate(Bytes certificate, Decoder& in) const {
  if (certificate.empty() || in.remaining() == 0) return;
  const Certificate read = read_certificate(certificate);
  if (!read.valid) return;
  in.show(session_certificate_subject, Value::text(read.common_name), 0, 0);
  in.show(session_certificate_not_before, Value::time(read.not_before), 0, 0);
  in.show(session_certificate_not_after, Value::time(read.not_after), 0, 0);
  if (read.key_bits != 0) in.show(session_certificate_key_bits, Value::number(read.key_bits), 0, 0);
}

void OpcUaDissector::open(Chunk& chunk, Decoder& in, Message& message, MessageSink& sink) {
  const Service* const asked = service_of(kOpenSecureChannel);
  message.function = asked->request;
  message.function_name = asked->name;
  show_header(in);
  chunk.channel = in.u32(transport_scid);
  const std::string_view policy = in.string(security_spu);
  const Bytes certificate = in.byte_string(security_scert);
  in.byte_string(security_rcthumb);
  if (!in.ok()) {
    in.flag(anomaly::truncated, message.bytes.size());
    return deliver(message, sink);
  }
  session_.opened(policy);
  show_certificate(certificate, in);
  if (session_.protection == Protection::none) {
    sequence_header(chunk, in, message);
    return service(chunk, in, message, sink);
  }
  // The rest is cipher text; of each direction at most one OpenSecureChannel is under way.
  const Key key{0, 0, ChunkKind::open};
  for (Side& each : sides_) each.last_sequence.reset();
  if (message.is_request()) {
    ask(key, asked, kDeadline, message, sink);
  } else {
    session_.channel = chunk.channel;
    answer(key, asked, message);
  }
  show_session(in);
  deliver(message, sink);
}

void OpcUaDissector::sequence_header(Chunk& chunk, Decoder& in, const Message& message) {
  const std::size_t at = in.offset();
  chunk.sequence = in.u32(security_seq);
  chunk.request = in.u32(security_rqid);
  if (!in.ok()) return;
  auto& last = side(message.direction).last_sequence;
  // Numbers rise by one, and begin again below 1024 when they near their end (6.7.2.4).
  constexpr std::uint32_t kWrapsFrom = 0xffffffff - 1024, kWrapsTo = 1024;
  if (last) {
    const bool wrapped = *last >= kWrapsFrom && chunk.sequence < kWrapsTo;
    if (chunk.sequence != *last + 1 && !wrapped) in.flag(anomaly::sequence_number, at);
  }
  last = chunk.sequence;
}

/// Whether a message of a channel is in clear: signed ones are, but nothing says so outside of
/// encrypted messages.
bool OpcUaDissector::readable(const Chunk& chunk, const Message& message) const {
  if (session_.protection == Protection::none) return true;
  ByteReader in(message.bytes);
  in.skip(kHeaderSize + 12);
  const std::uint32_t request = in.le32();
  if (sides_[static_cast<std::size_t>(message.direction)].chunks.holds(request)) return true;
  if (chunk.header.final == 'A') return session_.protection == Protection::sign;
  const bool numeric = in.u8() == 1 && in.u8() == 0;
  const Service* const service = service_of(in.le16());
  const bool begins =
      in.ok() && numeric && service != nullptr && (service->is_request == message.is_request());
  return begins || session_.protection == Protection::sign;
}

void OpcUaDissector::channel_message(Chunk& chunk, Decoder& in, Message& message,
                                     MessageSink& sink) {
  ByteReader ahead(message.bytes);
  ahead.skip(kHeaderSize + 12);
  const std::uint32_t request = ahead.le32();
  const bool is_message = chunk.header.kind == ChunkKind::message;
  const bool clear = readable(chunk, message);
  const bool whole = message.bytes.size() >= kSymmetricHeader;
  Chunks& chunks = side(message.direction).chunks;

  const std::size_t signature = session_.signature_size();
  const Bytes all = message.bytes;
  const bool can_sign = clear && whole && all.size() >= kSymmetricHeader + signature;
  const Bytes body =
      can_sign ? all.first(all.size() - signature).subspan(kSymmetricHeader) : Bytes{};
  const bool is_part = is_message && clear && whole && chunk.header.final != 'A' &&
                       (chunk.header.final == 'C' || chunks.holds(request));
  if (is_part) {
    const auto added =
        chunks.add(request, all.first(kSymmetricHeader), body, message.where.last_packet);
    if (added != Chunks::Added::kept) in.flag(anomaly::chunks, kHeaderSize);
    if (chunk.header.final == 'F' && added == Chunks::Added::kept) {
      message.bytes = chunks.bytes();
      in.turn_to(message.bytes);
      for (const std::uint64_t packet : chunks.packets()) {
        in.show(fragment, Value::number(packet), 0, 0);
      }
      in.show(fragment_count, Value::number(chunks.packets().size()), 0, 0);
      in.show(reassembled_length, Value::number(message.bytes.size() - kSymmetricHeader), 0, 0);
    }
  } else if (can_sign && signature != 0) {
    in.turn_to(all.first(all.size() - signature));
  }

  show_header(in);
  chunk.channel = in.u32(transport_scid);
  in.u32(security_tokenid);
  if (session_.channel != 0 && chunk.channel != session_.channel) {
    in.flag(anomaly::channel, kHeaderSize);
  }
  if (!clear || !in.ok()) {
    message.function_name = is_message ? "Encrypted message" : "CloseSecureChannel (452)";
    if (!is_message) message.function = kCloseSecureChannel;
    if (!in.ok()) in.flag(anomaly::truncated, message.bytes.size());
    show_session(in);
    return deliver(message, sink);
  }
  if (session_.protection == Protection::encrypt) {
    session_.protection = Protection::sign;
    session_.mode = "Sign";
  }
  sequence_header(chunk, in, message);
  if (chunk.header.final == 'A') {
    chunks.drop();
    return abort(chunk, in, message, sink);
  }
  if (chunk.header.final == 'C') {
    message.function_name = "Message chunk";
    show_session(in);
    return deliver(message, sink);
  }
  service(chunk, in, message, sink);
  chunks.drop();
}

/// The sender gives the message up: an answer will not come.
void OpcUaDissector::abort(const Chunk& chunk, Decoder& in, Message& message, MessageSink& sink) {
  message.function_name = "Abort";
  const std::uint32_t status = in.status_code(transport_error);
  in.string(transport_reason);
  check_end(in, message);
  if (!message.is_request()) {
    message.outcome = {Outcome::Kind::refused, status};
    message.outcome_name = status_name(status);
    answer({chunk.channel, chunk.request, ChunkKind::message}, nullptr, message);
  }
  deliver(message, sink);
}

void OpcUaDissector::show_session(Decoder& in) const {
  const auto text = [&](FieldId id, std::string_view value) {
    if (!value.empty()) in.show(id, Value::text(value), 0, 0);
  };
  text(session_application, session_.application);
  text(session_policy, session_.policy);
  if (!session_.policy.empty()) text(session_mode, session_.mode);
  text(session_token, session_.token);
  text(session_user, session_.user);
}

Object object_of(const Touch& touch) {
  Object object;
  const bool numeric = touch.node.numeric;
  if (touch.calls) {
    object.space = numeric ? ObjectSpace::method : ObjectSpace::named_method;
  } else {
    object.space = numeric ? ObjectSpace::node : ObjectSpace::named_node;
  }
  object.unit = touch.attribute;
  object.container = touch.node.space;
  object.first = touch.node.number;
  object.count = 1;
  return object;
}

void OpcUaDissector::grant(const Touch& touch, const Result* result, bool is_write) {
  Access access;
  access.object = object_of(touch);
  access.values = result != nullptr ? result->values : touch.values;
  access.is_write = is_write || touch.writes;
  access.name = touch.node.name;
  const std::uint32_t status = result != nullptr ? result->status : touch.status;
  if (result != nullptr) {
    access.outcome = {is_bad(status) ? Outcome::Kind::refused : Outcome::Kind::accepted, status};
  }
  findings().accesses.push_back(access);
}

/// What a request or an answer says of its channel and session.
void OpcUaDissector::learn(const Service& service, bool accepted) {
  const Findings& found = findings();
  if (service.request == kOpenSecureChannel) {
    static constexpr std::string_view kModes[] = {"invalid", "None", "Sign", "SignAndEncrypt"};
    if (service.is_request && found.security_mode < std::size(kModes)) {
      session_.mode = kModes[found.security_mode];
    }
    if (!service.is_request && found.channel != 0) session_.channel = found.channel;
  } else if (service.id == kCreateSession) {
    const std::string_view name =
        found.application_name.empty() ? found.application_uri : found.application_name;
    session_.application = name.substr(0, kMaxName);
  } else if (service.id == kActivateSession) {
    session_.token = token_name(found.token_type);
    session_.user = found.user_name.substr(0, kMaxName);
  } else if (service.request == kCloseSession && !service.is_request && accepted) {
    session_.token = {};
    session_.user.clear();
  }
}

/// Ties monitored items to their nodes when the server has agreed.
void OpcUaDissector::remember(const Service& service, const Context* context, bool accepted) {
  constexpr std::uint32_t kDeleteItems = 781, kDeleteSubscriptions = 847;
  const Findings& found = findings();
  if (service.id == kDeleteItems) {
    for (const std::uint32_t item : found.deleted) monitored_.remove_item(found.subscription, item);
  } else if (service.id == kDeleteSubscriptions) {
    for (const std::uint32_t each : found.deleted) monitored_.remove_subscription(each);
  } else if (service.request == kCreateMonitoredItems && context != nullptr && accepted) {
    for (std::size_t i = 0; i < context->size() && i < found.results.size(); ++i) {
      if (is_bad(found.results[i].status)) continue;
      monitored_.add(context->subscription(), context->at(i), found.results[i].monitored_item);
    }
  }
}

Duration deadline_of(const Service* service, std::uint32_t hint) {
  if (service != nullptr && service->id == kPublish) return Pending::kNoDeadline;
  if (hint == 0) return kDeadline;
  return std::min<Duration>(std::chrono::milliseconds(hint), kLongestHint);
}

void OpcUaDissector::service(const Chunk& chunk, Decoder& in, Message& message, MessageSink& sink) {
  Findings& found = findings();
  const std::size_t at = in.offset();
  std::uint32_t id = 0;
  switch (in.u8(servicenodeid_encodingmask)) {
    case 0:
      id = in.u8(servicenodeid_numeric);
      break;
    case 1:
      in.u8(servicenodeid_nsid);
      id = in.u16(servicenodeid_numeric);
      break;
    case 2:
      in.u16(servicenodeid_nsid);
      id = in.u32(servicenodeid_numeric);
      break;
    default:
      in.flag(anomaly::encoding, at);
      break;
  }
  const Service* const service = service_of(id);
  if (service == nullptr) {
    in.flag(anomaly::unknown_service, at);
    message.function_name = "Unknown service";
  } else {
    in.structure(*structure_of(id));
    check_end(in, message);
    message.function = service->request;
    message.function_name = service->name;
    message.operation = service->operation;
    if (service->is_request != message.is_request()) in.flag(anomaly::wrong_direction, at);
  }

  const bool opens = chunk.header.kind == ChunkKind::open;
  const Key key{opens ? 0 : chunk.channel, chunk.request, chunk.header.kind};
  const std::uint32_t status = found.service_result;
  const bool accepted = !is_bad(status);
  const Context* context = nullptr;
  if (message.is_request()) {
    if (chunk.header.kind != ChunkKind::close) {
      ask(key, service, deadline_of(service, found.timeout_hint), message, sink);
      context_of(message.request).keep(message.request, found.touches, found.subscription);
    }
    for (const Touch& touch : found.touches)
      grant(touch, nullptr, service != nullptr && service->writes);
  } else {
    message.outcome = {accepted ? Outcome::Kind::accepted : Outcome::Kind::refused,
                       accepted ? 0 : status};
    if (!accepted) message.outcome_name = status_name(status);
    const Pending::Entry* const entry = answer(key, service, message);
    if (entry != nullptr) {
      if (const Service* const asked = entry->request.service; asked != nullptr) {
        message.function = asked->request;
        message.function_name = asked->name;
        message.operation = asked->operation;
      }
      const Context& kept = context_of(entry->id);
      if (kept.is_of(entry->id)) context = &kept;
    }
    if (context != nullptr) {
      std::size_t next = 0;
      const bool calls = message.function == kCall;
      const Service* const asked = service_of(message.function);
      const bool writes = asked != nullptr && asked->writes;
      for (std::size_t i = 0; i < context->size(); ++i) {
        const Touch touch = context->at(i);
        const bool has_result = (!calls || touch.calls) && next < found.results.size();
        grant(touch, has_result ? &found.results[next] : nullptr, writes);
        next += has_result ? 1 : 0;
      }
    }
    for (Touch& touch : found.touches) {
      monitored_.resolve(found.subscription, touch);
      const Result said{touch.status, 0, touch.values};
      grant(touch, &said, false);
    }
  }
  if (service != nullptr) {
    learn(*service, accepted);
    remember(*service, context, accepted);
  }
  show_session(in);
  for (const Access& access : found.accesses) {
    if (!access.name.empty()) in.show(session_node, Value::text(access.name), 0, 0);
  }
  deliver(message, sink);
}

}  // namespace

std::unique_ptr<Dissector> make_dissector(const DissectorSettings& settings) {
  return std::make_unique<OpcUaDissector>(settings);
}

}  // namespace sightglass::opcua
