// What the stations of a made plant say to each other.
#pragma once

#include <cstdint>

#include "tests/bench/made_capture.hpp"

namespace sightglass::bench {

/// Two stations that talk over one connection, round after round. One value in ten answers has
/// changed.
class Dialogue {
 public:
  Dialogue(const Station& client, const Station& server) : connection_(client, server) {}
  virtual ~Dialogue() = default;
  /// Opens the connection and says what comes before the first round, all within 10 us.
  virtual void open(MadeCapture& capture, std::int64_t time) { connection_.open(capture, time); }
  /// One request and its answer.
  virtual void round(MadeCapture& capture, std::int64_t time, std::int64_t answer_time) = 0;

 protected:
  /// A request of an industrial protocol and its answer.
  void exchange(MadeCapture& capture, std::int64_t time, std::int64_t answer_time,
                const Octets& request, const Octets& answer) {
    connection_.request(capture, time, request);
    connection_.answer(capture, answer_time, answer);
    ++capture.requests;
  }
  Connection connection_;
};

/// An HMI reads four blocks of a controller in turn. Frames of 66 to 91 bytes.
class ModbusPolling final : public Dialogue {
 public:
  using Dialogue::Dialogue;
  static constexpr std::uint16_t kPort = 502;
  void round(MadeCapture& capture, std::int64_t time, std::int64_t answer_time) override;

 private:
  std::uint64_t rounds_ = 0;
};

/// An HMI reads three variables of an S7 controller with each job.
class S7Reading final : public Dialogue {
 public:
  using Dialogue::Dialogue;
  static constexpr std::uint16_t kPort = 102;
  void open(MadeCapture& capture, std::int64_t time) override;
  void round(MadeCapture& capture, std::int64_t time, std::int64_t answer_time) override;

 private:
  std::uint16_t reference_ = 0;
};

/// A server tells a client of five changed values with each answer to Publish. Policy None.
class OpcUaPublishing final : public Dialogue {
 public:
  using Dialogue::Dialogue;
  static constexpr std::uint16_t kPort = 4840;
  void open(MadeCapture& capture, std::int64_t time) override;
  void round(MadeCapture& capture, std::int64_t time, std::int64_t answer_time) override;

 private:
  Octets service(std::uint16_t type, const Octets& body);

  std::uint32_t sequence_ = 0;
  std::uint32_t request_ = 0;
};

/// What an office has beside: pages over HTTP, of a few full segments.
class Browsing final : public Dialogue {
 public:
  using Dialogue::Dialogue;
  static constexpr std::uint16_t kPort = 80;
  void round(MadeCapture& capture, std::int64_t time, std::int64_t answer_time) override;
};

/// Records of TLS that nobody can read.
class Encrypted final : public Dialogue {
 public:
  using Dialogue::Dialogue;
  static constexpr std::uint16_t kPort = 443;
  void round(MadeCapture& capture, std::int64_t time, std::int64_t answer_time) override;

 private:
  std::uint64_t noise_ = 1;
};

}  // namespace sightglass::bench
