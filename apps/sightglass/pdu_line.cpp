// Number, time, parties, what, which objects with which values, outcome, anomalies.
#include "apps/sightglass/pdu_line.hpp"

#include <algorithm>

#include "dissectors/utf8.hpp"
#include "rules/alert/time_text.hpp"

namespace sightglass {
namespace {

constexpr std::size_t kValuesShown = 8;

std::string party(const IpAddress& ip, MacAddress mac, std::uint16_t port) {
  if (ip.is_none()) return to_text(mac);
  const std::string address = to_text(ip);
  if (port == 0) return address;
  return (ip.family == IpAddress::Family::v6 ? "[" + address + "]" : address) + ":" +
         std::to_string(port);
}

std::string values(const Values& values) {
  if (values.shape == Values::Shape::none || values.count == 0) return "";
  std::string text = " =";
  const std::size_t shown = std::min<std::size_t>(values.count, kValuesShown);
  for (std::size_t index = 0; index < shown; ++index) {
    text += " " + one_line(quoted(values.at(index)));
  }
  return shown < values.count ? text + " ..." : text;
}

}  // namespace

std::string pdu_line(const Message& message, const Layers& layers) {
  std::string line = std::to_string(message.where.last_packet) + "." +
                     std::to_string(message.where.index) + " " + exact_time(message.where.time) +
                     " " + party(layers.source, layers.source_mac, layers.source_port) + " -> " +
                     party(layers.destination, layers.destination_mac, layers.destination_port) +
                     " " + std::string(to_text(message.protocol)) + " " +
                     (message.is_request() ? "request " : "response ") +
                     std::string(message.function_name);
  for (const Access& access : message.accesses) {
    line += ", " + to_text(access.object) + values(access.values);
  }
  if (message.outcome.kind == Outcome::Kind::refused) {
    line += ", refused: " + std::string(message.outcome_name);
  }
  for (const Anomaly& anomaly : message.anomalies) {
    line += ", anomaly: " + std::string(anomaly.spec->name);
  }
  return line;
}

}  // namespace sightglass
