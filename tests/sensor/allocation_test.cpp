// In the steady state nothing is allocated: neither for a packet nor for a PDU.
#include <gmock/gmock.h>

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <new>
#include <thread>

#include "sensor/flow/heap_bytes.hpp"
#include "sensor/packet/decode.hpp"
#include "sensor/pipeline/load_configuration.hpp"
#include "sensor/pipeline/pipeline.hpp"
#include "tests/sensor/frames.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};
std::atomic<std::int64_t> allocated_bytes{0};  // now, with what the allocator keeps beside
std::atomic<std::int64_t> most_allocated_bytes{0};

std::int64_t taken_by(void* memory) {
  return static_cast<std::int64_t>(sightglass::heap_bytes(malloc_usable_size(memory)));
}

void* counted(std::size_t size) noexcept {
  ++allocations;
  void* const memory = std::malloc(size);
  if (memory == nullptr) return nullptr;
  const std::int64_t now = allocated_bytes += taken_by(memory);
  std::int64_t most = most_allocated_bytes;
  while (now > most && !most_allocated_bytes.compare_exchange_weak(most, now)) {
  }
  return memory;
}

void given_back(void* memory) noexcept {
  if (memory != nullptr) allocated_bytes -= taken_by(memory);
  std::free(memory);
}

void* counted_or_thrown(std::size_t size) {
  if (void* memory = counted(size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

// Every way in which C++ allocates, but for types of more alignment than malloc gives: we have
// none.
void* operator new(std::size_t size) { return counted_or_thrown(size); }
void* operator new[](std::size_t size) { return counted_or_thrown(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void operator delete(void* memory) noexcept { given_back(memory); }
void operator delete[](void* memory) noexcept { given_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { given_back(memory); }
void operator delete[](void* memory, std::size_t) noexcept { given_back(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { given_back(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { given_back(memory); }

namespace sightglass {
namespace {

using test::Octets;

struct Ignored final : AlertSink {
  void alert(const Alert&) override {}
};

/// A question and its answer, the `round`-th of a connection.
struct Exchange {
  Octets request, answer;
};
using Dialogue = std::function<Exchange(std::uint16_t round)>;

void put16(Octets& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

/// Frames of a connection from its handshake on, all made before anything is counted.
std::vector<Octets> connection(std::uint16_t server_port, std::size_t rounds,
                               const Dialogue& dialogue) {
  std::vector<Octets> frames;
  std::uint32_t next[2] = {1001, 5001};
  std::uint16_t identification = 0;
  const auto send = [&](int side, std::uint16_t flags, const Octets& payload) {
    test::Segment segment;
    segment.side = side;
    segment.flags = flags;
    segment.sequence = next[side];
    segment.acknowledgment = next[1 - side];
    segment.payload = payload;
    segment.ports[1] = server_port;
    Octets frame = test::frame(segment);
    put16(frame, 14 + 4, ++identification);
    frames.push_back(std::move(frame));
    next[side] += static_cast<std::uint32_t>(payload.size());
  };
  next[0] = 1000;
  send(0, tcp_flag::syn, {});
  next[0] = 1001;
  next[1] = 5000;
  send(1, tcp_flag::syn | tcp_flag::ack, {});
  next[1] = 5001;
  send(0, tcp_flag::ack, {});
  for (std::size_t round = 0; round < rounds; ++round) {
    const Exchange exchange = dialogue(static_cast<std::uint16_t>(round));
    send(0, tcp_flag::ack | tcp_flag::psh, exchange.request);
    send(1, tcp_flag::ack | tcp_flag::psh, exchange.answer);
  }
  return frames;
}

constexpr std::size_t kWarm = 2000, kCounted = 4000;  // rounds

/// What is allocated for kCounted rounds after kWarm others, all between two ticks.
std::uint64_t allocated_in_steady_state(std::uint16_t server_port, const Dialogue& dialogue,
                                        WorkerCounters& seen) {
  const SharedConfiguration configuration = load_configuration({}).configuration;
  Ignored ignored;
  JudgeSettings judging;
  judging.learning.mode = Learning::Mode::learn;
  Judge judge(configuration->rules, configuration->site, judging, ignored);
  Pipeline pipeline({}, configuration, judge);
  const std::vector<Octets> frames = connection(server_port, kWarm + kCounted, dialogue);
  Timestamp now = timestamp_from_ns(1'700'000'000'010'000'000);
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (i == 2 * kWarm) {
      // Behind the tick, with what it brings.
      now += 2 * kTickInterval;
    }
    RawPacket packet = test::raw(frames[i]);
    packet.time = now += std::chrono::microseconds(5);
    pipeline.packet(packet);
    if (i == 2 * kWarm) before = allocations;
  }
  const std::uint64_t allocated = allocations - before;
  EXPECT_GT(before, frames.size()) << "making the frames was counted";
  pipeline.finish();
  seen = pipeline.counters().workers;
  return allocated;
}

TEST(Allocation, AFlowTakesWhatIsPrinted) {
  FlowLimits limits;
  limits.flows = 2000;
  Worker worker({0, 1, limits}, load_configuration({}).configuration);
  const std::int64_t before = allocated_bytes;
  for (std::uint16_t port = 1; port <= limits.flows; ++port) {
    test::Segment segment;
    segment.flags = tcp_flag::ack;
    segment.ports[0] = port;  // one pair of hosts: one shard
    const Octets frame = test::frame(segment);
    Layers layers;
    decode(test::raw(frame), port, layers);
    worker.packet(layers, host_pair_hash(layers));
    worker.observations() = {};
  }
  const double each = static_cast<double>(allocated_bytes - before) / 2000;
  const auto printed = static_cast<double>(Worker::bytes_of_a_flow(limits));
  EXPECT_EQ(worker.counters().open_flows, 2000u);
  // The places of the table, 16 bytes a flow, were there before.
  EXPECT_NEAR(each + 16, printed, printed / 20);
  EXPECT_NEAR(static_cast<double>(worker.counters().memory.flows) / 2000,
              each + 16 * static_cast<double>(kShards), printed / 20);
}

/// What the end of a run of 20,000 conversations takes beside them, of what they take.
double share_taken_by_the_end(unsigned workers) {
  const SharedConfiguration configuration = load_configuration({}).configuration;
  Ignored ignored;
  Judge judge(configuration->rules, configuration->site, {}, ignored);
  PipelineSettings settings;
  settings.workers = workers;
  std::atomic<std::uint64_t> judged{0};
  Pipeline pipeline(settings, configuration, judge,
                    [&](const Tick& tick) { judged = tick.packet_number; });
  Timestamp now = timestamp_from_ns(1'700'000'000'000'000'000);
  const std::int64_t before = allocated_bytes;
  for (std::uint32_t host = 0; host < 20'000; ++host) {
    test::Segment segment;
    segment.flags = tcp_flag::ack | tcp_flag::psh;
    segment.payload = test::hex("00");
    Octets frame = test::frame(segment);
    put16(frame, 28, static_cast<std::uint16_t>(host));  // of the source's address
    RawPacket packet = test::raw(frame);
    packet.time = now += std::chrono::microseconds(100);
    pipeline.packet(packet);
  }
  now += 2 * kTickInterval;
  pipeline.idle(now);
  while (workers > 1 && judged < 20'000) std::this_thread::yield();
  const std::int64_t taken = allocated_bytes - before;
  most_allocated_bytes = allocated_bytes.load();
  pipeline.finish();
  return static_cast<double>(most_allocated_bytes - before - taken) / static_cast<double>(taken);
}

TEST(Allocation, TheEndOfARunTakesLittleBesideItsFlows) {
  for (const unsigned workers : {1u, 2u})
    EXPECT_LT(share_taken_by_the_end(workers), 0.1) << workers;
}

TEST(Allocation, NoneForModbusThatPolls) {
  // Four blocks in turn; values change all the time.
  const Dialogue poll = [](std::uint16_t round) {
    Exchange exchange{test::hex("0000 0000 0006 01 03 0000 000a"),
                      test::hex("0000 0000 0017 01 03 14 0001 0002 0003 0004 0005 0006 0007 0008 "
                                "0009 000a")};
    put16(exchange.request, 0, round);
    put16(exchange.answer, 0, round);
    put16(exchange.request, 8, static_cast<std::uint16_t>(100 * (round % 4)));
    put16(exchange.answer, 13, round);
    return exchange;
  };
  WorkerCounters seen;
  EXPECT_EQ(allocated_in_steady_state(502, poll, seen), 0u);
  EXPECT_EQ(seen.accepted, kWarm + kCounted);
  EXPECT_GT(seen.repeated_messages, 2 * kCounted);
}

TEST(Allocation, NoneForModbusOfMoreBlocksThanRoutines) {
  const Dialogue poll = [](std::uint16_t round) {
    Exchange exchange{test::hex("0000 0000 0006 01 04 0000 0002"),
                      test::hex("0000 0000 0007 01 04 04 0001 0002")};
    put16(exchange.request, 0, round);
    put16(exchange.answer, 0, round);
    put16(exchange.request, 8, static_cast<std::uint16_t>(10 * (round % 100)));
    put16(exchange.answer, 9, round);
    return exchange;
  };
  WorkerCounters seen;
  EXPECT_EQ(allocated_in_steady_state(502, poll, seen), 0u);
  EXPECT_EQ(seen.accepted, kWarm + kCounted);
}

/// The first two rounds of a connection of S7comm.
Exchange s7_begins(std::uint16_t round) {
  if (round == 0) {
    return {test::hex("0300 0016 11 e0 0000 0001 00 c0 01 0a c1 02 0100 c2 02 0102"),
            test::hex("0300 0016 11 d0 0001 0002 00 c0 01 0a c1 02 0100 c2 02 0102")};
  }
  return {test::hex("0300 0019 02 f080 32 01 0000 0001 0008 0000 f0 00 0001 0001 01e0"),
          test::hex("0300 001b 02 f080 32 03 0000 0001 0008 0000 00 00 f0 00 0001 0001 00f0")};
}

TEST(Allocation, NoneForS7ThatReads) {
  const Dialogue poll = [](std::uint16_t round) {
    if (round < 2) return s7_begins(round);
    Exchange exchange{
        test::hex("0300 001f 02 f080 32 01 0000 0000 000e 0000 04 01 12 0a 10 02 0004 0001 84 "
                  "000000"),
        test::hex("0300 001d 02 f080 32 03 0000 0000 0002 0008 00 00 04 01 ff 04 0020 01020304")};
    put16(exchange.request, 11, round);
    put16(exchange.answer, 11, round);
    put16(exchange.request, 25, static_cast<std::uint16_t>(1 + round % 4));
    put16(exchange.answer, 25, round);
    return exchange;
  };
  WorkerCounters seen;
  EXPECT_EQ(allocated_in_steady_state(102, poll, seen), 0u);
  EXPECT_EQ(seen.accepted, kWarm + kCounted - 1) << "all but the connection of COTP";
}

TEST(Allocation, NoneForAFlowPastItsSamples) {
  const Dialogue chat = [](std::uint16_t round) {
    Exchange exchange{test::hex("f1 07 99 c3 5a 0e e8 11 42 9b"), test::hex("f1 08 99 c3 11 42")};
    put16(exchange.request, 4, round);
    put16(exchange.answer, 4, round);
    return exchange;
  };
  WorkerCounters seen;
  EXPECT_EQ(allocated_in_steady_state(9000, chat, seen), 0u);
  EXPECT_EQ(seen.samples, kSampledPackets);
}

TEST(Allocation, NoneForS7ThatReadsManyItemsAtATime) {
  const Dialogue poll = [](std::uint16_t round) {
    if (round < 2) return s7_begins(round);
    Exchange exchange{test::hex("0300 005b 02 f080 32 01 0000 0000 004a 0000 04 06"),
                      test::hex("0300 0039 02 f080 32 03 0000 0000 0002 0024 00 00 04 06")};
    const Octets item = test::hex("12 0a 10 04 0001 0001 84 000000"),
                 value = test::hex("ff 04 0010 0000");
    for (std::uint16_t i = 0; i < 6; ++i) {
      exchange.request.insert(exchange.request.end(), item.begin(), item.end());
      put16(exchange.request, exchange.request.size() - 2, static_cast<std::uint16_t>(16 * i));
      exchange.answer.insert(exchange.answer.end(), value.begin(), value.end());
      put16(exchange.answer, exchange.answer.size() - 2, static_cast<std::uint16_t>(round + i));
    }
    put16(exchange.request, 11, round);
    put16(exchange.answer, 11, round);
    return exchange;
  };
  WorkerCounters seen;
  EXPECT_EQ(allocated_in_steady_state(102, poll, seen), 0u);
  EXPECT_EQ(seen.accepted, kWarm + kCounted - 1) << "all but the connection of COTP";
  EXPECT_GT(seen.repeated_messages, 2 * kCounted);
}

}  // namespace
}  // namespace sightglass
