#include "dissectors/tls/connection.hpp"

#include <utility>

#include "dissectors/certificate.hpp"
#include "dissectors/tls/anomalies.hpp"
#include "dissectors/tls/fields.hpp"
#include "dissectors/tls/framing.hpp"
#include "dissectors/tls/names.hpp"

namespace sightglass::tls {
namespace {

constexpr std::uint16_t kServerName = 0, kAlpn = 16, kSupportedVersions = 43;
constexpr std::size_t kRandomSize = 32;
constexpr std::size_t kHandshakeHeader = 4;

/// Whether a handshake message begins here and is all there.
bool begins_whole(Bytes bytes) {
  ByteReader in(bytes);
  in.u8();
  in.skip(in.u24());
  return in.ok();
}

}  // namespace

void tell(const Record& record, Message& message) {
  message.function = record.function;
  message.function_name = record.name;
  message.encrypted = record.encrypted;
  if (message.is_request() || record.refusal.empty()) return;
  message.outcome = {Outcome::Kind::refused, record.alert};
  message.outcome_name = record.refusal;
}

void Connection::show_negotiated(FieldReader& in) const {
  if (version_ == 0) return;
  in.show(version, Value::text(version_name(version_)), 0, 0);
  if (const std::string_view name = cipher_suite_name(suite_); !name.empty()) {
    in.show(cipher_suite, Value::text(name), 0, 0);
  }
}

Record Connection::record(FieldReader& in, Direction direction) {
  Side& sender = side(direction);
  Record record;
  const std::size_t at = in.offset();
  in.show_presence(tls::record, at, in.remaining());
  ByteReader ahead = in.ahead();
  const std::uint8_t content = ahead.u8();
  // TLS 1.3 calls all that is encrypted application data.
  const bool is_opaque = version_ == kTls13 && content == kApplicationData;
  in.u8(is_opaque ? record_opaque_type : record_content_type);
  in.u16(record_version);
  in.u16(record_length);
  record.function = std::uint32_t{content} << 8;
  record.name = content_name(content);
  switch (content) {
    case kChangeCipherSpec:
      in.show_presence(change_cipher_spec, in.offset(), in.remaining());
      in.rest();
      // Of TLS 1.3 it only pretends, for those who watch.
      sender.encrypts = version_ != kTls13;
      sender.begun.clear();
      break;
    case kAlert:
      alert(in, sender, record);
      break;
    case kHandshake:
      if (sender.encrypts) {
        record.name = kEncryptedHandshakeName;
        record.encrypted = true;
        in.show_presence(handshake, in.offset(), in.remaining());
        in.rest();
      } else {
        handshakes(in, direction, record);
      }
      break;
    case kApplicationData:
      in.bytes(app_data, in.remaining());
      record.encrypted = true;
      break;
    default:
      in.rest();
      break;
  }
  show_negotiated(in);
  return record;
}

void Connection::alert(FieldReader& in, const Side& side, Record& record) {
  constexpr std::size_t kAlertSize = 2;
  in.show_presence(alert_message, in.offset(), in.remaining());
  if (side.encrypts || in.remaining() != kAlertSize) {
    record.name = kEncryptedAlertName;
    record.encrypted = true;
    in.rest();
    return;
  }
  const std::uint8_t level = in.u8(alert_level);
  record.alert = in.u8(alert_description);
  if (level == kFatal) record.refusal = alert_name(record.alert);
}

void Connection::handshakes(FieldReader& in, Direction direction, Record& record) {
  Side& sender = side(direction);
  if (!sender.begun.is_open() && begins_whole(in.ahead().rest())) {
    return handshakes_in(in, sender, record);
  }
  record.name = kHandshakePartName;
  const std::size_t at = in.offset();
  if (!sender.begun.add(in.rest(), 0)) in.flag(anomaly::handshake_too_long, at);
  if (!begins_whole(sender.begun.bytes())) return;
  // What is shown of them are views, which outlive the record.
  std::swap(sender.begun, sender.joined);
  sender.begun.clear();
  FieldReader joined = in.over(sender.joined.bytes());
  handshakes_in(joined, sender, record);
}

/// Reads the messages that `in` holds whole, which is one at least, and keeps what is left.
void Connection::handshakes_in(FieldReader& in, Side& sender, Record& record) {
  bool is_first = true;
  while (in.remaining() > 0 && begins_whole(in.ahead().rest())) {
    ByteReader ahead = in.ahead();
    const std::uint8_t type = ahead.u8();
    const std::size_t length = ahead.u24();
    if (is_first) {
      record.function |= type;
      record.name = handshake_name(type);
    }
    is_first = false;
    in.show_presence(handshake, in.offset(), kHandshakeHeader + length);
    in.u8(handshake_type);
    in.u24(handshake_length);
    FieldReader body = in.take(length);
    handshake_message(body, type);
    if (!body.ok()) in.flag(anomaly::handshake);
  }
  if (in.remaining() > 0) sender.begun.add(in.rest(), 0);
}

void Connection::handshake_message(FieldReader& in, std::uint8_t type) {
  switch (type) {
    case kClientHello:
      for (Side& each : sides_) each.encrypts = false;
      version_ = 0;
      return hello(in, false);
    case kServerHello:
      return hello(in, true);
    case kCertificate:
      return certificates(in);
    default:
      in.rest();
  }
}

void Connection::hello(FieldReader& in, bool is_server) {
  const std::uint16_t claimed = in.u16(handshake_version);
  in.bytes(handshake_random, kRandomSize);
  if (const std::size_t length = in.u8(handshake_session_id_length); length > 0) {
    in.bytes(handshake_session_id, length);
  }
  if (is_server) {
    suite_ = in.u16(handshake_cipher_suite);
    in.u8(handshake_comp_method);
    if (in.ok()) version_ = claimed;
  } else {
    FieldReader suites = in.take(in.u16(handshake_cipher_suites_length));
    in.show_presence(handshake_cipher_suites, in.offset() - suites.remaining(), suites.remaining());
    while (suites.remaining() > 1) suites.u16(handshake_cipher_suite);
    FieldReader methods = in.take(in.u8(handshake_comp_methods_length));
    in.show_presence(handshake_comp_methods, in.offset() - methods.remaining(),
                     methods.remaining());
    while (methods.remaining() > 0) methods.u8(handshake_comp_method);
  }
  if (in.remaining() > 0) extensions(in, is_server);
}

void Connection::extensions(FieldReader& in, bool is_server) {
  const std::size_t length = in.u16(handshake_extensions_length);
  if (length != in.remaining()) in.flag(anomaly::handshake);
  FieldReader list = in.take(length);
  while (list.remaining() > 0) {
    const std::uint16_t type = list.u16(handshake_extension_type);
    const std::size_t size = list.u16(handshake_extension_length);
    if (!list.require(size)) break;
    FieldReader body = list.take(size);
    if (body.remaining() == 0) continue;  // as a server answers that it knows the name
    if (type == kServerName) {
      body.u16(handshake_server_name_list_length);
      while (body.ok() && body.remaining() > 0) {
        body.u8(handshake_server_name_type);
        const std::size_t octets = body.u16(handshake_server_name_length);
        body.text(handshake_server_name, octets);
      }
    } else if (type == kAlpn) {
      body.u16(handshake_alpn_length);
      body.show_presence(handshake_alpn_list, body.offset(), body.remaining());
      while (body.ok() && body.remaining() > 0) {
        const std::size_t octets = body.u8(handshake_alpn_name_length);
        body.text(handshake_alpn_name, octets);
      }
    } else if (type == kSupportedVersions && is_server) {
      const std::uint16_t chosen = body.u16(handshake_supported_version);
      if (body.ok()) version_ = chosen;
    } else if (type == kSupportedVersions) {
      body.u8(handshake_supported_versions_length);
      while (body.remaining() > 1) body.u16(handshake_supported_version);
    }
    if (!body.ok()) in.flag(anomaly::handshake);
  }
  if (!list.ok()) in.flag(anomaly::handshake);
}

void Connection::certificates(FieldReader& in) {
  const std::size_t length = in.u24(handshake_certificates_length);
  if (length != in.remaining()) in.flag(anomaly::handshake);
  FieldReader chain = in.take(length);
  if (chain.remaining() > 0) {
    in.show_presence(handshake_certificates, in.offset() - chain.remaining(), chain.remaining());
  }
  bool is_first = true;
  while (chain.ok() && chain.remaining() > 0) {
    const std::size_t size = chain.u24(handshake_certificate_length);
    const Bytes der = chain.bytes(handshake_certificate, size);
    if (!is_first || !chain.ok()) continue;
    is_first = false;
    const Certificate read = read_certificate(der);
    if (!read.valid) continue;
    in.show(certificate_subject, Value::text(read.common_name), 0, 0);
    in.show(certificate_not_before, Value::time(read.not_before), 0, 0);
    in.show(certificate_not_after, Value::time(read.not_after), 0, 0);
    if (read.key_bits != 0) in.show_number(certificate_key_bits, read.key_bits, 0, 0);
    if (!read.role.empty()) in.show(certificate_role, Value::text(read.role), 0, 0);
    const auto digest = thumbprint(read);
    const std::string_view kept = in.findings().keep(as_text(digest));
    in.show(certificate_thumbprint, Value::bytes(as_bytes(kept)), 0, 0);
  }
  if (!chain.ok()) in.flag(anomaly::handshake);
}

}  // namespace sightglass::tls
