// pcapng: draft-ietf-opsawg-pcapng. Sections of either byte order, interfaces of any link type.
#include <algorithm>
#include <limits>

#include "sensor/capture/capture_format.hpp"
#include "sensor/capture/pcapng_blocks.hpp"

namespace sightglass {
namespace {

// Of blocks that are read; others are skipped whatever their size. Leaves room for comments.
constexpr std::uint32_t kMaxBlockBytes = kMaxPacketBytes + 256 * 1024;
// Of one file: a name per interface is kept, so their number is limited.
constexpr std::size_t kMaxInterfaces = 65536;
static_assert(kMaxBlockBytes <= CaptureInput::kReadWindow);

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

/// Turns an interface's time stamps into nanoseconds (options if_tsresol, if_tsoffset).
class TimeScale {
 public:
  /// False when the resolution is finer than anything a 64-bit stamp can hold.
  bool set_resolution(std::uint8_t code) {
    const unsigned exponent = code & 0x7f;
    if ((code & 0x80) != 0) {
      if (exponent > 63) return false;
      ticks_per_second_ = std::uint64_t{1} << exponent;
      return true;
    }
    if (exponent > 19) return false;
    ticks_per_second_ = 1;
    for (unsigned i = 0; i < exponent; ++i) ticks_per_second_ *= 10;
    return true;
  }
  void set_offset(std::int64_t seconds) { offset_seconds_ = seconds; }

  Timestamp at(std::uint64_t stamp) const {
    if (ticks_per_second_ == 1'000'000 && offset_seconds_ == 0 && stamp < kMaxMicroseconds) {
      return timestamp_from_ns(static_cast<std::int64_t>(stamp * 1000));
    }
    const std::uint64_t fraction =
        static_cast<std::uint64_t>(static_cast<unsigned __int128>(stamp % ticks_per_second_) *
                                   kNsPerSecond / ticks_per_second_);
    const __int128 ns = (static_cast<__int128>(stamp / ticks_per_second_) + offset_seconds_) *
                            static_cast<__int128>(kNsPerSecond) +
                        fraction;
    constexpr __int128 kLow = std::numeric_limits<std::int64_t>::min();
    constexpr __int128 kHigh = std::numeric_limits<std::int64_t>::max();
    return timestamp_from_ns(static_cast<std::int64_t>(std::clamp(ns, kLow, kHigh)));
  }

 private:
  static constexpr std::uint64_t kMaxMicroseconds =
      static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / 1000;
  std::uint64_t ticks_per_second_ = 1'000'000;
  std::int64_t offset_seconds_ = 0;
};

/// Drops are reported as totals (statistics blocks) or beside packets; some writers do both.
struct InterfaceState {
  TimeScale time;
  std::uint64_t dropped_by_interface = 0;
  std::uint64_t dropped_by_system = 0;
  std::uint64_t dropped_beside_packets = 0;
};

class PcapngFormat : public CaptureFormat {
 public:
  bool next(CaptureInput& input, RawPacket& packet) override;
  CaptureLoss loss() const override;
  bool read_section(CaptureInput& input);

 private:
  struct PacketHead {
    std::uint32_t interface = 0, captured = 0, original = 0;
    std::uint64_t stamp = 0;
    bool stamped = true;
  };

  std::uint16_t u16(ByteReader& reader) const { return big_endian_ ? reader.u16() : reader.le16(); }
  std::uint32_t u32(ByteReader& reader) const { return big_endian_ ? reader.u32() : reader.le32(); }
  std::uint64_t u64(ByteReader& reader) const { return big_endian_ ? reader.u64() : reader.le64(); }
  bool damaged(const CaptureInput& input, std::string detail) {
    return stop(CaptureEnd::Kind::damaged, input.position(), std::move(detail));
  }
  bool frame_block(CaptureInput& input, std::uint32_t& type, std::uint32_t& length);
  bool read_body(CaptureInput& input, std::uint32_t length, Bytes& body);
  bool read_interface(const CaptureInput& input, Bytes body);
  void read_statistics(Bytes body);
  bool read_packet(const CaptureInput& input, std::uint32_t type, Bytes body, RawPacket& packet);
  PacketHead read_packet_head(std::uint32_t type, ByteReader& reader);
  void read_drop_count(ByteReader options, InterfaceState& interface);
  /// Calls `visit(code, value)` for each option until their end or the first one that is not whole.
  template <typename Visit>
  void each_option(ByteReader reader, Visit visit) const {
    while (reader.remaining() >= 4) {
      const std::uint16_t code = u16(reader);
      const std::uint16_t length = u16(reader);
      if (code == pcapng::kEndOfOptions) return;
      const Bytes value = reader.bytes(length);
      if (!reader.ok()) return;
      visit(code, value);
      reader.skip(std::min<std::size_t>(pcapng::padded(length) - length, reader.remaining()));
    }
  }

  bool big_endian_ = false;
  std::size_t section_first_ = 0;  // index of the section's first interface
  std::vector<InterfaceState> states_;
  std::size_t held_ = 0;
  std::uint64_t received_ = 0;
  Timestamp last_time_{};
};

CaptureLoss PcapngFormat::loss() const {
  CaptureLoss loss{received_, 0, 0};
  for (const InterfaceState& state : states_) {
    loss.dropped_by_interface += state.dropped_by_interface;
    const std::uint64_t total = state.dropped_by_interface + state.dropped_by_system;
    const std::uint64_t beside = state.dropped_beside_packets;
    loss.dropped_by_kernel += state.dropped_by_system + (beside > total ? beside - total : 0);
  }
  return loss;
}

bool PcapngFormat::read_section(CaptureInput& input) {
  const Bytes start = input.peek(16);
  ByteReader reader(start);
  reader.skip(8);
  const std::uint32_t order = reader.u32();
  if (!reader.ok()) return stop_short(input, "a section header is cut off");
  if (order != pcapng::kByteOrderMagic && order != 0x4d3c2b1a) {
    return damaged(input, "a section header without a byte order");
  }
  big_endian_ = order == pcapng::kByteOrderMagic;
  const std::uint16_t major = u16(reader);
  if (reader.ok() && major != 1) {
    return damaged(input, "pcapng version " + std::to_string(major) + " is not known");
  }
  section_first_ = interfaces_.size();
  return true;
}

bool PcapngFormat::frame_block(CaptureInput& input, std::uint32_t& type, std::uint32_t& length) {
  const Bytes start = input.peek(8);
  if (start.size() < 8) {
    if (!start.empty() || !input.failure().empty()) {
      return stop_short(input, "the last block header is cut off");
    }
    return stop(CaptureEnd::Kind::complete, input.position(), {});
  }
  ByteReader reader(start);
  type = u32(reader);
  if (type == pcapng::kSectionHeader && !read_section(input)) return false;
  length = u32(reader);
  if (length < pcapng::kBlockFrame || length % 4 != 0) {
    return damaged(input, "a block of " + std::to_string(length) + " bytes can not be");
  }
  return true;
}

bool PcapngFormat::read_body(CaptureInput& input, std::uint32_t length, Bytes& body) {
  if (length > kMaxBlockBytes) {
    return damaged(input, "a block claims " + std::to_string(length) + " bytes");
  }
  const Bytes block = input.peek(length);
  if (block.size() < length) return stop_short(input, "the last block is cut off");
  ByteReader trailer(block.subspan(length - 4, 4));
  if (u32(trailer) != length) return damaged(input, "the two lengths of a block differ");
  body = block.subspan(8, length - pcapng::kBlockFrame);
  return true;
}

bool PcapngFormat::read_interface(const CaptureInput& input, Bytes body) {
  if (interfaces_.size() >= kMaxInterfaces) return damaged(input, "too many interfaces");
  ByteReader reader(body);
  CaptureInterface interface;
  interface.link_type = u16(reader);
  reader.skip(2);
  interface.snap_length = u32(reader);
  if (!reader.ok()) return damaged(input, "an interface description is too short");
  InterfaceState state;
  bool resolution_known = true;
  each_option(reader, [&](std::uint16_t code, Bytes value) {
    ByteReader option(value);
    if (code == pcapng::kInterfaceName) interface.name = as_text(value);
    if (code == pcapng::kTimeResolution && value.size() == 1) {
      resolution_known = state.time.set_resolution(option.u8());
    }
    if (code == pcapng::kTimeOffset && value.size() == 8) {
      state.time.set_offset(static_cast<std::int64_t>(u64(option)));
    }
  });
  if (!resolution_known) return damaged(input, "an interface's time resolution can not be");
  interfaces_.push_back(std::move(interface));
  states_.push_back(state);
  return true;
}

void PcapngFormat::read_statistics(Bytes body) {
  ByteReader reader(body);
  const std::size_t index = section_first_ + u32(reader);
  reader.skip(8);  // when the counts were taken
  if (!reader.ok() || index >= states_.size()) return;
  InterfaceState& state = states_[index];
  each_option(reader, [&](std::uint16_t code, Bytes value) {
    if (value.size() != 8) return;
    ByteReader option(value);
    if (code == pcapng::kDroppedByInterface) state.dropped_by_interface = u64(option);
    if (code == pcapng::kDroppedBySystem) state.dropped_by_system = u64(option);
  });
}

PcapngFormat::PacketHead PcapngFormat::read_packet_head(std::uint32_t type, ByteReader& reader) {
  PacketHead head;
  if (type == pcapng::kSimplePacket) {
    head.original = u32(reader);
    head.captured =
        std::min<std::uint32_t>(head.original, static_cast<std::uint32_t>(reader.remaining()));
    const bool described = section_first_ < interfaces_.size();
    const std::uint32_t snap = described ? interfaces_[section_first_].snap_length : 0;
    if (snap > 0) head.captured = std::min(head.captured, snap);
    head.stamped = false;
    return head;
  }
  if (type == pcapng::kObsoletePacket) {
    head.interface = u16(reader);
    const std::uint16_t drops = u16(reader);
    const std::size_t index = section_first_ + head.interface;
    if (drops != 0xffff && index < states_.size()) states_[index].dropped_beside_packets += drops;
  } else {
    head.interface = u32(reader);
  }
  const std::uint64_t high = u32(reader);
  head.stamp = high << 32 | u32(reader);
  head.captured = u32(reader);
  head.original = u32(reader);
  return head;
}

void PcapngFormat::read_drop_count(ByteReader options, InterfaceState& interface) {
  each_option(options, [&](std::uint16_t code, Bytes value) {
    if (code != pcapng::kPacketDropCount || value.size() != 8) return;
    ByteReader option(value);
    interface.dropped_beside_packets += u64(option);
  });
}

bool PcapngFormat::read_packet(const CaptureInput& input, std::uint32_t type, Bytes body,
                               RawPacket& packet) {
  ByteReader reader(body);
  const PacketHead head = read_packet_head(type, reader);
  const std::size_t index = section_first_ + head.interface;
  if (reader.ok() && index >= states_.size()) {
    return damaged(input, "a packet of an interface that was not described");
  }
  if (reader.ok() && head.captured > kMaxPacketBytes) {
    return damaged(input, "a packet claims " + std::to_string(head.captured) + " bytes");
  }
  packet.bytes = reader.bytes(head.captured);
  if (!reader.ok()) return damaged(input, "a packet is longer than its block");
  if (type == pcapng::kEnhancedPacket && reader.remaining() > 3) {
    reader.skip(pcapng::padded(head.captured) - head.captured);
    read_drop_count(reader, states_[index]);
  }
  if (head.stamped) last_time_ = states_[index].time.at(head.stamp);
  packet.time = last_time_;  // a simple packet block has none: the packet before it has
  packet.original_length = std::max(head.original, head.captured);
  packet.interface = static_cast<std::uint32_t>(index);
  packet.interface_numbered = true;
  packet.link_type = interfaces_[index].link_type;
  ++received_;
  return true;
}

bool PcapngFormat::next(CaptureInput& input, RawPacket& packet) {
  input.consume(held_);
  held_ = 0;
  while (end_.kind == CaptureEnd::Kind::reading) {
    std::uint32_t type = 0;
    std::uint32_t length = 0;
    if (!frame_block(input, type, length)) return false;
    const bool is_packet = type == pcapng::kEnhancedPacket || type == pcapng::kSimplePacket ||
                           type == pcapng::kObsoletePacket;
    const bool is_known =
        is_packet || type == pcapng::kInterfaceDescription || type == pcapng::kInterfaceStatistics;
    if (!is_known) {
      const std::uint64_t start = input.position();
      if (!input.skip(length)) {
        return stop(CaptureEnd::Kind::truncated, start,
                    input.failure().empty() ? "the last block is cut off" : input.failure());
      }
      continue;
    }
    Bytes body;
    if (!read_body(input, length, body)) return false;
    if (is_packet) {
      if (!read_packet(input, type, body, packet)) return false;
      held_ = length;
      return true;
    }
    if (type == pcapng::kInterfaceStatistics) read_statistics(body);
    if (type == pcapng::kInterfaceDescription && !read_interface(input, body)) return false;
    input.consume(length);
  }
  return false;
}

}  // namespace

RecognisedFormat recognise_pcapng(CaptureInput& input) {
  ByteReader reader(input.peek(12));
  if (reader.u32() != pcapng::kSectionHeader) return {};
  if (!reader.ok()) return {nullptr, "a pcapng file that ends within its header"};
  auto format = std::make_unique<PcapngFormat>();
  if (!format->read_section(input)) return {nullptr, format->end().detail};
  return {std::move(format), {}};
}

}  // namespace sightglass
