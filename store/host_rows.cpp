#include "store/host_rows.hpp"

#include "store/address_columns.hpp"

namespace sightglass::host_rows {
namespace {

std::int64_t add_totals(Connection& connection, const RunInfo& run, const HostCounts& counts) {
  Statement statement = connection.prepare(
      "INSERT INTO host (realm, address, mac, name, zone, packets, bytes, pdus, tcp_packets, "
      "one_way_packets, gaps, truncated, encrypted_pdus, unknown_bytes, first_seen, last_seen, "
      "sensor) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
      "mac = excluded.mac, name = excluded.name, zone = excluded.zone, "
      "packets = packets + excluded.packets, bytes = bytes + excluded.bytes, "
      "pdus = pdus + excluded.pdus, tcp_packets = tcp_packets + excluded.tcp_packets, "
      "one_way_packets = one_way_packets + excluded.one_way_packets, "
      "gaps = gaps + excluded.gaps, truncated = truncated + excluded.truncated, "
      "encrypted_pdus = encrypted_pdus + excluded.encrypted_pdus, "
      "unknown_bytes = unknown_bytes + excluded.unknown_bytes, "
      "first_seen = min(first_seen, excluded.first_seen), "
      "last_seen = max(last_seen, excluded.last_seen) RETURNING number");
  statement.bind(counts.host.realm.name()).bind(HostOctets(counts.host).octets());
  statement.bind(counts.host.mac.bits).bind(counts.name).bind(counts.zone);
  statement.bind(counts.packets).bind(counts.bytes).bind(counts.pdus).bind(counts.tcp_packets);
  statement.bind(counts.one_way_packets).bind(counts.gaps).bind(counts.truncated);
  statement.bind(counts.encrypted_pdus).bind(counts.unknown_bytes);
  statement.bind(to_ns(counts.first_seen)).bind(to_ns(counts.last_seen)).bind(run.sensor);
  return statement.row() ? statement.integer() : 0;
}

void read_counts(Statement& row, Visibility& visibility) {
  HostCounts& counts = visibility.counts;
  counts.packets = row.count();
  counts.bytes = row.count();
  counts.pdus = row.count();
  counts.tcp_packets = row.count();
  counts.one_way_packets = row.count();
  counts.gaps = row.count();
  counts.truncated = row.count();
  counts.encrypted_pdus = row.count();
  counts.unknown_bytes = row.count();
  counts.first_seen = timestamp_from_ns(row.integer());
  counts.last_seen = timestamp_from_ns(row.integer());
  visibility.hours_seen = row.count();
  visibility.hours = row.count();
}

}  // namespace

void add(Connection& connection, const RunInfo& run, const HostCounts& counts) {
  const std::int64_t number = add_totals(connection, run, counts);
  for (const Hour hour : counts.hours) {
    connection.prepare("INSERT OR IGNORE INTO host_hour (host, hour) VALUES (?,?)")
        .bind(number)
        .bind(std::int64_t{hour})
        .run();
  }
}

// Hours are counted to the last one in which the sensor saw anything: of silence behind that it
// knows nothing.
void read_hosts(Connection& connection, std::uint64_t after, std::uint32_t limit,
                std::vector<Visibility>& hosts) {
  Statement row = connection.prepare(
      "SELECT number, realm, address, mac, name, zone, packets, bytes, pdus, tcp_packets, "
      "one_way_packets, gaps, truncated, encrypted_pdus, unknown_bytes, first_seen, last_seen, "
      "(SELECT count(*) FROM host_hour WHERE host = number), "
      "(SELECT max(hour) FROM host_hour) - (SELECT min(hour) FROM host_hour WHERE host = number) "
      "+ 1 FROM host WHERE number > ? ORDER BY number LIMIT ?");
  row.bind(after).bind(limit);
  while (row.row()) {
    Visibility& visibility = hosts.emplace_back();
    visibility.number = row.count();
    Station& host = visibility.counts.host;
    host.realm = Realm::named(row.text()).value_or(Realm{});
    host.ip = read_address(row);
    host.mac.bits = row.count();
    visibility.counts.name = row.text();
    visibility.counts.zone = row.text();
    read_counts(row, visibility);
  }
}

void read_zones(Connection& connection, std::vector<Visibility>& zones) {
  Statement row = connection.prepare(
      "SELECT realm, zone, count(*), sum(packets), sum(bytes), sum(pdus), sum(tcp_packets), "
      "sum(one_way_packets), sum(gaps), sum(truncated), sum(encrypted_pdus), sum(unknown_bytes), "
      "min(first_seen), max(last_seen), "
      "(SELECT count(DISTINCT hour) FROM host_hour AS at JOIN host AS other ON other.number = "
      "at.host "
      "WHERE other.realm = zoned.realm AND other.zone = zoned.zone), "
      "(SELECT max(hour) FROM host_hour) - (SELECT min(hour) FROM host_hour AS at JOIN host AS "
      "other ON other.number = at.host WHERE other.realm = zoned.realm AND other.zone = "
      "zoned.zone) "
      "+ 1 FROM host AS zoned GROUP BY realm, zone ORDER BY realm, zone");
  while (row.row()) {
    Visibility& visibility = zones.emplace_back();
    visibility.counts.host.realm = Realm::named(row.text()).value_or(Realm{});
    visibility.counts.zone = row.text();
    visibility.hosts = row.count();
    read_counts(row, visibility);
  }
}

}  // namespace sightglass::host_rows
