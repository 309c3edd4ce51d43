// The schema of record.db and how an older one is brought up to date.
#pragma once

#include <cstdint>
#include <span>

#include "store/connection.hpp"

namespace sightglass {

/// "SGre": tells our files from other SQLite files.
inline constexpr std::int64_t kApplicationId = 0x53477265;

/// store/schema/*.sql in order; `user_version` is how many of them a file has had.
std::span<const char* const> migrations();

/// Writer: makes an empty file a record, or applies what is missing, each migration in its own
/// transaction. Refuses newer files and files of others.
StoreError migrate(Connection& connection, const std::string& file);

/// Reader: whether the file is a record of exactly this schema.
StoreError check_schema(Connection& connection, const std::string& file);

}  // namespace sightglass
