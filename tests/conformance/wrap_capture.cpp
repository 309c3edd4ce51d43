// wrap_capture IN DIRECTORY: writes the packets of a capture in every tunnel and with every tag,
// one file for each, and one with them in IP fragments. For layers.py.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "sensor/capture/capture_file.hpp"
#include "sensor/capture/pcapng_writer.hpp"
#include "sensor/packet/decode.hpp"
#include "tests/sensor/packet/wrapping.hpp"

namespace sightglass {
namespace {

/// The IPv4 packet of `frame` in fragments of `size` bytes; the frame itself when it has none.
std::vector<test::Octets> fragments(const test::Octets& frame, std::size_t size,
                                    std::uint16_t identification) {
  Layers layers;
  decode(test::raw(frame), 1, layers);
  const bool plain = layers.network == NetworkLayer::ipv4 && layers.outer.empty() &&
                     layers.fault == LayerFault::none;
  if (!plain) return {frame};
  const auto head = static_cast<std::ptrdiff_t>(layers.transport_offset);
  const auto end = static_cast<std::ptrdiff_t>(layers.payload_offset + layers.payload_length);
  std::vector<test::Octets> out;
  for (std::ptrdiff_t at = head; at < end; at += static_cast<std::ptrdiff_t>(size)) {
    const std::ptrdiff_t stop = std::min(end, at + static_cast<std::ptrdiff_t>(size));
    test::Octets one(frame.begin(), frame.begin() + head);
    one.insert(one.end(), frame.begin() + at, frame.begin() + stop);
    const std::size_t ip = layers.network_offset;
    const std::size_t total = one.size() - ip;
    const auto offset = static_cast<std::size_t>(at - head) / 8 | (stop < end ? 0x2000u : 0u);
    one[ip + 2] = static_cast<std::uint8_t>(total >> 8);
    one[ip + 3] = static_cast<std::uint8_t>(total);
    one[ip + 4] = static_cast<std::uint8_t>(identification >> 8);
    one[ip + 5] = static_cast<std::uint8_t>(identification);
    one[ip + 6] = static_cast<std::uint8_t>(offset >> 8);
    one[ip + 7] = static_cast<std::uint8_t>(offset);
    out.push_back(one);
  }
  return out;
}

class Output {
 public:
  explicit Output(std::filesystem::path path) : path_(std::move(path)) {
    writer_.add_interface(1, 0, {});
  }
  void add(Timestamp time, const test::Octets& bytes) {
    writer_.add_packet(0, time, bytes, static_cast<std::uint32_t>(bytes.size()), {});
  }
  bool write() {
    std::ofstream file(path_, std::ios::binary);
    file << writer_.gathered();
    return file.good();
  }

 private:
  std::filesystem::path path_;
  PcapngWriter writer_{{}, {}};
};

bool run(const std::string& capture, const std::filesystem::path& directory) {
  const auto opened = CaptureFile::open(capture);
  if (!opened.file) return false;
  std::vector<Output> outputs;
  for (const test::Wrapping& wrapping : test::wrappings()) {
    outputs.emplace_back(directory / (std::string(wrapping.name) + ".pcapng"));
  }
  Output in_fragments(directory / "fragments.pcapng");
  RawPacket packet;
  std::uint16_t identification = 0;
  constexpr std::size_t kFragment = 24;
  while (opened.file->next(packet) == PacketSource::Next::packet) {
    const test::Octets bytes(packet.bytes.begin(), packet.bytes.end());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      outputs[i].add(packet.time, test::wrappings()[i].wrap(bytes));
    }
    for (const test::Octets& one : fragments(bytes, kFragment, ++identification)) {
      in_fragments.add(packet.time, one);
    }
  }
  bool good = in_fragments.write();
  for (Output& output : outputs) good = output.write() && good;
  return good;
}

}  // namespace
}  // namespace sightglass

int main(int count, char** arguments) {
  if (count != 3 || !sightglass::run(arguments[1], arguments[2])) {
    std::fprintf(stderr, "usage: wrap_capture CAPTURE DIRECTORY\n");
    return 2;
  }
  return 0;
}
