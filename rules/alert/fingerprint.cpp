// SHA-256 and SHA-1 come from OpenSSL; both are names here, not protection.
#include "rules/alert/fingerprint.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace sightglass {
namespace {

constexpr std::uint8_t kIpProtocolTcp = 6;
constexpr std::uint8_t kIpProtocolUdp = 17;

using Digest = std::array<std::uint8_t, EVP_MAX_MD_SIZE>;

Digest digest(std::string_view input, const EVP_MD* algorithm) {
  Digest result{};
  unsigned size = 0;
  EVP_Digest(input.data(), input.size(), result.data(), &size, algorithm, nullptr);
  return result;
}

template <typename Number>
void append_big_endian(std::string& out, Number number) {
  for (std::size_t i = sizeof(Number); i-- > 0;) {
    out += static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i) & 0xff);
  }
}

std::string base64(Bytes bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace

AlertId alert_id(std::string_view folding_key, Timestamp first_seen) {
  std::string input(folding_key);
  append_big_endian(input, to_ns(first_seen));
  const Digest sha256 = digest(input, EVP_sha256());
  AlertId id;
  std::copy_n(sha256.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

std::string community_id(const Conversation& conversation) {
  const bool tcp = conversation.transport == TransportLayer::tcp;
  const bool udp = conversation.transport == TransportLayer::udp;
  if (!tcp && !udp) return "";
  if (conversation.client.ip.is_none() || conversation.server.ip.is_none()) return "";

  // The specification orders the two ends by address, then port.
  auto low = std::tie(conversation.client.ip.octets, conversation.client_port);
  auto high = std::tie(conversation.server.ip.octets, conversation.server_port);
  const bool swap = high < low;
  const IpAddress& low_ip = swap ? conversation.server.ip : conversation.client.ip;
  const IpAddress& high_ip = swap ? conversation.client.ip : conversation.server.ip;
  const std::uint16_t low_port = swap ? conversation.server_port : conversation.client_port;
  const std::uint16_t high_port = swap ? conversation.client_port : conversation.server_port;

  std::string input;
  append_big_endian(input, std::uint16_t{0});  // seed
  input += as_text(low_ip.bytes());
  input += as_text(high_ip.bytes());
  input += static_cast<char>(tcp ? kIpProtocolTcp : kIpProtocolUdp);
  input += '\0';  // padding
  append_big_endian(input, low_port);
  append_big_endian(input, high_port);
  constexpr std::size_t kSha1Size = 20;
  return "1:" + base64(Bytes(digest(input, EVP_sha1())).first(kSha1Size));
}

}  // namespace sightglass
