// Which request an answer belongs to. Both sides ask: the client, and during a download the
// controller.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dissectors/dissector.hpp"
#include "dissectors/s7comm/items.hpp"
#include "dissectors/transactions.hpp"

namespace sightglass::s7comm {

/// Jobs and user data are numbered by the same counter, but need not be; S7comm-plus has its own.
struct RequestKey {
  enum class Kind : std::uint8_t { job, userdata, plus };

  std::uint16_t reference = 0;
  Kind kind = Kind::job;

  bool operator==(const RequestKey&) const = default;
  std::size_t hash() const {
    const std::uint32_t word = std::uint32_t{reference} << 2 | static_cast<std::uint32_t>(kind);
    return std::uint32_t{word * 0x9e3779b1u} >> 8;
  }
};

/// The requests of one flow that wait for an answer, those of each side by themselves. Times are
/// packet times.
class Pairing {
 public:
  using Pending = Transactions<RequestKey, Asked>;

  explicit Pairing(PairingCounters* counters);

  /// Packet time is `now`: the first time is the beginning of the flow.
  void at(Timestamp now);

  /// `message` is a request: gives it its identifier, and returns what its answer must know.
  Asked& open(const RequestKey& key, Message& message, MessageSink& sink);

  /// What is known of an answer's request.
  struct Answered {
    Pending::Match match;
    bool fits = true;            ///< it is of the function that was asked for
    bool is_repeated = false;    ///< the request had its answer
    bool is_unexpected = false;  ///< nobody asked, and the request can not have been lost
    const Asked* asked() const { return match.entry != nullptr ? &match.entry->request : nullptr; }
    /// Names the answer after what was asked, where that is known.
    void name(Message& message) const;
  };
  /// `message` is an answer: fills what the request says of it. `function` is that of the answer,
  /// or nothing where it names none.
  Answered answer(const RequestKey& key, std::optional<std::uint8_t> function, Message& message);

  /// Tells that the request of a delivered answer is done with.
  static void complete(const Answered& answered, const Message& message, MessageSink& sink);

  void gap(Direction direction);
  void tick(Timestamp now, MessageSink& sink);
  bool is_waiting() const;
  void finish(Timestamp now, MessageSink& sink);
  void turn_round();

 private:
  /// One side's requests, and what is known of the other side's answers.
  struct Asking {
    explicit Asking(RequestId mark, PairingCounters& counters);

    Pending pending;
    RequestId mark;              ///< set in the identifiers of these requests
    bool answers_seen = false;   ///< the answering side is visible
    bool requests_seen = false;  ///< an answer was paired since the start or the last loss
    Timestamp blind_since{};     ///< that start or loss
  };

  Asking& asked_by(Direction asker) { return sides_[asker == Direction::to_server ? 0 : 1]; }
  /// Tells `sink` how a request of `side` ended without an answer.
  static auto completing(const Asking& side, MessageSink& sink);

  PairingCounters own_counters_;
  std::array<Asking, 2> sides_;  ///< requests of the client, of the server
  Timestamp last_time_{};        ///< packet time as far as this flow knows it
};

}  // namespace sightglass::s7comm
