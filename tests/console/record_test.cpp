// Records that can not be read: said in words, and nothing made in their place.
#include "console/server/record.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/store/sample_rows.hpp"

namespace sightglass::console {
namespace {

namespace fs = std::filesystem;

TEST(Record, DirectoryWithoutOneIsNamedAndStaysEmpty) {
  const sample::Directory directory;
  EXPECT_EQ(
      why_unreadable(directory.path()),
      directory.path().string() + ": holds no record.db: neither a case nor a sensor's directory");
  EXPECT_TRUE(fs::is_empty(directory.path()));
  EXPECT_NE(why_unreadable(directory / "nowhere"), "");
  EXPECT_FALSE(fs::exists(directory / "nowhere"));
}

TEST(Record, NewerSchemaIsUnreadable) {
  const sample::Directory directory;
  const fs::path file = directory / "record.db";
  sample::writer(file).reset();
  EXPECT_EQ(why_unreadable(directory.path()), "");
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, "PRAGMA user_version = 4711", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(handle);
  EXPECT_NE(why_unreadable(directory.path()).find("newer Sightglass"), std::string::npos)
      << why_unreadable(directory.path());
}

}  // namespace
}  // namespace sightglass::console
