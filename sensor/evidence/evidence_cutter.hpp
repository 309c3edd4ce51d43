// Cuts the packets of many alerts out of one stream of packets.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rules/alert/alert.hpp"
#include "sensor/evidence/conversation_selector.hpp"
#include "sensor/evidence/evidence_slice.hpp"
#include "sensor/packet/realm_finder.hpp"

namespace sightglass {

inline constexpr std::size_t kNeighbourFrames = 64;       ///< on each side of a raising frame
inline constexpr std::chrono::seconds kNeighbourTime{5};  ///< on each side

struct EvidenceLimits {
  std::uint64_t total_bytes = std::uint64_t{2} << 30;      ///< of all slices of one cutter
  std::uint64_t slice_bytes = std::uint64_t{4} << 20;      ///< beyond it only raising frames go in
  std::uint64_t window_bytes = std::uint64_t{64} << 20;    ///< packets held that may yet be needed
  std::uint64_t gathered_bytes = std::uint64_t{64} << 20;  ///< of slices, not yet written
  /// Asked for each slice before it gets its name, with its bytes; false: it is given up (`full`).
  std::function<bool(std::uint64_t)> has_room = {};
};

/// Whose addresses the packets have. Without a site, the same address is the same host everywhere.
struct EvidencePlant {
  std::shared_ptr<const site::Site> site = nullptr;
  /// Of the packets' source, which outlives the cutter.
  const std::vector<CaptureInterface>* interfaces = nullptr;
};

struct EvidenceCounters {
  std::uint64_t slices = 0;  ///< files written
  std::uint64_t frames = 0, bytes = 0;
  std::uint64_t raising_missing = 0;  ///< raising frames that did not come by
  std::uint64_t over_total = 0;       ///< packets left out because of total_bytes
  std::uint64_t over_slice = 0;       ///< ... of slice_bytes
  std::uint64_t over_window = 0;      ///< packets let go because of window_bytes
  std::uint64_t write_failures = 0;   ///< slices lost to the disk
  std::uint64_t refused = 0;          ///< requests beyond what may wait (live)
  EvidenceCounters& operator+=(const EvidenceCounters& more);
};

/// For each alert: the frames that raised it, each with a comment that says so, and of its
/// conversation up to 64 frames and 5 s before and after each of them. Alerts are told first, then
/// packets pass by once, in order of number. Memory is bounded by the limits and a little for each
/// alert. The same packets and alerts give the same files. Used from one thread.
class EvidenceCutter {
 public:
  using Finished = std::function<void(const EvidenceRecord&)>;
  enum class Sync : std::uint8_t {
    each,       ///< a slice is durable before it is told (live)
    by_caller,  ///< thousands of slices, synced together at the end (offline)
  };

  /// `directory` is the record's, with `evidence/` in it. `finished` is told of every alert once:
  /// `ready`, `partial` when something that belongs there is missing, `none` without any packet.
  EvidenceCutter(std::filesystem::path directory, EvidenceOrigin origin,
                 const EvidenceLimits& limits, Sync sync, Finished finished,
                 EvidencePlant plant = {});
  ~EvidenceCutter();

  /// `whole` false: what comes by is known not to reach as far as it should.
  void add(const Alert& alert, bool whole = true);
  /// The next packet; its number is larger than the one before.
  void frame(const Layers& layers);
  /// No more packets: what is open is finished.
  void finish();

  const EvidenceCounters& counters() const { return counters_; }

 private:
  struct Cut;    // one alert
  struct Group;  // the alerts of one conversation, and its latest packets
  struct Held;   // a packet kept for what may follow

  void index(Group& group);
  using Groups = std::unordered_multimap<std::uint64_t, Group*>;
  void visit(Group& group, const Layers& layers, Realm realm);
  void visit_all(const Groups& groups, std::uint64_t hash, const Layers& layers, Realm realm);
  void raise(Cut& cut, const Layers& layers);
  void hold(Group& group, const Layers& layers);
  void drop_oldest(Group& group);
  void put(Cut& cut, const Layers& layers, bool raising);
  void complete(Cut& cut);
  void spill_all();

  const std::filesystem::path directory_;
  const EvidenceOrigin origin_;
  const EvidenceLimits limits_;
  const Sync sync_;
  const Finished finished_;
  const EvidencePlant plant_;
  std::optional<RealmFinder> realms_;  // with a site
  EvidenceCounters counters_;

  std::deque<Cut> cuts_;
  std::map<ConversationSelector, Group> groups_;
  Groups by_pair_, by_host_;
  std::vector<std::pair<std::uint64_t, Cut*>> raising_;  // by frame number, once sorted
  std::size_t next_raising_ = 0;
  bool sorted_ = false;
  std::uint64_t total_bytes_ = 0, window_bytes_ = 0, gathered_bytes_ = 0;
};

}  // namespace sightglass
