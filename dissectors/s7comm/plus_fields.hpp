// The fields of S7comm-plus. Wireshark 4.0 does not know the protocol: the names are ours.
#pragma once

#include <iterator>

#include "dissectors/s7comm/field_blocks.hpp"

namespace sightglass::s7comm::plus {

enum Id : FieldId {
  version = block::plus,
  data_length,
  integrity,
  opcode,
  function,
  sequence,
  session,
  object,
  end,
};

inline constexpr FieldSpec fields[] = {
    {version, "sg.s7comm_plus.version", ValueType::unsigned_integer, 8, Display::hex, "",
     "Version of S7comm-plus: 1, 2, 3; 0xfe for a system event."},
    {data_length, "sg.s7comm_plus.length", ValueType::unsigned_integer, 16, Display::dec, "",
     "Octets between header and trailer."},
    {integrity, "sg.s7comm_plus.integrity", ValueType::bytes, 0, Display::none, "",
     "Digest of the PDU, of version 3."},
    {opcode, "sg.s7comm_plus.opcode", ValueType::unsigned_integer, 8, Display::hex, "",
     "0x31 request, 0x32 response, 0x33 notification."},
    {function, "sg.s7comm_plus.function", ValueType::unsigned_integer, 16, Display::hex, "",
     "Function of a request and of its response."},
    {sequence, "sg.s7comm_plus.sequence", ValueType::unsigned_integer, 16, Display::dec, "",
     "Number of a request; the response repeats it."},
    {session, "sg.s7comm_plus.session", ValueType::unsigned_integer, 32, Display::hex, "",
     "Session a request belongs to; subscription a notification belongs to."},
    {object, "sg.s7comm_plus.object", ValueType::unsigned_integer, 32, Display::hex, "",
     "Object a request is for, where the request begins with one."},
};
static_assert(std::size(fields) == end - block::plus);

}  // namespace sightglass::s7comm::plus
