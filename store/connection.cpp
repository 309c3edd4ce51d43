#include "store/connection.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace sightglass {
namespace {

constexpr int kProgressSteps = 20'000;  // of SQLite's machine between two looks at the clock
constexpr std::size_t kComposedStatements = 64;  // kept; queries have few shapes

// A path as SQLite's URI syntax wants it.
std::string file_uri(const std::filesystem::path& file, std::string_view parameters) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char character : std::filesystem::absolute(file).string()) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '?' || character == '#' || character == '%' || byte < 0x21) {
      uri += '%';
      uri += kHex[byte >> 4];
      uri += kHex[byte & 15];
    } else {
      uri += character;
    }
  }
  return uri.append("?").append(parameters);
}

struct Meaning {
  int code;
  StoreError::Kind kind;
};
constexpr Meaning kMeanings[] = {
    {SQLITE_OK, StoreError::Kind::none},         {SQLITE_BUSY, StoreError::Kind::busy},
    {SQLITE_LOCKED, StoreError::Kind::busy},     {SQLITE_INTERRUPT, StoreError::Kind::busy},
    {SQLITE_PROTOCOL, StoreError::Kind::busy},   {SQLITE_FULL, StoreError::Kind::full},
    {SQLITE_IOERR, StoreError::Kind::io},        {SQLITE_CANTOPEN, StoreError::Kind::io},
    {SQLITE_NOMEM, StoreError::Kind::io},        {SQLITE_READONLY, StoreError::Kind::refused},
    {SQLITE_PERM, StoreError::Kind::refused},    {SQLITE_AUTH, StoreError::Kind::refused},
    {SQLITE_CORRUPT, StoreError::Kind::corrupt}, {SQLITE_NOTADB, StoreError::Kind::not_a_record},
};

}  // namespace

StoreError::Kind store_error_kind(int code) {
  const int primary = code & 0xff;
  const auto* found = std::find_if(std::begin(kMeanings), std::end(kMeanings),
                                   [&](const Meaning& meaning) { return meaning.code == primary; });
  return found == std::end(kMeanings) ? StoreError::Kind::invalid : found->kind;
}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(std::int64_t value) {
  if (statement_ != nullptr) sqlite3_bind_int64(statement_, ++parameter_, value);
  return *this;
}

Statement& Statement::bind(std::uint64_t value) {
  constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return bind(static_cast<std::int64_t>(std::min(value, kLargest)));
}

Statement& Statement::bind(std::string_view text) {
  if (statement_ != nullptr) {
    // A null pointer would bind NULL, and no column of ours takes one.
    const char* data = text.data() == nullptr ? "" : text.data();
    const int code = sqlite3_bind_text64(statement_, ++parameter_, data, text.size(),
                                         SQLITE_TRANSIENT, SQLITE_UTF8);
    if (code != SQLITE_OK) connection_.fail(code);
  }
  return *this;
}

Statement& Statement::bind(std::span<const std::uint8_t> blob) {
  if (statement_ != nullptr) {
    const int code = blob.empty() ? sqlite3_bind_zeroblob(statement_, ++parameter_, 0)
                                  : sqlite3_bind_blob64(statement_, ++parameter_, blob.data(),
                                                        blob.size(), SQLITE_TRANSIENT);
    if (code != SQLITE_OK) connection_.fail(code);
  }
  return *this;
}

bool Statement::row() {
  if (statement_ == nullptr || !connection_.ok()) return false;
  column_ = 0;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_.fail(sqlite3_extended_errcode(connection_.handle()));
  return false;
}

void Statement::run() {
  while (row()) {
  }
  if (statement_ != nullptr) sqlite3_reset(statement_);
  parameter_ = 0;
}

std::string_view Statement::text() {
  const int column = column_++;
  const unsigned char* data = sqlite3_column_text(statement_, column);
  if (data == nullptr) return {};
  return {reinterpret_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::span<const std::uint8_t> Statement::blob() {
  const int column = column_++;
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Connection::Connection(sqlite3* handle, std::filesystem::path file)
    : handle_(handle), file_(std::move(file)) {
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_progress_handler(
      handle_, kProgressSteps,
      [](void* self) {
        const auto deadline = static_cast<Connection*>(self)->deadline_;
        if (deadline == std::chrono::steady_clock::time_point::max()) return 0;
        return std::chrono::steady_clock::now() > deadline ? 1 : 0;
      },
      this);
}

Connection::~Connection() {
  for (const auto& [sql, statement] : literals_) sqlite3_finalize(statement);
  for (const auto& [sql, statement] : composed_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

Connection::Opened Connection::open(const std::filesystem::path& file, Mode mode) {
  const int access =
      mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  const std::string uri = file_uri(file, mode == Mode::immutable ? "immutable=1" : "immutable=0");
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(
      uri.c_str(), &handle, access | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  if (handle == nullptr) {
    return {nullptr, StoreError::of(StoreError::Kind::io, file.string() + ": out of memory")};
  }
  std::unique_ptr<Connection> connection(new Connection(handle, file));
  if (code != SQLITE_OK) {
    connection->fail(code);
    return {nullptr, connection->failure()};
  }
  return {std::move(connection), {}};
}

void Connection::fail(int code) {
  if (!ok()) return;
  code_ = code == SQLITE_OK ? SQLITE_ERROR : code;
  message_ = sqlite3_errmsg(handle_);
}

StoreError Connection::failure() const {
  if (ok()) return {};
  return StoreError::of(store_error_kind(code_), file_.string() + ": " + message_);
}

sqlite3_stmt* Connection::compile(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail(code);
  return statement;
}

Statement Connection::prepare(const char* sql) {
  if (!ok()) return {*this, nullptr};
  sqlite3_stmt*& statement = literals_[sql];
  if (statement == nullptr) statement = compile(sql);
  return {*this, statement};
}

Statement Connection::prepare(const std::string& sql) {
  if (!ok()) return {*this, nullptr};
  if (composed_.size() >= kComposedStatements && !composed_.contains(sql)) {
    for (const auto& [text, statement] : composed_) sqlite3_finalize(statement);
    composed_.clear();
  }
  sqlite3_stmt*& statement = composed_[sql];
  if (statement == nullptr) statement = compile(sql);
  return {*this, statement};
}

void Connection::execute(const char* sql) {
  if (!ok()) return;
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(sqlite3_extended_errcode(handle_));
}

std::int64_t Connection::value(const char* sql) {
  Statement statement = prepare(sql);
  return statement.row() ? statement.integer() : 0;
}

bool Connection::begin(const char* how) {
  execute(how);
  return ok();
}

bool Connection::commit() {
  if (ok()) execute("COMMIT");
  if (!ok()) roll_back();
  return ok();
}

void Connection::roll_back() {
  // Some failures have already rolled back; then there is nothing left to do.
  if (sqlite3_get_autocommit(handle_) == 0) {
    sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

}  // namespace sightglass
