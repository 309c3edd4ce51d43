// PDUs of S7comm-plus: what frames them, and what they say.
// There is no public description; README.md says what is certain and what is inferred.
#pragma once

#include <cstdint>
#include <optional>

#include "dissectors/field_reader.hpp"
#include "dissectors/s7comm/pdu.hpp"

namespace sightglass::s7comm::plus {

/// The first whose parts have digests of their own.
inline constexpr std::uint8_t kVersion3 = 3;

/// The header and trailer around a PDU, or around a part of one.
struct Envelope {
  std::uint8_t version = 0;
  bool goes_on = false;                 ///< another part follows: there is no trailer
  std::string_view event_name;          ///< "" unless it is an event and has no contents
  std::optional<FieldReader> contents;  ///< what is in it; nothing of events and of torn headers
};
Envelope read_envelope(FieldReader& in);

/// Whether a PDU begins with these octets, rather than goes on.
bool begins_pdu(Bytes contents);

enum class Kind : std::uint8_t { request, response, notification, unknown };

/// What is the same for the PDUs of every function.
struct Head {
  std::uint8_t version = 0;
  bool is_cut = false;  ///< only the beginning of the PDU was kept
  Kind kind = Kind::unknown;
  std::uint16_t function = 0;
  std::uint16_t sequence = 0;
  std::uint32_t session = 0;   ///< of a request
  bool wants_answer = true;    ///< of a request
  std::uint64_t returned = 0;  ///< of a response
};
/// Reads it; `version` and `is_cut` are known before.
void read_head(FieldReader& in, Head& head);

/// Decode what follows the head. A request fills what its answer must know, its operation and name
/// included.
void decode_request(FieldReader& in, const Head& head, Asked& asked);
void decode_response(FieldReader& in, const Head& head, Response& response);
void decode_notification(FieldReader& in, const Head& head);

}  // namespace sightglass::s7comm::plus
