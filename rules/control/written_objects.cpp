// Addresses are kept one by one: drivers re-block their writes, a fight is about one register.
#include "rules/control/written_objects.hpp"

#include <algorithm>

namespace sightglass {

WrittenObjects::WrittenObjects(std::size_t most_objects, JudgeCounters& counters)
    : most_objects_(most_objects), counters_(counters) {}

WrittenObjects::Key WrittenObjects::key_of(const Conversation& conversation, const Object& object,
                                           std::uint32_t address) {
  return {host_key(conversation.server),
          conversation.protocol,
          object.unit,
          object.space,
          object.container,
          address};
}

std::optional<LastWrite> WrittenObjects::last(const Conversation& conversation,
                                              const Object& object, std::uint32_t address) const {
  const auto found = writes_.find(key_of(conversation, object, address));
  if (found == writes_.end()) return std::nullopt;
  return found->second;
}

std::optional<Contradiction> WrittenObjects::wrote(const Conversation& conversation,
                                                   const ObservedAccess& access, LastWrite write) {
  std::optional<Contradiction> contradiction;
  const std::uint32_t count = std::clamp(access.object.count, 1u, kAddresses);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t address = access.object.first + i;
    const Key key = key_of(conversation, access.object, address);
    std::optional<Value> value;
    if (i < access.values.size()) value = access.values[i];
    const auto found = writes_.find(key);
    if (!contradiction && found != writes_.end() && !found->second.writer.same_host(write.writer)) {
      const LastWrite& before = found->second;
      const Duration apart = write.time - before.time;
      Object one = access.object;
      // Where a value may take several addresses, what was written is told as a whole.
      if (has_units(one.space)) {
        one.first = address;
        one.count = 1;
      }
      const bool other_value = value && before.value && !same_number(*value, *before.value);
      if (apart <= kConflictWindow) {
        contradiction = Contradiction{one, before, value, apart <= kOverrideWindow && other_value};
      }
    }
    write.value = value;
    write.contradicts = contradiction && !contradiction->before.contradicts;
    note(key, write);
  }
  return contradiction;
}

void WrittenObjects::note(const Key& key, LastWrite write) {
  const auto found = writes_.find(key);
  if (found != writes_.end()) {
    oldest_.erase({found->second.time, key});
  } else if (writes_.size() >= most_objects_ && !oldest_.empty()) {
    ++counters_.objects_forgotten;
    writes_.erase(oldest_.begin()->second);
    oldest_.erase(oldest_.begin());
  }
  oldest_.emplace(write.time, key);
  writes_[key] = write;
}

}  // namespace sightglass
