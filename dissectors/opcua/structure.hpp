// How the standard's structures lie on the wire, as data: one decoder walks these tables.
// OPC 10000-6 (1.05), 5.2; the members are those of the type dictionary, in its order.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "dissectors/opcua/fields.hpp"

namespace sightglass::opcua {

/// How a member is encoded. The first 25 are the standard's built-in types under their numbers.
enum class Wire : std::uint8_t {
  null,
  boolean,
  sbyte,
  byte,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  real32,
  real64,
  string,
  date_time,
  guid,
  byte_string,
  xml_element,
  node_id,
  expanded_node_id,
  status_code,
  qualified_name,
  localized_text,
  extension_object,
  data_value,
  variant,
  diagnostic_info,
  enumeration,
  structure,
  return_diagnostics,
  node_class_mask,
  result_mask,
};

/// What a member says that the envelope of a message, or the state of a session, is made of.
enum class Meaning : std::uint8_t {
  none,
  timeout_hint,
  service_result,
  node,          ///< begins an access
  written_node,  ///< begins an access that changes the node
  attribute,     ///< of the access begun last
  value,         ///< of the access begun last, or of the next answer
  argument,      ///< of the call begun last
  method,        ///< the access begun last is a call of this
  result,        ///< status of the next access of the request
  call_result,   ///< status of the next call of the request
  client_handle,
  monitored_item,
  subscription,
  deleted_item,
  deleted_subscription,
  notified_handle,  ///< begins an access to the node monitored under this handle
  security_mode,
  channel,
  application_uri,
  application_name,
  endpoint_url,
  user_name,
  user_certificate,
  secret,
  identity,  ///< of the user: a token of any type
};

inline constexpr FieldId kNoField = 0xffff;

struct Member {
  Wire type;
  bool array;
  Meaning meaning;
  FieldId field;  ///< kNoField where Wireshark has no name for it, or its parts have names
  std::uint16_t structure;  ///< index, when it is a structure
};

struct Structure {
  std::string_view name;
  std::uint32_t encoding;  ///< numeric NodeId of its binary encoding, namespace 0
  std::span<const Member> members;
};

/// The structure a Member refers to.
const Structure& structure_at(std::size_t index);
/// The structure with this binary encoding; nullptr when it is not known.
const Structure* structure_of(std::uint32_t encoding);

}  // namespace sightglass::opcua
