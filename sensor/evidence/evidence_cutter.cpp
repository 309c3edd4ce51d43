#include "sensor/evidence/evidence_cutter.hpp"

#include <algorithm>

#include "sensor/flow/flow_key.hpp"

namespace sightglass {

struct EvidenceCutter::Held {
  Layers layers;
  std::vector<std::uint8_t> bytes;

  explicit Held(const Layers& packet)
      : layers(packet), bytes(packet.bytes.begin(), packet.bytes.end()) {
    layers.bytes = bytes;
  }
  Held(Held&&) = default;  // a moved vector keeps its memory, so the view stays right
  Held& operator=(Held&&) = default;
  std::uint64_t cost() const { return sizeof(*this) + bytes.size(); }
};

struct EvidenceCutter::Cut {
  AlertId id;
  std::string raised_comment;
  Group* group;
  std::optional<EvidenceSlice> slice;  // until it is finished
  std::size_t raising_left;            // frames still to come
  bool whole;
  bool is_open = false;           // takes what follows a raising frame
  std::uint64_t last_number = 0;  // put into the slice
  std::size_t following = 0;      // frames it still takes
  Timestamp following_until{};
};

struct EvidenceCutter::Group {
  ConversationSelector selector;
  Timestamp from{}, until{};  // when its packets can matter
  std::deque<Held> window;    // the latest kNeighbourFrames within kNeighbourTime
  std::vector<Cut*> open;     // those with is_open
  std::uint64_t last_number = 0;
  bool shortened = false;  // window_bytes took something from the window
};

namespace {

std::uint64_t host_hash(const ConversationSelector::Host& host) {
  return host.ip.is_none() ? mix(host.mac.bits) : address_hash(host.ip);
}

std::uint64_t pair_hash(std::uint64_t one, std::uint64_t other) { return mix(one + other); }

}  // namespace

EvidenceCounters& EvidenceCounters::operator+=(const EvidenceCounters& more) {
  slices += more.slices;
  frames += more.frames;
  bytes += more.bytes;
  raising_missing += more.raising_missing;
  over_total += more.over_total;
  over_slice += more.over_slice;
  over_window += more.over_window;
  write_failures += more.write_failures;
  refused += more.refused;
  return *this;
}

EvidenceCutter::EvidenceCutter(std::filesystem::path directory, EvidenceOrigin origin,
                               const EvidenceLimits& limits, Sync sync, Finished finished,
                               EvidencePlant plant)
    : directory_(std::move(directory)),
      origin_(std::move(origin)),
      limits_(limits),
      sync_(sync),
      finished_(std::move(finished)),
      plant_(std::move(plant)) {
  if (plant_.site != nullptr) realms_.emplace(*plant_.site, plant_.interfaces);
}

EvidenceCutter::~EvidenceCutter() = default;

void EvidenceCutter::add(const Alert& alert, bool whole) {
  const std::optional<Realm> realm =
      plant_.site == nullptr ? Realm{} : plant_.site->realm_named(alert.realm);
  const ConversationSelector selector = selector_of(alert, realm.value_or(Realm{}));
  const auto [entry, is_new] = groups_.try_emplace(selector);
  Group& group = entry->second;
  const Timestamp from = alert.first_seen - kNeighbourTime;
  const Timestamp until = alert.last_seen + kNeighbourTime;
  group.from = is_new ? from : std::min(group.from, from);
  group.until = is_new ? until : std::max(group.until, until);
  group.selector = selector;
  if (is_new && !selector.one.is_nobody()) index(group);

  Cut& cut = cuts_.emplace_back(
      Cut{.id = alert.id,
          .raised_comment = alert.kind + " " + to_text(alert.id) + ": raised the alert",
          .group = &group,
          .slice = EvidenceSlice(alert, directory_, origin_),
          .raising_left = 0,
          .whole = whole});
  std::vector<std::uint64_t> numbers = alert.frames;
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  for (const std::uint64_t number : numbers) raising_.emplace_back(number, &cut);
  cut.raising_left = numbers.size();
}

// A packet is looked up by its addresses and by its MACs: a group may be known by either.
void EvidenceCutter::index(Group& group) {
  const ConversationSelector::Host& one = group.selector.one;
  const ConversationSelector::Host& other = group.selector.other;
  if (other.is_nobody()) {
    by_host_.emplace(host_hash(one), &group);
    if (!one.ip.is_none() && one.mac.bits != 0) by_host_.emplace(mix(one.mac.bits), &group);
    return;
  }
  by_pair_.emplace(pair_hash(host_hash(one), host_hash(other)), &group);
  if (one.mac.bits != 0 && other.mac.bits != 0 && !(one.ip.is_none() && other.ip.is_none())) {
    by_pair_.emplace(pair_hash(mix(one.mac.bits), mix(other.mac.bits)), &group);
  }
}

void EvidenceCutter::visit_all(const Groups& groups, std::uint64_t hash, const Layers& layers,
                               Realm realm) {
  const auto [begin, end] = groups.equal_range(hash);
  for (auto entry = begin; entry != end; ++entry) visit(*entry->second, layers, realm);
}

void EvidenceCutter::frame(const Layers& layers) {
  if (!sorted_) {
    std::stable_sort(raising_.begin(), raising_.end(),
                     [](const auto& one, const auto& other) { return one.first < other.first; });
    sorted_ = true;
  }
  while (next_raising_ < raising_.size() && raising_[next_raising_].first < layers.packet_number) {
    ++next_raising_;  // it did not come by
  }
  // Raising frames first, so that none goes in as another's neighbour, without its comment.
  while (next_raising_ < raising_.size() && raising_[next_raising_].first == layers.packet_number) {
    raise(*raising_[next_raising_++].second, layers);
  }
  const Realm realm = realms_ ? realms_->of(layers) : Realm{};
  const std::uint64_t sender = mix(layers.source_mac.bits);
  const std::uint64_t receiver = mix(layers.destination_mac.bits);
  if (!by_pair_.empty()) {
    visit_all(by_pair_, pair_hash(sender, receiver), layers, realm);
    if (layers.has_ip()) visit_all(by_pair_, host_pair_hash(layers), layers, realm);
  }
  if (!by_host_.empty()) {
    visit_all(by_host_, sender, layers, realm);
    visit_all(by_host_, receiver, layers, realm);
    if (layers.has_ip()) {
      visit_all(by_host_, address_hash(layers.source), layers, realm);
      visit_all(by_host_, address_hash(layers.destination), layers, realm);
    }
  }
  if (gathered_bytes_ > limits_.gathered_bytes) spill_all();
}

void EvidenceCutter::visit(Group& group, const Layers& layers, Realm realm) {
  if (layers.packet_number <= group.last_number) return;  // found by two of its hashes
  if (layers.time < group.from || layers.time > group.until) return;
  if (!group.selector.matches(layers, realm)) return;
  group.last_number = layers.packet_number;
  for (Cut* cut : group.open) {
    if (cut->following == 0 || layers.time > cut->following_until) {
      cut->is_open = false;
      if (cut->raising_left == 0) complete(*cut);
      continue;
    }
    if (layers.packet_number <= cut->last_number) continue;
    put(*cut, layers, false);
    --cut->following;
  }
  std::erase_if(group.open, [](const Cut* cut) { return !cut->is_open; });
  hold(group, layers);
}

void EvidenceCutter::raise(Cut& cut, const Layers& layers) {
  if (!cut.slice) return;
  Group& group = *cut.group;
  for (const Held& held : group.window) {
    if (held.layers.packet_number <= cut.last_number) continue;
    if (held.layers.time < layers.time - kNeighbourTime) continue;
    put(cut, held.layers, false);
  }
  if (group.shortened) cut.whole = false;
  put(cut, layers, true);
  --cut.raising_left;
  cut.following = kNeighbourFrames;
  cut.following_until = layers.time + kNeighbourTime;
  if (!cut.is_open) {
    cut.is_open = true;
    group.open.push_back(&cut);
  }
}

void EvidenceCutter::hold(Group& group, const Layers& layers) {
  while (!group.window.empty() &&
         (group.window.size() >= kNeighbourFrames ||
          group.window.front().layers.time < layers.time - kNeighbourTime)) {
    drop_oldest(group);
  }
  const Held& held = group.window.emplace_back(layers);
  window_bytes_ += held.cost();
  // Others hold what they hold; this conversation makes room for its own.
  while (window_bytes_ > limits_.window_bytes && !group.window.empty()) {
    drop_oldest(group);
    group.shortened = true;
    ++counters_.over_window;
  }
}

void EvidenceCutter::drop_oldest(Group& group) {
  window_bytes_ -= group.window.front().cost();
  group.window.pop_front();
}

void EvidenceCutter::put(Cut& cut, const Layers& layers, bool raising) {
  EvidenceSlice& slice = *cut.slice;
  const std::uint64_t cost = layers.bytes.size() + 128;  // the block around it, roughly
  const bool over_total = total_bytes_ + cost > limits_.total_bytes;
  const bool over_slice = !raising && slice.bytes() + cost > limits_.slice_bytes;
  if (over_total || over_slice) {
    ++(over_total ? counters_.over_total : counters_.over_slice);
    cut.whole = false;
    return;
  }
  const std::uint64_t before = slice.bytes();
  slice.add(layers, raising ? std::string_view(cut.raised_comment) : std::string_view());
  cut.last_number = layers.packet_number;
  total_bytes_ += slice.bytes() - before;
  gathered_bytes_ += slice.bytes() - before;
}

void EvidenceCutter::spill_all() {
  for (Cut& cut : cuts_) {
    if (!cut.slice || cut.slice->gathered() == 0) continue;
    if (!cut.slice->spill()) cut.whole = false;
  }
  gathered_bytes_ = 0;
}

void EvidenceCutter::complete(Cut& cut) {
  if (!cut.slice) return;
  counters_.raising_missing += cut.raising_left;
  const bool ready = cut.whole && cut.raising_left == 0;
  const std::uint64_t gathered = cut.slice->gathered();
  const EvidenceRecord record = cut.slice->finish(
      ready ? EvidenceState::ready : EvidenceState::partial, sync_ == Sync::each, limits_.has_room);
  gathered_bytes_ -= std::min(gathered, gathered_bytes_);
  cut.slice.reset();
  if (record.state != EvidenceState::none) {
    ++counters_.slices;
    counters_.frames += record.frames;
    counters_.bytes += record.bytes;
  } else if (record.lack == EvidenceLack::write_failed) {
    ++counters_.write_failures;
  }
  finished_(record);
}

void EvidenceCutter::finish() {
  for (Cut& cut : cuts_) complete(cut);
  cuts_.clear();
  groups_.clear();
  by_pair_.clear();
  by_host_.clear();
  raising_.clear();
  next_raising_ = 0;
  window_bytes_ = gathered_bytes_ = 0;
}

}  // namespace sightglass
