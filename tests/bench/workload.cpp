// Makes the captures that run.py measures with. Each prints how many packets it wrote, and how many
// requests of the industrial protocols are in them: whoever reads it must find as many.
// usage: workload NAME OUT PACKETS
#include <array>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "tests/bench/dialogues.hpp"

namespace sightglass::bench {
namespace {

constexpr std::int64_t kBegin = 1'700'000'000 * kSecond;
constexpr std::uint32_t kHmi = 0x0a000001, kFirstServer = 0x0a010000, kFirstClient = 0x0a800000;

using Dialogues = std::vector<std::unique_ptr<Dialogue>>;

/// The `number`-th server of one protocol, and the HMI with a port of its own for it.
template <typename Kind>
std::unique_ptr<Dialogue> pair(std::uint32_t number) {
  const Station client{kHmi, static_cast<std::uint16_t>(1024 + number % 60'000)};
  return std::make_unique<Kind>(client, Station{kFirstServer + number, Kind::kPort});
}

template <typename Kind>
Dialogues pairs(std::uint32_t count) {
  Dialogues dialogues;
  for (std::uint32_t i = 0; i < count; ++i) dialogues.push_back(pair<Kind>(i));
  return dialogues;
}

/// Opens every connection, one a second, then lets each say something fifty times a second, spread
/// evenly, until there are so many packets. The time it ends.
std::int64_t talk(MadeCapture& capture, const Dialogues& dialogues, std::uint64_t packets,
                  std::int64_t time = kBegin) {
  for (const auto& dialogue : dialogues) {
    dialogue->open(capture, time);
    time += kSecond;
  }
  constexpr std::int64_t kPeriod = kSecond / 50;
  const std::int64_t step = kPeriod / static_cast<std::int64_t>(dialogues.size());
  while (capture.packets() < packets) {
    for (const auto& dialogue : dialogues) {
      if (capture.packets() >= packets) break;
      dialogue->round(capture, time, time + step / 2);
      time += step;
    }
  }
  return time;
}

void polling(MadeCapture& capture, std::uint64_t packets) {
  talk(capture, pairs<ModbusPolling>(100), packets);
}

void s7_reads(MadeCapture& capture, std::uint64_t packets) {
  talk(capture, pairs<S7Reading>(100), packets);
}

void opcua_publish(MadeCapture& capture, std::uint64_t packets) {
  talk(capture, pairs<OpcUaPublishing>(100), packets);
}

/// Three of ten packets are an office's: of 21 dialogues, 6 of three packets and 3 of two are 24 of
/// 80, against 28 of two.
void mix(MadeCapture& capture, std::uint64_t packets) {
  Dialogues dialogues;
  std::uint32_t number = 0;
  for (int group = 0; group < 4; ++group) {
    for (int i = 0; i < 14; ++i) dialogues.push_back(pair<ModbusPolling>(number++));
    for (int i = 0; i < 7; ++i) dialogues.push_back(pair<S7Reading>(number++));
    for (int i = 0; i < 7; ++i) dialogues.push_back(pair<OpcUaPublishing>(number++));
    for (int i = 0; i < 6; ++i) dialogues.push_back(pair<Browsing>(number++));
    for (int i = 0; i < 3; ++i) dialogues.push_back(pair<Encrypted>(number++));
  }
  talk(capture, dialogues, packets);
}

/// As many connections as there is room for, of two hundred stations with fifty servers; a few
/// controllers among them are polled all the while.
void flows(MadeCapture& capture, std::uint64_t packets) {
  constexpr std::uint32_t kControllers = 10, kOthers = 95'000, kClients = 200, kServers = 50;
  const Dialogues controllers = pairs<ModbusPolling>(kControllers);
  std::int64_t time = talk(capture, controllers, 10 * kControllers);
  Dialogues others;
  for (std::uint32_t i = 0; i < kOthers && capture.packets() < packets; ++i) {
    const Station client{kFirstClient + i % kClients,
                         static_cast<std::uint16_t>(1024 + i / kClients)};
    const Station server{kFirstServer + kControllers + i / (10 * kClients) % kServers,
                         Browsing::kPort};
    others.push_back(std::make_unique<Browsing>(client, server));
    others.back()->open(capture, time);
    others.back()->round(capture, time + 5 * kMicrosecond, time + 8 * kMicrosecond);
    time += 500 * kMicrosecond;
    if (i % 100 == 0)
      controllers[i / 100 % kControllers]->round(capture, time, time + kMicrosecond);
  }
  while (capture.packets() < packets) {
    for (std::size_t i = 0; i < others.size() && capture.packets() < packets; ++i) {
      others[i]->round(capture, time, time + kMicrosecond);
      time += 10 * kMicrosecond;
    }
  }
}

/// A SYN from another station every ten microseconds; controllers are polled as ever.
void syn_flood(MadeCapture& capture, std::uint64_t packets) {
  constexpr std::uint32_t kControllers = 20, kAttackers = 0xc0a8'0000;
  constexpr std::uint32_t kSynsPerRound = 50;
  const Dialogues controllers = pairs<ModbusPolling>(kControllers);
  std::int64_t time = talk(capture, controllers, 10 * kControllers);
  const Station target{kFirstServer, ModbusPolling::kPort};
  for (std::uint32_t number = 0; capture.packets() < packets; ++number) {
    const Station attacker{kAttackers + number, static_cast<std::uint16_t>(1024 + number % 60'000)};
    Connection(attacker, target).attempt(capture, time);
    time += 10 * kMicrosecond;
    if (number % kSynsPerRound != 0) continue;
    controllers[number / kSynsPerRound % kControllers]->round(capture, time, time + kMicrosecond);
    time += 10 * kMicrosecond;
  }
}

struct Workload {
  std::string_view name;
  void (*make)(MadeCapture& capture, std::uint64_t packets);
};
constexpr std::array<Workload, 6> kWorkloads = {{
    {"polling", polling},
    {"s7_reads", s7_reads},
    {"opcua_publish", opcua_publish},
    {"mix", mix},
    {"flows", flows},
    {"syn_flood", syn_flood},
}};

int run(std::string_view name, const char* path, std::uint64_t packets) {
  for (const Workload& workload : kWorkloads) {
    if (workload.name != name) continue;
    const auto capture = MadeCapture::create(path);
    if (!capture) return 1;
    workload.make(*capture, packets);
    std::printf("%llu packets, %llu requests\n",
                static_cast<unsigned long long>(capture->packets()),
                static_cast<unsigned long long>(capture->requests));
    return capture->close() ? 0 : 1;
  }
  return 2;
}

}  // namespace
}  // namespace sightglass::bench

int main(int argc, char** argv) {
  const int status =
      argc == 4 ? sightglass::bench::run(argv[1], argv[2], std::strtoull(argv[3], nullptr, 10)) : 2;
  if (status == 2) std::fputs("usage: workload NAME OUT PACKETS\n", stderr);
  return status;
}
