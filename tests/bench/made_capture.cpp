#include "tests/bench/made_capture.hpp"

namespace sightglass::bench {

Octets& Octets::big(std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) bytes_.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  return *this;
}

Octets& Octets::little(std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  return *this;
}

Octets& Octets::text(std::string_view text) {
  bytes_.insert(bytes_.end(), text.begin(), text.end());
  return *this;
}

Octets& Octets::add(const Octets& more) {
  bytes_.insert(bytes_.end(), more.bytes_.begin(), more.bytes_.end());
  return *this;
}

void Octets::put16(std::size_t offset, std::uint64_t value) {
  bytes_[offset] = static_cast<std::uint8_t>(value >> 8);
  bytes_[offset + 1] = static_cast<std::uint8_t>(value);
}

void Octets::put_le32(std::size_t offset, std::uint64_t value) {
  for (std::size_t i = 0; i < 4; ++i) {
    bytes_[offset + i] = static_cast<std::uint8_t>(value >> 8 * i);
  }
}

std::unique_ptr<MadeCapture> MadeCapture::create(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return nullptr;
  std::unique_ptr<MadeCapture> capture(new MadeCapture(file));
  constexpr std::uint32_t kMagicNanoseconds = 0xa1b23c4d;
  constexpr std::uint32_t kVersion = 2 | 4 << 16;
  for (const std::uint32_t value : {kMagicNanoseconds, kVersion, 0u, 0u, 262'144u, 1u}) {
    capture->word(value);
  }
  return capture;
}

MadeCapture::~MadeCapture() { close(); }

bool MadeCapture::close() {
  if (file_ == nullptr) return true;
  const bool written = std::ferror(file_) == 0;
  const bool closed = std::fclose(file_) == 0;
  file_ = nullptr;
  return written && closed;
}

void MadeCapture::packet(std::int64_t time, const Station& from, const Station& to,
                         std::uint8_t protocol, const Octets& transport) {
  Octets frame;
  for (const std::uint32_t address : {to.address, from.address}) frame.u16(0x0200).u32(address);
  constexpr std::uint32_t kHeader = 20;
  frame.u16(0x0800).u16(0x4500).u16(kHeader + transport.size());
  frame.u16(packets_ & 0xffff).u16(0x4000).u8(64).u8(protocol).u16(0);
  frame.u32(from.address).u32(to.address).add(transport);
  word(static_cast<std::uint32_t>(time / kSecond));
  word(static_cast<std::uint32_t>(time % kSecond));
  word(static_cast<std::uint32_t>(frame.size()));
  word(static_cast<std::uint32_t>(frame.size()));
  std::fwrite(frame.data(), frame.size(), 1, file_);
  ++packets_;
}

void MadeCapture::udp(std::int64_t time, const Station& from, const Station& to,
                      const Octets& payload) {
  constexpr std::uint8_t kUdp = 17;
  Octets datagram;
  datagram.u16(from.port).u16(to.port).u16(8 + payload.size()).u16(0).add(payload);
  packet(time, from, to, kUdp, datagram);
}

void Connection::send(MadeCapture& capture, std::int64_t time, int side, std::uint8_t flags,
                      const Octets& payload) {
  constexpr std::uint8_t kTcp = 6;
  const Station& from = stations_[side];
  const Station& to = stations_[1 - side];
  Octets segment;
  segment.u16(from.port).u16(to.port).u32(next_[side]);
  segment.u32((flags & kAck) != 0 ? next_[1 - side] : 0);
  segment.u16(0x5000u | flags).u16(8192).u32(0).add(payload);
  capture.packet(time, from, to, kTcp, segment);
  next_[side] += static_cast<std::uint32_t>(payload.size());
  if ((flags & kSyn) != 0) ++next_[side];
}

void Connection::attempt(MadeCapture& capture, std::int64_t time) {
  send(capture, time, 0, kSyn, {});
}

void Connection::open(MadeCapture& capture, std::int64_t time) {
  send(capture, time, 0, kSyn, {});
  send(capture, time + kMicrosecond, 1, kSyn | kAck, {});
  send(capture, time + 2 * kMicrosecond, 0, kAck, {});
}

}  // namespace sightglass::bench
