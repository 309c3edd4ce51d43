#include "dissectors/s7comm/programmer.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "dissectors/s7comm/fields.hpp"
#include "dissectors/s7comm/items.hpp"
#include "dissectors/s7comm/names.hpp"

namespace sightglass::s7comm {
namespace {

constexpr std::uint8_t kVariableStatus = 2, kModifyVariable = 8, kDisableJob = 13, kEnableJob = 14,
                       kDeleteJob = 15, kReadJobList = 16;

bool has_variables(std::uint8_t function) {
  return function == kVariableStatus || function == kModifyVariable;
}

bool is_about_job(std::uint8_t function) {
  return function == kDisableJob || function == kEnableJob || function == kDeleteJob;
}

/// Where the lengths of parameters and data have been read: both, confined.
struct Sections {
  FieldReader parameters, data;
};

Sections sections(FieldReader& in) {
  const std::size_t parameters = in.u16(field::tis_parametersize);
  const std::size_t data = in.u16(field::tis_datasize);
  if (parameters > 0) in.show_presence(field::tis_parameter, in.offset(), parameters);
  FieldReader first = in.take(parameters);
  if (data > 0) in.show_presence(field::cpu_tis_data, in.offset(), data);
  return {first, in.take(data)};
}

/// When a job is triggered and how much it may answer.
void trigger(FieldReader& in) {
  constexpr std::size_t kShort = 4, kLong = 20;
  if (in.remaining() < kShort) return;
  in.u16(field::tis_param1);
  in.u16(field::tis_param2);
  if (in.remaining() < kLong - kShort) return;
  constexpr FieldId kRest[] = {field::tis_param3, field::tis_answersize,  field::tis_param5,
                               field::tis_param6, field::tis_param7,      field::tis_param8,
                               field::tis_param9, field::varstat_trgevent};
  for (const FieldId id : kRest) in.u16(id);
}

/// The upper half of a memory area says where, the lower half how wide.
struct AreaRow {
  std::uint8_t upper;
  ObjectSpace space;
};
constexpr AreaRow kAreas[] = {{0, ObjectSpace::s7_flag},
                              {1, ObjectSpace::s7_input},
                              {2, ObjectSpace::s7_output},
                              {3, ObjectSpace::s7_peripheral},
                              {7, ObjectSpace::s7_data_block}};
struct WidthRow {
  std::uint8_t bits;
  Values::Shape shape;
};
constexpr WidthRow kWidths[] = {{1, Values::Shape::bits},
                                {8, Values::Shape::bytes},
                                {16, Values::Shape::registers16},
                                {32, Values::Shape::words32}};

void variable(Request& request, FieldReader& in, bool is_write) {
  constexpr std::size_t kSize = 6;
  if (!in.require(kSize)) return;
  in.show_presence(field::param_item, in.offset(), kSize);
  const std::uint8_t area = in.u8(field::varstat_req_memory_area);
  const bool is_bit = (area & 0xf) == 0;
  const std::uint32_t count =
      in.u8(is_bit ? field::varstat_req_bitpos : field::varstat_req_repetition_factor);
  const std::uint32_t block = in.u16(field::varstat_req_db_number);
  const std::uint32_t address = 8u * in.u16(field::varstat_req_startaddress);
  const auto* where = std::find_if(std::begin(kAreas), std::end(kAreas),
                                   [area](const AreaRow& row) { return row.upper == area >> 4; });
  const std::size_t width = area & 0xf;
  Item item;
  if (where == std::end(kAreas) || width >= std::size(kWidths)) {
    item.object = {ObjectSpace::s7_area, 0, area, address, 8 * count};
  } else {
    const WidthRow& wide = kWidths[width];
    item.shape = wide.shape;
    item.object = is_bit ? Object{where->space, 0, block, address + count, 1}
                         : Object{where->space, 0, block, address, count * wide.bits};
  }
  request.asked.add(item);
  request.data.access({item.object, {}, is_write});
}

void values(FieldReader& in, std::size_t count, const Asked* asked, bool is_request) {
  read_values(in, count, asked, is_request);
  // The last one is filled up as well.
  if (in.remaining() == 1) in.u8(field::data_fillbyte);
}

void about_job(FieldReader& in) {
  in.u8(field::tis_job_function);
  in.u8(field::tis_job_response_seq_num);
}

void job_list(FieldReader& in) {
  constexpr std::size_t kJob = 4;
  while (in.remaining() >= kJob) {
    in.show_presence(field::data_item, in.offset(), kJob);
    about_job(in);
    in.bytes(field::tis_job_reserved, 2);
  }
}

}  // namespace

bool programmer_is_laid_out(std::uint8_t function) {
  return has_variables(function) || is_about_job(function) || function == kReadJobList;
}

void programmer_request(Request& request, const UserData& about) {
  Sections parts = sections(request.data);
  trigger(parts.parameters);
  if (is_about_job(about.function) && parts.data.remaining() > 0) {
    constexpr std::size_t kLong = 4;
    if (about.function == kDeleteJob && parts.data.remaining() >= kLong) {
      parts.data.bytes(field::tis_job_reserved, 2);
    }
    return about_job(parts.data);
  }
  if (about.function == kReadJobList && parts.data.remaining() > 0) {
    parts.data.bytes(field::tis_job_reserved, 2);
    parts.data.bytes(field::tis_job_reserved, 2);
  }
  if (!has_variables(about.function) || parts.data.remaining() == 0) return;
  const std::size_t count = parts.data.u16(field::varstat_item_count);
  const bool is_write = about.function == kModifyVariable;
  for (std::size_t i = 0; i < count && parts.data.ok(); ++i) {
    variable(request, parts.data, is_write);
  }
  if (is_write && parts.data.ok()) values(parts.data, count, &request.asked, true);
}

void programmer_response(Response& response, const UserData& about) {
  Sections parts = sections(response.data);
  if (parts.parameters.remaining() > 0) {
    parts.parameters.u16(field::tis_res_param1);
    parts.parameters.u16(field::tis_res_param2);
  }
  if (about.function == kReadJobList) return job_list(parts.data);
  if (!has_variables(about.function) || parts.data.remaining() == 0) return;
  const std::size_t count = parts.data.u16(field::varstat_item_count);
  if (about.function == kVariableStatus) return values(parts.data, count, nullptr, false);
  const Asked* asked = response.asked;
  if (asked != nullptr && asked->item_count != count) asked = nullptr;
  const ItemResults results = read_return_codes(parts.data, count, asked);
  if (results.succeeded == 0 && results.refused > 0) {
    response.refuse(results.first_refusal, return_code_name(results.first_refusal));
  }
  if (parts.data.remaining() == 1) parts.data.u8(field::data_fillbyte);
}

}  // namespace sightglass::s7comm
