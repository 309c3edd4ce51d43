// What the PDUs of captures cost to dissect, without capture, streams and rules: each PDU's
// shortest time of many rounds, beside that of adding up its octets. usage: dissect_cost ROUNDS
// CAPTURE...
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "sensor/capture/merged_captures.hpp"
#include "sensor/flow/shard.hpp"
#include "sensor/packet/decode.hpp"

namespace {

using namespace sightglass;
using Clock = std::chrono::steady_clock;
using Cost = std::chrono::duration<double, std::nano>;

constexpr Cost kUnknown{std::numeric_limits<double>::infinity()};

struct Pdu {
  std::vector<std::uint8_t> bytes;
  Arrival arrival;
  std::pair<Protocol, std::string_view> function{};
  Cost envelope = kUnknown, with_fields = kUnknown, sum = kUnknown;
};

/// The PDUs of one flow, in their order.
struct Session {
  const ProtocolEntry* entry;
  std::vector<Pdu> pdus;
};
std::vector<Session> sessions;

/// Keeps what the dissector it stands for is given.
class Recorder : public Dissector {
 public:
  Recorder(const ProtocolEntry& entry, const DissectorSettings& settings)
      : inner_(entry.make(settings)), session_(sessions.size()) {
    sessions.push_back({&entry, {}});
  }
  Framing frame(Bytes stream, Direction direction) const override {
    return inner_->frame(stream, direction);
  }
  void dissect(Bytes message, const Arrival& arrival, MessageSink& sink) override {
    sessions[session_].pdus.push_back({{message.begin(), message.end()}, arrival});
    inner_->dissect(message, arrival, sink);
  }
  void gap(Direction direction) override { inner_->gap(direction); }
  void tick(Timestamp now, MessageSink& sink) override { inner_->tick(now, sink); }
  bool is_waiting() const override { return inner_->is_waiting(); }
  void finish(Timestamp now, MessageSink& sink) override { inner_->finish(now, sink); }
  void turn_round() override { inner_->turn_round(); }

 private:
  std::unique_ptr<Dissector> inner_;
  std::size_t session_;
};

template <std::size_t Row>
std::unique_ptr<Dissector> record(const DissectorSettings& settings) {
  return std::make_unique<Recorder>(protocol_registry()[Row], settings);
}

/// The registry, each dissector with a recorder in front of it.
std::vector<ProtocolEntry> recording_registry() {
  constexpr std::array kMakers = {record<0>, record<1>, record<2>, record<3>,
                                  record<4>, record<5>, record<6>, record<7>};
  std::vector<ProtocolEntry> rows(protocol_registry().begin(), protocol_registry().end());
  if (rows.size() > kMakers.size()) std::abort();
  for (std::size_t row = 0; row < rows.size(); ++row) rows[row].make = kMakers[row];
  return rows;
}

class NoFlows : public FlowSink {
  void message(Flow&, const Layers&, const Message&) override {}
  void completion(Flow&, const Completion&) override {}
  void event(Flow&, const FlowEvent&) override {}
};

bool load(const std::string& path, std::span<const ProtocolEntry> registry) {
  const std::string paths[] = {path};
  const auto opened = MergedCaptures::open(paths);
  if (!opened.captures) return false;
  NoFlows sink;
  Shard shard(registry, {}, {}, sink);
  RawPacket raw;
  std::uint64_t number = 0;
  while (opened.captures->next(raw) == PacketSource::Next::packet) {
    Layers layers;
    decode(raw, ++number, layers);
    shard.packet(layers, host_pair_hash(layers));
  }
  shard.finish({});
  return true;
}

/// Looks at what is said, all of it or the envelope only.
class Looker : public MessageSink {
 public:
  bool looks_at_fields = false;
  std::pair<Protocol, std::string_view> function{};
  std::uint64_t seen = 0;

  void message(const Message& message) override {
    function = {message.protocol, message.function_name};
    seen += message.accesses.size();
    if (looks_at_fields) seen += message.fields().size();
  }
  void completion(const Completion&) override {}
};

/// The shortest of what was measured so far and of `work`, less what measuring takes.
template <typename Work>
void measure(Cost& shortest, Cost clock, Work work) {
  const auto begin = Clock::now();
  work();
  shortest = std::min(shortest, std::max(Cost(0), Cost(Clock::now() - begin) - clock));
}

void run(Session& session, bool looks_at_fields, Cost clock) {
  // Written only, so that what is added up is not optimised away.
  [[maybe_unused]] static volatile std::uint64_t sink;
  const auto dissector = session.entry->make({});
  Looker looker;
  looker.looks_at_fields = looks_at_fields;
  for (Pdu& pdu : session.pdus) {
    Cost& cost = looks_at_fields ? pdu.with_fields : pdu.envelope;
    measure(cost, clock, [&] { dissector->dissect(pdu.bytes, pdu.arrival, looker); });
    pdu.function = looker.function;
    measure(pdu.sum, clock,
            [&] { sink = std::accumulate(pdu.bytes.begin(), pdu.bytes.end(), std::uint64_t{0}); });
  }
  sink = looker.seen;
}

struct Total {
  std::size_t pdus = 0, octets = 0;
  Cost envelope{0}, with_fields{0}, sum{0};

  void add(const Pdu& pdu) {
    ++pdus;
    octets += pdu.bytes.size();
    envelope += pdu.envelope;
    with_fields += pdu.with_fields;
    sum += pdu.sum;
  }
  double each(Cost cost) const { return cost.count() / static_cast<double>(pdus); }
};

void print(std::string_view name, const Total& total) {
  std::printf("%-44.*s%8zu%8zu%10.0f%10.0f%10.0f%8.1f\n", static_cast<int>(name.size()),
              name.data(), total.pdus, total.octets / total.pdus, total.each(total.envelope),
              total.each(total.with_fields), total.each(total.sum),
              total.with_fields / std::max(total.sum, Cost(1)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: dissect_cost ROUNDS CAPTURE...\n", stderr);
    return 2;
  }
  const std::vector<ProtocolEntry> registry = recording_registry();
  for (int i = 2; i < argc; ++i) {
    if (!load(argv[i], registry)) std::fprintf(stderr, "%s is no capture\n", argv[i]);
  }
  Cost clock = kUnknown;
  for (int i = 0; i < 10'000; ++i) measure(clock, Cost(0), [] {});
  for (int round = std::atoi(argv[1]); round > 0; --round) {
    for (Session& session : sessions) {
      run(session, false, clock);
      run(session, true, clock);
    }
  }

  std::map<std::string, Total> protocols;
  std::map<std::pair<Protocol, std::string_view>, Total> functions;
  for (const Session& session : sessions) {
    for (const Pdu& pdu : session.pdus) {
      protocols[std::string(to_text(pdu.function.first))].add(pdu);
      functions[pdu.function].add(pdu);
    }
  }
  std::printf("%-44s%8s%8s%10s%10s%10s%8s\n", "", "PDUs", "octets", "ns/PDU", "+ fields",
              "adding up", "x");
  for (const auto& [name, total] : protocols) print(name, total);
  constexpr std::size_t kDearest = 12;
  std::vector<std::pair<std::string_view, Total>> dearest;
  for (const auto& [function, total] : functions) dearest.push_back({function.second, total});
  std::sort(dearest.begin(), dearest.end(), [](const auto& a, const auto& b) {
    return a.second.each(a.second.with_fields) > b.second.each(b.second.with_fields);
  });
  std::puts("the dearest:");
  for (std::size_t i = 0; i < std::min(kDearest, dearest.size()); ++i) {
    print(dearest[i].first, dearest[i].second);
  }
  return 0;
}
