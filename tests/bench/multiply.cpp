// Makes a big capture out of a small one that a stateful sensor still has to follow: every packet
// once for each of `--stations` copies of the plant at a time, then the whole again for `--rounds`,
// each copy with addresses of its own. Packets stay in order of time; sessions stay whole. usage:
// multiply IN OUT STATIONS ROUNDS
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "dissectors/layers.hpp"
#include "sensor/capture/capture_file.hpp"
#include "sensor/packet/decode.hpp"

namespace {

using sightglass::Bytes;
using sightglass::CaptureFile;
using sightglass::Layers;
using sightglass::RawPacket;

struct Original {
  std::vector<std::uint8_t> bytes;
  std::int64_t time_ns;
  std::uint32_t address_offset;  ///< of the IPv4 source address; 0 = nothing to change
};

constexpr std::uint32_t kMagicNanoseconds = 0xa1b23c4d;
constexpr std::int64_t kSecond = 1'000'000'000;

void put32(std::FILE* out, std::uint32_t value) { std::fwrite(&value, sizeof value, 1, out); }

std::vector<Original> load(CaptureFile& file) {
  std::vector<Original> packets;
  RawPacket raw;
  while (file.next(raw) == CaptureFile::Next::packet) {
    Layers layers;
    sightglass::decode(raw, packets.size() + 1, layers);
    const bool ipv4 = layers.network == sightglass::NetworkLayer::ipv4;
    packets.push_back({{raw.bytes.begin(), raw.bytes.end()},
                       sightglass::to_ns(raw.time),
                       ipv4 ? layers.network_offset + 12 : 0});
  }
  return packets;
}

/// Both addresses into 10.copy.copy.original: the last octet still tells the stations apart.
void readdress(std::vector<std::uint8_t>& bytes, std::uint32_t offset, std::uint32_t copy) {
  for (const std::uint32_t at : {offset, offset + 4}) {
    bytes[at] = 10;
    bytes[at + 1] = static_cast<std::uint8_t>(copy >> 8);
    bytes[at + 2] = static_cast<std::uint8_t>(copy);
  }
}

void write_packet(std::FILE* out, const std::vector<std::uint8_t>& bytes, std::int64_t time_ns) {
  put32(out, static_cast<std::uint32_t>(time_ns / kSecond));
  put32(out, static_cast<std::uint32_t>(time_ns % kSecond));
  put32(out, static_cast<std::uint32_t>(bytes.size()));
  put32(out, static_cast<std::uint32_t>(bytes.size()));
  std::fwrite(bytes.data(), 1, bytes.size(), out);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: multiply IN OUT STATIONS ROUNDS\n", stderr);
    return 2;
  }
  auto opened = CaptureFile::open(argv[1]);
  std::FILE* out = opened.file ? std::fopen(argv[2], "wb") : nullptr;
  if (out == nullptr) {
    std::fprintf(stderr, "multiply: %s\n", opened.file ? argv[2] : opened.error.c_str());
    return 2;
  }
  const std::uint32_t stations = static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10));
  const std::uint32_t rounds = static_cast<std::uint32_t>(std::strtoul(argv[4], nullptr, 10));
  std::vector<Original> packets = load(*opened.file);
  if (packets.empty()) return 2;
  const std::int64_t length = packets.back().time_ns - packets.front().time_ns + kSecond;
  const std::uint16_t version[2] = {2, 4};
  put32(out, kMagicNanoseconds);
  std::fwrite(version, sizeof version, 1, out);
  for (const std::uint32_t word : {0u, 0u, 262'144u, 1u}) put32(out, word);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    for (auto& packet : packets) {
      for (std::uint32_t station = 0; station < stations; ++station) {
        if (packet.address_offset != 0) {
          readdress(packet.bytes, packet.address_offset, round * stations + station);
        }
        write_packet(out, packet.bytes, packet.time_ns + round * length + station);
      }
    }
  }
  std::printf("%llu packets\n",
              static_cast<unsigned long long>(packets.size()) * stations * rounds);
  return std::fclose(out) == 0 ? 0 : 1;
}
