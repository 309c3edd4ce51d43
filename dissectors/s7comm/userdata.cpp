// User data: programmer commands, cyclic services, blocks, CPU, security, time.
#include <array>
#include <chrono>
#include <cstdio>

#include "dissectors/s7comm/anomalies.hpp"
#include "dissectors/s7comm/diagnostics.hpp"
#include "dissectors/s7comm/fields.hpp"
#include "dissectors/s7comm/names.hpp"
#include "dissectors/s7comm/pdu.hpp"
#include "dissectors/s7comm/programmer.hpp"
#include "dissectors/s7comm/szl.hpp"

namespace sightglass::s7comm {
namespace {

void opaque(FieldReader& in) {
  if (in.remaining() > 0) in.bytes(field::data_userdata, in.remaining());
}

// --- Blocks

void list_blocks(FieldReader& in, std::size_t length) {
  for (std::size_t i = 0; i < length / 4 && in.ok(); ++i) {
    in.show_presence(field::data_item, in.offset(), 4);
    in.text(field::blockinfo_blocktype, 2);
    in.u16(field::blockinfo_block_count);
  }
}

void list_blocks_of_type(FieldReader& in, std::size_t length) {
  for (std::size_t i = 0; i < length / 4 && in.ok(); ++i) {
    in.show_presence(field::data_item, in.offset(), 4);
    in.u16(field::blockinfo_block_num);
    in.u8(field::blockinfo_flags);
    in.u8(field::blockinfo_block_lang);
  }
}

/// A time as milliseconds of the day and days since 1984, in words.
void block_time(FieldReader& in, FieldId id) {
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::uint32_t of_day = in.u32();
  const std::uint16_t days = in.u16();
  if (!in.ok()) return;
  const auto second = std::chrono::sys_days{std::chrono::year{1984} / 1 / 1} +
                      std::chrono::days{days} + std::chrono::seconds{of_day / 1000};
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(second - day);
  std::array<char, 48> text{};
  const int size = std::snprintf(text.data(), text.size(), "%s %2u, %d %02d:%02d:%02d.%03u",
                                 kMonths[static_cast<unsigned>(date.month()) - 1],
                                 static_cast<unsigned>(date.day()), static_cast<int>(date.year()),
                                 static_cast<int>(time.hours().count()),
                                 static_cast<int>(time.minutes().count()),
                                 static_cast<int>(time.seconds().count()), of_day % 1000);
  const std::string_view kept = in.findings().keep({text.data(), static_cast<std::size_t>(size)});
  in.show(id, Value::text(kept), in.offset() - 6, 6);
}

void version(FieldReader& in) {
  const std::uint8_t octet = in.u8();
  std::array<char, 8> text{};
  const int size = std::snprintf(text.data(), text.size(), "%d.%d", octet >> 4, octet & 0xf);
  const std::string_view kept = in.findings().keep({text.data(), static_cast<std::size_t>(size)});
  in.show(field::blockinfo_headerversion, Value::text(kept), in.offset() - 1, 1);
}

void block_info(FieldReader& in) {
  in.text(field::blockinfo_blocktype, 2);
  in.u16(field::blockinfo_res_infolength);
  in.u16(field::blockinfo_res_unknown2);
  in.text(field::blockinfo_res_const3, 2);
  in.bytes(field::blockinfo_res_unknown, 1);
  const std::uint8_t flags = in.u8(field::param_userdata_blockinfo_flags);
  const std::size_t at = in.offset() - 1;
  in.show_flag(field::param_userdata_blockinfo_linked, (flags & 1) != 0, at, 1);
  in.show_flag(field::param_userdata_blockinfo_standard_block, (flags & 2) != 0, at, 1);
  in.show_flag(field::param_userdata_blockinfo_nonretain, (flags & 8) != 0, at, 1);
  in.u8(field::blockinfo_block_lang);
  in.u8(field::blockinfo_subblk_type);
  in.u16(field::blockinfo_block_num);
  in.u32(field::blockinfo_load_mem_len);
  in.u32(field::blockinfo_blocksecurity);
  block_time(in, field::blockinfo_code_timestamp);
  block_time(in, field::blockinfo_interface_timestamp);
  in.u16(field::blockinfo_ssb_len);
  in.u16(field::blockinfo_add_len);
  in.u16(field::blockinfo_localdata_len);
  in.u16(field::blockinfo_mc7_len);
  in.text(field::blockinfo_author, 8);
  in.text(field::blockinfo_family, 8);
  in.text(field::blockinfo_headername, 8);
  version(in);
  in.bytes(field::blockinfo_res_unknown, 1);
  in.u16(field::blockinfo_checksum);
  in.u32(field::blockinfo_reserved1);
  in.u32(field::blockinfo_reserved2);
}

void name(Request& request, const Object& object, bool is_write = false) {
  request.asked.add({object, Values::Shape::bytes});
  request.data.access({object, {}, is_write});
}

void block_request(Request& request, const UserData& about, const DataHead& head) {
  FieldReader& in = request.data;
  if (about.function != 2 && about.function != 3) return opaque(in);
  if (head.transport_size == kNoData) return;
  const std::string_view type = in.text(field::blockinfo_blocktype, 2);
  if (about.function == 2) {
    if (const auto block = block_of(type, "0")) {
      name(request, {ObjectSpace::s7_block, 0, block->container, 0, 0});
    }
    return;
  }
  const std::string_view number = in.text(field::data_blockinfo_block_number, 5);
  if (!is_number(number)) {
    in.show_presence(field::data_blockinfo_block_number_invalid, in.offset() - 5, 5);
  }
  in.text(field::data_blockinfo_filesys, 1);
  if (const auto block = block_of(type, number); block && in.ok()) name(request, *block);
}

void block_response(FieldReader& in, const UserData& about, const DataHead& head) {
  switch (about.function) {
    case 1:
      return list_blocks(in, in.remaining());
    case 2:
      if (head.transport_size != kNoData) list_blocks_of_type(in, in.remaining());
      return;
    case 3:
      if (head.code == kSuccess) block_info(in);
      return;
    default:
      return opaque(in);
  }
}

// --- Cyclic services

/// Whether the function carries items, as a read does.
bool has_items(std::uint8_t function) { return function == 1 || function == 5 || function == 7; }

void cyclic_request(Request& request, const UserData& about) {
  constexpr std::uint8_t kUnsubscribe = 4;
  FieldReader& in = request.data;
  if (about.function == kUnsubscribe) {
    in.u8(field::cyclic_function);
    in.u8(field::cyclic_job_id);
    return;
  }
  if (!has_items(about.function)) return opaque(in);
  in.skip(1);
  std::size_t count = in.u8(field::param_itemcount);
  in.u8(field::cyclic_interval_timebase);
  in.u8(field::cyclic_interval_time);
  for (; count > 0 && in.ok(); --count) read_item(in, false, request.asked);
}

ItemResults cyclic_response(Response& response, const UserData& about) {
  FieldReader& in = response.data;
  if (!has_items(about.function)) {
    opaque(in);
    return {};
  }
  in.skip(1);
  const std::size_t count = in.u8(field::param_itemcount);
  const Asked* asked = response.asked;
  if (asked != nullptr && asked->item_count != count) asked = nullptr;
  return read_values(in, count, asked, false);
}

// --- CPU

bool is_alarm(std::uint8_t function) {
  switch (function) {
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
    case 11:
    case 12:
    case 13:
    case 14:
    case 17:
    case 18:
    case 22:
      return true;
    default:
      return false;
  }
}

constexpr std::uint8_t kReadSzl = 1, kMessageService = 2, kDiagnosticMessage = 3, kAlarmQuery = 19;

void szl_identifier(FieldReader& in, std::uint16_t& id, std::uint16_t& index) {
  id = in.u16(field::data_userdata_szl_id);
  const std::size_t at = in.offset() - 2;
  in.show_number(field::data_userdata_szl_id_diag_type, id >> 12, at, 2);
  in.show_number(field::data_userdata_szl_id_partlist_ex, id, at, 2);
  in.show_number(field::data_userdata_szl_id_partlist_num, id & 0xff, at, 2);
  index = in.u16(field::data_userdata_szl_index);
}

/// Lists that say what the device is, rather than how it is.
bool is_identity(std::uint16_t id) {
  switch (id & 0xff) {
    case 0x00:
    case 0x11:
    case 0x12:
    case 0x13:
    case 0x1c:
      return true;
    default:
      return false;
  }
}

void cpu_request(Request& request, const UserData& about, const DataHead& head) {
  FieldReader& in = request.data;
  if (about.function == kReadSzl) {
    // The request for the next part has no data.
    if (head.transport_size == kNoData || in.remaining() == 0) return;
    std::uint16_t id = 0, index = 0;
    szl_identifier(in, id, index);
    if (!in.ok()) return;
    if (is_identity(id)) request.asked.operation = Operation::discover;
    return name(request, {ObjectSpace::s7_status_list, 0, id, index, 1});
  }
  if (is_alarm(about.function) || about.function == kAlarmQuery) {
    return alarm_message(in, about.type, about.function);
  }
  if (about.function == kDiagnosticMessage) return diagnostic_message(in);
  if (about.function == kMessageService) return message_service(in, about.type);
  opaque(in);
}

void cpu_response(FieldReader& in, const UserData& about, const DataHead& head) {
  if (about.function == kReadSzl) {
    if (head.code != kSuccess || in.remaining() == 0) return;
    std::uint16_t id = 0, index = 0;
    szl_identifier(in, id, index);
    return szl::decode(in, id, index);
  }
  if (is_alarm(about.function)) return alarm_message(in, about.type, about.function);
  if (about.function == kAlarmQuery) return alarm_query_response(in);
  if (about.function == kDiagnosticMessage) return diagnostic_message(in);
  if (about.function == kMessageService) return message_service(in, about.type);
  opaque(in);
}

// --- Others

void block_send(FieldReader& in) {
  in.u8(field::param_item_varspec);
  in.u8(field::param_item_varspec_length);
  in.u8(field::param_item_syntaxid);
  in.u8(field::pbc_bsend_unknown);
  in.u32(field::pbc_req_bsend_r_id);
  if (in.remaining() >= 2) in.show_number(field::pbc_req_bsend_len, in.u16(), in.offset() - 2, 2);
  opaque(in);
}

bool reads_clock(std::uint8_t function) { return function == 1 || function == 3; }
bool sets_clock(std::uint8_t function) { return function == 2 || function == 4; }

}  // namespace

UserData read_userdata_parameters(FieldReader& in) {
  constexpr std::size_t kLong = 12;
  const bool is_long = in.remaining() >= kLong;
  UserData about;
  in.u24(field::param_userdata_head);
  in.u8(field::param_userdata_length);
  in.u8(field::param_userdata_reqres1);
  const std::uint8_t type_and_group = in.u8();
  const std::size_t at = in.offset() - 1;
  about.type = type_and_group >> 4;
  about.group = type_and_group & 0xf;
  in.show_number(field::param_userdata_type, about.type, at, 1);
  in.show_number(field::param_userdata_funcgroup, about.group, at, 1);
  about.function = in.u8(about.group == kModeTransition ? field::param_modetrans_subfunc
                                                        : field::param_userdata_subfunc);
  about.sequence = in.u8(field::param_userdata_seq_num);
  if (!is_long) return about;
  about.unit_reference = in.u8(field::param_userdata_dataunitref);
  about.is_last = in.u8(field::param_userdata_lastdataunit) == 0;
  about.error = in.u16(field::param_errcod);
  return about;
}

DataHead read_data_head(FieldReader& in) {
  constexpr std::size_t kSize = 4;
  DataHead head;
  if (!in.require(kSize)) return head;
  head.code = in.u8(field::data_returncode);
  head.transport_size = in.u8(field::data_transportsize);
  head.length = in.u16(field::data_length);
  return head;
}

void decode_userdata_request(Request& request, const UserData& about, const DataHead& head) {
  FieldReader& in = request.data;
  if (in.remaining() == 0) return;
  switch (about.group) {
    case kCyclic:
      return cyclic_request(request, about);
    case kBlocks:
      return block_request(request, about, head);
    case kCpu:
      return cpu_request(request, about, head);
    case kTime:
      if (!sets_clock(about.function)) return opaque(in);
      if (head.code == kSuccess) read_time(in, true);
      return name(request, {ObjectSpace::s7_cpu, 0, 0, 0, 0});
    case kPbc:
      return block_send(in);
    case kProgrammer:
      return programmer_request(request, about);
    case kSecurity:  // a password: never shown
      return in.skip(in.remaining());
    default:
      return opaque(in);
  }
}

void settle(Response& response, const UserData& about, const DataHead& head) {
  const bool is_fault = head.code == 1 || (head.code >= 3 && head.code <= 7);
  if (about.error != 0) {
    response.refuse(about.error, error_name(about.error));
  } else if (is_fault && about.type == kResponse) {
    response.refuse(head.code, return_code_name(head.code));
  }
}

void decode_userdata_response(Response& response, const UserData& about, const DataHead& head) {
  FieldReader& in = response.data;
  if (in.remaining() == 0) return;
  switch (about.group) {
    case kCyclic:
      cyclic_response(response, about);
      return;
    case kBlocks:
      return block_response(in, about, head);
    case kCpu:
      return cpu_response(in, about, head);
    case kTime:
      if (!reads_clock(about.function)) return opaque(in);
      if (head.code == kSuccess) read_time(in, true);
      return;
    case kPbc:
      return block_send(in);
    case kProgrammer:
      return programmer_response(response, about);
    case kSecurity:  // a password: never shown
      return in.skip(in.remaining());
    default:
      return opaque(in);
  }
}

}  // namespace sightglass::s7comm
