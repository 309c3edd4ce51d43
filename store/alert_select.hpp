// An AlertQuery as SQL.
#pragma once

#include "store/connection.hpp"
#include "store/record_reader.hpp"

namespace sightglass {

/// Runs `query` and fills the page, without decoded PDUs. The cursor must be of the query's order.
void select_alerts(Connection& connection, const AlertQuery& query, AlertPage& page);

/// Where `alert` stands in an order.
AlertCursor cursor_at(const Alert& alert, AlertOrder order);

}  // namespace sightglass
