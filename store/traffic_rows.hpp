// Facts of the baseline and conversations as rows.
#pragma once

#include <string>

#include "store/connection.hpp"
#include "store/record_rows.hpp"

namespace sightglass::traffic_rows {

/// Writes the fact's present totals; true when it was not known before.
bool write_fact(Connection& connection, const RunInfo& run, const Fact& fact);
void remove_fact(Connection& connection, const Fact& fact);
void read_facts(Connection& connection, Baseline& baseline);

/// Adds to what is stored.
void add_conversation(Connection& connection, const RunInfo& run, const ConversationCounts& counts);
/// "SELECT number, ... FROM conversation"; conditions may follow.
const std::string& conversation_select();
/// Of a row of conversation_select, whose number has been read.
void read_conversation(Connection& connection, Statement& row, std::uint64_t number,
                       ConversationCounts& counts);

}  // namespace sightglass::traffic_rows
