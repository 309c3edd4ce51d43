// Times of the device's clock, entries of the diagnostic buffer, alarm messages.
#pragma once

#include "dissectors/field_reader.hpp"

namespace sightglass::s7comm {

/// Reads a time in BCD: ten octets with a reserved one and the century before it, else eight.
void read_time(FieldReader& in, bool is_long);

/// Reads an entry of the diagnostic buffer, 20 octets.
void diagnostic_message(FieldReader& in);

/// Reads what a client and a device say of alarms. `type` is that of the user data.
void alarm_message(FieldReader& in, std::uint8_t type, std::uint8_t subfunction);
void alarm_query_response(FieldReader& in);
/// Reads a subscription to events.
void message_service(FieldReader& in, std::uint8_t type);

}  // namespace sightglass::s7comm
