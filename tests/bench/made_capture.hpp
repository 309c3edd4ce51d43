// Captures for the benchmark: frames written as a station would send them.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass::bench {

inline constexpr std::int64_t kMicrosecond = 1'000;
inline constexpr std::int64_t kSecond = 1'000'000'000;

/// Bytes of a PDU, put together in either byte order.
class Octets {
 public:
  Octets& u8(std::uint64_t value) { return big(value, 1); }
  Octets& u16(std::uint64_t value) { return big(value, 2); }
  Octets& u32(std::uint64_t value) { return big(value, 4); }
  Octets& le16(std::uint64_t value) { return little(value, 2); }
  Octets& le32(std::uint64_t value) { return little(value, 4); }
  Octets& le64(std::uint64_t value) { return little(value, 8); }
  Octets& text(std::string_view text);
  Octets& add(const Octets& more);
  /// Writes over what stands at `offset`.
  void put16(std::size_t offset, std::uint64_t value);
  void put_le32(std::size_t offset, std::uint64_t value);

  std::size_t size() const { return bytes_.size(); }
  const std::uint8_t* data() const { return bytes_.data(); }

 private:
  Octets& big(std::uint64_t value, int bytes);
  Octets& little(std::uint64_t value, int bytes);

  std::vector<std::uint8_t> bytes_;
};

struct Station {
  std::uint32_t address = 0;  ///< IPv4, host order; its MAC address is made of it
  std::uint16_t port = 0;
};

/// Writes a pcap file (nanoseconds, Ethernet). Counts what it writes.
class MadeCapture {
 public:
  /// Null when the file can not be made.
  static std::unique_ptr<MadeCapture> create(const std::string& path);
  ~MadeCapture();
  MadeCapture(const MadeCapture&) = delete;
  MadeCapture& operator=(const MadeCapture&) = delete;

  /// An IPv4 packet of `transport` (header and payload) at `time`, ns since 1970.
  void packet(std::int64_t time, const Station& from, const Station& to, std::uint8_t protocol,
              const Octets& transport);
  void udp(std::int64_t time, const Station& from, const Station& to, const Octets& payload);

  std::uint64_t packets() const { return packets_; }
  std::uint64_t requests = 0;  ///< of the industrial protocols, counted by who writes them
  /// False when the disk was full.
  bool close();

 private:
  explicit MadeCapture(std::FILE* file) : file_(file) {}
  void word(std::uint32_t value) { std::fwrite(&value, sizeof value, 1, file_); }

  std::FILE* file_;
  std::uint64_t packets_ = 0;
};

/// A TCP connection with its sequence numbers. Acknowledgments ride on data.
class Connection {
 public:
  Connection(const Station& client, const Station& server) : stations_{client, server} {}

  /// The handshake: three packets, one microsecond apart.
  void open(MadeCapture& capture, std::int64_t time);
  /// Only the SYN.
  void attempt(MadeCapture& capture, std::int64_t time);
  void request(MadeCapture& capture, std::int64_t time, const Octets& payload) {
    send(capture, time, 0, kPushAck, payload);
  }
  void answer(MadeCapture& capture, std::int64_t time, const Octets& payload) {
    send(capture, time, 1, kPushAck, payload);
  }

 private:
  static constexpr std::uint8_t kSyn = 0x02, kAck = 0x10, kPushAck = 0x18;
  void send(MadeCapture& capture, std::int64_t time, int side, std::uint8_t flags,
            const Octets& payload);

  Station stations_[2];
  std::uint32_t next_[2] = {1000, 2000};
};

}  // namespace sightglass::bench
