// A condition after its names were resolved and its types checked: what is evaluated.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dissectors/field.hpp"
#include "dissectors/message.hpp"
#include "rules/filter/lexer.hpp"
#include "rules/filter/pattern.hpp"

namespace sightglass::filter {

/// A literal of the type it is compared with. Views point into Program::storage.
struct Constant {
  Value value;
  int prefix = -1;  ///< leading bits that count, of an IPv4 or IPv6 network; -1: all
};

/// One element of a set; a single value has `first` only.
struct Element {
  Constant first;
  std::optional<Constant> last;
};

/// Which bytes a slice takes. Negative positions count from the end. A slice that does not lie
/// whole in the value does not occur.
struct Slice {
  std::int32_t start = 0;
  std::optional<std::int32_t> length;  ///< none: to the end
  std::optional<std::int32_t> last;    ///< inclusive, instead of a length
};

/// Where values come from.
struct Operand {
  enum class Kind : std::uint8_t {
    invalid,
    field,
    frame,  ///< the whole packet as bytes
    constant,
    slice,
    mask,
    length,
    count,
    lower,
    upper,
  };
  Kind kind = Kind::invalid;
  ValueType type = ValueType::presence;  ///< of its values
  bool any_ip = false;                   ///< IPv4 and IPv6 values occur
  std::uint8_t bits = 0;                 ///< width of integers; 0: 64
  FieldId field = 0;
  std::uint32_t inner = 0;  ///< operand this one is made of
  Slice slice;
  std::uint64_t mask = 0;
  Constant constant;
  std::string written;  ///< as in the condition, for messages
};

enum class Relation : std::uint8_t { equal, differ, less, less_equal, greater, greater_equal };

struct Node {
  enum class Kind : std::uint8_t {
    never,  ///< holds the place of a mistake
    all_of,
    any_of,
    negation,
    packet_layer,  ///< `layer` is in the packet
    application,   ///< a PDU of one of `protocols` has one of `fields`
    present,       ///< `left` occurs
    nonzero,       ///< some value of `left` is not 0
    compare,
    member,
    contains,
    matches,
  };
  Kind kind = Kind::never;
  Span span;
  bool every = false;  ///< the relation must hold for every occurrence, not for any
  Relation relation = Relation::equal;
  ProtocolSet protocols;
  std::string layer;
  FieldSet fields;
  std::uint32_t left = 0, right = 0;  ///< operands
  std::vector<std::uint32_t> children;
  std::vector<Element> elements;
  std::unique_ptr<const Pattern> pattern;
};

/// Nodes and operands refer to each other by index; both only to smaller ones.
struct Program {
  std::vector<Operand> operands;
  std::vector<Node> nodes;  ///< the last one is the whole condition
  std::deque<std::string> storage;
};

}  // namespace sightglass::filter
