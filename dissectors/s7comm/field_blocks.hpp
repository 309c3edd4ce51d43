// How the room's block of field ids is shared out.
#pragma once

#include "dissectors/field.hpp"

namespace sightglass::s7comm::block {

inline constexpr FieldId cotp = field_block::s7comm;  // tpkt, cotp
inline constexpr FieldId s7comm = cotp + 80;          // s7comm
inline constexpr FieldId szl = s7comm + 288;          // s7comm.szl
inline constexpr FieldId plus = szl + 592;            // sg.s7comm_plus
inline constexpr FieldId end = cotp + 1024;

}  // namespace sightglass::s7comm::block
