#include "dissectors/s7comm/cotp.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "dissectors/hex_text.hpp"
#include "dissectors/s7comm/anomalies.hpp"
#include "dissectors/s7comm/cotp_fields.hpp"

namespace sightglass::s7comm::cotp {
namespace {

namespace cf = cotp_field;

struct TypeName {
  std::uint8_t type;
  std::string_view name;
};
constexpr TypeName kTypes[] = {
    {kExpeditedData, "Expedited Data (ED)"},
    {kExpeditedAck, "Expedited Data Acknowledgement (EA)"},
    {kReject, "Reject (RJ)"},
    {kDataAck, "Data Acknowledgement (AK)"},
    {kError, "TPDU Error (ER)"},
    {kDisconnectRequest, "Disconnect Request (DR)"},
    {kDisconnectConfirm, "Disconnect Confirm (DC)"},
    {kConnectConfirm, "Connect Confirm (CC)"},
    {kConnectRequest, "Connect Request (CR)"},
    {kData, "Data (DT)"},
};

// ISO 8073, 13.3.4: parameters of CR and CC.
constexpr std::uint8_t kTpduSize = 0xc0, kCallingTsap = 0xc1, kCalledTsap = 0xc2, kChecksum = 0xc3,
                       kVersion = 0xc4, kAcknowledgeTime = 0x85, kPriority = 0x87,
                       kReassignment = 0x8b, kPreferredSize = 0xf0, kInactivity = 0xf2,
                       kOptions = 0xc6;

bool is_printable(Bytes text) {
  return std::all_of(text.begin(), text.end(),
                     [](std::uint8_t c) { return c >= 0x20 && c < 0x7f; });
}

/// As Wireshark shows it: as text, which is hexadecimal, behind the octets, when it is no letters.
void selector(FieldReader& value, FieldId text, FieldId bytes) {
  const std::size_t size = value.remaining();
  const Bytes octets = value.ahead().rest();
  value.bytes(bytes, size);
  if (is_printable(octets)) return value.show(text, Value::text(as_text(octets)), 0, size);
  value.show(text, Value::text(value.findings().keep("0x" + hex_text(octets))), 0, size);
}

void options(FieldReader& value) {
  const std::uint8_t flags = value.u8();
  const std::size_t at = value.offset() - 1;
  value.show_flag(cf::cotp_network_expedited_data, (flags & 8) != 0, at, 1);
  value.show_flag(cf::cotp_vp_opt_sel_class1_use, (flags & 4) != 0, at, 1);
  value.show_flag(cf::cotp_use_16_bit_checksum, (flags & 2) != 0, at, 1);
  value.show_flag(cf::cotp_transport_expedited_data_transfer, (flags & 1) != 0, at, 1);
}

void parameter(std::uint8_t code, FieldReader value) {
  const std::size_t size = value.remaining();
  switch (code) {
    case kTpduSize:
      if (size == 1) {
        // Wireshark shows the size itself.
        const std::uint8_t exponent = value.u8();
        value.show_number(cf::cotp_tpdu_size, (std::uint64_t{1} << (exponent & 0x1f)) & 0xffffffff,
                          0, 1);
      }
      return;
    case kCallingTsap:
      return selector(value, cf::cotp_src_tsap, cf::cotp_src_tsap_bytes);
    case kCalledTsap:
      return selector(value, cf::cotp_dst_tsap, cf::cotp_dst_tsap_bytes);
    case kChecksum:
      if (size == 2) value.u16(cf::cotp_checksum);
      return;
    case kVersion:
      if (size == 1) value.u8(cf::cotp_vp_version_nr);
      return;
    case kAcknowledgeTime:
      if (size == 2) value.u16(cf::cotp_ack_time);
      return;
    case kPriority:
      if (size == 2) value.u16(cf::cotp_vp_priority);
      return;
    case kReassignment:
      if (size == 2) value.u16(cf::cotp_reassignment_time);
      return;
    case kInactivity:
      if (size == 4) value.u32(cf::cotp_inactivity_timer);
      return;
    case kOptions:
      if (size == 1) options(value);
      return;
    case kPreferredSize: {
      std::uint64_t units = 0;
      if (size < 1 || size > 4) return;
      while (!value.ahead().at_end()) units = units << 8 | value.u8();
      value.show_number(cf::cotp_preferred_maximum_tpdu_size, units * 128, 0, size);
      return;
    }
    default:
      value.bytes(cf::cotp_parameter_value, size);
  }
}

void parameters(FieldReader& in) {
  while (in.ok() && in.remaining() > 0) {
    const std::uint8_t code = in.u8(cf::cotp_parameter_code);
    if (in.remaining() == 0) return;
    const std::size_t size = in.u8(cf::cotp_parameter_length);
    if (size > in.remaining()) return in.flag(anomaly::cotp_parameter);
    parameter(code, in.take(size));
  }
}

void connection(FieldReader& in, Tpdu& tpdu) {
  tpdu.destination = in.u16(cf::cotp_destref);
  tpdu.source = in.u16(cf::cotp_srcref);
  const std::uint8_t options = in.u8();
  const std::size_t at = in.offset() - 1;
  in.show_number(cf::cotp_class, options >> 4, at, 1);
  in.show_flag(cf::cotp_opts_extended_formats, (options & 2) != 0, at, 1);
  in.show_flag(cf::cotp_opts_no_explicit_flow_control, (options & 1) != 0, at, 1);
  parameters(in);
}

void data(FieldReader& in, Tpdu& tpdu) {
  // Classes 0 and 1 have no reference; class 2 and above are not used on TCP.
  // Wireshark shows one all the same.
  if (in.remaining() >= 3) {
    tpdu.destination = in.u16(cf::cotp_destref);
  } else {
    in.show_number(cf::cotp_destref, 0, 0, 0);
  }
  const std::uint8_t number = in.u8();
  const std::size_t at = in.offset() - 1;
  in.show_number(cf::cotp_tpdu_number, number & 0x7f, at, 1);
  in.show_flag(cf::cotp_eot, (number & 0x80) != 0, at, 1);
  tpdu.is_last = (number & 0x80) != 0;
}

/// Expedited data, and what acknowledges or rejects data: class 0 has none of them (6.2).
void of_other_classes(FieldReader& in, unsigned credit, Tpdu& tpdu) {
  in.flag(anomaly::cotp_type, 1);
  const bool is_expedited = tpdu.type == kExpeditedData || tpdu.type == kExpeditedAck;
  if (!is_expedited) in.show_number(cf::cotp_credit, credit, 1, 1);
  tpdu.destination = in.u16(cf::cotp_destref);
  if (tpdu.type == kExpeditedData) {
    const std::uint8_t number = in.u8();
    in.show_number(cf::cotp_tpdu_number, number & 0x7f, in.offset() - 1, 1);
    return;
  }
  in.u8(cf::cotp_next_tpdu_number);
  if (tpdu.type == kReject) in.show_presence(cf::cotp_reject, 0, 0);
}

void disconnect(FieldReader& in, Tpdu& tpdu) {
  tpdu.destination = in.u16(cf::cotp_destref);
  tpdu.source = in.u16(cf::cotp_srcref);
  tpdu.reason = in.u8(cf::cotp_cause);
  in.show_presence(cf::cotp_disconnect_request, 0, 0);
  parameters(in);
}

void error(FieldReader& in, Tpdu& tpdu) {
  tpdu.destination = in.u16(cf::cotp_destref);
  tpdu.reason = in.u8(cf::cotp_reject_cause);
  parameters(in);
}

}  // namespace

bool is_known(std::uint8_t code) {
  const std::uint8_t type = code >> 4;
  // Credit stands in the low half of CR, CC, AK and RJ; data has a flag of class 4 there.
  const bool has_credit = type == kConnectRequest || type == kConnectConfirm || type == kDataAck ||
                          type == kReject || type == kData;
  if ((code & 0xf) != 0 && !has_credit) return false;
  return std::any_of(std::begin(kTypes), std::end(kTypes),
                     [type](const TypeName& row) { return row.type == type; });
}

std::string_view name(std::uint8_t type) {
  const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                   [type](const TypeName& row) { return row.type == type; });
  return found != std::end(kTypes) ? found->name : "Unknown TPDU";
}

Tpdu decode(FieldReader& in) {
  Tpdu tpdu;
  const std::size_t indicator = in.u8(cf::cotp_li);
  FieldReader header = in.take(indicator);
  if (header.remaining() < indicator) in.require(in.remaining() + 1);
  const std::uint8_t code = header.u8();
  tpdu.type = code >> 4;
  header.show_number(cf::cotp_type, tpdu.type, 0, 1);
  switch (tpdu.type) {
    case kConnectRequest:
    case kConnectConfirm:
      connection(header, tpdu);
      break;
    case kData:
      data(header, tpdu);
      break;
    case kDisconnectRequest:
      disconnect(header, tpdu);
      break;
    case kDisconnectConfirm:
      tpdu.destination = header.u16(cf::cotp_destref);
      tpdu.source = header.u16(cf::cotp_srcref);
      header.show_presence(cf::cotp_disconnect_confirm, 0, 0);
      break;
    case kError:
      error(header, tpdu);
      break;
    case kExpeditedData:
    case kExpeditedAck:
    case kDataAck:
    case kReject:
      of_other_classes(header, code & 0xf, tpdu);
      break;
    default:
      tpdu.destination = header.u16(cf::cotp_destref);
      in.flag(anomaly::cotp_type, 1);
  }
  if (!header.ok()) {
    in.flag(anomaly::cotp_length, 0);
    in.require(in.remaining() + 1);
  }
  return tpdu;
}

}  // namespace sightglass::s7comm::cotp
