// System status lists: their fields, and what their records say.
#pragma once

#include <array>
#include <cstdint>

#include "dissectors/field_reader.hpp"
#include "dissectors/s7comm/field_blocks.hpp"
#include "dissectors/s7comm/szl_records.hpp"

namespace sightglass::s7comm::szl {

constexpr FieldSpec field_of(FieldId id, const Element& element, std::string_view sentence) {
  switch (element.form) {
    case Form::hex8:
      return {id, element.name, ValueType::unsigned_integer, 8, Display::hex, "", sentence};
    case Form::dec8:
      return {id, element.name, ValueType::unsigned_integer, 8, Display::dec, "", sentence};
    case Form::hex16:
    case Form::little16:
      return {id, element.name, ValueType::unsigned_integer, 16, Display::hex, "", sentence};
    case Form::dec16:
      return {id, element.name, ValueType::unsigned_integer, 16, Display::dec, "", sentence};
    case Form::hex32:
      return {id, element.name, ValueType::unsigned_integer, 32, Display::hex, "", sentence};
    case Form::dec32:
      return {id, element.name, ValueType::unsigned_integer, 32, Display::dec, "", sentence};
    case Form::flag:
    case Form::flag_again:
      return {id, element.name, ValueType::boolean, 1, Display::none, "", sentence};
    case Form::octet:
    case Form::bytes:
      return {id, element.name, ValueType::bytes, 0, Display::none, "", sentence};
    case Form::text:
      break;
  }
  return {id, element.name, ValueType::text, 7, Display::none, "", sentence};
}

inline constexpr std::size_t kFieldCount = [] {
  std::size_t count = 0;
  for (const List& list : lists) {
    for (const Element& element : list.elements) count += element.form != Form::flag_again;
  }
  return count;
}();

/// One field for each element, in the order of the lists.
inline constexpr std::array<FieldSpec, kFieldCount> fields = [] {
  std::array<FieldSpec, kFieldCount> all{};
  std::size_t i = 0;
  for (const List& list : lists) {
    for (const Element& element : list.elements) {
      if (element.form == Form::flag_again) continue;
      all[i] = field_of(static_cast<FieldId>(block::szl + i), element, list.sentence);
      ++i;
    }
  }
  return all;
}();

/// Reads the records of list `id`: their length and number, then each.
void decode(FieldReader& in, std::uint16_t id, std::uint16_t index);

}  // namespace sightglass::s7comm::szl
