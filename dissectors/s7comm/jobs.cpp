// Jobs and their acknowledgements: setup, variables, transfer of blocks, program invocation.
#include <algorithm>
#include <array>
#include <iterator>

#include "dissectors/s7comm/anomalies.hpp"
#include "dissectors/s7comm/fields.hpp"
#include "dissectors/s7comm/names.hpp"
#include "dissectors/s7comm/pdu.hpp"

namespace sightglass::s7comm {
namespace {

void setup(FieldReader& in) {
  in.u8(field::param_setup_reserved1);
  in.u16(field::param_maxamq_calling);
  in.u16(field::param_maxamq_called);
  in.u16(field::param_pdu_length);
}

/// Whether more parts follow.
bool function_status(FieldReader& in) {
  const std::uint8_t status = in.u8(field::param_blockcontrol_functionstatus);
  const std::size_t at = in.offset() - 1;
  in.show_flag(field::param_blockcontrol_functionstatus_more, (status & 1) != 0, at, 1);
  in.show_flag(field::param_blockcontrol_functionstatus_error, (status & 2) != 0, at, 1);
  return (status & 1) != 0;
}

/// Type, number and file system of a block, as they stand in file names.
std::optional<Object> block_name(FieldReader& in) {
  const std::string_view type = in.text(field::data_blockcontrol_block_type, 2);
  const std::string_view number = in.text(field::data_blockcontrol_block_number, 5);
  if (!is_number(number)) {
    in.show_presence(field::data_blockcontrol_block_number_invalid, in.offset() - 5, 5);
  }
  in.text(field::data_blockcontrol_dest_filesys, 1);
  return in.ok() ? block_of(type, number) : std::nullopt;
}

std::optional<Object> file_name(FieldReader& in) {
  constexpr std::size_t kBlockName = 9;
  const std::size_t length = in.u8(field::param_blockcontrol_filename_len);
  const std::size_t at = in.offset();
  if (!in.require(length)) return std::nullopt;
  FieldReader name = in.take(length);
  const Bytes text = name.ahead().rest();
  in.show(field::param_blockcontrol_filename, Value::text(as_text(text)), at, length);
  if (length != kBlockName || (text[0] != '_' && text[0] != '$')) {
    return std::nullopt;
  }
  name.text(field::data_blockcontrol_file_identifier, 1);
  return block_name(name);
}

void name_block(Request& request, const std::optional<Object>& block, bool is_write) {
  if (!block) return;
  request.asked.add({*block, Values::Shape::bytes});
  request.parameters.access({*block, {}, is_write});
}

void variables(Request& request, bool is_write) {
  FieldReader& in = request.parameters;
  std::size_t count = in.u8(field::param_itemcount);
  const std::size_t items = count;
  for (; count > 0 && in.ok(); --count) read_item(in, is_write, request.asked);
  if (!is_write || request.data.remaining() == 0 || !in.ok()) return;
  // Data goes to accesses by their index: with an item that names several areas or none, to none.
  const bool is_plain = request.asked.item_count == items;
  read_values(request.data, items, is_plain ? &request.asked : nullptr, true);
}

void request_download(Request& request) {
  constexpr std::size_t kLengths = 13;
  FieldReader& in = request.parameters;
  function_status(in);
  in.bytes(field::data_blockcontrol_unknown1, 2);
  in.bytes(field::data_blockcontrol_unknown1, 4);
  name_block(request, file_name(in), true);
  if (in.remaining() == 0) return;
  in.u8(field::data_blockcontrol_part2_len);
  if (!in.require(kLengths)) return;
  in.text(field::data_blockcontrol_part2_unknown, 1);
  in.text(field::data_blockcontrol_loadmem_len, 6);
  in.text(field::data_blockcontrol_mc7code_len, 6);
}

void start_upload(Request& request) {
  FieldReader& in = request.parameters;
  function_status(in);
  in.bytes(field::data_blockcontrol_unknown1, 2);
  in.u32(field::data_blockcontrol_uploadid);
  name_block(request, file_name(in), false);
}

void transfer(Request& request, std::uint8_t function, const Transfers& transfers) {
  FieldReader& in = request.parameters;
  function_status(in);
  if (function == kUpload || function == kDownloadBlock) {
    in.bytes(field::data_blockcontrol_unknown1, 2);
  } else {
    in.u16(field::data_blockcontrol_errorcode);
  }
  if (function == kDownloadBlock || function == kDownloadEnded) {
    in.bytes(field::data_blockcontrol_unknown1, 4);
    return name_block(request, file_name(in), true);
  }
  const std::uint32_t upload = in.u32(field::data_blockcontrol_uploadid);
  if (const Object* block = transfers.uploading(upload)) name_block(request, *block, false);
}

/// The names of the blocks that a service is for, as they stand in its parameters.
void service_blocks(Request& request, FieldReader block) {
  constexpr std::size_t kBlockName = 8;
  const bool erases = request.asked.operation == Operation::erase;
  std::size_t count = block.u8(field::data_plccontrol_block_cnt);
  block.u8(field::param_pi_inse_unknown);
  for (; count > 0 && block.ok(); --count) {
    const std::size_t at = block.offset();
    FieldReader name = block.take(kBlockName);
    const Bytes text = name.ahead().rest();
    block.show(field::param_blockcontrol_filename, Value::text(as_text(text)), at, text.size());
    name_block(request, block_name(name), erases || request.asked.operation == Operation::download);
  }
}

/// The strings that services of numerical controls come with.
struct NcService {
  std::string_view name;
  std::array<FieldId, 3> strings;
};
constexpr FieldId kNoString = 0;
constexpr NcService kNcServices[] = {
    {"_N_LOGIN_", {field::param_pi_n_x_addressident, field::param_pi_n_x_password}},
    {"_N_LOGOUT", {field::param_pi_n_x_addressident}},
    {"_N_NEWPWD",
     {field::param_pi_n_x_addressident, field::param_pi_n_x_password,
      field::param_pi_n_x_passwordlevel}},
    {"_N_SELECT", {field::param_pi_n_x_addressident, field::param_pi_n_x_filename}},
    {"_N_F_DELE", {field::param_pi_n_x_addressident, field::param_pi_n_x_filename}},
    {"_N_F_DELR", {field::param_pi_n_x_addressident, field::param_pi_n_x_filename}},
};

/// Each string has its length before it, and an octet behind it where both are an odd number.
void nc_strings(FieldReader block, std::string_view service) {
  const auto* found = std::find_if(std::begin(kNcServices), std::end(kNcServices),
                                   [&](const NcService& row) { return row.name == service; });
  if (found == std::end(kNcServices)) return;
  for (const FieldId id : found->strings) {
    if (id == kNoString || block.remaining() == 0) return;
    const std::size_t length = block.u8(field::param_pi_n_x_string_len);
    if (id == field::param_pi_n_x_password) {  // that there is one is told, what it is never
      block.show(id, Value::text({}), block.offset(), 0);
      block.skip(length);
    } else {
      block.text(id, length);
    }
    if (length % 2 == 0 && block.remaining() > 0) block.skip(1);
  }
}

void program_invocation(Request& request) {
  FieldReader& in = request.parameters;
  in.bytes(field::param_pistart_unknown1, 7);
  if (in.remaining() == 0) return;
  const std::size_t length = in.u16(field::param_pistart_parameterblock_len);
  const std::size_t at = in.offset();
  in.show_presence(field::param_pistart_parameterblock, at, length);
  FieldReader block = in.take(length);
  const Bytes argument = block.ahead().rest();
  ByteReader ahead = in.ahead();
  const std::string_view service = as_text(ahead.bytes(ahead.u8()));
  nc_strings(block, service);
  in.text(field::param_pistart_servicename, in.u8(field::param_pi_n_x_string_len));
  const FunctionSpec spec = service_spec(service, as_text(argument));
  if (!in.ok()) return;
  request.asked.operation = spec.operation;
  request.asked.function_name = spec.name;
  if (!spec.is_known) in.flag(anomaly::function, at);
  const bool has_blocks = service == "_INSE" || service == "_INS2" || service == "_DELE";
  if (has_blocks) return service_blocks(request, block);
  const bool is_plain = service == "P_PROGRAM" || service == "_MODU" || service == "_GARB";
  if (is_plain && length > 0) block.text(field::param_pistart_argument, length);
  name_block(request, Object{ObjectSpace::s7_cpu, 0, 0, 0, 0}, false);
}

void plc_stop(Request& request) {
  FieldReader& in = request.parameters;
  in.bytes(field::param_pistart_unknown1, 5);
  const std::size_t length = in.u8(field::data_plccontrol_part2_len);
  in.text(field::param_pistart_servicename, length);
  name_block(request, Object{ObjectSpace::s7_cpu, 0, 0, 0, 0}, false);
}

void opaque(FieldReader& parameters, FieldReader& data) {
  if (parameters.remaining() > 0) parameters.bytes(field::param_data, parameters.remaining());
  if (data.remaining() > 0) data.bytes(field::resp_data, data.remaining());
}

void settle(Response& response, const ItemResults& results) {
  if (results.succeeded == 0 && results.refused > 0) {
    response.refuse(results.first_refusal, return_code_name(results.first_refusal));
  }
}

void variables(Response& response, bool is_write) {
  const std::size_t count = response.parameters.u8(field::param_itemcount);
  if (!response.parameters.ok() || response.data.remaining() == 0) return;
  // An item that names several areas has one answer: its values belong to none of them.
  const Asked* asked = response.asked;
  if (asked != nullptr && asked->item_count != count) {
    asked = nullptr;
    response.parameters.flag(anomaly::response_mismatch, 0);
  }
  settle(response, is_write ? read_return_codes(response.data, count, asked)
                            : read_values(response.data, count, asked, false));
}

void start_upload(Response& response, Transfers& transfers) {
  FieldReader& in = response.parameters;
  function_status(in);
  in.bytes(field::data_blockcontrol_unknown1, 2);
  const std::uint32_t upload = in.u32(field::data_blockcontrol_uploadid);
  const Item* block = response.asked != nullptr ? response.asked->item(0) : nullptr;
  if (block != nullptr && in.ok()) transfers.upload_began(upload, block->object);
  if (in.remaining() == 0) return;
  const std::size_t length = in.u8(field::param_blockcontrol_upl_lenstring_len);
  in.text(field::param_blockcontrol_upl_lenstring, length);
}

void show_digests(FieldReader& in, const BlockDigests& digests) {
  const auto show = [&in](FieldId id, const Sha256& digest) {
    in.show(id, Value::bytes(as_bytes(in.findings().keep(as_text(digest)))), 0, 0);
  };
  show(field::block_sha256, digests.whole);
  if (digests.code) show(field::block_code_sha256, *digests.code);
}

void transferred(Response& response, Transfers& transfers, bool is_write) {
  bool goes_on = true;  // without parameters nothing says that it ends
  if (response.parameters.remaining() > 0) goes_on = function_status(response.parameters);
  FieldReader& in = response.data;
  if (in.remaining() == 0) return;
  in.u16(field::data_length);
  in.bytes(field::data_blockcontrol_unknown1, 2);
  const Bytes part = in.bytes(field::resp_data, in.remaining());
  const Item* block = response.asked != nullptr ? response.asked->item(0) : nullptr;
  if (block == nullptr) return;
  in.access({block->object,
             {Values::Shape::bytes, static_cast<std::uint32_t>(part.size()), part},
             is_write});
  const auto digests = transfers.add(is_write, block->object, part, !goes_on);
  if (digests) show_digests(in, *digests);
}

void download_accepted(Response& response, Transfers& transfers) {
  if (response.parameters.remaining() > 0) function_status(response.parameters);
  const Item* block = response.asked != nullptr ? response.asked->item(0) : nullptr;
  if (block != nullptr) transfers.download_began(block->object);
}

}  // namespace

void decode_job(Request& request, std::uint8_t function, const Transfers& transfers) {
  switch (function) {
    case kReadVar:
    case kWriteVar:
      return variables(request, function == kWriteVar);
    case kSetup:
      return setup(request.parameters);
    case kRequestDownload:
      return request_download(request);
    case kStartUpload:
      return start_upload(request);
    case kUpload:
    case kEndUpload:
    case kDownloadBlock:
    case kDownloadEnded:
      return transfer(request, function, transfers);
    case kPiService:
      return program_invocation(request);
    case kPlcStop:
      return plc_stop(request);
    default:
      return opaque(request.parameters, request.data);
  }
}

void decode_acknowledgement(Response& response, std::uint8_t function, Transfers& transfers) {
  switch (function) {
    case kReadVar:
    case kWriteVar:
      return variables(response, function == kWriteVar);
    case kSetup:
      return setup(response.parameters);
    case kStartUpload:
      return start_upload(response, transfers);
    case kUpload:
    case kDownloadBlock:
      return transferred(response, transfers, function == kDownloadBlock);
    case kRequestDownload:
      return download_accepted(response, transfers);
    case kEndUpload:
    case kDownloadEnded:
    case kPiService:
      if (response.parameters.remaining() > 0) function_status(response.parameters);
      return;
    default:
      return opaque(response.parameters, response.data);
  }
}

}  // namespace sightglass::s7comm
