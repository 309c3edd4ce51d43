#include "dissectors/modbus/adu.hpp"

#include "dissectors/modbus/anomalies.hpp"
#include "dissectors/modbus/fields.hpp"
#include "dissectors/modbus/rtu.hpp"

namespace sightglass::modbus {
namespace {

/// Every byte of a PDU is accounted for.
void check_end(PduReader& in, Bytes bytes, const Header& header) {
  if (bytes.size() < header.end() || !in.ok()) {
    in.flag(anomaly::truncated, bytes.size());
  } else if (in.remaining() > 0) {
    in.flag(anomaly::trailing_bytes, in.offset());
  }
}

void show_header(const Header& header, PduReader& in) {
  if (header.envelope == Envelope::rtu) {
    in.show_number(rtu_unit_id, header.unit, header.unit_offset(), 1);
    in.show_number(rtu_checksum, header.checksum, header.end(), rtu::kChecksumSize);
    in.show_number(rtu_checksum_status, 1, header.end(), 0);
  } else {
    in.show_number(transaction_id, header.transaction, 0, 2);
    in.show_number(protocol_id, header.protocol, 2, 2);
    in.show_number(length, header.length, 4, 2);
    in.show_number(unit_id, header.unit, header.unit_offset(), 1);
  }
  in.show_number(function_code, header.function(), header.function_offset(), 1);
}

/// The message without the checksum behind it.
Bytes without_checksum(const Header& header, Bytes bytes) {
  return header.envelope == Envelope::rtu ? bytes.first(header.end()) : bytes;
}

/// An exception: the request's objects, and why they were refused.
void decode_exception(PduReader& in, std::uint8_t function, const Asked* asked, Message& message) {
  constexpr std::uint8_t kReadWrite = 23;
  const std::uint8_t code = in.u8(exception_code);
  // Acknowledge says that the device has taken the request and is still at it.
  message.outcome = {code == kAcknowledge ? Outcome::Kind::accepted : Outcome::Kind::refused, code};
  message.outcome_name = exception_name(code);
  if (!exception_is_defined(code)) in.flag(anomaly::exception_code, in.offset() - 1);
  if (asked == nullptr) return;
  const bool writes =
      asked->operation == Operation::write || asked->operation == Operation::download;
  for (std::size_t i = 0; const Object* object = asked->object(i); ++i) {
    in.access({*object, {}, writes && !(function == kReadWrite && i == 0)});
  }
}

}  // namespace

bool read_header(Envelope envelope, Bytes bytes, Header& header) {
  header = {};
  header.envelope = envelope;
  ByteReader in(bytes);
  if (envelope == Envelope::tcp) {
    header.transaction = in.u16();
    header.protocol = in.u16();
    header.length = in.u16();
  } else if (bytes.size() >= rtu::kMinFrame) {
    header.length = static_cast<std::uint16_t>(bytes.size() - rtu::kChecksumSize);
    header.checksum = ByteReader(bytes.last(rtu::kChecksumSize)).u16();
    in = ByteReader(bytes.first(header.length));
  } else {
    return false;
  }
  header.unit = in.u8();
  header.code = in.u8();
  return in.ok();
}

bool is_readable(const Header& header, const Message& message, Findings& found) {
  const Bytes bytes = without_checksum(header, message.bytes);
  if (header.protocol != 0) {
    found.flag(anomaly::protocol_identifier, 2);
    // Wireshark looks at the first message of a segment only, and believes those behind it.
    const bool is_believed = message.where.index > 0 && bytes.size() == header.end();
    if (!is_believed) return false;
  }
  if (header.length < kMinLength || header.length > kBelievedLength) {
    found.flag(anomaly::header_length, 4);
    return false;
  }
  ByteReader in(bytes);
  in.skip(header.body_offset());
  const bool exception = header.is_exception();
  const std::uint8_t code = exception ? in.u8() : 0;
  if (code == 0) {
    ByteReader argument(bytes);
    argument.skip(header.body_offset());
    if (header.function() == kDiagnostics) argument.u16();
    if (header.function() == kEncapsulated) argument.u8();
    if (!argument.ok()) in.skip(in.remaining() + 1);
  }
  if (!in.ok()) found.flag(anomaly::truncated, bytes.size());
  return in.ok();
}

void check_function(const Header& header, Direction direction, Findings& found) {
  const std::size_t at = header.function_offset();
  if (direction == Direction::to_server && header.is_exception()) {
    found.flag(anomaly::undefined_function, at);
    return;
  }
  switch (function_spec(header.function()).kind) {
    case FunctionClass::undefined:
      found.flag(anomaly::undefined_function, at);
      break;
    case FunctionClass::reserved:
      found.flag(anomaly::reserved_function, at);
      break;
    case FunctionClass::user_defined:
      found.flag(anomaly::user_defined_function, at);
      break;
    case FunctionClass::defined:
    case FunctionClass::vendor:
      break;
  }
}

void read_request(const Header& header, Bytes message, Asked& asked, Findings& found,
                  std::vector<Field>* shown) {
  const Bytes bytes = without_checksum(header, message);
  PduReader in(bytes, header.body_offset(), found, shown);
  if (shown != nullptr) show_header(header, in);
  if (header.is_exception() && bytes[header.body_offset()] != 0) {
    in.u8(exception_code);
    in.rest();
    return;
  }
  Request request{in, header.function(), header.unit, asked};
  decode(request);
  check_end(in, bytes, header);
}

void read_response(const Header& header, Message& message, const Paired* paired, Findings& found,
                   std::vector<Field>* shown) {
  const Asked* asked = paired != nullptr ? &paired->asked : nullptr;
  const Bytes bytes = without_checksum(header, message.bytes);
  PduReader in(bytes, header.body_offset(), found, shown);
  if (shown != nullptr) show_header(header, in);
  if (header.is_exception() && bytes[header.body_offset()] != 0) {
    decode_exception(in, header.function(), asked, message);
  } else {
    if (header.is_exception()) found.flag(anomaly::exception_code, header.body_offset());
    Response response{in, header.function(), header.unit, asked};
    // Wireshark knows no request of another unit; the fields say what it says, the accesses more.
    if (paired != nullptr && paired->unit == header.unit) {
      in.show_number(request_frame, paired->packet, 0, 0);
      in.show(response_time, Value::duration(message.where.time - paired->sent), 0, 0);
      response.base = asked->first_word;
    }
    decode(response);
    message.outcome = response.outcome;
    message.outcome_name = response.outcome_name;
  }
  check_end(in, bytes, header);
}

FieldSource* LazyFields::of(const Header& header, const Message& message,
                            const std::optional<Paired>& paired) {
  header_ = header;
  message_ = &message;
  paired_.reset();
  if (paired) paired_.emplace(*paired);
  fields_.clear();
  return this;
}

std::span<const Field> LazyFields::fields() {
  if (!fields_.empty()) return fields_;  // every readable message has some
  ignored_.clear();
  if (message_->is_request()) {
    Asked asked;
    read_request(header_, message_->bytes, asked, ignored_, &fields_);
  } else {
    Message again = *message_;
    read_response(header_, again, paired_ ? &*paired_ : nullptr, ignored_, &fields_);
  }
  return fields_;
}

}  // namespace sightglass::modbus
