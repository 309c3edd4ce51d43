// What was seen of hosts, as rows.
#pragma once

#include "store/connection.hpp"
#include "store/record_rows.hpp"

namespace sightglass::host_rows {

/// Adds to what is stored.
void add(Connection& connection, const RunInfo& run, const HostCounts& counts);
/// In the order in which they were first seen, those behind the host numbered `after`.
void read_hosts(Connection& connection, std::uint64_t after, std::uint32_t limit,
                std::vector<Visibility>& hosts);
/// All zones that hosts are in, and those in none, by realm and name.
void read_zones(Connection& connection, std::vector<Visibility>& zones);

}  // namespace sightglass::host_rows
