// Judges writes: who may write what, sweeps, and stations that write against each other.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "rules/bench.hpp"
#include "rules/control/written_objects.hpp"

namespace sightglass {

/// What is wrong with a write: at most one thing, the gravest.
enum class WriteFault : std::uint8_t { none, new_writer, new_address };

/// A write is judged when it is requested and learned when it has ended: what the device refused,
/// what was dangerous and what nobody had a right to is never learned. Judge's thread.
class Writes {
 public:
  Writes(const JudgeLimits& limits, JudgeCounters& counters);

  /// May this client write this object? By the server's list of writers; else by the client's role
  /// where the site file declares roles, or by what it wrote while learning; else nobody knows and
  /// it may. `fact` is a write.
  WriteFault fault(const Bench& bench, const Fact& fact) const;

  /// Whether an alert about a write tells of the PDU of this other fact.
  bool tells(const Bench& bench, const FactSeen& seen) const;

  /// Notes which units a server has: one with several is a gateway, and its unit 0 is everybody.
  void note_unit(const Fact& fact);

  /// A write was requested, or answered when its request was not seen.
  void judge(Bench& bench, const FactSeen& seen);
  void request_ended(Bench& bench, const RequestKey& key, const Completion& completion);
  /// End of input: what is left was not seen to end.
  void finish(Bench& bench);

 private:
  struct Waiting {
    Fact fact;
    ObservedAccess access;
    bool learnable = true;
    bool faulty = false;  ///< an alert already tells of it
  };

  void report(Bench& bench, const FactSeen& seen, WriteFault fault) const;
  void count_sweep(Bench& bench, const FactSeen& seen) const;
  void settle(Bench& bench, const Waiting& write, Outcome::Kind outcome, Timestamp at);
  bool is_gateway(const Conversation& conversation) const;
  void report_broadcast(Bench& bench, const Waiting& write) const;
  void contradict(Bench& bench, const Waiting& write, const Contradiction& contradiction,
                  Timestamp at) const;
  std::string change_text(const Fact& fact, const ObservedAccess* access) const;

  JudgeLimits limits_;
  JudgeCounters& counters_;
  WrittenObjects written_;
  std::map<RequestKey, std::vector<Waiting>> waiting_;
  std::map<HostKey, std::set<std::uint32_t>> units_;  ///< other than 0, at most two
};

}  // namespace sightglass
