// Files that are not ours, not yet, or no longer.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <fstream>

#include "sample_rows.hpp"
#include "store/migrations.hpp"

namespace sightglass {
namespace {

using testing::HasSubstr;

void execute(const std::filesystem::path& file, const char* sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(handle);
  sqlite3_close(handle);
}

TEST(Schema, NewerOneIsRefusedByReaderAndWriter) {
  const sample::Directory directory;
  const auto file = directory / "record.db";
  sample::writer(file).reset();
  execute(file, "PRAGMA user_version = 4711");
  const auto read = RecordReader::open(file);
  EXPECT_EQ(read.error.kind, StoreError::Kind::newer_schema);
  EXPECT_THAT(read.error.message, HasSubstr("newer Sightglass (schema 4711"));
  EXPECT_EQ(RecordWriter::open(file, {}).error.kind, StoreError::Kind::newer_schema);
}

TEST(Schema, ForeignDatabaseIsRefusedAndLeftAlone) {
  const sample::Directory directory;
  const auto file = directory / "record.db";
  execute(file, "CREATE TABLE theirs (a)");
  EXPECT_EQ(RecordWriter::open(file, {}).error.kind, StoreError::Kind::not_a_record);
  EXPECT_EQ(RecordReader::open(file).error.kind, StoreError::Kind::not_a_record);
  execute(file, "SELECT * FROM theirs");
}

TEST(Schema, WhatIsNoDatabaseIsRefused) {
  const sample::Directory directory;
  const auto file = directory / "record.db";
  std::ofstream(file) << "a text of more than twenty characters, and no database at all";
  EXPECT_EQ(RecordReader::open(file).error.kind, StoreError::Kind::not_a_record);
  EXPECT_EQ(RecordWriter::open(file, {}).error.kind, StoreError::Kind::not_a_record);
}

TEST(Schema, MissingAndEmptyRecordsAreToldApartFromBrokenOnes) {
  const sample::Directory directory;
  EXPECT_EQ(RecordReader::open(directory / "record.db").error.kind, StoreError::Kind::missing);
  std::ofstream(directory / "empty.db").flush();
  EXPECT_EQ(RecordReader::open(directory / "empty.db").error.kind, StoreError::Kind::missing);
}

TEST(Schema, ARecordFromBeforeRealmsKeepsWhatItKnows) {
  const sample::Directory directory;
  const auto file = directory / "record.db";
  constexpr std::size_t kBeforeRealms = 4;
  for (const char* const migration : migrations().first(kBeforeRealms)) execute(file, migration);
  execute(file,
          ("PRAGMA user_version = 4; PRAGMA application_id = " + std::to_string(kApplicationId))
              .c_str());
  execute(file,
          "INSERT INTO fact VALUES ('host', x'0a000001', x'', 'none', 0, 'unknown', 0, 'other', 0, "
          "'none', 0, 0, 0, 0, 1, 0, '', 7, 1, 2, 3, 'local', 'default', x'')");
  execute(file,
          "INSERT INTO conversation VALUES (5, x'0a000001', x'0a000002', 502, 'tcp', 'modbus', 0, "
          "1, 2, 10, 1000, 8, 1, 2, 1, 2, 'local', 'default');"
          "INSERT INTO conversation_operation VALUES (5, 'read', 6);"
          "INSERT INTO conversation_latency VALUES (5, 3, 4)");
  sample::writer(file).reset();

  const auto opened = RecordReader::open(file);
  ASSERT_TRUE(opened.error.ok()) << opened.error.message;
  ConversationPage page;
  ASSERT_TRUE(opened.reader->conversations({}, page).ok());
  ASSERT_EQ(page.rows.size(), 1u);
  const ConversationCounts& found = page.rows[0].counts;
  EXPECT_EQ(found.client.realm, Realm{});
  EXPECT_EQ(found.packets, 10u);
  EXPECT_EQ(found.of_pdus->operations[static_cast<std::size_t>(Operation::read)], 6u);
  EXPECT_EQ(found.of_pdus->latency.count(3), 4u);
}

TEST(Schema, EveryTableIsStrict) {
  const sample::Directory directory;
  const auto file = directory / "record.db";
  sample::writer(file).reset();
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(handle,
                               "SELECT count(*), sum(strict) FROM pragma_table_list "
                               "WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
                               -1, &statement, nullptr),
            SQLITE_OK);
  ASSERT_EQ(sqlite3_step(statement), SQLITE_ROW);
  EXPECT_EQ(sqlite3_column_int(statement, 0), sqlite3_column_int(statement, 1));
  EXPECT_GT(sqlite3_column_int(statement, 0), 8);
  sqlite3_finalize(statement);
  sqlite3_close(handle);
}

TEST(Schema, ReopeningKeepsWhatIsThere) {
  const sample::Directory directory;
  const auto file = directory / "record.db";
  for (std::uint64_t number = 1; number <= 3; ++number) {
    auto writer = sample::writer(file);
    ASSERT_TRUE(writer->submit(sample::batch_of({sample::alert(number)})));
    EXPECT_EQ(writer->flush().seq, number);
  }
  AlertTotals totals;
  ASSERT_TRUE(sample::reader(file)->alert_totals(totals).ok());
  EXPECT_EQ(totals.all, 3u);
}

TEST(Schema, OddFileNamesAreOpenedAsTheyAre) {
  const sample::Directory directory;
  const auto file = directory / "50% of #1?immutable=1 record.db";
  sample::writer(file).reset();
  EXPECT_TRUE(std::filesystem::exists(file));
  EXPECT_NE(sample::reader(file), nullptr);
}

}  // namespace
}  // namespace sightglass
