// What a message of an open channel asks or answers. OPC 10000-4 (1.05), 5.
#include <algorithm>
#include <chrono>

#include "dissectors/certificate.hpp"
#include "dissectors/kept_names.hpp"
#include "dissectors/opcua/flow.hpp"

namespace sightglass::opcua {
namespace {

static_assert(kMaxName <= kMaxKeptNameLength, "a name that is cut can be kept");

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
  object.name = touch.node.name.substr(0, kMaxName);
  return object;
}

constexpr Duration kLongestHint = std::chrono::minutes(10);  ///< a longer hint is cut to this

Duration deadline_of(const Service* service, std::uint32_t hint) {
  if (service != nullptr && service->id == kPublish) return Pending::kNoDeadline;
  if (hint == 0) return kDeadline;
  return std::min<Duration>(std::chrono::milliseconds(hint), kLongestHint);
}

/// What became of a service as a whole: each item of it has a status of its own, and one of which
/// every item failed did nothing. The items of a Publish are acknowledgements of earlier ones.
std::uint32_t status_of(const Service* service, const Findings& found) {
  if (is_bad(found.service_result) || found.results.empty()) return found.service_result;
  if (service != nullptr && service->request == kPublish) return found.service_result;
  const bool all_failed = std::all_of(found.results.begin(), found.results.end(),
                                      [](const Result& result) { return is_bad(result.status); });
  return all_failed ? found.results.front().status : found.service_result;
}

}  // namespace

void OpcUaDissector::grant(const Touch& touch, const Result* result, bool is_write) {
  Access access;
  access.object = object_of(touch);
  access.values = result != nullptr ? result->values : touch.values;
  access.is_write = is_write || touch.writes;
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
    const std::string_view user = found.user_certificate.empty()
                                      ? found.user_name
                                      : read_certificate(found.user_certificate).common_name;
    session_.user = user.substr(0, kMaxName);
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
    message.function_name = kUnknownServiceName;
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
  const std::uint32_t status = status_of(service, found);
  const bool accepted = !is_bad(status);
  const Context* context = nullptr;
  if (message.is_request()) {
    if (chunk.header.kind != ChunkKind::close) {
      if (const Pending::Entry* const waiting = pending_.waiting(key);
          waiting != nullptr && answers_seen_ && !pending_.blind_for(*waiting)) {
        in.flag(anomaly::request_id, kHeaderSize + 12);
      }
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
    const bool creates = service->request == kCreateSession && !service->is_request && accepted;
    if (creates && session_.protection == Protection::none) settle_security(message);
    remember(*service, context, accepted);
  }
  show_session(in);
  for (const Access& access : found.accesses) {
    const std::string_view name = access.object.name;
    if (!name.empty()) in.show(session_node, Value::text(name), 0, 0);
  }
  deliver(message, sink);
}

}  // namespace sightglass::opcua
