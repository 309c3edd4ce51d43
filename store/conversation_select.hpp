// A ConversationQuery as SQL.
#pragma once

#include "store/connection.hpp"
#include "store/conversation_query.hpp"

namespace sightglass {

/// Makes what select_conversations searches in known to SQLite; once for each connection.
void add_conversation_text(Connection& connection);

/// Runs `query` and fills the page. The cursor must be of the query's order; `limit` is right.
void select_conversations(Connection& connection, const ConversationQuery& query,
                          ConversationPage& page);

}  // namespace sightglass
