#include <bitset>

#include "dissectors/s7comm/plus/addresses.hpp"
#include "dissectors/s7comm/plus/names.hpp"
#include "dissectors/s7comm/plus/objects.hpp"
#include "dissectors/s7comm/plus/pdu.hpp"
#include "dissectors/s7comm/plus/values.hpp"

namespace sightglass::s7comm::plus {
namespace {

/// The error in a return value: its low 16 bits, when they are negative.
std::optional<std::uint16_t> error_of(std::uint64_t returned) {
  const auto code = static_cast<std::uint16_t>(returned);
  if (static_cast<std::int16_t>(code) >= 0) return std::nullopt;
  return code;
}

const Object* asked_for(const Response& response, std::size_t index) {
  const Item* named = response.asked != nullptr ? response.asked->item(index) : nullptr;
  return named != nullptr && named->object.space != ObjectSpace::none ? &named->object : nullptr;
}

/// What could not be read or written.
struct Errors {
  std::bitset<kMostFollowed> items;  ///< by their place in the request
  std::size_t count = 0;
  std::uint16_t first = 0;
};

Errors read_errors(Contents& contents) {
  Errors errors;
  while (const std::uint32_t number = another(contents, item)) {
    const std::uint16_t error = error_of(vlq64(contents, item_error)).value_or(0);
    if (number <= errors.items.size()) errors.items.set(number - 1);
    if (errors.count++ == 0) errors.first = error;
  }
  return errors;
}

constexpr std::string_view kRefused = "Refused";

/// A request of several is refused when all of them were.
void settle(Response& response, const Errors& errors) {
  const bool is_all =
      response.asked != nullptr && errors.count > 0 && errors.count >= response.asked->item_count;
  if (is_all) response.refuse(errors.first, kRefused);
}

void created_object(Contents& contents) {
  for (unsigned count = contents.in.u8(); count > 0 && contents.in.ok(); --count) {
    vlq32(contents, created);
  }
  if (contents.in.remaining() > 4 && !begins_object(contents)) vlq32(contents, integrity_id);
  read_objects(contents);
}

void variables_got(Contents& contents, Response& response) {
  while (const std::uint32_t number = another(contents, item)) {
    const Values values = read_value(contents);
    const Object* object = asked_for(response, number - 1);
    if (object != nullptr) contents.in.access({*object, values, false});
  }
  settle(response, read_errors(contents));
}

void variables_set(Contents& contents, Response& response) {
  const Errors errors = read_errors(contents);
  settle(response, errors);
  for (std::size_t i = 0; i < kMostFollowed; ++i) {
    const Object* object = asked_for(response, i);
    if (object != nullptr && !errors.items[i]) contents.in.access({*object, {}, true});
  }
}

void explored(Contents& contents) {
  contents.in.u32(object);
  if (!begins_object(contents)) vlq32(contents, integrity_id);
  read_objects(contents);
}

void links_got(Contents& contents) {
  for (unsigned count = contents.in.u8(); count > 0 && contents.in.ok(); --count) {
    contents.in.u32(related);
  }
}

void dispatch(Contents& contents, const Head& head, Response& response) {
  switch (head.function) {
    case kExplore:
      return explored(contents);
    case kCreateObject:
      return created_object(contents);
    case kDeleteObject:
      contents.in.u32(object);
      return;
    case kSetVariable:
      return;
    case kGetLink:
      return links_got(contents);
    case kSetMultiVariables:
      return variables_set(contents, response);
    case kGetMultiVariables:
      return variables_got(contents, response);
    case kGetVarSubStreamed:
      contents.in.u8();
      read_value(contents);
      return;
    default:
      return contents.give_up();
  }
}

}  // namespace

void decode_response(FieldReader& in, const Head& head, Response& response) {
  Contents contents(in, head.is_cut);
  dispatch(contents, head, response);
  contents.close();
  if (const auto error = error_of(head.returned)) response.refuse(*error, kRefused);
}

void decode_notification(FieldReader& in, const Head& head) {
  constexpr std::uint8_t kByNumber = 0x92, kByVariableNumber = 0x9b, kWithoutValue = 0x13,
                         kObjects = 0x81;
  Contents contents(in, head.is_cut);
  in.u32(subscription);
  in.skip(3 * sizeof(std::uint16_t));
  in.u8(credit);
  vlq32(contents, notification_sequence);
  if (head.version >= kVersion3) in.u8(change_counter);
  for (std::uint8_t code = in.u8(); code != 0; code = in.u8()) {
    if (code == kByNumber || code == kWithoutValue) {
      in.u32(item);
    } else if (code == kByVariableNumber) {
      vlq32(contents, item);
    } else {
      contents.give_up();
    }
    if (code != kWithoutValue) read_value(contents);
  }
  // Alarms: objects, of a subscription of their own.
  constexpr std::size_t kAlarmHead = 7;
  if (in.remaining() > kAlarmHead) {
    in.u32(subscription);
    in.u16();
    if (in.u8() != kObjects) contents.give_up();
    read_objects(contents);
  }
  contents.close();
}

}  // namespace sightglass::s7comm::plus
