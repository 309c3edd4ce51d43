// What a client asks again and again: most PDUs of a plant.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dissectors/bytes.hpp"
#include "dissectors/modbus/pdu.hpp"
#include "dissectors/routine_table.hpp"

namespace sightglass::modbus {

/// The short requests of one flow, each with the answer it had last.
class Routines {
 public:
  /// Unit identifier and PDU of a request: those of every read fit.
  static constexpr std::size_t kMostRequestBytes = 7;

  enum class Likeness : std::uint8_t {
    other,
    other_values,  ///< of as many coils, inputs or registers
    same,
  };

  struct Routine {
    std::uint64_t request = 0;  ///< its bytes and their count as one number
    std::uint16_t number = 0;   ///< Message::routine of the request; the answer's is one more
    bool used = false;          ///< RoutineTable's, as the next
    std::uint32_t age = 0;
    Asked asked;
    std::vector<std::uint8_t> answer;  ///< unit identifier and PDU; empty before the first one
    Outcome outcome;                   ///< what the answer says
    std::string_view outcome_name;

    /// `whole` is this routine's request as it was read: it is kept, and told whose it is.
    void keep_request(Asked& whole);
    /// The same of the answer, with all that `message` says of it.
    void keep_answer(Bytes bytes, const Message& message);
    /// How an answer (unit identifier and PDU) compares with the one that was kept.
    Likeness compare(Bytes bytes) const;
  };

  /// `request` is unit identifier and PDU; nullptr for one that is not known. Good until the next
  /// call.
  Routine* find(Bytes request);
  /// The routine that such a request begins, in the place of another when there are too many;
  /// nullptr when it is too long for one. `find` does not know it.
  Routine* add(Bytes request);
  /// Whose `asked` is, as long as no other took its place; else nullptr.
  Routine* of(const Asked& asked) { return table_.of(asked); }

 private:
  static std::optional<std::uint64_t> key_of(Bytes request);

  RoutineTable<Routine> table_;
};

}  // namespace sightglass::modbus
