// What a client reads again and again, in one TPDU of its own: jobs that read variables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "dissectors/bytes.hpp"
#include "dissectors/message.hpp"
#include "dissectors/routine_table.hpp"
#include "dissectors/s7comm/items.hpp"

namespace sightglass::s7comm {

/// Whether a packet of ISO on TCP is one whole job that reads variables, or the answer to one, as
/// all clients send them. What else it may be is not looked at: the connection may be in a state in
/// which it means something else.
bool is_read(Bytes packet, std::uint8_t rosctr);
/// Where the TSDU of such a packet begins.
inline constexpr std::size_t kReadTsdu = 7;
/// The PDU reference of such a packet.
std::uint16_t reference_of(Bytes packet);

/// The client's reads in one flow, each with the answer it had last. Packets are compared whole,
/// but for their references.
class Routines {
 public:
  /// Requests of twenty items, which is what controllers take, and more.
  static constexpr std::size_t kMostBytes = 1024;

  enum class Likeness : std::uint8_t {
    other,
    other_values,  ///< of as many items, each as long and as well read as before
    same,
  };

  struct Routine {
    std::uint16_t number = 0;  ///< Message::routine of the request; the answer's is one more
    bool used = false;         ///< RoutineTable's, as the next
    std::uint32_t age = 0;
    std::vector<std::uint8_t> request;
    Asked asked;
    std::vector<std::uint8_t> answer;  ///< empty before the first one
    Outcome outcome;                   ///< what the answer says
    std::string_view outcome_name;

    /// `whole` is this routine's request as it was read: it is kept, and told whose it is.
    void keep_request(Asked& whole);
    /// The same of the answer, which must be faultless, with all that `message` says of it.
    void keep_answer(Bytes packet, const Message& message);
    Likeness compare(Bytes packet) const;

   private:
    struct Run {
      std::uint32_t begin, size;
    };
    std::vector<Run> values_;  ///< of the answer
  };

  /// nullptr for a packet that is not known. Good until the next `add`.
  Routine* find(Bytes request);
  /// The routine that such a packet begins; nullptr when it is too long for one. `find` does not
  /// know it.
  Routine* add(Bytes request);
  /// Whose `asked` is, as long as no other took its place; else nullptr.
  Routine* of(const Asked& asked) { return table_.of(asked); }

 private:
  RoutineTable<Routine> table_;
};

}  // namespace sightglass::s7comm
