// One dissector from hostile hands, both ways: a byte that picks the protocol, then pieces of a
// conversation, each with three bytes of header (side and what happens, length). Whatever the
// dissector says lies within the message. FUZZ_ROW=N in the environment keeps to row N of the
// registry, whatever the byte picks.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "dissectors/dissector.hpp"

namespace {

using namespace sightglass;

class Reader : public MessageSink {
 public:
  void message(const Message& message) override {
    for (const Field& field : message.fields()) {
      sum += static_cast<unsigned>(to_text(field_spec(field.id), field.value).size());
      if (std::size_t{field.offset} + field.length > message.bytes.size()) std::abort();
    }
    for (const Access& access : message.accesses) {
      for (std::size_t i = 0; i < access.values.count; ++i) {
        sum += static_cast<unsigned>(quoted(access.values.at(i)).size());
      }
      sum += static_cast<unsigned>(to_text(access.object).size());
    }
    for (const Anomaly& anomaly : message.anomalies) sum += anomaly.offset;
  }
  void completion(const Completion& completion) override {
    sum += static_cast<unsigned>(completion.outcome_name.size());
  }
  unsigned sum = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto registry = protocol_registry();
  ByteReader input(Bytes(data, size));
  static const char* const row = std::getenv("FUZZ_ROW");
  const std::uint8_t picked = input.u8();
  const auto wanted = row == nullptr ? picked : static_cast<std::size_t>(std::atoi(row));
  const ProtocolEntry& entry = registry[wanted % registry.size()];
  const auto dissector = entry.make({});
  Reader reader;
  Arrival arrival;
  arrival.where.time = timestamp_from_ns(1'000'000'000);
  while (input.remaining() >= 3) {
    const std::uint8_t what = input.u8();
    Bytes piece = input.bytes(std::min<std::size_t>(input.le16(), input.remaining()));
    arrival.direction = (what & 1) != 0 ? Direction::to_server : Direction::to_client;
    arrival.where.first_packet = ++arrival.where.last_packet;
    arrival.where.time += std::chrono::milliseconds(what);
    if ((what & 0xf0) == 0x10) dissector->gap(arrival.direction);
    if ((what & 0xf0) == 0x20) dissector->turn_round();
    if ((what & 0xf0) == 0x30) dissector->tick(arrival.where.time + std::chrono::hours(1), reader);
    if (!piece.empty()) entry.probe(piece);
    // As the stream cutter does: whole messages, and runs of what is none.
    while (!piece.empty()) {
      const Framing framing = dissector->frame(piece, arrival.direction);
      const bool whole = framing.kind == Framing::Kind::message && framing.size > 0 &&
                         framing.size <= piece.size();
      const std::size_t taken = whole ? framing.size : piece.size();
      dissector->dissect(piece.first(taken), arrival, reader);
      piece = piece.subspan(taken);
    }
  }
  dissector->finish(arrival.where.time, reader);
  [[maybe_unused]] static volatile unsigned sink;
  sink = reader.sum;
  return 0;
}
