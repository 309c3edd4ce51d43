// The list of alerts: filters, orders, pages.
#include <gmock/gmock.h>

#include <set>

#include "sample_rows.hpp"

namespace sightglass {
namespace {

using sample::at;
using sample::id;
using testing::ElementsAre;
using testing::IsEmpty;

class AlertList : public testing::Test {
 protected:
  void SetUp() override {
    auto writer = sample::writer(directory_ / "record.db");
    Batch batch;
    for (std::uint64_t number = 1; number <= 40; ++number) {
      Alert alert = sample::alert(number);
      alert.severity = static_cast<Severity>(1 + number % 5);
      alert.category = static_cast<Category>(number % 3);
      alert.kind = number % 2 == 0 ? "CTL-013" : "NET-001";
      alert.count = number % 4;                                            // many ties
      alert.last_seen = at(1000 - static_cast<std::int64_t>(number / 2));  // pairs of ties
      if (number == 17) alert.source.name = "Engineering Station";
      if (number == 18) alert.target.ip = IpAddress::v4(0x0a010203);
      batch.alerts.push_back(alert);
    }
    ASSERT_TRUE(writer->submit(std::move(batch)));
    ASSERT_TRUE(writer->flush().error.ok());
    reader_ = sample::reader(directory_ / "record.db");
  }

  std::vector<std::uint64_t> numbers(const AlertQuery& query) {
    AlertPage page;
    const StoreError error = reader_->alerts(query, page);
    EXPECT_TRUE(error.ok()) << error.message;
    std::vector<std::uint64_t> result;
    for (const Alert& alert : page.alerts) result.push_back(alert.frames.at(0));
    return result;
  }

  sample::Directory directory_;
  std::unique_ptr<RecordReader> reader_;
};

TEST_F(AlertList, PagesShowEveryAlertOnceInEveryOrder) {
  for (const auto order :
       {AlertOrder::last_seen, AlertOrder::first_seen, AlertOrder::severity, AlertOrder::count}) {
    for (const bool descending : {true, false}) {
      AlertQuery whole;
      whole.order = order;
      whole.descending = descending;
      whole.limit = 1000;
      const auto expected = numbers(whole);
      ASSERT_EQ(std::set(expected.begin(), expected.end()).size(), 40u);

      AlertQuery query = whole;
      query.limit = 7;
      std::vector<std::uint64_t> paged;
      for (int pages = 0; pages < 20; ++pages) {
        AlertPage page;
        ASSERT_TRUE(reader_->alerts(query, page).ok());
        for (const Alert& alert : page.alerts) paged.push_back(alert.frames.at(0));
        if (!page.next) break;
        query.after = parse_alert_cursor(to_text(*page.next));
        ASSERT_EQ(query.after, page.next);
      }
      EXPECT_EQ(paged, expected) << static_cast<int>(order) << descending;
    }
  }
}

TEST_F(AlertList, OrdersPutTheRightOneFirst) {
  AlertQuery query;
  query.limit = 2;
  query.order = AlertOrder::first_seen;
  EXPECT_THAT(numbers(query), ElementsAre(40, 39));
  query.descending = false;
  EXPECT_THAT(numbers(query), ElementsAre(1, 2));
  query.order = AlertOrder::severity;
  query.descending = true;
  EXPECT_THAT(numbers(query), ElementsAre(5, 10));  // most severe, then latest
  query.order = AlertOrder::count;
  EXPECT_THAT(numbers(query), ElementsAre(3, 7));
}

TEST_F(AlertList, FiltersHoldTogether) {
  AlertQuery query;
  query.limit = 1000;
  query.severities = {Severity::critical, Severity::high};
  query.kinds = {"CTL-013"};
  query.categories = {Category::application};
  for (const std::uint64_t number : numbers(query)) {
    EXPECT_TRUE(number % 5 < 2 && number % 2 == 0 && number % 3 == 0) << number;
  }
  EXPECT_EQ(numbers(query).size(), 3u);  // 6, 30 and 36
}

TEST_F(AlertList, TimesAreHalfOpen) {
  AlertQuery query;
  query.order = AlertOrder::first_seen;
  query.first_seen_from = at(10);
  query.first_seen_until = at(12);
  EXPECT_THAT(numbers(query), ElementsAre(11, 10));
  query = {};
  query.last_seen_from = at(1000);
  EXPECT_THAT(numbers(query), ElementsAre(1));
}

TEST_F(AlertList, TextFindsNamesAddressesAndSentencesWhateverTheCase) {
  AlertQuery query;
  query.text = "engineering STATION";
  EXPECT_THAT(numbers(query), ElementsAre(17));
  query.text = "10.1.2.3";
  EXPECT_THAT(numbers(query), ElementsAre(18));
  query.text = "plc-33 wrote";
  EXPECT_THAT(numbers(query), ElementsAre(33));
  query.text = "plc-33 read";
  EXPECT_THAT(numbers(query), IsEmpty());
  query.text = "%' OR 1=1 --";
  EXPECT_THAT(numbers(query), IsEmpty());
}

TEST_F(AlertList, AddressIsSourceOrTarget) {
  AlertQuery query;
  query.address = IpAddress::v4(0x0a010203);
  EXPECT_THAT(numbers(query), ElementsAre(18));
  query.address = IpAddress::v4(0xc0a80164);
  query.limit = 1000;
  EXPECT_EQ(numbers(query).size(), 40u);
}

TEST_F(AlertList, CursorOfAnotherOrderIsRefused) {
  AlertQuery query;
  query.limit = 1;
  AlertPage page;
  ASSERT_TRUE(reader_->alerts(query, page).ok());
  query.after = page.next;
  query.order = AlertOrder::count;
  EXPECT_EQ(reader_->alerts(query, page).kind, StoreError::Kind::invalid);
}

TEST(AlertCursor, GarbageIsNoCursor) {
  for (const char* text : {"", "l", "l1", "l1.2", "l1.2.", "x1.2.00", "l1.2.zz",
                           "l9999999999999999999999.1.00000000000000000000000000000001"}) {
    EXPECT_FALSE(parse_alert_cursor(text)) << text;
  }
}

TEST_F(AlertList, LimitIsConfined) {
  AlertQuery query;
  query.limit = 0;
  EXPECT_EQ(numbers(query).size(), 1u);
  query.limit = 4'000'000'000;
  EXPECT_EQ(numbers(query).size(), 40u);
}

TEST_F(AlertList, ByIdKeepsTheOrderAskedFor) {
  std::vector<Alert> alerts;
  const std::vector<AlertId> ids = {id(3), id(77), id(1)};
  ASSERT_TRUE(reader_->alerts_by_id(ids, false, alerts).ok());
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_EQ(alerts[0].id, id(3));
  EXPECT_EQ(alerts[1].id, id(1));
}

TEST_F(AlertList, TotalsCountBySeverity) {
  AlertTotals totals;
  ASSERT_TRUE(reader_->alert_totals(totals).ok());
  EXPECT_THAT(totals.by_severity, ElementsAre(0, 8, 8, 8, 8, 8));
  EXPECT_EQ(totals.all, 40u);
}

}  // namespace
}  // namespace sightglass
