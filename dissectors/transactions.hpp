// Pairing of requests with their answers within one flow.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "dissectors/dissector.hpp"
#include "dissectors/message.hpp"
#include "dissectors/time.hpp"

namespace sightglass {

/// The requests of one flow that wait for an answer, and the last few that have had one.
///
/// An answer goes to the oldest pending request with its key (first in, first out), preferring one
/// that it fits: many clients use one transaction identifier for everything. When such a client
/// loses an answer and asks again, first-in-first-out would be one request behind for ever. So a
/// request that was passed over, because an answer seen after it went to an older one, is given up
/// when the client sends the next one with its key.
///
/// Every operation takes constant time: the table is bounded, keys are found by hash, deadlines
/// expire in the order of sending, or are sought when one is due where requests set their own. What
/// leaves the table unanswered is told to `ended(const Entry&, Outcome::Kind, Timestamp)`. Nothing
/// is allocated once the table has its size. `Key` needs `==` and `std::size_t hash() const`;
/// `Request` is what an answer must know of its request; one with `clear()` keeps its memory for
/// the next.
template <typename Key, typename Request>
class Transactions {
 public:
  static constexpr std::size_t kMaxPending = 256;  ///< then the oldest ends as unseen
  static constexpr Duration kNoDeadline = Duration::max();
  static constexpr std::size_t kRemembered = 6;  ///< ended requests kept to name repeated answers
  static constexpr std::size_t kFitSearch = 8;   ///< how far back a fitting request is sought

  enum class State : std::uint8_t { pending, answered, expired };

  struct Entry {
    Key key{};
    Request request{};
    RequestId id = 0;
    Timestamp sent{};
    Timestamp due{};  ///< when it has gone unanswered
    std::uint64_t packet = 0;
    State state = State::pending;
    bool passed_over = false;
  };

  /// The request an answer belongs to.
  struct Match {
    enum class Kind : std::uint8_t {
      none,
      answer,    ///< it was pending and is answered now
      late,      ///< it had passed its deadline
      repeated,  ///< it had been answered before
    };
    Kind kind = Kind::none;
    const Entry* entry = nullptr;  ///< valid until the next call that changes the table
  };

  Transactions(Duration deadline, PairingCounters& counters)
      : deadline_(deadline), counters_(counters) {}

  /// A request goes out. Its entry has the id (1 for the first of the flow) and an empty request
  /// for the caller to fill; good until the next call that changes the table.
  template <typename Ended>
  Entry& open(const Key& key, Timestamp now, std::uint64_t packet, Ended&& ended) {
    return open(key, now, packet, deadline_, ended);
  }

  /// The same with a deadline of its own; kNoDeadline where an answer may take any time.
  template <typename Ended>
  Entry& open(const Key& key, Timestamp now, std::uint64_t packet, Duration deadline,
              Ended&& ended) {
    give_up_passed_over(key, now, ended);
    if (pending_.size == kMaxPending) {
      ++counters_.overflowed;
      expire(pending_.first, Outcome::Kind::unseen, now, ended);
    }
    const Index index = allocate();
    append(buckets_[bucket(key)], index, &Node::in_bucket);
    append(pending_, index, &Node::in_age);
    Entry& entry = nodes_[index].entry;
    entry.key = key;
    clear(entry.request);
    entry.id = next_id_++;
    entry.sent = now;
    entry.due = deadline == kNoDeadline ? Timestamp::max() : now + deadline;
    in_order_ = in_order_ && deadline == deadline_;
    next_due_ = std::min(next_due_, entry.due);
    entry.packet = packet;
    entry.state = State::pending;
    entry.passed_over = false;
    return entry;
  }

  /// An answer with `key` came in. `fits(const Request&)` tells whether it can answer that request;
  /// when it fits none, it goes to the oldest all the same.
  template <typename Fits>
  Match answer(const Key& key, Fits&& fits) {
    Index oldest = kNone, chosen = kNone, ended = kNone;
    std::size_t tried = 0;
    for (Index i = head(key); i != kNone; i = nodes_[i].in_bucket.next) {
      const Entry& entry = nodes_[i].entry;
      if (!(entry.key == key)) continue;
      if (entry.state != State::pending) {
        ended = i;
        continue;
      }
      if (oldest == kNone) oldest = i;
      if (tried++ == kFitSearch) break;
      if (!fits(entry.request)) continue;
      chosen = i;
      break;
    }
    if (chosen == kNone) chosen = oldest;
    if (chosen != kNone) {
      pass_over_next(chosen);
      return settle(chosen);
    }
    if (ended == kNone) return {};
    Entry& entry = nodes_[ended].entry;
    const bool late = entry.state == State::expired;
    if (late) ++counters_.late;
    entry.state = State::answered;
    return {late ? Match::Kind::late : Match::Kind::repeated, &entry};
  }

  /// An answer whose key no request has: pairs it with the oldest of a few pending requests for
  /// which `like(const Key&)` holds.
  template <typename Like>
  Match answer_like(Like&& like) {
    std::size_t tried = 0;
    for (Index i = pending_.first; i != kNone && tried < kFitSearch; i = nodes_[i].in_age.next) {
      if (like(nodes_[i].entry.key)) return settle(i);
      ++tried;
    }
    return {};
  }

  /// The oldest request with `key` that is pending, or nullptr; valid until the next call that
  /// changes the table.
  const Entry* waiting(const Key& key) const {
    const Index index = next_pending(key, head(key));
    return index == kNone ? nullptr : &nodes_[index].entry;
  }

  /// What is pending now can end unseen only.
  void blind() { blind_below_ = next_id_; }
  /// Whether an answer to `entry` could have been lost.
  bool blind_for(const Entry& entry) const { return entry.id < blind_below_; }

  /// Ends what waited past its deadline, dated at the deadline, oldest first.
  template <typename Ended>
  void tick(Timestamp now, Ended&& ended) {
    if (now < next_due_) return;
    while (const Index index = first_due()) {
      const Entry& entry = nodes_[index - 1].entry;
      next_due_ = entry.due;
      if (entry.due > now) return;
      expire(static_cast<Index>(index - 1),
             blind_for(entry) ? Outcome::Kind::unseen : Outcome::Kind::unanswered, entry.due,
             ended);
    }
    next_due_ = Timestamp::max();
    in_order_ = true;
  }

  /// Ends everything as unseen.
  template <typename Ended>
  void finish(Timestamp now, Ended&& ended) {
    while (pending_.first != kNone) expire(pending_.first, Outcome::Kind::unseen, now, ended);
  }

  /// Forgets everything without a word; ids go on.
  void clear() {
    nodes_.clear();
    buckets_.clear();
    pending_ = remembered_ = free_ = {};
    next_due_ = Timestamp::max();
    in_order_ = true;
    blind_below_ = next_id_;
  }

  std::size_t pending() const { return pending_.size; }
  /// Whether a deadline is running: else `tick` has nothing to do.
  bool has_deadline() const { return pending_.size > 0 && next_due_ != Timestamp::max(); }

 private:
  using Index = std::uint16_t;
  static constexpr Index kNone = 0xffff;
  static constexpr std::size_t kFirstSize = 8;
  static constexpr std::size_t kMaxNodes = 512;
  static_assert(kMaxPending + kRemembered < kMaxNodes);

  struct Link {
    Index previous = kNone, next = kNone;
  };
  struct List {
    Index first = kNone, last = kNone;
    std::size_t size = 0;
  };
  struct Node {
    Entry entry;
    Link in_bucket;  ///< same hash, in the order of sending
    Link in_age;     ///< pending by age, remembered by end, or free
  };

  static void clear(Request& request) {
    if constexpr (requires { request.clear(); }) {
      request.clear();
    } else {
      request = Request{};
    }
  }

  std::size_t bucket(const Key& key) const { return key.hash() & (buckets_.size() - 1); }
  Index head(const Key& key) const {
    return buckets_.empty() ? kNone : buckets_[bucket(key)].first;
  }

  void append(List& list, Index index, Link Node::*link) {
    (nodes_[index].*link) = {list.last, kNone};
    if (list.last != kNone) {
      (nodes_[list.last].*link).next = index;
    } else {
      list.first = index;
    }
    list.last = index;
    ++list.size;
  }

  void remove(List& list, Index index, Link Node::*link) {
    const Link around = nodes_[index].*link;
    if (around.previous != kNone) {
      (nodes_[around.previous].*link).next = around.next;
    } else {
      list.first = around.next;
    }
    if (around.next != kNone) {
      (nodes_[around.next].*link).previous = around.previous;
    } else {
      list.last = around.previous;
    }
    --list.size;
  }

  /// One more than the pending entry with the earliest deadline; 0 when nothing is pending.
  Index first_due() const {
    Index first = pending_.first;
    if (first == kNone) return 0;
    // With one deadline for all, the oldest is due first.
    for (Index i = first; !in_order_ && i != kNone; i = nodes_[i].in_age.next) {
      if (nodes_[i].entry.due < nodes_[first].entry.due) first = i;
    }
    return static_cast<Index>(first + 1);
  }

  Index allocate() {
    if (free_.first == kNone) grow();
    const Index index = free_.first;
    remove(free_, index, &Node::in_age);
    return index;
  }

  void grow() {
    const std::size_t size = nodes_.size();
    const std::size_t wanted = std::max(kFirstSize, 2 * size);
    nodes_.resize(wanted);
    for (std::size_t i = size; i < wanted; ++i) append(free_, static_cast<Index>(i), &Node::in_age);
    // Chains are taken apart in order, so that entries of one key keep theirs.
    std::vector<List> old = std::exchange(buckets_, std::vector<List>(wanted));
    for (const List& chain : old) {
      for (Index i = chain.first; i != kNone;) {
        const Index next = nodes_[i].in_bucket.next;
        append(buckets_[bucket(nodes_[i].entry.key)], i, &Node::in_bucket);
        i = next;
      }
    }
  }

  /// Moves an entry from pending to remembered.
  void end(Index index, State state) {
    nodes_[index].entry.state = state;
    remove(pending_, index, &Node::in_age);
    append(remembered_, index, &Node::in_age);
    if (remembered_.size <= kRemembered) return;
    const Index oldest = remembered_.first;
    remove(remembered_, oldest, &Node::in_age);
    remove(buckets_[bucket(nodes_[oldest].entry.key)], oldest, &Node::in_bucket);
    append(free_, oldest, &Node::in_age);
  }

  Match settle(Index index) {
    end(index, State::answered);
    return {Match::Kind::answer, &nodes_[index].entry};
  }

  template <typename Ended>
  void expire(Index index, Outcome::Kind kind, Timestamp at, Ended&& ended) {
    ended(std::as_const(nodes_[index].entry), kind, at);
    end(index, State::expired);
  }

  Index next_pending(const Key& key, Index from) const {
    Index i = from;
    while (i != kNone && !(nodes_[i].entry.state == State::pending && nodes_[i].entry.key == key)) {
      i = nodes_[i].in_bucket.next;
    }
    return i;
  }

  void pass_over_next(Index answered) {
    const Index next = next_pending(nodes_[answered].entry.key, nodes_[answered].in_bucket.next);
    if (next == kNone) return;
    ++counters_.late;
    nodes_[next].entry.passed_over = true;
  }

  template <typename Ended>
  void give_up_passed_over(const Key& key, Timestamp now, Ended&& ended) {
    const Index oldest = next_pending(key, head(key));
    if (oldest == kNone || !nodes_[oldest].entry.passed_over) return;
    ++counters_.superseded;
    expire(oldest,
           blind_for(nodes_[oldest].entry) ? Outcome::Kind::unseen : Outcome::Kind::unanswered, now,
           ended);
  }

  Duration deadline_;
  PairingCounters& counters_;
  RequestId next_id_ = 1;
  RequestId blind_below_ = 1;
  Timestamp next_due_ = Timestamp::max();  ///< nothing is due before
  bool in_order_ = true;                   ///< all that is pending has the same deadline
  std::vector<Node> nodes_;
  std::vector<List> buckets_;
  List pending_, remembered_, free_;
};

}  // namespace sightglass
