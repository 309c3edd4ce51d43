// Rows for the store's tests, and a directory that goes away.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "store/record_reader.hpp"
#include "store/record_writer.hpp"

namespace sightglass::sample {

/// Lives in /tmp so that another user can be let in.
class Directory {
 public:
  Directory() {
    std::string name = "/tmp/sightglass-store-XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline AlertId id(std::uint64_t number) {
  AlertId result;
  for (std::size_t i = 0; i < 8; ++i) {
    result.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return result;
}

inline Timestamp at(std::int64_t seconds) {
  return timestamp_from_ns((1'600'000'000 + seconds) * 1'000'000'000);
}

/// An alert as the judge makes them; `number` tells it from others.
inline Alert alert(std::uint64_t number) {
  Alert result;
  result.id = id(number);
  result.kind = "CTL-013";
  result.signature_id = 2013;
  result.signature = "Write from an unauthorised station";
  result.sentence = "192.168.1.100 wrote holding register 40 of PLC-" + std::to_string(number);
  result.severity = Severity::critical;
  result.category = Category::control;
  result.first_seen = at(static_cast<std::int64_t>(number));
  result.last_seen = at(static_cast<std::int64_t>(number) + 1);
  result.count = 1;
  result.source.ip = IpAddress::v4(0xc0a80164);
  result.target.ip = IpAddress::v4(0xc0a80102);
  result.target.port = 502;
  result.transport = TransportLayer::tcp;
  result.protocol = Protocol::modbus;
  result.frames = {number};
  return result;
}

inline std::unique_ptr<RecordWriter> writer(const std::filesystem::path& file,
                                            WriterSettings settings = WriterSettings::live()) {
  // What is kept is of then: by the clock on the wall retention would take it at once.
  if (!settings.now) settings.now = [] { return at(1000); };
  auto opened = RecordWriter::open(file, {}, std::move(settings));
  EXPECT_TRUE(opened.error.ok()) << opened.error.message;
  return std::move(opened.writer);
}

inline std::unique_ptr<RecordReader> reader(const std::filesystem::path& file) {
  auto opened = RecordReader::open(file);
  EXPECT_TRUE(opened.error.ok()) << opened.error.message;
  return std::move(opened.reader);
}

inline Batch batch_of(std::vector<Alert> alerts) {
  Batch batch;
  batch.alerts = std::move(alerts);
  return batch;
}

}  // namespace sightglass::sample
