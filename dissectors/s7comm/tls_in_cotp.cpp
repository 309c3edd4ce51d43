#include "dissectors/s7comm/tls_in_cotp.hpp"

#include <utility>

#include "dissectors/s7comm/anomalies.hpp"
#include "dissectors/tls/framing.hpp"
#include "dissectors/tls/functions.hpp"

namespace sightglass::s7comm {
namespace {

constexpr std::string_view kRecordPartName = "Part of a TLS record";

bool begins_whole_record(Bytes bytes) {
  const Framing framing = tls::frame(bytes);
  return framing.kind == Framing::Kind::message && framing.size <= bytes.size();
}

}  // namespace

bool TlsInCotp::takes(Bytes tsdu, Direction direction) const {
  const bool begins = tls::frame(tsdu).kind != Framing::Kind::not_mine;
  return begins || sides_[index(direction)].begun.is_open();
}

void TlsInCotp::lose(Direction direction) {
  sides_[index(direction)].begun.clear();
  connection_.lose(direction);
}

void TlsInCotp::read(FieldReader& in, Message& message) {
  Side& side = sides_[index(message.direction)];
  const bool goes_on = side.begun.is_open();
  if (goes_on) {
    side.begun.add(in.rest(), 0);
    // What is shown of the records are views, which outlive this TSDU's.
    std::swap(side.begun, side.joined);
    side.begun.clear();
  }
  FieldReader joined = in.over(goes_on ? side.joined.bytes() : Bytes{});
  FieldReader& records = goes_on ? joined : in;
  message.function_name = kRecordPartName;
  for (bool is_first = true; begins_whole_record(records.ahead().rest()); is_first = false) {
    FieldReader one = records.take(tls::frame(records.ahead().rest()).size);
    const tls::Record record = connection_.record(one, message.direction);
    if (is_first) tls::tell(record, message);
  }
  const Bytes rest = records.ahead().rest();
  if (rest.empty()) return;
  if (tls::frame(rest).kind == Framing::Kind::not_mine) {
    records.flag(anomaly::unknown_content);
  } else {
    side.begun.add(rest, 0);
  }
}

std::vector<Function> tls_functions() {
  std::vector<Function> all = tls::functions(Protocol::s7comm_plus);
  all.push_back({Protocol::s7comm_plus, kRecordPartName, Operation::other, Depth::named});
  return all;
}

}  // namespace sightglass::s7comm
