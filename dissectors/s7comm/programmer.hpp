// Programmer commands: jobs that test and influence a program (variable tables, force,
// breakpoints).
#pragma once

#include "dissectors/s7comm/pdu.hpp"

namespace sightglass::s7comm {

/// Whether it is known how a command's data is laid out: the others are shown as bytes.
bool programmer_is_laid_out(std::uint8_t function);

/// Read the sizes, the parameters and the data of a programmer command. Variables that are watched
/// or modified become accesses of the request.
void programmer_request(Request& request, const UserData& about);
void programmer_response(Response& response, const UserData& about);

}  // namespace sightglass::s7comm
