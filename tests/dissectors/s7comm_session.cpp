#include "tests/dissectors/s7comm_session.hpp"

#include "dissectors/s7comm/dissect.hpp"

namespace sightglass {
namespace {

constexpr unsigned kJob = 1, kAckData = 3, kUserData = 7;

void add_word(std::vector<std::uint8_t>& bytes, std::size_t word) {
  bytes.push_back(static_cast<std::uint8_t>(word >> 8));
  bytes.push_back(static_cast<std::uint8_t>(word));
}

void add(std::vector<std::uint8_t>& bytes, const std::vector<std::uint8_t>& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

std::vector<std::uint8_t> s7_packet(unsigned rosctr, std::string_view parameters,
                                    std::string_view data, unsigned reference, unsigned error = 0) {
  return iso_packet(s7_pdu(rosctr, parameters, data, reference, error));
}

}  // namespace

std::vector<std::uint8_t> s7_pdu(unsigned rosctr, std::string_view parameters,
                                 std::string_view data, unsigned reference, unsigned error) {
  const auto parameter_octets = from_hex(parameters);
  const auto data_octets = from_hex(data);
  std::vector<std::uint8_t> bytes = {0x32, static_cast<std::uint8_t>(rosctr), 0, 0};
  add_word(bytes, reference);
  add_word(bytes, parameter_octets.size());
  add_word(bytes, data_octets.size());
  if (rosctr == 2 || rosctr == kAckData) add_word(bytes, error);
  add(bytes, parameter_octets);
  add(bytes, data_octets);
  return bytes;
}

std::vector<std::uint8_t> iso_packet(std::vector<std::uint8_t> octets, std::string_view tpdu) {
  const auto header = from_hex(tpdu);
  std::vector<std::uint8_t> bytes = {3, 0};
  add_word(bytes, 4 + header.size() + octets.size());
  add(bytes, header);
  add(bytes, octets);
  return bytes;
}

S7Session::S7Session() : DissectorSession(s7comm::make_dissector, "s7comm.") {}

Said S7Session::job(std::string_view parameters, std::string_view data, unsigned reference) {
  return feed(Direction::to_server, s7_packet(kJob, parameters, data, reference));
}

Said S7Session::answer(std::string_view parameters, std::string_view data, unsigned reference,
                       unsigned error) {
  return feed(Direction::to_client, s7_packet(kAckData, parameters, data, reference, error));
}

Said S7Session::server_job(std::string_view parameters, std::string_view data, unsigned reference) {
  return feed(Direction::to_client, s7_packet(kJob, parameters, data, reference));
}

Said S7Session::client_answer(std::string_view parameters, std::string_view data,
                              unsigned reference, unsigned error) {
  return feed(Direction::to_server, s7_packet(kAckData, parameters, data, reference, error));
}

Said S7Session::ask(std::string_view parameters, std::string_view data, unsigned reference) {
  return feed(Direction::to_server, s7_packet(kUserData, parameters, data, reference));
}

Said S7Session::tell(std::string_view parameters, std::string_view data, unsigned reference) {
  return feed(Direction::to_client, s7_packet(kUserData, parameters, data, reference));
}

Said S7Session::tpdu(Direction direction, std::string_view octets) {
  return feed(direction, iso_packet({}, octets));
}

}  // namespace sightglass
