#include "store/migrations.hpp"

namespace sightglass {
namespace {

using Kind = StoreError::Kind;

std::int64_t newest() { return static_cast<std::int64_t>(migrations().size()); }

StoreError newer(const std::string& file, std::int64_t version) {
  return StoreError::of(Kind::newer_schema,
                        file + ": written by a newer Sightglass (schema " +
                            std::to_string(version) + ", this one knows up to " +
                            std::to_string(newest()) + "): use that version to open it");
}

StoreError foreign(const std::string& file) {
  return StoreError::of(Kind::not_a_record, file + ": an SQLite file, but not one of Sightglass");
}

}  // namespace

StoreError migrate(Connection& connection, const std::string& file) {
  const std::int64_t application = connection.value("PRAGMA application_id");
  const std::int64_t version = connection.value("PRAGMA user_version");
  const std::int64_t tables = connection.value("SELECT count(*) FROM sqlite_schema");
  if (!connection.ok()) return connection.failure();
  const bool empty = tables == 0 && version == 0;
  if (application != kApplicationId && !(empty && application == 0)) return foreign(file);
  if (version > newest()) return newer(file, version);

  for (std::int64_t next = version; next < newest(); ++next) {
    connection.begin("BEGIN EXCLUSIVE");
    connection.execute(migrations()[static_cast<std::size_t>(next)]);
    connection.execute(("PRAGMA user_version = " + std::to_string(next + 1)).c_str());
    connection.execute(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str());
    if (!connection.commit()) return connection.failure();
  }
  return {};
}

StoreError check_schema(Connection& connection, const std::string& file) {
  const std::int64_t version = connection.value("PRAGMA user_version");
  const std::int64_t application = connection.value("PRAGMA application_id");
  if (!connection.ok()) return connection.failure();
  if (version == 0 && application == 0) {
    const std::int64_t tables = connection.value("SELECT count(*) FROM sqlite_schema");
    if (!connection.ok()) return connection.failure();
    if (tables != 0) return foreign(file);
    return StoreError::of(Kind::missing, file + ": empty; the sensor has not begun to write it");
  }
  if (application != kApplicationId) return foreign(file);
  if (version > newest()) return newer(file, version);
  if (version < newest()) {
    return StoreError::of(Kind::older_schema, file + ": written by an older Sightglass (schema " +
                                                  std::to_string(version) +
                                                  "): start the sensor once to update it");
  }
  return {};
}

}  // namespace sightglass
