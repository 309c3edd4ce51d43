// The table of pending requests, whatever the protocol.
#include "dissectors/transactions.hpp"

#include <gtest/gtest.h>

#include <map>

namespace sightglass {
namespace {

using namespace std::chrono_literals;

struct Key {
  unsigned number = 0;
  bool operator==(const Key&) const = default;
  std::size_t hash() const { return number % 4; }  // collisions on purpose
};

using Table = Transactions<Key, int>;
constexpr auto kAny = [](int) { return true; };

struct TransactionsTest : testing::Test {
  RequestId open(unsigned key, Timestamp at = {}) { return table.open(Key{key}, at, 1, ended).id; }

  PairingCounters counters;
  Table table{5s, counters};
  std::map<RequestId, Outcome::Kind> gone;
  std::vector<Timestamp> times;
  std::function<void(const Table::Entry&, Outcome::Kind, Timestamp)> ended =
      [this](const Table::Entry& entry, Outcome::Kind kind, Timestamp at) {
        gone[entry.id] = kind;
        times.push_back(at);
      };
};

TEST_F(TransactionsTest, KeysOfOneBucketDoNotMix) {
  open(1);
  open(5);
  open(9);
  EXPECT_EQ(table.answer(Key{5}, kAny).entry->id, 2u);
  EXPECT_EQ(table.answer(Key{9}, kAny).entry->id, 3u);
  EXPECT_EQ(table.answer(Key{13}, kAny).entry, nullptr);
  EXPECT_EQ(table.answer(Key{1}, kAny).entry->id, 1u);
  EXPECT_EQ(table.pending(), 0u);
}

TEST_F(TransactionsTest, GrowingKeepsTheOrderOfOneKey) {
  for (unsigned i = 0; i < 100; ++i) open(i % 2);
  for (RequestId id = 1; id <= 99; id += 2) {
    ASSERT_EQ(table.answer(Key{0}, kAny).entry->id, id);
  }
}

TEST_F(TransactionsTest, FullTableGivesUpItsOldestAsUnseen) {
  for (unsigned i = 0; i < Table::kMaxPending + 3; ++i) open(i);
  EXPECT_EQ(table.pending(), Table::kMaxPending);
  EXPECT_EQ(counters.overflowed, 3u);
  EXPECT_EQ(gone.size(), 3u);
  EXPECT_EQ(gone[1], Outcome::Kind::unseen);
  EXPECT_EQ(table.answer(Key{3}, kAny).entry->id, 4u);
}

TEST_F(TransactionsTest, DeadlinesPassInOrderAndAreDatedThere) {
  open(1, Timestamp{1s});
  open(2, Timestamp{2s});
  open(3, Timestamp{9s});
  table.tick(Timestamp{10s}, ended);
  ASSERT_EQ(times.size(), 2u);
  EXPECT_EQ(times[0], Timestamp{6s});
  EXPECT_EQ(times[1], Timestamp{7s});
  EXPECT_EQ(table.pending(), 1u);
}

TEST_F(TransactionsTest, DeadlinesOfTheirOwnPassInTheirOrder) {
  table.open(Key{1}, Timestamp{}, 1, 20s, ended);
  table.open(Key{2}, Timestamp{}, 1, Table::kNoDeadline, ended);
  open(3);
  table.tick(Timestamp{} + 1h, ended);
  EXPECT_EQ(times, (std::vector<Timestamp>{Timestamp{} + 5s, Timestamp{} + 20s}));
  EXPECT_EQ(gone.count(2), 0u);
  EXPECT_FALSE(table.has_deadline());
}

TEST_F(TransactionsTest, WaitingIsTheOldestPendingOfAKey) {
  open(1);
  open(5);
  open(5);
  EXPECT_EQ(table.waiting(Key{5})->id, 2u);
  table.answer(Key{5}, kAny);
  table.answer(Key{5}, kAny);
  EXPECT_EQ(table.waiting(Key{5}), nullptr);
}

TEST_F(TransactionsTest, EndedRequestsAreRememberedForAWhile) {
  open(1);
  table.answer(Key{1}, kAny);
  EXPECT_EQ(table.answer(Key{1}, kAny).kind, Table::Match::Kind::repeated);
  for (unsigned i = 0; i < Table::kRemembered; ++i) {
    open(100 + i);
    table.answer(Key{100 + i}, kAny);
  }
  EXPECT_EQ(table.answer(Key{1}, kAny).kind, Table::Match::Kind::none);
}

TEST_F(TransactionsTest, BlindnessHoldsForWhatIsPendingOnly) {
  open(1, Timestamp{1s});
  table.blind();
  open(2, Timestamp{1s});
  table.tick(Timestamp{6s}, ended);
  EXPECT_EQ(gone[1], Outcome::Kind::unseen);
  EXPECT_EQ(gone[2], Outcome::Kind::unanswered);
}

/// The same as a plain list of pending requests, over a long run of operations.
TEST_F(TransactionsTest, AgreesWithAPlainListOverALongRun) {
  std::vector<std::pair<unsigned, RequestId>> plain;
  std::uint32_t random = 1;
  const auto next = [&random](std::uint32_t below) {
    random = random * 1664525 + 1013904223;
    return (random >> 8) % below;
  };
  Timestamp now{};
  for (int step = 0; step < 20000; ++step) {
    const unsigned key = 1000 * static_cast<unsigned>(step) + next(7);
    if (next(2) == 0 && plain.size() < Table::kMaxPending) {
      plain.emplace_back(key, open(key, now));
    } else if (!plain.empty()) {
      const auto chosen = plain.begin() + next(static_cast<std::uint32_t>(plain.size()));
      const auto match = table.answer(Key{chosen->first}, kAny);
      ASSERT_NE(match.entry, nullptr);
      ASSERT_EQ(match.entry->id, chosen->second);
      plain.erase(chosen);
    }
    ASSERT_EQ(table.pending(), plain.size());
  }
}

}  // namespace
}  // namespace sightglass
