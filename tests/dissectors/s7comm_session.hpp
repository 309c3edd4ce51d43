// A session of ISO transport on TCP for tests: S7comm PDUs in data TPDUs, and anything else.
#pragma once

#include "tests/dissectors/dissector_session.hpp"

namespace sightglass {

class S7Session : public DissectorSession {
 public:
  S7Session();

  /// A job of the client, and its acknowledgement with data; `error` is class and code.
  Said job(std::string_view parameters, std::string_view data = "", unsigned reference = 1);
  Said answer(std::string_view parameters, std::string_view data = "", unsigned reference = 1,
              unsigned error = 0);
  /// The same the other way round: the controller asks, during a download.
  Said server_job(std::string_view parameters, std::string_view data = "", unsigned reference = 1);
  Said client_answer(std::string_view parameters, std::string_view data = "",
                     unsigned reference = 1, unsigned error = 0);
  /// User data to the server and to the client.
  Said ask(std::string_view parameters, std::string_view data = "", unsigned reference = 1);
  Said tell(std::string_view parameters, std::string_view data = "", unsigned reference = 1);

  /// A TPDU in a packet of its own.
  Said tpdu(Direction direction, std::string_view octets);
};

/// An S7comm PDU: 1 job, 2 and 3 acknowledgement, 7 user data.
std::vector<std::uint8_t> s7_pdu(unsigned rosctr, std::string_view parameters,
                                 std::string_view data, unsigned reference = 1, unsigned error = 0);
/// A packet: TPKT, a TPDU that ends with `octets`; `tpdu` is its header.
std::vector<std::uint8_t> iso_packet(std::vector<std::uint8_t> octets,
                                     std::string_view tpdu = "02 f0 80");

}  // namespace sightglass
