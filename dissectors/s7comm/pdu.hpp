// One S7comm PDU being decoded: what its parts say, and what came of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dissectors/field_reader.hpp"
#include "dissectors/s7comm/items.hpp"
#include "dissectors/s7comm/transfers.hpp"

namespace sightglass::s7comm {

/// The header's ten or twelve octets.
struct Header {
  std::uint8_t rosctr = 0;
  std::uint16_t reference = 0;
  std::uint16_t parameter_length = 0;
  std::uint16_t data_length = 0;
  std::uint16_t error = 0;  ///< class << 8 | code, of acknowledgements
};

/// User data's parameters.
struct UserData {
  std::uint8_t type = 0;  ///< request, response, push
  std::uint8_t group = 0;
  std::uint8_t function = 0;
  std::uint8_t sequence = 0;
  std::uint8_t unit_reference = 0;  ///< keeps the parts of long data together
  bool is_last = true;
  std::uint16_t error = 0;
};

/// The four octets before the data of all user data.
struct DataHead {
  std::uint8_t code = 0;
  std::uint8_t transport_size = 0;
  std::uint16_t length = 0;
};
inline constexpr std::uint8_t kNoData = 0;  ///< transport size of data that is not there

/// A job, or a request of user data.
struct Request {
  FieldReader& parameters;
  FieldReader& data;
  Asked& asked;  ///< filled: what the answer must know
};

/// An acknowledgement, a response or what is pushed.
struct Response {
  FieldReader& parameters;
  FieldReader& data;
  const Asked* asked;  ///< nullptr when its request was not seen
  Outcome outcome{Outcome::Kind::accepted, 0};
  std::string_view outcome_name{};

  void refuse(std::uint32_t code, std::string_view name) {
    outcome = {Outcome::Kind::refused, code};
    outcome_name = name;
  }
};

/// Decode a job's or an acknowledgement's parameters behind the function, and its data.
void decode_job(Request& request, std::uint8_t function, const Transfers& transfers);
void decode_acknowledgement(Response& response, std::uint8_t function, Transfers& transfers);

/// Reads the parameters of user data.
UserData read_userdata_parameters(FieldReader& in);
/// Reads the head of its data; nothing where there is none.
DataHead read_data_head(FieldReader& in);
/// Decode the data behind its head, when all parts of it are there.
void decode_userdata_request(Request& request, const UserData& about, const DataHead& head);
void decode_userdata_response(Response& response, const UserData& about, const DataHead& head);
/// Tells from parameters and head what became of a request.
void settle(Response& response, const UserData& about, const DataHead& head);

}  // namespace sightglass::s7comm
