// What one flow says again and again, in the order in which it comes round.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sightglass {

/// Routines of one flow, bounded by kMost: what is used seldom gives way to what is used now.
/// `Routine` is a struct with the three members that this keeps: `number`, from 1 on and odd, the
/// Message::routine of a request (its answer's is one more); `age`, which of those in its place it
/// is; and `used`. A routine that gives way leaves everything else as it is for the one in its
/// place.
template <typename Routine>
class RoutineTable {
 public:
  /// Polls of one connection; a client with more of them has those at hand that it used last.
  static constexpr std::size_t kMost = 32;

  /// The routine for which `is(const Routine&)` holds, or nullptr. Good until the next `vacant`.
  template <typename Is>
  Routine* find(Is&& is) {
    for (std::size_t tried = 0; tried < routines_.size(); ++tried) {
      if (expected_ >= routines_.size()) expected_ = 0;
      Routine& routine = routines_[expected_++];
      if (!is(routine)) continue;
      routine.used = true;
      return &routine;
    }
    return nullptr;
  }

  /// A new one, or in the place of the next that was not used since the hand came by.
  Routine& vacant() {
    if (routines_.size() < kMost) {
      Routine& routine = routines_.emplace_back();
      routine.number = static_cast<std::uint16_t>(2 * routines_.size() - 1);
      routine.used = true;
      return routine;
    }
    for (;;) {
      Routine& routine = routines_[hand_++ % kMost];
      if (!routine.used) {
        routine.used = true;
        ++routine.age;
        return routine;
      }
      routine.used = false;
    }
  }

  /// Whose `asked` is, as long as no other took its place; else nullptr. Its `routine` and
  /// `routine_age` are the routine's number and age, 0 for a request of none.
  template <typename Asked>
  Routine* of(const Asked& asked) {
    if (asked.routine == 0) return nullptr;
    Routine& routine = routines_[(asked.routine - 1u) / 2u];
    return routine.age == asked.routine_age ? &routine : nullptr;
  }

 private:
  std::vector<Routine> routines_;
  std::size_t expected_ = 0;  // polling comes round: what followed before, follows again
  std::size_t hand_ = 0;      // where a routine that gives way is sought
};

}  // namespace sightglass
