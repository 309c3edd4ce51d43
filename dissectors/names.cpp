// The words for the envelope's enumerations, as rules, JSON and the console write them.
#include <array>

#include "dissectors/message.hpp"

namespace sightglass {
namespace {

template <typename Enum, std::size_t N>
std::string_view word(const std::array<std::string_view, N>& words, Enum value) {
  return words[static_cast<std::size_t>(value)];
}

constexpr std::array<std::string_view, kProtocols> kProtocolWords = {
    "unknown", "modbus", "s7comm", "s7comm_plus", "mms", "iso_on_tcp", "opcua", "tls"};
constexpr std::array<std::string_view, kDirections> kDirectionWords = {"to_server", "to_client"};
constexpr std::array<std::string_view, kOperations> kOperationWords = {
    "other",        "read",     "write",    "call",      "start",     "stop",
    "restart",      "upload",   "download", "erase",     "firmware",  "configure",
    "authenticate", "discover", "diagnose", "subscribe", "set_clock", "force"};
constexpr std::array<std::string_view, kOutcomes> kOutcomeWords = {
    "pending", "accepted", "refused", "unanswered", "unseen", ""};

}  // namespace

std::string_view to_text(Protocol protocol) { return word(kProtocolWords, protocol); }
std::string_view to_text(Direction direction) { return word(kDirectionWords, direction); }
std::string_view to_text(Operation operation) { return word(kOperationWords, operation); }
std::string_view to_text(Outcome::Kind kind) { return word(kOutcomeWords, kind); }

}  // namespace sightglass
