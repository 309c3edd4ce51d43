#include "dissectors/s7comm/plus.hpp"

#include <algorithm>
#include <iterator>

#include "dissectors/s7comm/anomalies.hpp"
#include "dissectors/s7comm/names.hpp"
#include "dissectors/s7comm/plus_fields.hpp"

namespace sightglass::s7comm::plus {
namespace {

constexpr std::uint8_t kVersion3 = 3, kSystemEvent = 0xfe, kKeepAlive = 0xff;
constexpr std::size_t kHead = 4;     // also the trailer's size
constexpr std::size_t kDigest = 32;  // HMAC-SHA-256

constexpr std::uint16_t kCreateObject = 0x04ca, kSetVariable = 0x04f2, kSetMultiVariables = 0x0542;

constexpr std::string_view kNotificationName = "Notification (0x33)",
                           kUnknownFunctionName = "Unknown function", kPduName = "S7comm-plus PDU",
                           kKeepAliveName = "Keep-alive (0xff)",
                           kSystemEventName = "System event (0xfe)",
                           kContinuationName = "Continuation";

struct FunctionRow {
  std::uint16_t code;
  std::string_view name;
  Operation operation;
  bool has_object;  ///< the request begins with an object's identifier
};

// Objects are created, set and deleted by every client for its own session and subscriptions: by
// themselves they are no operation on the controller.
constexpr FunctionRow kFunctions[] = {
    {0x04bb, "Explore (0x04bb)", Operation::discover, true},
    {kCreateObject, "CreateObject (0x04ca)", Operation::subscribe, true},
    {0x04d4, "DeleteObject (0x04d4)", Operation::other, true},
    {kSetVariable, "SetVariable (0x04f2)", Operation::other, true},
    {0x0524, "GetLink (0x0524)", Operation::read, true},
    {kSetMultiVariables, "SetMultiVariables (0x0542)", Operation::other, true},
    {0x054c, "GetMultiVariables (0x054c)", Operation::read, false},
    {0x0556, "BeginSequence (0x0556)", Operation::other, false},
    {0x0560, "EndSequence (0x0560)", Operation::other, false},
    {0x056b, "Invoke (0x056b)", Operation::call, false},
    {0x057c, "SetVarSubStreamed (0x057c)", Operation::other, true},
    {0x0586, "GetVarSubStreamed (0x0586)", Operation::read, true},
    {0x05b3, "InitSSL (0x05b3)", Operation::authenticate, false},
};

const FunctionRow* find(std::uint16_t function) {
  const auto* found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                   [&](const FunctionRow& row) { return row.code == function; });
  return found == std::end(kFunctions) ? nullptr : found;
}

/// What setting variables means depends on the object they belong to: none is the process's data,
/// those of the dynamic range are the client's own session and subscriptions.
Operation setting(std::uint32_t object) {
  constexpr std::uint32_t kFirstDynamic = 0x70000000;
  if (object == 0) return Operation::write;
  return object >= kFirstDynamic ? Operation::authenticate : Operation::other;
}

void request(FieldReader& in, Pdu& pdu, const FunctionRow* row) {
  constexpr std::uint32_t kNoSession = 0x0120;
  const std::uint32_t session_id = in.u32(session);
  in.u8();  // transport flags
  if (row == nullptr || !row->has_object) return;
  const std::uint32_t object_id = in.u32(object);
  if (!in.ok()) return;
  if (pdu.function == kCreateObject && session_id == kNoSession) {
    pdu.operation = Operation::authenticate;
  }
  if (pdu.function == kSetVariable || pdu.function == kSetMultiVariables) {
    pdu.operation = setting(object_id);
  }
}

void body(FieldReader& in, Pdu& pdu) {
  pdu.opcode = in.u8(opcode);
  if (pdu.opcode == kNotificationOpcode) {
    in.u32(session);
    pdu.function_name = kNotificationName;
    pdu.operation = Operation::subscribe;
    return;
  }
  in.u16();
  pdu.function = in.u16(function);
  in.u16();
  pdu.sequence = in.u16(sequence);
  if (!in.ok()) return;
  const FunctionRow* row = find(pdu.function);
  if (row == nullptr) in.flag(anomaly::function);
  pdu.function_name = row != nullptr ? row->name : kUnknownFunctionName;
  pdu.operation = row != nullptr ? row->operation : Operation::other;
  if (pdu.opcode == kRequestOpcode) request(in, pdu, row);
}

}  // namespace

Pdu decode(FieldReader& in, bool is_continued, bool& goes_on) {
  Pdu pdu;
  pdu.function_name = kPduName;
  goes_on = false;
  in.u8();
  pdu.version = in.u8(version);
  const std::size_t length = in.u16(data_length);
  if (!in.ok()) return pdu;
  if (pdu.version == kKeepAlive || pdu.version == kSystemEvent) {
    pdu.function_name = pdu.version == kKeepAlive ? kKeepAliveName : kSystemEventName;
    return pdu;
  }
  if (length > in.remaining()) {
    in.flag(anomaly::plus_length, 2);
  } else {
    goes_on = in.remaining() < length + kHead;
  }
  FieldReader data = in.take(length);
  if (is_continued) {
    pdu.function_name = kContinuationName;
    return pdu;
  }
  if (pdu.version == kVersion3) {
    const std::size_t digest = data.u8();
    data.bytes(integrity, digest);
    if (digest != kDigest) in.flag(anomaly::plus_length, kHead);
  }
  if (data.remaining() > 0) body(data, pdu);
  if (!data.ok()) in.flag(anomaly::plus_length, kHead);
  return pdu;
}

std::vector<Function> functions() {
  std::vector<Function> all;
  const auto add = [&all](std::string_view name, Operation operation, Depth depth) {
    all.push_back({Protocol::s7comm_plus, name, operation, depth});
  };
  for (const FunctionRow& row : kFunctions) add(row.name, row.operation, Depth::partly);
  add(kNotificationName, Operation::subscribe, Depth::partly);
  for (const std::string_view name :
       {kContinuationName, kKeepAliveName, kSystemEventName, kPduName, kUnknownFunctionName}) {
    add(name, Operation::other, Depth::named);
  }
  return all;
}

}  // namespace sightglass::s7comm::plus
