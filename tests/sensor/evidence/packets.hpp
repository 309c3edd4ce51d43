// Small Modbus conversations for the evidence tests, and slices read back.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "rules/alert/alert.hpp"
#include "sensor/capture/capture_file.hpp"
#include "sensor/packet/decode.hpp"

namespace sightglass::sample {

class RecordDirectory {
 public:
  RecordDirectory() {
    std::string name = "/tmp/sightglass-evidence-XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
    std::filesystem::create_directory(path_ / "evidence");
  }
  ~RecordDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  RecordDirectory(const RecordDirectory&) = delete;
  RecordDirectory& operator=(const RecordDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline Timestamp at_ms(std::int64_t milliseconds) {
  return timestamp_from_ns(1'600'000'000'000'000'000 + milliseconds * 1'000'000);
}

/// An Ethernet frame with IPv4 and TCP: 10.0.0.`client` to 10.0.0.`server` port 502, or back.
class Packet {
 public:
  Packet(std::uint8_t client, std::uint8_t server, std::int64_t milliseconds, bool answer = false,
         std::size_t payload = 12) {
    const std::uint8_t from = answer ? server : client, to = answer ? client : server;
    const std::uint8_t source_port[2] = {0xc0, client}, service_port[2] = {0x01, 0xf6};
    bytes_ = {2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, 0x08, 0x00};
    const auto length = static_cast<std::uint16_t>(40 + payload);
    const std::uint8_t ip[20] = {0x45,
                                 0,
                                 static_cast<std::uint8_t>(length >> 8),
                                 static_cast<std::uint8_t>(length),
                                 0,
                                 0,
                                 0,
                                 0,
                                 64,
                                 6,
                                 0,
                                 0,
                                 10,
                                 0,
                                 0,
                                 from,
                                 10,
                                 0,
                                 0,
                                 to};
    bytes_.insert(bytes_.end(), std::begin(ip), std::end(ip));
    const auto& one = answer ? service_port : source_port;
    const auto& other = answer ? source_port : service_port;
    const std::uint8_t tcp[20] = {one[0], one[1], other[0], other[1], 0, 0, 0, 1, 0, 0,
                                  0,      1,      0x50,     0x18,     1, 0, 0, 0, 0, 0};
    bytes_.insert(bytes_.end(), std::begin(tcp), std::end(tcp));
    bytes_.resize(bytes_.size() + payload, 0x5a);
    time_ = at_ms(milliseconds);
  }

  RawPacket raw() const {
    RawPacket packet;
    packet.bytes = bytes_;
    packet.time = time_;
    packet.original_length = static_cast<std::uint32_t>(bytes_.size());
    packet.link_type = 1;
    return packet;
  }
  Layers layers(std::uint64_t number) const {
    Layers layers;
    decode(raw(), number, layers);
    return layers;
  }

 private:
  std::vector<std::uint8_t> bytes_;
  Timestamp time_;
};

inline Alert alert_of(std::uint8_t tag, std::uint8_t client, std::uint8_t server,
                      std::vector<std::uint64_t> frames, std::int64_t first_ms,
                      std::int64_t last_ms) {
  Alert alert;
  alert.id.bytes[15] = tag;
  alert.kind = "CTL-013";
  alert.sentence = "10.0.0.1 wrote coil 7";
  alert.source.ip = IpAddress::v4(0x0a000000u | client);
  alert.target.ip = IpAddress::v4(0x0a000000u | server);
  alert.target.port = 502;
  alert.transport = TransportLayer::tcp;
  alert.frames = std::move(frames);
  alert.first_seen = at_ms(first_ms);
  alert.last_seen = at_ms(last_ms);
  return alert;
}

/// What stands in a slice: milliseconds of its packets after at_ms(0), in file order.
inline std::vector<std::int64_t> times_in(const std::filesystem::path& file) {
  std::vector<std::int64_t> times;
  auto opened = CaptureFile::open(file.string());
  EXPECT_NE(opened.file, nullptr) << opened.error;
  if (opened.file == nullptr) return times;
  RawPacket packet;
  while (opened.file->next(packet) == PacketSource::Next::packet) {
    times.push_back((to_ns(packet.time) - to_ns(at_ms(0))) / 1'000'000);
  }
  EXPECT_EQ(opened.file->end().kind, CaptureEnd::Kind::complete) << opened.file->end().detail;
  return times;
}

inline std::string contents(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline std::size_t occurrences(const std::string& text, const std::string& of) {
  std::size_t count = 0;
  for (std::size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++count;
  return count;
}

}  // namespace sightglass::sample
