// What the messages of UMAS say. Layouts are those that were published from captures: a message
// that ends before its layout does shows what it has, and is no anomaly.
#include "dissectors/modbus/umas.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>

namespace sightglass::modbus {
namespace {

constexpr std::uint8_t kDone = 0xfe;
constexpr std::uint8_t kRefused = 0xfd;
constexpr std::size_t kSignatureSize = 32;

void take_reservation(FieldReader& in) {
  in.skip(4);  // not known
  in.text(umas_client, in.u8());
}

void memory_block(FieldReader& in) {
  in.skip(1);  // a range
  in.le16(umas_block);
  in.le32(umas_offset);
  in.le16(umas_length);
}

/// Where a variable is.
void variable(FieldReader& in) {
  const std::size_t at = in.offset();
  const std::uint8_t head = in.u8();
  in.show_number(umas_size, head & 0x0f, at, 1);
  in.le16(umas_block);
  in.skip(1);
  in.le16(umas_offset);
  in.u8(umas_relative_offset);
  if (head >> 4 != 0) in.le16(umas_array_length);
}

void read_variables(FieldReader& in) {
  in.le32(umas_checksum);
  std::size_t count = in.u8(umas_variable_count);
  for (; count != 0 && in.ok() && in.remaining() > 0; --count) variable(in);
}

void write_variables(FieldReader& in) {
  in.le32(umas_checksum);
  // How long the value of each is does not follow from the message: of one it is all that is left.
  if (in.u8(umas_variable_count) == 1) variable(in);
}

void begin_download(FieldReader& in) {
  in.skip(2);
  in.le16(umas_length);
}

void upload_part(FieldReader& in) {
  in.skip(2);
  in.le16(umas_block);
  in.le16(umas_length);
}

void download_part(FieldReader& in) {
  in.skip(2);
  in.le16(umas_block);
}

void end_transfer(FieldReader& in) {
  in.skip(2);
  in.le16(umas_block_count);
}

void communication_begun(FieldReader& in) {
  in.le16(umas_length);
  in.le16(umas_firmware);
  in.skip(8);
  in.text(umas_name, in.u8());
}

void identification(FieldReader& in) {
  in.skip(2);
  in.le32(umas_identity);
  in.skip(2);
  in.le16(umas_firmware);
  in.skip(12);
  in.text(umas_name, in.u8());
}

void reserved(FieldReader& in) { in.u8(umas_new_session); }

void memory_answered(FieldReader& in) {
  in.skip(1);
  in.le16(umas_length);
}

void part_answered(FieldReader& in) {
  const std::size_t at = in.offset();
  in.show_flag(umas_last_block, in.u8() != 0, at, 1);
  in.skip(1);
  in.le16(umas_length);
}

struct Layout {
  std::uint8_t code;
  void (*read)(FieldReader& in);
};
constexpr Layout kRequests[] = {
    {0x10, take_reservation}, {0x20, memory_block}, {0x21, memory_block}, {0x22, read_variables},
    {0x23, write_variables},  {0x31, upload_part},  {0x32, end_transfer}, {0x33, begin_download},
    {0x34, download_part},    {0x35, end_transfer},
};
constexpr Layout kAnswers[] = {
    {0x01, communication_begun}, {0x02, identification}, {0x10, reserved},
    {0x20, memory_answered},     {0x34, part_answered},
};

const Layout* layout_of(std::span<const Layout> layouts, std::uint8_t code) {
  const auto found = std::find_if(layouts.begin(), layouts.end(),
                                  [code](const Layout& row) { return row.code == code; });
  return found == layouts.end() ? nullptr : &*found;
}

/// Reads the part of a message that its code lays out; the rest is data.
void read(std::span<const Layout> layouts, std::uint8_t code, FieldReader& in) {
  if (const Layout* layout = layout_of(layouts, code)) layout->read(in);
  if (in.remaining() > 0) in.bytes(umas_data, in.remaining());
}

/// Steps over what stands before the message inside a signed one.
void open_envelope(FieldReader& in) {
  in.skip(1);
  in.bytes(umas_signature, kSignatureSize);
  in.skip(1);  // function code 90 again
  in.u8(umas_session);
}

std::string_view error_name(std::uint8_t code) {
  static const auto names = [] {
    std::array<std::string, 256> all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = "UMAS error (" + std::to_string(i) + ")";
    return all;
  }();
  return names[code];
}

bool changes_device(Operation operation) {
  return operation == Operation::write || operation == Operation::download;
}

}  // namespace

bool umas_is_laid_out(std::uint8_t code) {
  return code == kUmasSigned || layout_of(kRequests, code) != nullptr ||
         layout_of(kAnswers, code) != nullptr;
}

std::uint8_t umas_code(Bytes body) {
  ByteReader in(body);
  in.u8();
  const std::uint8_t code = in.u8();
  if (code != kUmasSigned) return code;
  in.skip(1 + kSignatureSize + 2);
  const std::uint8_t inner = in.u8();
  return in.ok() ? inner : code;
}

void decode_umas(Request& request) {
  PduReader& in = request.in;
  request.asked.umas_code = umas_code(in.ahead().rest());
  if (in.remaining() > 0) in.show_rest(data);
  in.u8(umas_session);
  const std::uint8_t code = in.u8(umas_function);
  if (!in.ok()) return;

  FieldReader body = in.take(in.remaining());
  if (code == kUmasSigned) {
    open_envelope(body);
    body.u8(umas_function);
  }
  read(kRequests, request.asked.umas_code, body);

  const SubFunctionSpec* spec = umas_spec(request.asked.umas_code);
  const bool is_write = spec != nullptr && changes_device(spec->operation);
  const Object unit{ObjectSpace::none, request.unit, 0, 0, 0};
  in.access({unit, {}, is_write});
  request.asked.add(unit);
}

void decode_umas(Response& response) {
  PduReader& in = response.in;
  const Asked* asked = response.asked;
  if (in.remaining() > 0) in.show_rest(data);
  in.u8(umas_session);
  if (asked != nullptr) in.show_number(umas_function, asked->umas_code, 0, 0);
  std::uint8_t status = in.u8(umas_status);
  if (!in.ok()) return;

  FieldReader body = in.take(in.remaining());
  const bool is_signed = asked != nullptr && (asked->first_word & 0xff) == kUmasSigned;
  if (is_signed && status == kDone && body.remaining() > 0) {
    open_envelope(body);
    status = body.u8(umas_status);
  }
  if (status == kRefused) {
    const std::uint8_t code = body.ahead().u8();
    response.outcome = {Outcome::Kind::refused, code};
    response.outcome_name = error_name(code);
    if (body.remaining() > 0) body.bytes(umas_error, body.remaining());
  } else {
    read(kAnswers, asked != nullptr ? asked->umas_code : 0, body);
  }
  if (asked == nullptr) return;
  if (const Object* unit = asked->object(0)) {
    in.access({*unit, {}, changes_device(asked->operation)});
  }
}

}  // namespace sightglass::modbus
