// The last accepted write of each object: old values, and stations that contradict each other.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "rules/baseline/learned_facts.hpp"
#include "rules/judge_limits.hpp"
#include "rules/observation.hpp"

namespace sightglass {

/// The last write of one address.
struct LastWrite {
  Station writer;
  Timestamp time{};
  std::uint64_t frame = 0;
  std::optional<Value> value;  ///< a number, when it was copied from the PDU
  bool faulty = false;         ///< an alert told of it
  bool contradicts = false;    ///< goes against another station's, and was not provoked by one
};

/// A write that came soon after another station's write of the same address.
struct Contradiction {
  Object object;  ///< the address, alone
  LastWrite before;
  std::optional<Value> value;
  bool overrides = false;  ///< within kOverrideWindow and with another value
};

/// Remembers accepted writes by (server, protocol, unit, space, container, address), bounded: the
/// address written longest ago makes room. Of one write the first kAddresses are remembered.
class WrittenObjects {
 public:
  static constexpr Duration kConflictWindow = std::chrono::seconds(60);
  static constexpr Duration kOverrideWindow = std::chrono::seconds(2);
  static constexpr std::uint32_t kAddresses = 128;

  WrittenObjects(std::size_t most_objects, JudgeCounters& counters);

  std::optional<LastWrite> last(const Conversation& conversation, const Object& object,
                                std::uint32_t address) const;
  /// Notes an accepted write (`write` without its value); the first contradiction with another
  /// station, if there is one.
  std::optional<Contradiction> wrote(const Conversation& conversation, const ObservedAccess& access,
                                     LastWrite write);

 private:
  struct Key {
    HostKey server;
    Protocol protocol = Protocol::unknown;
    std::uint32_t unit = 0;
    ObjectSpace space = ObjectSpace::none;
    std::uint32_t container = 0;
    std::uint32_t address = 0;
    auto operator<=>(const Key&) const = default;
  };
  static Key key_of(const Conversation& conversation, const Object& object, std::uint32_t address);
  void note(const Key& key, LastWrite write);

  std::size_t most_objects_;
  JudgeCounters& counters_;
  std::map<Key, LastWrite> writes_;
  std::set<std::pair<Timestamp, Key>> oldest_;
};

}  // namespace sightglass
