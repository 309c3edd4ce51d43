// What a flow has already told the judge: a polled register is one comparison and a counter.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "rules/observation.hpp"

namespace sightglass {

/// Facts remembered per flow; what a flow does beyond that is told every time.
inline constexpr std::size_t kFactsPerFlow = 512;

/// The facts one flow has told, with what was counted since. A small open-addressing table that
/// begins empty and grows to kFactsPerFlow; nothing is allocated for what is known.
class KnownFacts {
 public:
  enum class Sighting : std::uint8_t {
    first,    ///< remembered now: tell the judge
    repeat,   ///< counted, unless it is a write: those are told every time
    no_room,  ///< tell the judge, it will be told again
  };

  /// `kind` is operation, read or write. The object's unit counts for operations too.
  Sighting see(Fact::Kind kind, Operation operation, std::uint32_t function,
               std::string_view function_name, const Object& object, Timestamp time);

  /// How often and when, since it was last told.
  struct Sightings {
    std::uint64_t times = 0;
    Timestamp first{}, last{};

    void add(const Sightings& more) {
      first = times == 0 ? more.first : std::min(first, more.first);
      last = times == 0 ? more.last : std::max(last, more.last);
      times += more.times;
    }
  };

  /// The place of what `see` saw last, first or again, and more sightings of it.
  std::uint16_t last_place() const { return static_cast<std::uint16_t>(last_); }
  void add(std::uint16_t place, const Sightings& more) { count(entries_[place], more); }

  struct Counted {
    Fact::Kind kind;
    Operation operation;
    std::uint32_t function;
    std::string_view function_name;  ///< static text
    Object object;
    Sightings sightings;  ///< none: nothing new

    bool is(Fact::Kind of_kind, std::uint32_t of_function, const Object& of_object) const {
      return kind == of_kind && function == of_function && object == of_object;
    }
  };
  /// Calls `tell(const Counted&)` for each with something counted, in the order in which they were
  /// first seen, and begins to count anew.
  template <typename Tell>
  void take_counts(Tell tell) {
    if (!dirty_) return;
    dirty_ = false;
    for (Counted& entry : entries_) {
      if (entry.sightings.times == 0) continue;
      tell(entry);
      entry.sightings = {};
    }
  }
  std::size_t size() const { return entries_.size(); }
  /// Whether take_counts would tell something.
  bool dirty() const { return dirty_; }

 private:
  static std::uint64_t fingerprint(Fact::Kind kind, std::uint32_t function, const Object& object);
  Sighting count(Counted& entry, const Sightings& more);
  void grow();

  std::vector<Counted> entries_;      // in order of appearance
  std::vector<std::uint16_t> slots_;  // index + 1 into entries_, 0 = free; a power of two
  std::size_t last_ = 0;
  std::size_t expected_ = 0;  // polling comes round: what followed before, follows again
  bool dirty_ = false;
};

}  // namespace sightglass
