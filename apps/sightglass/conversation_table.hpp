// Who talked to whom, as a table for people.
#pragma once

#include <string>
#include <vector>

#include "rules/conversation_counts.hpp"

namespace sightglass {

/// One line each, those with the most bytes first; "" for none. Response times are upper bounds.
std::string conversation_table(std::vector<ConversationCounts> conversations);

}  // namespace sightglass
