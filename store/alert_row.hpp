// An alert as a row: the columns once, for writing and reading alike.
#pragma once

#include <string>

#include "store/connection.hpp"
#include "store/record_rows.hpp"

namespace sightglass::alert_row {

/// "INSERT INTO alert (...) VALUES (...) ON CONFLICT (id) DO UPDATE SET ..."
const std::string& upsert_sql();
/// "SELECT <columns>, evidence state FROM alert LEFT JOIN evidence ..."; conditions may follow.
const std::string& select_sql();

void bind(Statement& statement, const Alert& alert);
/// Of a row of `select_sql`; `decoded` is left empty.
Alert read(Statement& row);

}  // namespace sightglass::alert_row
