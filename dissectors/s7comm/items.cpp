#include "dissectors/s7comm/items.hpp"

#include <algorithm>
#include <charconv>

#include "dissectors/s7comm/anomalies.hpp"
#include "dissectors/s7comm/fields.hpp"
#include "dissectors/s7comm/names.hpp"

namespace sightglass::s7comm {
namespace {

constexpr std::uint8_t kSpecification = 0x12;
constexpr std::uint8_t kAny = 0x10, kNck = 0x82, kNckMetric = 0x83, kNckInch = 0x84, kDrive = 0xa2,
                       kDbRead = 0xb0, kSymbolic = 0xb2;
// Transport sizes of data whose length counts bits.
constexpr std::uint8_t kBits = 3, kBytes = 4, kIntegers = 5;

void name_object(FieldReader& in, bool is_write, Asked& asked, const Item& item) {
  in.access({item.object, {}, is_write});
  if (in.ok()) asked.add(item);
}

void s7any(FieldReader& in, bool is_write, Asked& asked) {
  const std::uint8_t size = in.u8(field::param_item_transp_size);
  const std::uint32_t length = in.u16(field::param_item_length);
  const std::uint16_t block = in.u16(field::param_item_db);
  const std::uint8_t area = in.u8(field::param_item_area);
  const std::uint32_t address = in.u24(field::param_item_address);
  const std::size_t at = in.offset() - 3;
  Item item;
  item.object.space = space_of_area(area);
  item.object.container = item.object.space == ObjectSpace::s7_area ? area : block;
  item.shape = shape_of(size);
  const bool is_counted =
      item.object.space == ObjectSpace::s7_counter || item.object.space == ObjectSpace::s7_timer;
  if (is_counted) {
    in.show_number(field::param_item_address_number, address & 0xffff, at, 3);
    item.object.container = 0;
    item.object.first = address;
    item.object.count = length;
    item.shape = Values::Shape::registers16;
  } else {
    in.show_number(field::param_item_address_byte, address >> 3 & 0xffff, at, 3);
    in.show_number(field::param_item_address_bit, address & 7, at, 3);
    item.object.first = address;
    item.object.count = length * element_bits(size);
  }
  name_object(in, is_write, asked, item);
}

void db_read(FieldReader& in, bool is_write, Asked& asked) {
  std::size_t areas = in.u8(field::param_item_dbread_numareas);
  for (; areas > 0 && in.ok(); --areas) {
    in.show_presence(field::param_subitem, in.offset(), 5);
    const std::uint32_t length = in.u8(field::param_item_dbread_length);
    const std::uint16_t block = in.u16(field::param_item_dbread_db);
    const std::uint32_t start = in.u16(field::param_item_dbread_startaddress);
    name_object(
        in, is_write, asked,
        {{ObjectSpace::s7_data_block, 0, block, 8 * start, 8 * length}, Values::Shape::bytes});
  }
}

/// TIA Portal's addresses of optimized variables: by checksum and a path of numbers.
void symbolic(FieldReader& in, std::size_t steps, bool is_write, Asked& asked) {
  constexpr std::uint16_t kOther = 0, kDataBlock = 0x8a0e;
  in.u8(field::tiap_item_reserved1);
  const std::uint16_t kind = in.u16(field::tiap_item_area1);
  const FieldId area = kind == kDataBlock ? field::tiap_item_dbnumber
                       : kind == kOther   ? field::tiap_item_area2
                                          : field::tiap_item_area2unknown;
  const std::uint16_t where = in.u16(area);
  const std::uint32_t checksum = in.u32(field::tiap_item_crc);
  for (; steps > 0 && in.ok(); --steps) {
    const std::size_t at = in.offset();
    const std::uint32_t step = in.u32();
    in.show_presence(field::tiap_item_substructure, at, 4);
    in.show_number(field::tiap_item_lid_flags, step >> 28, at, 1);
    in.show_number(field::tiap_item_value, step & 0x0fffffff, at, 4);
  }
  name_object(in, is_write, asked,
              {{ObjectSpace::s7_symbol, 0, std::uint32_t{kind} << 16 | where, checksum, 1},
               Values::Shape::bytes});
}

void nck(FieldReader& in, bool is_write, Asked& asked) {
  const std::uint8_t place = in.u8(field::param_item_nck_area_unit);
  const std::size_t at = in.offset() - 1;
  in.show_number(field::param_item_nck_area, place >> 5, at, 1);
  in.show_number(field::param_item_nck_unit, place & 0x1f, at, 1);
  const std::uint32_t column = in.u16(field::param_item_nck_column);
  const std::uint32_t line = in.u16(field::param_item_nck_line);
  const std::uint8_t module = in.u8(field::param_item_nck_module);
  const std::uint32_t lines = in.u8(field::param_item_nck_linecount);
  name_object(in, is_write, asked,
              {{ObjectSpace::s7_nck_variable, place, module, column << 16 | line, lines},
               Values::Shape::bytes});
}

void drive(FieldReader& in, bool is_write, Asked& asked) {
  in.u8(field::param_item_driveesany_unknown1);
  in.u16(field::param_item_driveesany_unknown2);
  in.u16(field::param_item_driveesany_unknown3);
  const std::uint16_t parameter = in.u16(field::param_item_driveesany_parameternr);
  const std::uint16_t index = in.u16(field::param_item_driveesany_parameteridx);
  name_object(in, is_write, asked,
              {{ObjectSpace::s7_drive_parameter, 0, parameter, index, 1}, Values::Shape::bytes});
}

Values values_of(Values::Shape shape, std::uint32_t bits, Bytes data) {
  switch (shape) {
    case Values::Shape::bits:
      return {shape, std::min(std::max(bits, 1u), static_cast<std::uint32_t>(8 * data.size())),
              data};
    case Values::Shape::registers16:
    case Values::Shape::signed16:
      return {shape, static_cast<std::uint32_t>(data.size() / 2), data};
    case Values::Shape::words32:
    case Values::Shape::signed32:
    case Values::Shape::reals32:
      return {shape, static_cast<std::uint32_t>(data.size() / 4), data};
    default:
      break;
  }
  return {Values::Shape::bytes, static_cast<std::uint32_t>(data.size()), data};
}

void count_result(std::uint8_t code, ItemResults& results) {
  if (code == kSuccess) {
    ++results.succeeded;
  } else if (results.refused++ == 0) {
    results.first_refusal = code;
  }
}

}  // namespace

void Asked::clear() {
  function = subfunction = 0;
  operation = Operation::other;
  function_name = {};
  goes_on = false;
  item_count = 0;
  more_items.clear();
  routine = 0;
}

void Asked::repeat(const Asked& request) {
  function = request.function;
  subfunction = request.subfunction;
  operation = request.operation;
  function_name = request.function_name;
  goes_on = request.goes_on;
  item_count = request.item_count;
  const std::size_t inlined = std::min<std::size_t>(item_count, kInline);
  std::copy_n(request.items.begin(), inlined, items.begin());
  if (item_count > kInline) more_items = request.more_items;
  routine = request.routine;
  routine_age = request.routine_age;
}

void Asked::add(const Item& item) {
  if (item_count < kInline) {
    items[item_count] = item;
  } else {
    more_items.push_back(item);
  }
  ++item_count;
}

const Item* Asked::item(std::size_t index) const {
  if (index >= item_count) return nullptr;
  return index < kInline ? &items[index] : &more_items[index - kInline];
}

void read_item(FieldReader& in, bool is_write, Asked& asked) {
  const std::size_t start = in.offset();
  const std::size_t declared = in.ahead().remaining() > 1 ? [&] {
    ByteReader ahead = in.ahead();
    ahead.u8();
    return std::size_t{ahead.u8()};
  }()
                                                          : 0;
  in.show_presence(field::param_item, start, declared + 2);
  const std::uint8_t specification = in.u8(field::param_item_varspec);
  const std::size_t length = in.u8(field::param_item_varspec_length);
  const std::uint8_t syntax = in.u8(field::param_item_syntaxid);
  if (!in.ok()) return;
  const bool is_known = specification == kSpecification;
  const bool is_nck = syntax == kNck || syntax == kNckMetric || syntax == kNckInch;
  if (is_known && length == 10 && syntax == kAny) {
    s7any(in, is_write, asked);
  } else if (is_known && length >= 7 && syntax == kDbRead) {
    db_read(in, is_write, asked);
  } else if (is_known && length >= 14 && syntax == kSymbolic) {
    symbolic(in, (length - 10) / 4, is_write, asked);
  } else if (is_known && length == 8 && is_nck) {
    nck(in, is_write, asked);
  } else if (is_known && length == 10 && syntax == kDrive) {
    drive(in, is_write, asked);
  } else {
    in.flag(anomaly::item, start);
    in.skip(length > 0 ? length - 1 : 0);
  }
  // Items begin at even octets.
  if ((in.offset() - start) % 2 != 0 && in.remaining() > 0) in.skip(1);
}

bool DataItem::has_data() const { return code == kSuccess || code == kReserved; }

DataItem read_data_item(ByteReader& in) {
  DataItem item;
  item.code = in.u8();
  item.transport_size = in.u8();
  item.bits = in.u16();
  const bool counts_bits = item.transport_size == kBits || item.transport_size == kBytes ||
                           item.transport_size == kIntegers;
  item.length = counts_bits ? (item.bits + 7) / 8 : item.bits;
  return item;
}

ItemResults read_values(FieldReader& in, std::size_t count, const Asked* asked, bool is_request) {
  ItemResults results;
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    const std::size_t at = in.offset();
    if (!in.require(kDataItemHead)) break;
    ByteReader ahead = in.ahead();
    const DataItem head = read_data_item(ahead);
    const std::size_t length = head.length;
    const std::size_t padded = length + (length % 2 != 0 && i + 1 < count ? 1 : 0);
    in.show_presence(field::data_item, at, length + kDataItemHead);
    in.show_number(field::data_returncode, head.code, at, 1);
    in.show_number(field::data_transportsize, head.transport_size, at + 1, 1);
    in.show_number(field::data_length, length, at + 2, 2);
    in.skip(kDataItemHead);
    Bytes data;
    if (head.has_data()) {
      data = in.bytes(field::resp_data, length);
      if (padded != length && in.ok()) in.u8(field::data_fillbyte);
    }
    if (!in.ok()) break;
    count_result(is_request ? kSuccess : head.code, results);
    const Item* item = asked != nullptr ? asked->item(i) : nullptr;
    if (item == nullptr) continue;
    const bool is_bits = head.transport_size == kBits;
    const Values values =
        head.has_data()
            ? values_of(item->shape,
                        is_bits ? static_cast<std::uint32_t>(head.bits) : item->object.count, data)
            : Values{};
    std::vector<Access>& accesses = in.findings().accesses;
    if (!is_request) {
      if (head.has_data()) in.access({item->object, values, false});
    } else if (i < accesses.size()) {
      accesses[i].values = values;
    }
  }
  if (!in.ok()) in.flag(anomaly::data);
  return results;
}

ItemResults read_return_codes(FieldReader& in, std::size_t count, const Asked* asked) {
  ItemResults results;
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    in.show_presence(field::data_item, in.offset(), 1);
    const std::uint8_t code = in.u8(field::data_returncode);
    if (!in.ok()) break;
    count_result(code, results);
    const Item* item = asked != nullptr ? asked->item(i) : nullptr;
    if (item != nullptr && code == kSuccess) in.access({item->object, {}, true});
  }
  if (!in.ok()) in.flag(anomaly::data);
  return results;
}

bool is_number(std::string_view digits) {
  return !digits.empty() && std::all_of(digits.begin(), digits.end(),
                                        [](char digit) { return digit >= '0' && digit <= '9'; });
}

std::optional<Object> block_of(std::string_view type, std::string_view digits) {
  std::uint32_t kind = 0, number = 0;
  const auto parsed_kind = std::from_chars(type.data(), type.data() + type.size(), kind, 16);
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (parsed_kind.ptr != type.data() + type.size() || parsed_kind.ec != std::errc() ||
      !is_number(digits)) {
    return std::nullopt;
  }
  return Object{ObjectSpace::s7_block, 0, kind, number, 1};
}

}  // namespace sightglass::s7comm
