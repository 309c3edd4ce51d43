#include "store/traffic_rows.hpp"

#include "dissectors/kept_names.hpp"
#include "store/address_columns.hpp"
#include "store/stored_names.hpp"

namespace sightglass::traffic_rows {
namespace {

// The 15 columns of the key, in their order.
void bind_key(Statement& statement, const Fact& fact) {
  const Conversation& conversation = fact.conversation;
  statement.bind(conversation.client.realm.name()).bind(stored::name(fact.kind));
  statement.bind(HostOctets(conversation.client).octets());
  statement.bind(HostOctets(conversation.server).octets());
  statement.bind(stored::name(conversation.transport));
  statement.bind(std::uint32_t{conversation.server_port});
  statement.bind(stored::name(conversation.protocol));
  statement.bind(std::uint32_t{conversation.ether_type});
  statement.bind(stored::name(fact.operation)).bind(fact.function);
  statement.bind(stored::name(fact.object.space)).bind(fact.object.unit);
  statement.bind(fact.object.container).bind(fact.object.first).bind(fact.object.count);
}

void bind_totals(Statement& statement, const Fact& fact) {
  statement.bind(fact.conversation.client.mac.bits).bind(fact.conversation.server.mac.bits);
  statement.bind(fact.function_name).bind(fact.times);
  statement.bind(to_ns(fact.first_seen)).bind(to_ns(fact.last_seen)).bind(fact.first_packet);
  statement.bind(Bytes(as_bytes(fact.object.name)));
}

// The key holds a MAC where there is no address; the MAC has its own column as well.
IpAddress read_host(Statement& row) {
  const auto octets = row.blob();
  return octets.size() == 6 ? IpAddress{} : address_from(octets);
}

/// A name that there is no room for any more (Realm) can not be told from the main one.
Realm read_realm(Statement& row) { return Realm::named(row.text()).value_or(Realm{}); }

Fact read_fact(Statement& row, Baseline& baseline) {
  Fact fact;
  Conversation& conversation = fact.conversation;
  const Realm realm = read_realm(row);
  conversation.client.realm = conversation.server.realm = realm;
  fact.kind = stored::value<Fact::Kind>(row.text());
  conversation.client.ip = read_host(row);
  conversation.server.ip = read_host(row);
  conversation.transport = stored::value<TransportLayer>(row.text());
  conversation.server_port = row.number<std::uint16_t>();
  conversation.protocol = stored::value<Protocol>(row.text());
  conversation.ether_type = row.number<std::uint16_t>();
  fact.operation = stored::value<Operation>(row.text());
  fact.function = row.number<std::uint32_t>();
  fact.object.space = stored::value<ObjectSpace>(row.text());
  fact.object.unit = row.number<std::uint32_t>();
  fact.object.container = row.number<std::uint32_t>();
  fact.object.first = row.number<std::uint32_t>();
  fact.object.count = row.number<std::uint32_t>();
  conversation.client.mac.bits = row.count();
  conversation.server.mac.bits = row.count();
  fact.function_name = *baseline.names.emplace(row.text()).first;
  fact.times = row.count();
  fact.first_seen = timestamp_from_ns(row.integer());
  fact.last_seen = timestamp_from_ns(row.integer());
  fact.first_packet = row.count();
  fact.object.name = kept_name(as_text(row.blob()));
  return fact;
}

}  // namespace

bool write_fact(Connection& connection, const RunInfo& run, const Fact& fact) {
  {
    Statement insert = connection.prepare(
        "INSERT OR IGNORE INTO fact (realm, kind, client, server, transport, server_port, "
        "protocol, "
        "ether_type, operation, function, space, unit, container, first, count, client_mac, "
        "server_mac, function_name, times, first_seen, last_seen, first_packet, object_name, "
        "sensor) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    bind_key(insert, fact);
    bind_totals(insert, fact);
    insert.bind(run.sensor).run();
    if (!connection.ok() || sqlite3_changes(connection.handle()) != 0) return true;
  }
  Statement update = connection.prepare(
      "UPDATE fact SET client_mac = ?16, server_mac = ?17, function_name = ?18, times = ?19, "
      "first_seen = ?20, last_seen = ?21, first_packet = ?22, object_name = ?23 WHERE realm = ?1 "
      "AND kind = ?2 AND client = ?3 AND server = ?4 AND transport = ?5 AND server_port = ?6 AND "
      "protocol = ?7 AND ether_type = ?8 AND operation = ?9 AND function = ?10 AND space = ?11 AND "
      "unit = ?12 AND container = ?13 AND first = ?14 AND count = ?15");
  bind_key(update, fact);
  bind_totals(update, fact);
  update.run();
  return false;
}

void remove_fact(Connection& connection, const Fact& fact) {
  Statement statement = connection.prepare(
      "DELETE FROM fact WHERE realm = ? AND kind = ? AND client = ? AND server = ? AND transport = "
      "? AND "
      "server_port = ? AND protocol = ? AND ether_type = ? AND operation = ? AND function = ? AND "
      "space = ? AND unit = ? AND container = ? AND first = ? AND count = ?");
  bind_key(statement, fact);
  statement.run();
}

void read_facts(Connection& connection, Baseline& baseline) {
  Statement row = connection.prepare(
      "SELECT realm, kind, client, server, transport, server_port, protocol, ether_type, "
      "operation, "
      "function, space, unit, container, first, count, client_mac, server_mac, function_name, "
      "times, first_seen, last_seen, first_packet, object_name FROM fact ORDER BY realm, kind, "
      "client, server, transport, server_port, protocol, ether_type, operation, function, space, "
      "unit, container, "
      "first, count");
  while (row.row()) baseline.facts.push_back(read_fact(row, baseline));
}

namespace {

std::int64_t add_totals(Connection& connection, const RunInfo& run,
                        const ConversationCounts& counts) {
  Statement statement = connection.prepare(
      "INSERT INTO conversation (realm, client, server, server_port, transport, protocol, "
      "ether_type, client_mac, server_mac, packets, bytes, pdus, gaps, retransmissions, "
      "one_way_packets, truncated, encrypted_pdus, app, app_category, first_seen, last_seen, "
      "sensor) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
      "client_mac = excluded.client_mac, server_mac = excluded.server_mac, "
      "packets = packets + excluded.packets, bytes = bytes + excluded.bytes, "
      "pdus = pdus + excluded.pdus, gaps = gaps + excluded.gaps, "
      "retransmissions = retransmissions + excluded.retransmissions, "
      "one_way_packets = one_way_packets + excluded.one_way_packets, "
      "truncated = truncated + excluded.truncated, "
      "encrypted_pdus = encrypted_pdus + excluded.encrypted_pdus, "
      "app = iif(excluded.app = '', app, excluded.app), "
      "app_category = iif(excluded.app = '', app_category, excluded.app_category), "
      "first_seen = min(first_seen, excluded.first_seen), "
      "last_seen = max(last_seen, excluded.last_seen) RETURNING number");
  statement.bind(counts.client.realm.name());
  statement.bind(HostOctets(counts.client).octets()).bind(HostOctets(counts.server).octets());
  statement.bind(std::uint32_t{counts.server_port}).bind(stored::name(counts.transport));
  statement.bind(stored::name(counts.protocol)).bind(std::uint32_t{counts.ether_type});
  statement.bind(counts.client.mac.bits).bind(counts.server.mac.bits);
  statement.bind(counts.packets).bind(counts.bytes).bind(counts.pdus).bind(counts.gaps);
  statement.bind(counts.retransmissions).bind(counts.one_way_packets).bind(counts.truncated);
  statement.bind(counts.of_pdus->encrypted).bind(counts.app).bind(counts.app_category);
  statement.bind(to_ns(counts.first_seen)).bind(to_ns(counts.last_seen));
  statement.bind(run.sensor);
  return statement.row() ? statement.integer() : 0;
}

ConversationCounts read_totals(Statement& row) {
  ConversationCounts counts;
  counts.client.realm = counts.server.realm = read_realm(row);
  counts.client.ip = read_host(row);
  counts.server.ip = read_host(row);
  counts.server_port = row.number<std::uint16_t>();
  counts.transport = stored::value<TransportLayer>(row.text());
  counts.protocol = stored::value<Protocol>(row.text());
  counts.ether_type = row.number<std::uint16_t>();
  counts.client.mac.bits = row.count();
  counts.server.mac.bits = row.count();
  counts.packets = row.count();
  counts.bytes = row.count();
  counts.pdus = row.count();
  counts.gaps = row.count();
  counts.retransmissions = row.count();
  counts.one_way_packets = row.count();
  counts.truncated = row.count();
  if (const std::uint64_t encrypted = row.count(); encrypted > 0) {
    counts.of_pdus.make().encrypted = encrypted;
  }
  counts.app = row.text();
  counts.app_category = row.text();
  counts.first_seen = timestamp_from_ns(row.integer());
  counts.last_seen = timestamp_from_ns(row.integer());
  return counts;
}

void read_details(Connection& connection, std::int64_t number, ConversationCounts& counts) {
  Statement operation = connection.prepare(
      "SELECT operation, pdus FROM conversation_operation WHERE conversation = ?");
  operation.bind(number);
  while (operation.row()) {
    const auto which = static_cast<std::size_t>(stored::value<Operation>(operation.text()));
    counts.of_pdus.make().operations[which] = operation.count();
  }
  Statement latency = connection.prepare(
      "SELECT bucket, responses FROM conversation_latency WHERE conversation = ?");
  latency.bind(number);
  while (latency.row()) {
    const std::uint64_t bucket = latency.count();
    if (bucket < LatencyHistogram::kBuckets) {
      counts.of_pdus.make().latency.add(bucket, latency.count());
    }
  }
}

}  // namespace

void add_conversation(Connection& connection, const RunInfo& run,
                      const ConversationCounts& counts) {
  const std::int64_t number = add_totals(connection, run, counts);
  const PduCounts& pdus = *counts.of_pdus;
  for (std::size_t i = 0; i < pdus.operations.size(); ++i) {
    if (pdus.operations[i] == 0) continue;
    connection
        .prepare(
            "INSERT INTO conversation_operation (conversation, operation, pdus) VALUES (?,?,?) "
            "ON CONFLICT DO UPDATE SET pdus = pdus + excluded.pdus")
        .bind(number)
        .bind(stored::name(static_cast<Operation>(i)))
        .bind(pdus.operations[i])
        .run();
  }
  for (std::size_t bucket = 0; bucket < LatencyHistogram::kBuckets; ++bucket) {
    if (pdus.latency.count(bucket) == 0) continue;
    connection
        .prepare(
            "INSERT INTO conversation_latency (conversation, bucket, responses) VALUES (?,?,?) "
            "ON CONFLICT DO UPDATE SET responses = responses + excluded.responses")
        .bind(number)
        .bind(std::uint64_t{bucket})
        .bind(pdus.latency.count(bucket))
        .run();
  }
}

const std::string& conversation_select() {
  static const std::string sql =
      "SELECT number, realm, client, server, server_port, transport, protocol, ether_type, "
      "client_mac, server_mac, packets, bytes, pdus, gaps, retransmissions, one_way_packets, "
      "truncated, encrypted_pdus, app, app_category, first_seen, last_seen FROM conversation";
  return sql;
}

void read_conversation(Connection& connection, Statement& row, std::uint64_t number,
                       ConversationCounts& counts) {
  counts = read_totals(row);
  read_details(connection, static_cast<std::int64_t>(number), counts);
}

}  // namespace sightglass::traffic_rows
