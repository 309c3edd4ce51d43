#include "dissectors/tls/dissect.hpp"

#include <vector>

#include "dissectors/tls/anomalies.hpp"
#include "dissectors/tls/connection.hpp"
#include "dissectors/tls/framing.hpp"

namespace sightglass::tls {
namespace {

/// One message per record. Nothing is paired: what is asked and answered is encrypted.
class TlsDissector final : public Dissector {
 public:
  Framing frame(Bytes stream, Direction) const override { return tls::frame(stream); }
  void dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) override;
  void gap(Direction direction) override { connection_.lose(direction); }
  void tick(Timestamp, MessageSink&) override {}
  bool is_waiting() const override { return false; }
  void finish(Timestamp, MessageSink&) override {}
  void turn_round() override { connection_ = {}; }

 private:
  struct Scratch {
    Findings found;
    std::vector<Field> fields;
  };
  /// Of this worker: a message is delivered before the next is decoded.
  static Scratch& scratch() {
    static thread_local Scratch scratch;
    return scratch;
  }

  Connection connection_;
};

void TlsDissector::dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) {
  Findings& found = scratch().found;
  std::vector<Field>& fields = scratch().fields;
  found.clear();
  fields.clear();

  Message message;
  message.protocol = Protocol::tls;
  message.direction = arrival.direction;
  message.where = arrival.where;
  message.bytes = bytes;
  if (!message.is_request()) message.outcome.kind = Outcome::Kind::accepted;

  const Framing framing = tls::frame(bytes);
  if (framing.kind != Framing::Kind::message || framing.size > bytes.size()) {
    found.flag(anomaly::record, 0);
    message.unreadable = true;
    message.function_name = "Unreadable message";
  } else {
    message.bytes = bytes.first(framing.size);
    if (bytes.size() > framing.size) found.flag(anomaly::trailing_bytes, framing.size);
    FieldReader in(message.bytes, {}, found, &fields);
    tell(connection_.record(in, arrival.direction), message);
  }
  message.at_hand = fields;
  message.anomalies = found.anomalies;
  sink.message(message);
}

}  // namespace

std::unique_ptr<Dissector> make_dissector(const DissectorSettings&) {
  return std::make_unique<TlsDissector>();
}

}  // namespace sightglass::tls
