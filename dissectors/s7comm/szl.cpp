#include "dissectors/s7comm/szl.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <vector>

#include "dissectors/s7comm/diagnostics.hpp"
#include "dissectors/s7comm/fields.hpp"

namespace sightglass::s7comm::szl {
namespace {

constexpr std::uint8_t kComponents = 0x1c, kDiagnosticBuffer = 0xa0;

using Ids = std::vector<FieldId>;

/// The field of each element, list by list; made once.
const std::vector<Ids>& ids_of_lists() {
  static const std::vector<Ids> ids = [] {
    std::vector<Ids> all;
    for (const List& list : lists) {
      Ids& one = all.emplace_back();
      for (const Element& element : list.elements) one.push_back(find_field(element.name)->id);
    }
    return all;
  }();
  return ids;
}

const List* find_list(std::uint16_t id, std::int32_t index) {
  // The status of LEDs without that of their modules: the same records.
  constexpr std::uint16_t kLeds = 0x0019, kModuleLeds = 0x0074;
  if (id == kLeds) id = kModuleLeds;
  const auto* found = std::find_if(std::begin(lists), std::end(lists), [&](const List& list) {
    return (id & list.mask) == list.value && list.index == index;
  });
  return found == std::end(lists) ? nullptr : found;
}

/// Module status has a word that is called otherwise for a rack.
bool occurs(const Element& element, std::uint16_t id) {
  constexpr std::uint16_t kRackStatus = 0x0d91;
  if (element.name == "s7comm.szl.0091.0000.res1") return id != kRackStatus;
  if (element.name == "s7comm.szl.0091.0000.res1_0d") return id == kRackStatus;
  return true;
}

/// Reads one number; shows it, then those of the elements behind it that are parts of it.
std::size_t number(FieldReader& in, const List& list, const Ids& ids, std::size_t i) {
  const std::size_t at = in.offset();
  std::uint32_t value = 0;
  std::size_t size = 0;
  switch (list.elements[i].form) {
    case Form::hex8:
    case Form::dec8:
      value = in.u8(ids[i]);
      size = 1;
      break;
    case Form::octet:
      value = in.ahead().u8();
      in.bytes(ids[i], 1);
      size = 1;
      break;
    case Form::little16:
      value = in.le16(ids[i]);
      size = 2;
      break;
    case Form::hex16:
    case Form::dec16:
      value = in.u16(ids[i]);
      size = 2;
      break;
    default:
      value = in.u32(ids[i]);
      size = 4;
  }
  std::size_t next = i + 1;
  for (; next < list.elements.size(); ++next) {
    const Element& part = list.elements[next];
    if (part.form == Form::bytes || part.form == Form::text || part.argument == 0) break;
    if (part.form == Form::flag || part.form == Form::flag_again) {
      // The bits of a word whose names are those of an octet stand in its last octet.
      in.show_flag(ids[next], (value & part.argument) != 0, at, size);
      continue;
    }
    const std::uint32_t bits = value & part.argument;
    const unsigned shift = static_cast<unsigned>(std::countr_zero(part.argument));
    in.show_number(ids[next], bits >> shift, at, size);
  }
  return next;
}

void record(FieldReader& in, const List& list, std::uint16_t id) {
  const Ids& ids = ids_of_lists()[static_cast<std::size_t>(&list - std::begin(lists))];
  for (std::size_t i = 0; i < list.elements.size() && in.ok();) {
    const Element& element = list.elements[i];
    if (!occurs(element, id)) {
      ++i;
      continue;
    }
    if (element.form != Form::bytes && element.form != Form::text) {
      i = number(in, list, ids, i);
      continue;
    }
    const std::size_t size = element.argument == kRest ? in.remaining() : element.argument;
    if (element.argument == kRest && size == 0) return;
    if (element.form == Form::bytes) {
      in.bytes(ids[i], size);
    } else {
      in.text(ids[i], size);
    }
    ++i;
  }
}

/// Index, then what the index says, then octets in reserve.
void component(FieldReader& in) {
  const List* frame = find_list(kComponents, -1);
  const Ids& ids = ids_of_lists()[static_cast<std::size_t>(frame - std::begin(lists))];
  const std::uint16_t index = in.u16(ids[0]);
  const List* list = find_list(kComponents, index & 0xff);
  if (list != nullptr) record(in, *list, kComponents);
  if (in.remaining() > 0) in.bytes(ids[1], in.remaining());
}

}  // namespace

void decode(FieldReader& in, std::uint16_t id, std::uint16_t index) {
  const std::size_t length = in.u16(field::data_userdata_szl_id_partlist_len);
  std::size_t count = in.u16(field::data_userdata_szl_id_partlist_cnt);
  const std::uint8_t number = static_cast<std::uint8_t>(id);
  const List* list = find_list(id, index);
  if (list == nullptr) list = find_list(id, -1);
  for (; count > 0 && in.ok() && in.remaining() > 0; --count) {
    in.show_presence(field::data_userdata_szl_data_tree, in.offset(), length);
    FieldReader one = in.take(length);
    if (number == kDiagnosticBuffer) {
      diagnostic_message(one);
    } else if (number == kComponents) {
      component(one);
    } else if (list != nullptr) {
      record(one, *list, id);
    } else {
      one.bytes(field::param_userdata_szl_part_list, one.remaining());
    }
    if (length == 0) break;
  }
}

}  // namespace sightglass::s7comm::szl
