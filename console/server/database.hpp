// console.db: users, sessions, triage, audit log and the index that lists alerts. One writer: us.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace sightglass::console {

/// One prepared statement, bound in order, stepped row by row. Errors throw DatabaseError: the
/// server answers the request with 503 and stays up.
class Statement {
 public:
  Statement(sqlite3* connection, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind_blob(std::string_view bytes);
  /// True while there is a row.
  bool step();
  void run() { step(); }
  /// Ready to be bound and stepped again.
  void again();

  std::int64_t integer(int column) const;
  std::string text(int column) const;
  std::string blob(int column) const { return text(column); }

 private:
  sqlite3* connection_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

struct DatabaseError {
  std::string message;
};

/// The connection, and the lock that makes each use of it one thread's.
class Database {
 public:
  /// Opens or makes the file (0600) and brings its schema up to date. Throws DatabaseError.
  explicit Database(const std::string& file);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// One transaction, one thread: hold it as short as possible. Rolled back unless committed.
  class Transaction {
   public:
    /// To read alone does not wait for another connection that writes.
    enum class Purpose : std::uint8_t { change, read };
    explicit Transaction(Database& database, Purpose purpose = Purpose::change);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    Statement prepare(std::string_view sql) { return Statement(database_.connection_, sql); }
    std::int64_t changed_rows() const;
    void commit();

   private:
    Database& database_;
    std::unique_lock<std::mutex> lock_;
    bool committed_ = false;
  };

 private:
  void execute(const char* sql);

  sqlite3* connection_ = nullptr;
  std::mutex mutex_;
};

}  // namespace sightglass::console
