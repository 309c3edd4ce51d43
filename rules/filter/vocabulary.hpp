// What the filter language knows of protocols beyond the field table.
#pragma once

#include <span>
#include <string_view>

#include "dissectors/field.hpp"
#include "dissectors/message.hpp"

namespace sightglass::filter {

/// The applications that a field occurs in; none for packet and `sg.` fields.
ProtocolSet applications_of(FieldId id);
/// The applications a protocol name stands for: `modbus` and `mbtcp` both mean Modbus/TCP PDUs,
/// `cotp` means those of every protocol that stands on it. None for what is no application.
ProtocolSet applications_named(std::string_view name);
/// Whether the field's value equals Message::function whenever it occurs.
bool is_function_field(std::string_view field_name);
/// Whether the field can occur in a PDU with this Message::function; true when that is not known.
bool can_occur(std::string_view field_name, std::uint32_t function);
/// Whether the field is known of a whole conversation only, once its application is.
bool is_application_field(FieldId id);
/// Whether the field is known of a PDU only; those of the two ends, and their realm, are of both.
bool is_pdu_field(FieldId id);

/// The words a field can have, when they are few and known (sg.direction); else empty.
std::span<const std::string_view> words_of(FieldId id);

/// Declared protocol name; nothing else may stand alone.
bool is_protocol(std::string_view name);
/// The declared field or protocol nearest to `name`, "" when none is near.
std::string_view nearest_name(std::string_view name);

}  // namespace sightglass::filter
