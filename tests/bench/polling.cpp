// Makes a capture of Modbus polling, as most packets of a plant are: one HMI keeps a session open
// to each controller and reads the same blocks round after round; one value in ten answers has
// changed. Acknowledgments ride on data, frames are 66 to 91 bytes long.
// usage: polling OUT STATIONS POLLS_PER_SECOND PACKETS
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <vector>

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::uint32_t kHmi = 0x0a000001;
constexpr std::uint32_t kFirstController = 0x0a010000;

/// What a poll asks for, in turn.
struct Block {
  std::uint8_t function;
  std::uint16_t first, count;
  std::size_t answer_bytes() const { return function <= 2 ? (count + 7u) / 8 : 2u * count; }
};
constexpr std::array<Block, 4> kBlocks = {{{3, 0, 10}, {4, 100, 14}, {1, 0, 24}, {3, 40, 4}}};

struct Session {
  std::uint32_t controller;
  std::uint16_t port;
  std::uint16_t transaction = 0;
  std::uint32_t client_sequence, server_sequence;
};

class Frame {
 public:
  void u8(std::uint8_t value) { bytes_[size_++] = value; }
  void u16(std::uint16_t value) {
    u8(static_cast<std::uint8_t>(value >> 8));
    u8(static_cast<std::uint8_t>(value));
  }
  void u32(std::uint32_t value) {
    u16(static_cast<std::uint16_t>(value >> 16));
    u16(static_cast<std::uint16_t>(value));
  }
  void clear() { size_ = 0; }
  const std::uint8_t* data() const { return bytes_.data(); }
  std::size_t size() const { return size_; }

 private:
  std::array<std::uint8_t, 1600> bytes_{};
  std::size_t size_ = 0;
};

class Writer {
 public:
  explicit Writer(std::FILE* out) : out_(out) {
    constexpr std::uint32_t kMagicNanoseconds = 0xa1b23c4d;
    word(kMagicNanoseconds);
    const std::uint16_t version[2] = {2, 4};
    std::fwrite(version, sizeof version, 1, out_);
    for (const std::uint32_t value : {0u, 0u, 262'144u, 1u}) word(value);
  }

  void packet(std::int64_t time, const Session& session, bool to_controller, std::uint8_t flags,
              const Frame& payload) {
    constexpr std::uint32_t kHeaders = 20 + 20;
    frame_.clear();
    const std::uint32_t source = to_controller ? kHmi : session.controller;
    const std::uint32_t destination = to_controller ? session.controller : kHmi;
    for (const std::uint32_t address : {destination, source}) {  // MAC addresses
      frame_.u16(0x0200);
      frame_.u32(address);
    }
    frame_.u16(0x0800);
    frame_.u16(0x4500);
    frame_.u16(static_cast<std::uint16_t>(kHeaders + payload.size()));
    frame_.u16(static_cast<std::uint16_t>(written_));
    frame_.u16(0x4000);
    frame_.u16(0x4006);  // time to live, TCP
    frame_.u16(0);
    frame_.u32(source);
    frame_.u32(destination);
    frame_.u16(to_controller ? session.port : 502);
    frame_.u16(to_controller ? 502 : session.port);
    frame_.u32(to_controller ? session.client_sequence : session.server_sequence);
    frame_.u32(to_controller ? session.server_sequence : session.client_sequence);
    frame_.u16(static_cast<std::uint16_t>(0x5000 | flags));
    frame_.u16(8192);
    frame_.u32(0);
    for (std::size_t i = 0; i < payload.size(); ++i) frame_.u8(payload.data()[i]);
    word(static_cast<std::uint32_t>(time / kSecond));
    word(static_cast<std::uint32_t>(time % kSecond));
    word(static_cast<std::uint32_t>(frame_.size()));
    word(static_cast<std::uint32_t>(frame_.size()));
    std::fwrite(frame_.data(), frame_.size(), 1, out_);
    ++written_;
  }
  std::uint64_t written() const { return written_; }

 private:
  void word(std::uint32_t value) { std::fwrite(&value, sizeof value, 1, out_); }
  std::FILE* out_;
  Frame frame_;
  std::uint64_t written_ = 0;
};

constexpr std::uint8_t kSyn = 0x02, kAck = 0x10, kPushAck = 0x18;

void connect(Writer& writer, Session& session, std::int64_t time) {
  const Frame nothing;
  writer.packet(time, session, true, kSyn, nothing);
  ++session.client_sequence;
  writer.packet(time + 1000, session, false, kSyn | kAck, nothing);
  ++session.server_sequence;
  writer.packet(time + 2000, session, true, kAck, nothing);
}

/// A request at `time` and its answer at `answer_time`, ns.
void poll(Writer& writer, Session& session, std::int64_t time, std::int64_t answer_time,
          std::uint64_t round) {
  const Block& block = kBlocks[round % kBlocks.size()];
  Frame request;
  request.u16(++session.transaction);
  request.u16(0);
  request.u16(6);
  request.u8(1);
  request.u8(block.function);
  request.u16(block.first);
  request.u16(block.count);
  writer.packet(time, session, true, kPushAck, request);
  session.client_sequence += static_cast<std::uint32_t>(request.size());
  Frame answer;
  answer.u16(session.transaction);
  answer.u16(0);
  answer.u16(static_cast<std::uint16_t>(3 + block.answer_bytes()));
  answer.u8(1);
  answer.u8(block.function);
  answer.u8(static_cast<std::uint8_t>(block.answer_bytes()));
  for (std::size_t i = 0; i < block.answer_bytes(); ++i) {
    answer.u8(static_cast<std::uint8_t>(i == 1 ? round / 40 : i));
  }
  writer.packet(answer_time, session, false, kPushAck, answer);
  session.server_sequence += static_cast<std::uint32_t>(answer.size());
}

}  // namespace

int main(int argc, char** argv) {
  std::FILE* out = argc == 5 ? std::fopen(argv[1], "wb") : nullptr;
  if (out == nullptr) {
    std::fputs("usage: polling OUT STATIONS POLLS_PER_SECOND PACKETS\n", stderr);
    return 2;
  }
  const auto number = [&](int argument) { return std::strtoull(argv[argument], nullptr, 10); };
  const std::uint64_t stations = number(2), rate = number(3), packets = number(4);
  if (stations == 0 || stations > 65'000 || rate == 0) return 2;
  Writer writer(out);
  std::vector<Session> sessions;
  std::int64_t time = 1'700'000'000 * kSecond;
  for (std::uint32_t i = 0; i < stations; ++i) {
    sessions.push_back({kFirstController + i, static_cast<std::uint16_t>(1024 + i), 0, 1000, 2000});
    connect(writer, sessions.back(), time);
    time += kSecond;
  }
  const std::int64_t period = kSecond / static_cast<std::int64_t>(rate);
  // Requests of a round are spread over the period; packets stay in order of time.
  const std::int64_t step = period / static_cast<std::int64_t>(stations);
  for (std::uint64_t round = 0; writer.written() < packets; ++round) {
    time += period;
    for (std::uint64_t i = 0; i < stations && writer.written() < packets; ++i) {
      const std::int64_t begin = time + static_cast<std::int64_t>(i) * step;
      poll(writer, sessions[i], begin, begin + step / 2, round);
    }
  }
  std::printf("%llu packets\n", static_cast<unsigned long long>(writer.written()));
  return std::fclose(out) == 0 ? 0 : 1;
}
