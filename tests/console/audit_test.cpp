#include "console/server/audit.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/console/small_console.hpp"

namespace sightglass::console {
namespace {

/// Somebody with the file and SQLite, past everything the console would do.
std::string tamper(const SmallConsole& console, const std::string& sql) {
  sqlite3* file = nullptr;
  sqlite3_open((console.directory / "console.db").c_str(), &file);
  char* message = nullptr;
  sqlite3_exec(file, sql.c_str(), nullptr, nullptr, &message);
  const std::string result = message == nullptr ? "" : message;
  sqlite3_free(message);
  sqlite3_close(file);
  return result;
}

constexpr const char* kWithoutTriggers =
    "DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_shortened;";

struct AuditTest : testing::Test {
  AuditTest() {
    for (int i = 0; i < 4; ++i) {
      Database::Transaction transaction(console.database);
      append_audit(transaction, {0, console.now, "ana", "192.0.2.1", "alert_triaged",
                                 "alert " + std::to_string(i), "open", "closed"});
      transaction.commit();
    }
  }
  SmallConsole console;
};

TEST_F(AuditTest, WholeChainIsIntact) {
  EXPECT_EQ(first_broken_audit_row(console.database), std::nullopt);
  const auto entries = read_audit(console.database, 0, 2);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].subject, "alert 3");
  EXPECT_EQ(read_audit(console.database, entries[1].number, 10).size(), 2u);
}

TEST_F(AuditTest, DatabaseRefusesToChangeOrShortenIt) {
  EXPECT_EQ(tamper(console, "UPDATE audit SET actor = 'bo'"), "the audit log is append-only");
  EXPECT_EQ(tamper(console, "DELETE FROM audit"), "the audit log is append-only");
}

TEST_F(AuditTest, ChangedTextBreaksTheChainThere) {
  tamper(console, std::string(kWithoutTriggers) + "UPDATE audit SET actor = 'bo' WHERE number = 2");
  EXPECT_EQ(first_broken_audit_row(console.database), 2);
}

TEST_F(AuditTest, TextMovedBetweenColumnsBreaksTheChain) {
  tamper(console, std::string(kWithoutTriggers) +
                      "UPDATE audit SET before = 'openclosed', after = '' WHERE number = 3");
  EXPECT_EQ(first_broken_audit_row(console.database), 3);
}

TEST_F(AuditTest, MissingRowBreaksTheChainAtItsPlace) {
  tamper(console, std::string(kWithoutTriggers) + "DELETE FROM audit WHERE number = 2");
  EXPECT_EQ(first_broken_audit_row(console.database), 2);
}

TEST_F(AuditTest, RowPutInBreaksTheChain) {
  tamper(console,
         "INSERT INTO audit SELECT 5, time, 'bo', address, action, subject, before, after, hash "
         "FROM audit WHERE number = 4");
  EXPECT_EQ(first_broken_audit_row(console.database), 5);
}

TEST_F(AuditTest, ApiTellsWhetherItIsIntact) {
  EXPECT_TRUE(json_of(console.ask(Role::admin, Method::get, "/audit"))["intact"].as_bool());
  tamper(console, std::string(kWithoutTriggers) + "UPDATE audit SET time = 1 WHERE number = 1");
  EXPECT_FALSE(json_of(console.ask(Role::admin, Method::get, "/audit"))["intact"].as_bool());
}

}  // namespace
}  // namespace sightglass::console
