// SQLite, owned: a connection, its prepared statements, and one way to meet failure.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/store_error.hpp"

namespace sightglass {

class Connection;

/// A prepared statement in use. Parameters are bound and columns read in order, without numbers:
/// the SQL and the code beside it list them alike. Ends its use (reset, bindings cleared) when it
/// goes out of scope.
class Statement {
 public:
  Statement(Connection& connection, sqlite3_stmt* statement)
      : connection_(connection), statement_(statement) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::int64_t value);
  /// Counts above 2^63 do not occur; what an attacker inflates is confined to the largest integer.
  Statement& bind(std::uint64_t value);
  Statement& bind(std::uint32_t value) { return bind(std::int64_t{value}); }
  Statement& bind(std::string_view text);
  Statement& bind(std::span<const std::uint8_t> blob);

  /// Runs to the next row: true when there is one. False at the end, or on a failure, which the
  /// connection remembers.
  bool row();
  /// Runs a statement that gives no rows, and makes it ready for the next bindings.
  void run();

  std::int64_t integer() { return sqlite3_column_int64(statement_, column_++); }
  std::uint64_t count() { return static_cast<std::uint64_t>(integer()); }
  template <class T>
  T number() {
    return static_cast<T>(integer());
  }
  /// Valid until the next row.
  std::string_view text();
  std::span<const std::uint8_t> blob();
  bool is_null() const { return sqlite3_column_type(statement_, column_) == SQLITE_NULL; }

 private:
  Connection& connection_;
  sqlite3_stmt* statement_;
  int parameter_ = 0;
  int column_ = 0;
};

/// Failure is sticky, as in ByteReader: after the first failing call every `row` is false and every
/// `run` does nothing until `clear_failure`. A transaction is therefore written straight through
/// and asked once, before it commits.
class Connection {
 public:
  enum class Mode : std::uint8_t { write, read, immutable };
  struct Opened {
    std::unique_ptr<Connection> connection;
    StoreError error;
  };
  static Opened open(const std::filesystem::path& file, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// `sql` must live as long as the connection (a literal): statements are kept by its address.
  Statement prepare(const char* sql);
  /// For SQL put together at run time; kept by its text.
  Statement prepare(const std::string& sql);
  /// One or several statements without parameters; rows are ignored.
  void execute(const char* sql);
  /// The first column of the first row; 0 when there is none.
  std::int64_t value(const char* sql);

  bool begin(const char* how);  ///< "BEGIN IMMEDIATE"
  /// Commits, or rolls back when anything failed since `begin`. True when durable.
  bool commit();
  void roll_back();

  bool ok() const { return code_ == SQLITE_OK; }
  int code() const { return code_; }
  StoreError failure() const;
  void clear_failure() { code_ = SQLITE_OK; }
  /// Reads past the deadline end with `busy`.
  void set_deadline(std::chrono::steady_clock::time_point deadline) { deadline_ = deadline; }

  sqlite3* handle() { return handle_; }

 private:
  friend class Statement;
  Connection(sqlite3* handle, std::filesystem::path file);
  void fail(int code);
  sqlite3_stmt* compile(std::string_view sql);

  sqlite3* handle_;
  std::filesystem::path file_;
  std::unordered_map<const char*, sqlite3_stmt*> literals_;
  std::unordered_map<std::string, sqlite3_stmt*> composed_;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
  int code_ = SQLITE_OK;
  std::string message_;
};

/// What a result code of SQLite means to us.
StoreError::Kind store_error_kind(int code);

}  // namespace sightglass
