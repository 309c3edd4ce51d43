// How enumerators are written in the record. A stored name is never changed: old records hold it.
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

#include "store/record_rows.hpp"

namespace sightglass::stored {

/// The names of an enumeration, in the order of its enumerators (from 0).
template <class Enum>
struct Names;

template <>
struct Names<Category> {
  static constexpr std::string_view list[] = {"application", "control", "device"};
};
template <>
struct Names<TransportLayer> {
  static constexpr std::string_view list[] = {"none", "tcp", "udp", "icmp", "icmpv6", "other"};
};
template <>
struct Names<Protocol> {
  static constexpr std::string_view list[] = {"unknown", "modbus",     "s7comm", "s7comm_plus",
                                              "mms",     "iso_on_tcp", "opcua",  "tls"};
};
static_assert(std::size(Names<Protocol>::list) == kProtocols);
template <>
struct Names<Operation> {
  static constexpr std::string_view list[] = {
      "other",        "read",     "write",    "call",      "start",     "stop",
      "restart",      "upload",   "download", "erase",     "firmware",  "configure",
      "authenticate", "discover", "diagnose", "subscribe", "set_clock", "force"};
};
static_assert(std::size(Names<Operation>::list) == kOperations);
template <>
struct Names<ObjectSpace> {
  static constexpr std::string_view list[] = {"none",
                                              "coil",
                                              "discrete_input",
                                              "input_register",
                                              "holding_register",
                                              "file_record",
                                              "fifo_queue",
                                              "device_identification",
                                              "diagnostics",
                                              "s7_data_block",
                                              "s7_instance_block",
                                              "s7_input",
                                              "s7_output",
                                              "s7_flag",
                                              "s7_peripheral",
                                              "s7_area",
                                              "s7_counter",
                                              "s7_timer",
                                              "s7_symbol",
                                              "s7_nck_variable",
                                              "s7_drive_parameter",
                                              "s7_block",
                                              "s7_status_list",
                                              "s7_cpu",
                                              "node",
                                              "named_node",
                                              "method",
                                              "named_method"};
};
static_assert(std::size(Names<ObjectSpace>::list) == kObjectSpaces);
template <>
struct Names<Outcome::Kind> {
  static constexpr std::string_view list[] = {"pending",    "accepted", "refused",
                                              "unanswered", "unseen",   "none"};
};
static_assert(std::size(Names<Outcome::Kind>::list) == kOutcomes);
template <>
struct Names<EvidenceState> {
  static constexpr std::string_view list[] = {"none", "collecting", "ready", "partial"};
};
template <>
struct Names<EvidenceLack> {
  static constexpr std::string_view list[] = {"",     "not_captured", "write_failed",
                                              "busy", "full",         "evicted"};
};
template <>
struct Names<TriageState> {
  static constexpr std::string_view list[] = {"open", "closed", "held"};
};
template <>
struct Names<BaselineState> {
  static constexpr std::string_view list[] = {"learning", "protecting"};
};
template <>
struct Names<Fact::Kind> {
  static constexpr std::string_view list[] = {"host", "conversation", "operation", "read", "write"};
};
template <>
struct Names<ChangeKind> {
  static constexpr std::string_view list[] = {"alert",  "alert_update", "evidence",
                                              "health", "baseline",     "reset"};
};

template <class Enum>
constexpr std::string_view name(Enum value) {
  const auto index = static_cast<std::size_t>(value);
  constexpr std::span<const std::string_view> list = Names<Enum>::list;
  return index < list.size() ? list[index] : list.front();
}

/// A name that this version does not know reads as the first enumerator.
template <class Enum>
constexpr Enum value(std::string_view name) {
  constexpr std::span<const std::string_view> list = Names<Enum>::list;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] == name) return static_cast<Enum>(i);
  }
  return Enum{};
}

}  // namespace sightglass::stored
