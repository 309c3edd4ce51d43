#include "dissectors/s7comm/anomalies.hpp"
#include "dissectors/s7comm/plus/addresses.hpp"
#include "dissectors/s7comm/plus/names.hpp"
#include "dissectors/s7comm/plus/objects.hpp"
#include "dissectors/s7comm/plus/pdu.hpp"
#include "dissectors/s7comm/plus/values.hpp"

namespace sightglass::s7comm::plus {
namespace {

// Identifiers and classes of the controller's own objects, and the one attribute that is a command.
constexpr std::uint32_t kHardware = 2, kProgram = 3, kCpu = 0x34, kOperatingState = 2167;
constexpr std::uint32_t kSessionClass = 287, kSubscriptionClass = 1001, kHardwareClass = 2496,
                        kProgramClass = 2520;

void means(Asked& asked, const Meaning& meaning) {
  asked.operation = meaning.operation;
  asked.function_name = meaning.name;
}

/// It is a command to the controller as such.
void commands(Contents& contents, Asked& asked, const Meaning& meaning) {
  means(asked, meaning);
  const Item cpu{{ObjectSpace::s7_cpu, 0, 0, 0, 0}, Values::Shape::none};
  contents.in.access({cpu.object, {}, false});
  asked.add(cpu);
}

/// What goes before the end of many requests: an object of a kind of its own.
void qualifier(Contents& contents) {
  constexpr std::uint32_t kQualifier = 1256;
  if (contents.in.u32() != kQualifier) contents.fail();
  while (another(contents, attribute) != 0) read_value(contents);
}

void create_object(Contents& contents, Asked& asked) {
  const std::uint32_t in_object = contents.in.u32(object);
  read_value(contents);
  contents.in.u32();
  if (!begins_object(contents)) vlq32(contents, integrity_id);
  const Root root = read_objects(contents);
  if (root.class_id == kSessionClass) {
    means(asked, kOpensSession);
  } else if (root.class_id == kSubscriptionClass) {
    means(asked, kSubscribes);
  } else if (in_object == kProgram ||
             (root.relation == kProgram && root.class_id == kProgramClass) ||
             (root.relation == kHardware && root.class_id == kHardwareClass)) {
    commands(contents, asked, kDownloads);
  }
}

void delete_object(Contents& contents) {
  contents.in.u32(object);
  contents.in.u8();
  qualifier(contents);
}

void set_variable(Contents& contents, Asked& asked) {
  constexpr std::int64_t kStop = 1, kStart = 3;
  const std::uint32_t whose = contents.in.u32(object);
  const std::uint32_t count = vlq32(contents);
  if (count > contents.in.remaining()) contents.fail();
  std::uint32_t which = 0;
  for (std::uint32_t i = 0; i < count && contents.in.ok(); ++i) which = vlq32(contents, attribute);
  const Values values = read_value(contents);
  if (whose == kCpu && count == 1 && which == kOperatingState &&
      values.shape == Values::Shape::little_signed32) {
    const std::int64_t state = values.at(0).integer();
    if (state == kStop) commands(contents, asked, kStops);
    if (state == kStart) commands(contents, asked, kStarts);
  }
  qualifier(contents);
  contents.in.u8();
}

void set_variables(Contents& contents, const Head& head, Asked& asked) {
  constexpr std::uint32_t kFirstDynamic = 0x70000000;
  const Addresses addresses = read_addresses(contents, asked);
  if (addresses.object != 0) {
    const bool is_own = addresses.object == head.session || addresses.object >= kFirstDynamic;
    if (is_own) means(asked, kSetsSession);
    if (!is_own) asked.operation = Operation::other;
  }
  for (std::uint32_t i = 0; i < addresses.count && contents.in.ok(); ++i) {
    const std::uint32_t number = vlq32(contents, item);
    const Values values = read_value(contents);
    const Item* named = number > 0 ? asked.item(number - 1) : nullptr;
    if (named != nullptr && named->object.space != ObjectSpace::none) {
      contents.in.access({named->object, values, true});
    }
  }
  contents.in.u8();
  qualifier(contents);
}

void get_variables(Contents& contents, Asked& asked) {
  read_addresses(contents, asked);
  for (std::size_t i = 0; const Item* named = asked.item(i); ++i) {
    if (named->object.space != ObjectSpace::none) contents.in.access({named->object, {}, false});
  }
  qualifier(contents);
}

void get_streamed(Contents& contents) {
  contents.in.u32(object);
  read_value(contents);
  qualifier(contents);
  contents.in.u16();
}

void explore(Contents& contents, Asked& asked) {
  const std::uint32_t whose = contents.in.u32(object);
  if (whose == kProgram) commands(contents, asked, kUploads);
  vlq32(contents);
  const auto choice = [&contents](FieldId id) {
    const std::size_t at = contents.in.offset();
    contents.in.show_flag(id, contents.in.u8() != 0, at, 1);
  };
  choice(explore_children);
  contents.in.u8();
  choice(explore_parents);
  while (contents.in.u8() != 0) read_value(contents);  // filters
  const std::uint32_t count = vlq32(contents);
  if (count > contents.in.remaining()) contents.fail();
  for (std::uint32_t i = 0; i < count && contents.in.ok(); ++i) vlq32(contents, attribute);
}

void get_link(Contents& contents) {
  contents.in.u32(object);
  vlq32(contents, related_by);
  contents.in.u16();
}

void dispatch(Contents& contents, const Head& head, Asked& asked) {
  switch (head.function) {
    case kExplore:
      return explore(contents, asked);
    case kCreateObject:
      return create_object(contents, asked);
    case kDeleteObject:
      return delete_object(contents);
    case kSetVariable:
      return set_variable(contents, asked);
    case kGetLink:
      return get_link(contents);
    case kSetMultiVariables:
      return set_variables(contents, head, asked);
    case kGetMultiVariables:
      return get_variables(contents, asked);
    case kGetVarSubStreamed:
      return get_streamed(contents);
    default:
      return contents.give_up();
  }
}

}  // namespace

void decode_request(FieldReader& in, const Head& head, Asked& asked) {
  asked.function = static_cast<std::uint8_t>(head.function);
  if (!is_function(head.function)) in.flag(anomaly::function);
  means(asked, meaning_of(head.function));
  Contents contents(in, head.is_cut);
  dispatch(contents, head, asked);
  contents.close();
}

}  // namespace sightglass::s7comm::plus
