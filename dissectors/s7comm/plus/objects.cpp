#include "dissectors/s7comm/plus/objects.hpp"

#include "dissectors/s7comm/plus/values.hpp"

namespace sightglass::s7comm::plus {
namespace {

constexpr std::uint8_t kObject = 0xa1, kObjectEnds = 0xa2, kAttribute = 0xa3, kRelation = 0xa4,
                       kTagDescription = 0xa7, kTagDescriptionEnds = 0xa8, kVariableTypes = 0xab,
                       kVariableNames = 0xac;

Root object_head(Contents& contents) {
  Root head;
  head.relation = contents.in.u32(relation);
  head.class_id = vlq32(contents, class_id);
  vlq32(contents, class_flags);
  // By which attribute of the object around it, and at which place.
  if (vlq32(contents) != 0) vlq32(contents);
  return head;
}

/// Blocks of a length each, up to one of none.
void blocks(Contents& contents) {
  while (const std::size_t length = contents.in.u16()) contents.in.bytes(undecoded, length);
}

void element(Contents& contents, std::uint8_t tag) {
  FieldReader& in = contents.in;
  switch (tag) {
    case kAttribute:
      vlq32(contents, attribute);
      read_value(contents);
      return;
    case kRelation:
      vlq32(contents, related_by);
      in.u32(related);
      return;
    case kVariableTypes:
      in.bytes(undecoded, in.u16());
      return blocks(contents);
    case kVariableNames:
      return blocks(contents);
    default:
      return contents.give_up();
  }
}

bool is_tag(std::uint8_t octet) {
  switch (octet) {
    case kObject:
    case kObjectEnds:
    case kAttribute:
    case kRelation:
    case kTagDescription:
    case kTagDescriptionEnds:
    case kVariableTypes:
    case kVariableNames:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool begins_object(const Contents& contents) { return contents.next() == kObject; }

Root read_objects(Contents& contents) {
  // What may follow the last object: a number of variable length and four octets. No object is as
  // short.
  constexpr std::size_t kLongestTail = 9;
  FieldReader& in = contents.in;
  Root root;
  std::size_t nested = 0;
  while (in.ok() && (nested > 0 || in.remaining() > kLongestTail)) {
    const std::uint8_t tag = contents.next();
    if (!is_tag(tag)) break;
    in.u8();
    if (tag == kObjectEnds) {
      if (nested == 0) contents.fail();
      --nested;
    } else if (tag == kObject) {
      const Root head = object_head(contents);
      if (root.class_id == 0) root = head;
      ++nested;
    } else {
      element(contents, tag);
    }
  }
  return root;
}

}  // namespace sightglass::s7comm::plus
