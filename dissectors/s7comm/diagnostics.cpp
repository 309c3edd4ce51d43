#include "dissectors/s7comm/diagnostics.hpp"

#include <array>
#include <chrono>

#include "dissectors/s7comm/fields.hpp"
#include "dissectors/s7comm/items.hpp"
#include "dissectors/s7comm/names.hpp"

namespace sightglass::s7comm {
namespace {

/// Binary coded decimal, as devices write it: no check of the digits.
int from_bcd(std::uint8_t octet) { return 10 * (octet / 16) + octet % 16; }

/// Months and days out of range go on counting, as those of mktime do. Timestamps end somewhere:
/// what lies beyond is the end.
Timestamp calendar_time(int year, int month, int day, std::chrono::milliseconds of_day) {
  const int months = 12 * year + month - 1;
  const std::chrono::year_month first =
      std::chrono::year{months / 12} / std::chrono::month{static_cast<unsigned>(months % 12) + 1};
  const std::chrono::sys_days days = std::chrono::sys_days{first / 1} + std::chrono::days{day - 1};
  constexpr std::chrono::sys_days kBegin = std::chrono::year{1678} / 1 / 1;
  constexpr std::chrono::sys_days kEnd = std::chrono::year{2262} / 1 / 1;
  if (days < kBegin) return Timestamp::min();
  if (days >= kEnd) return Timestamp::max();
  return Timestamp{} + (days.time_since_epoch() + of_day);
}

struct Flag {
  FieldId id;
  unsigned mask;
};

constexpr Flag kSignals[] = {{field::alarm_signal_sig1, 0x01}, {field::alarm_signal_sig2, 0x02},
                             {field::alarm_signal_sig3, 0x04}, {field::alarm_signal_sig4, 0x08},
                             {field::alarm_signal_sig5, 0x10}, {field::alarm_signal_sig6, 0x20},
                             {field::alarm_signal_sig7, 0x40}, {field::alarm_signal_sig8, 0x80}};

constexpr Flag kEventFlags[] = {{field::cpu_diag_msg_eventid_ident_entleave, 0x0100},
                                {field::cpu_diag_msg_eventid_ident_diagbuf, 0x0200},
                                {field::cpu_diag_msg_eventid_ident_interr, 0x0400},
                                {field::cpu_diag_msg_eventid_ident_exterr, 0x0800}};

constexpr Flag kSubscribed[] = {{field::cpu_msg_events_modetrans, 0x01},
                                {field::cpu_msg_events_system, 0x02},
                                {field::cpu_msg_events_userdefined, 0x04},
                                {field::cpu_msg_events_alarms, 0x80}};

/// An octet of signals, and each of them.
void signals(FieldReader& in, FieldId id) {
  const std::uint8_t value = in.u8(id);
  for (const Flag& flag : kSignals) {
    in.show_flag(flag.id, (value & flag.mask) != 0, in.offset() - 1, 1);
  }
}

void associated_values(FieldReader& in, std::size_t count) {
  in.show_presence(field::alarm_associated_value, in.offset(), 0);
  read_values(in, count, nullptr, false);
}

/// An alarm that is told, acknowledged or locked.
void alarm_object(FieldReader& in, std::uint8_t syntax) {
  constexpr std::uint8_t kIndication = 0x16, kAcknowledge = 0x19, kNotify = 0x1c;
  const std::size_t values = in.u8(field::alarm_nr_add_values);
  in.u32(field::alarm_event_id);
  const bool is_indication = syntax == kIndication || syntax == kNotify;
  if (is_indication) {
    signals(in, field::alarm_eventstate);
    signals(in, field::alarm_state);
  }
  if (is_indication || syntax == kAcknowledge) {
    signals(in, field::alarm_ack_state_going);
    signals(in, field::alarm_ack_state_coming);
  }
  if (syntax == kNotify) {
    signals(in, field::alarm_event_going);
    signals(in, field::alarm_event_coming);
    signals(in, field::alarm_event_lastchanged);
    in.u8(field::alarm_event_reserved);
  }
  if (is_indication && values > 0) associated_values(in, values);
}

void alarm_query(FieldReader& in) {
  constexpr std::uint8_t kByType = 1, kByEvent = 3;
  in.u8(field::alarm_query_unknown1);
  const std::uint8_t kind = in.u8(field::alarm_query_querytype);
  in.u8(field::alarm_query_unknown2);
  if (kind == kByType) {
    in.u32(field::alarm_query_alarmtype);
  } else if (kind == kByEvent) {
    in.u32(field::alarm_event_id);
  } else {
    in.skip(4);
  }
}

bool is_indication(std::uint8_t subfunction) {
  switch (subfunction) {
    case 5:
    case 6:
    case 12:
    case 17:
    case 18:
    case 22:
      return true;
    default:
      return false;
  }
}

/// One alarm of the answer to a query.
void queried_alarm(FieldReader& in) {
  constexpr std::uint8_t kAlarmS = 4;
  in.show_presence(field::alarm_message_object, in.offset(), 0);
  in.u8(field::alarm_query_dataset_length);
  in.u16(field::alarm_query_resunknown1);
  const std::uint8_t type = in.u8(field::alarm_query_alarmtype);
  in.u32(field::alarm_event_id);
  in.u8(field::alarm_query_resunknown1);
  signals(in, field::alarm_eventstate);
  signals(in, field::alarm_ack_state_going);
  signals(in, field::alarm_ack_state_coming);
  if (type != kAlarmS) return;
  in.show_presence(field::alarm_timestamp_coming, in.offset(), 8);
  read_time(in, false);
  associated_values(in, 1);
  in.show_presence(field::alarm_timestamp_going, in.offset(), 8);
  read_time(in, false);
  associated_values(in, 1);
}

}  // namespace

void read_time(FieldReader& in, bool is_long) {
  constexpr int kLastCentury = 89;  // two-digit years from here on are of the last century
  const std::size_t start = in.offset();
  const std::size_t size = is_long ? 10 : 8;
  if (!in.require(size)) return;
  ByteReader octets(in.bytes(size));
  const int reserved = is_long ? from_bcd(octets.u8()) : 0;
  const int century = is_long ? from_bcd(octets.u8()) : 19;
  std::array<int, 6> parts{};
  for (int& part : parts) part = from_bcd(octets.u8());
  const int hundredths = from_bcd(octets.u8());
  const std::uint8_t last = octets.u8();
  const int milliseconds = 10 * hundredths + last / 16;
  const int year = 100 * (parts[0] < kLastCentury ? 20 : century) + parts[0];
  const std::chrono::milliseconds of_day =
      std::chrono::hours(parts[3]) + std::chrono::minutes(parts[4]) +
      std::chrono::seconds(parts[5]) + std::chrono::milliseconds(milliseconds);
  in.show(field::data_ts, Value::time(calendar_time(year, parts[1], parts[2], of_day)), start,
          size);
  std::size_t at = start;
  const auto show = [&](FieldId id, int value) {
    in.show_number(id, static_cast<std::uint64_t>(value), at++, 1);
  };
  if (is_long) {
    show(field::data_ts_reserved, reserved);
    show(field::data_ts_year1, century);
  }
  constexpr FieldId kParts[] = {field::data_ts_year2, field::data_ts_month,  field::data_ts_day,
                                field::data_ts_hour,  field::data_ts_minute, field::data_ts_second};
  for (std::size_t i = 0; i < parts.size(); ++i) show(kParts[i], parts[i]);
  in.show_number(field::data_ts_millisecond, static_cast<std::uint64_t>(milliseconds), at, 2);
  in.show_number(field::data_ts_weekday, last & 0x0f, at, 2);
}

void diagnostic_message(FieldReader& in) {
  in.show_presence(field::cpu_diag_msg, in.offset(), 20);
  const std::uint16_t event = in.u16(field::cpu_diag_msg_eventid);
  const std::size_t at = in.offset() - 2;
  in.show_number(field::cpu_diag_msg_eventid_class, event >> 12, at, 2);
  for (const Flag& flag : kEventFlags) in.show_flag(flag.id, (event & flag.mask) != 0, at, 2);
  in.show_number(field::cpu_diag_msg_eventid_nr, event & 0xff, at, 2);
  in.u8(field::cpu_diag_msg_prioclass);
  in.u8(field::cpu_diag_msg_obnumber);
  in.u16(field::cpu_diag_msg_datid);
  in.u16(field::cpu_diag_msg_info1);
  in.u32(field::cpu_diag_msg_info2);
  read_time(in, false);
}

void alarm_message(FieldReader& in, std::uint8_t type, std::uint8_t subfunction) {
  constexpr std::uint8_t kScan = 9;
  constexpr std::uint8_t kLockFree = 0x15, kIndicationSet = 0x16, kAckSet = 0x19, kQuerySet = 0x1a,
                         kNotifySet = 0x1c;
  in.show_presence(field::alarm_message, in.offset(), 0);
  const bool is_scan = subfunction == kScan;
  if (is_scan) in.u16(field::alarm_scan_unknown1);
  if (is_scan || is_indication(subfunction)) {
    in.show_presence(field::alarm_timestamp_coming, in.offset(), 8);
    read_time(in, false);
  }
  if (is_scan) in.u16(field::alarm_scan_unknown2);
  in.u8(field::alarm_function);
  std::size_t objects = in.u8(field::alarm_nr_objects);
  for (; objects > 0 && in.ok(); --objects) {
    in.show_presence(field::alarm_message_object, in.offset(), 0);
    if (type == kResponse) {
      in.u8(field::data_returncode);
      continue;
    }
    in.u8(field::param_item_varspec);
    const std::size_t length = in.u8(field::param_item_varspec_length);
    const std::uint8_t syntax = in.u8(field::param_item_syntaxid);
    switch (syntax) {
      case kLockFree:
      case kIndicationSet:
      case kAckSet:
      case kNotifySet:
        alarm_object(in, syntax);
        break;
      case kQuerySet:
        alarm_query(in);
        break;
      default:
        in.skip(length > 0 ? length - 1 : 0);
    }
  }
}

void alarm_query_response(FieldReader& in) {
  constexpr std::uint16_t kInParts = 0xffff;
  in.show_presence(field::alarm_message, in.offset(), 0);
  ByteReader ahead = in.ahead();
  const std::uint8_t function = ahead.u8();
  const std::uint8_t objects = ahead.u8();
  std::ptrdiff_t left = function;
  if (function == 0) {
    in.u8(field::alarm_function);
    in.u8(field::alarm_nr_objects);
    if (objects == 0) return;
    const std::uint8_t code = in.u8(field::data_returncode);
    in.u8(field::data_transportsize);
    const std::uint16_t length = in.u16(field::alarm_query_complete_length);
    left = length == kInParts ? 0 : length;
    if (code != kSuccess) return;
  }
  do {
    const std::size_t start = in.offset();
    queried_alarm(in);
    left -= static_cast<std::ptrdiff_t>(in.offset() - start);
  } while (left > 0 && in.ok());
}

void message_service(FieldReader& in, std::uint8_t type) {
  constexpr std::uint8_t kAlarms = 0x80;
  if (type == kRequest) {
    const std::uint8_t events = in.u8(field::cpu_msg_events);
    for (const Flag& flag : kSubscribed) {
      in.show_flag(flag.id, (events & flag.mask) != 0, in.offset() - 1, 1);
    }
    in.u8(field::cpu_msg_req_reserved1);
    in.text(field::cpu_msg_username, 8);
    if ((events & kAlarms) == 0 || in.remaining() == 0) return;
    in.u8(field::cpu_msg_almtype);
    in.u8(field::cpu_msg_req_reserved2);
  } else if (type == kResponse) {
    in.u8(field::cpu_msg_res_result);
    in.u8(field::cpu_msg_res_reserved1);
    if (in.remaining() == 0) return;
    in.u8(field::cpu_msg_almtype);
    in.u8(field::cpu_msg_res_reserved2);
    in.u8(field::cpu_msg_res_reserved3);
  }
}

}  // namespace sightglass::s7comm
