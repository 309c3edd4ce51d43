// pcap: draft-ietf-opsawg-pcap, in micro- and nanoseconds and either byte order.
#include <array>

#include "sensor/capture/capture_format.hpp"

namespace sightglass {
namespace {

constexpr std::size_t kFileHeader = 24;
constexpr std::size_t kPacketHeader = 16;

struct Magic {
  std::uint32_t value;  // as the file's writer means it
  std::int64_t ns_per_tick;
};
constexpr std::array<Magic, 2> kMagics = {{{0xa1b2c3d4, 1000}, {0xa1b23c4d, 1}}};
// Patched libpcaps of around 2000 wrote longer packet headers under these.
constexpr std::array<std::uint32_t, 2> kModifiedMagics = {0xa1b2cd34, 0xa1b234cd};

class PcapFormat : public CaptureFormat {
 public:
  PcapFormat(bool big_endian, std::int64_t ns_per_tick, std::uint16_t link_type,
             std::uint32_t snap_length)
      : big_endian_(big_endian), ns_per_tick_(ns_per_tick), link_type_(link_type) {
    interfaces_.push_back({"", link_type, snap_length});
  }

  bool next(CaptureInput& input, RawPacket& packet) override {
    input.consume(held_);
    held_ = 0;
    if (end_.kind != CaptureEnd::Kind::reading) return false;
    const Bytes header = input.peek(kPacketHeader);
    if (header.size() < kPacketHeader) return stop_in_header(input, header.size());
    ByteReader reader(header);
    const std::uint32_t seconds = u32(reader);
    const std::uint32_t fraction = u32(reader);
    const std::uint32_t captured = u32(reader);
    const std::uint32_t original = u32(reader);
    if (captured > kMaxPacketBytes) {
      return stop(CaptureEnd::Kind::damaged, input.position(),
                  "a packet claims " + std::to_string(captured) + " bytes");
    }
    const Bytes record = input.peek(kPacketHeader + captured);
    if (record.size() < kPacketHeader + captured) {
      return stop_short(input, "the last packet is cut off");
    }
    held_ = kPacketHeader + captured;
    packet.bytes = record.subspan(kPacketHeader, captured);
    packet.time = timestamp_from_ns(std::int64_t{seconds} * 1'000'000'000 +
                                    std::int64_t{fraction} * ns_per_tick_);
    packet.original_length = original < captured ? captured : original;
    packet.interface = 0;
    packet.interface_numbered = false;
    packet.link_type = link_type_;
    ++received_;
    return true;
  }

  CaptureLoss loss() const override { return {received_, 0, 0}; }

 private:
  std::uint32_t u32(ByteReader& reader) const { return big_endian_ ? reader.u32() : reader.le32(); }

  bool stop_in_header(const CaptureInput& input, std::size_t left) {
    if (left > 0 || !input.failure().empty()) {
      return stop_short(input, "the last packet header is cut off");
    }
    return stop(CaptureEnd::Kind::complete, input.position(), {});
  }

  bool big_endian_;
  std::int64_t ns_per_tick_;
  std::uint16_t link_type_;
  std::size_t held_ = 0;  // of the packet handed out last: consumed at the next call
  std::uint64_t received_ = 0;
};

}  // namespace

RecognisedFormat recognise_pcap(CaptureInput& input) {
  const Bytes header = input.peek(kFileHeader);
  for (const bool big_endian : {false, true}) {
    ByteReader reader(header);
    const std::uint32_t magic = big_endian ? reader.u32() : reader.le32();
    for (const std::uint32_t modified : kModifiedMagics) {
      if (reader.ok() && magic == modified) {
        return {nullptr, "a modified pcap of an old patched libpcap; convert it with editcap"};
      }
    }
    for (const Magic& known : kMagics) {
      if (!reader.ok() || magic != known.value) continue;
      reader.skip(12);  // version, time zone, accuracy: constant in practice
      const std::uint32_t snap_length = big_endian ? reader.u32() : reader.le32();
      const std::uint32_t network = big_endian ? reader.u32() : reader.le32();
      if (!reader.ok()) return {nullptr, "a pcap file that ends within its header"};
      input.consume(kFileHeader);
      const auto link_type = static_cast<std::uint16_t>(network & 0xffff);  // above: FCS length
      return {std::make_unique<PcapFormat>(big_endian, known.ns_per_tick, link_type, snap_length),
              {}};
    }
  }
  return {};
}

}  // namespace sightglass
