-- The realm is part of who somebody is: '' for the main one, whatever it is called. Facts and
-- conversations of before are of the main realm.
CREATE TABLE fact_by_realm (
  realm         TEXT NOT NULL,
  kind          TEXT NOT NULL,
  client        BLOB NOT NULL,  -- address; without one, the 6 octets of the MAC
  server        BLOB NOT NULL,
  transport     TEXT NOT NULL,
  server_port   INTEGER NOT NULL,
  protocol      TEXT NOT NULL,
  ether_type    INTEGER NOT NULL,
  operation     TEXT NOT NULL,
  function      INTEGER NOT NULL,
  space         TEXT NOT NULL,
  unit          INTEGER NOT NULL,
  container     INTEGER NOT NULL,
  first         INTEGER NOT NULL,
  count         INTEGER NOT NULL,
  client_mac    INTEGER NOT NULL,
  server_mac    INTEGER NOT NULL,
  function_name TEXT NOT NULL,
  times         INTEGER NOT NULL,
  first_seen    INTEGER NOT NULL,
  last_seen     INTEGER NOT NULL,
  first_packet  INTEGER NOT NULL,
  object_name   BLOB NOT NULL,
  sensor        TEXT NOT NULL,
  PRIMARY KEY (realm, kind, client, server, transport, server_port, protocol, ether_type,
               operation, function, space, unit, container, first, count)
) STRICT, WITHOUT ROWID;

INSERT INTO fact_by_realm SELECT '', kind, client, server, transport, server_port, protocol,
  ether_type, operation, function, space, unit, container, first, count, client_mac, server_mac,
  function_name, times, first_seen, last_seen, first_packet, object_name, sensor FROM fact;
DROP TABLE fact;
ALTER TABLE fact_by_realm RENAME TO fact;

CREATE TABLE conversation_by_realm (
  number          INTEGER PRIMARY KEY,
  realm           TEXT NOT NULL,
  client          BLOB NOT NULL,
  server          BLOB NOT NULL,
  server_port     INTEGER NOT NULL,
  transport       TEXT NOT NULL,
  protocol        TEXT NOT NULL,
  ether_type      INTEGER NOT NULL,
  client_mac      INTEGER NOT NULL,
  server_mac      INTEGER NOT NULL,
  packets         INTEGER NOT NULL,
  bytes           INTEGER NOT NULL,
  pdus            INTEGER NOT NULL,
  gaps            INTEGER NOT NULL,
  retransmissions INTEGER NOT NULL,
  one_way_packets INTEGER NOT NULL,
  truncated       INTEGER NOT NULL,
  encrypted_pdus  INTEGER NOT NULL,
  app             TEXT NOT NULL,
  app_category    TEXT NOT NULL,
  first_seen      INTEGER NOT NULL,
  last_seen       INTEGER NOT NULL,
  sensor          TEXT NOT NULL,
  UNIQUE (realm, client, server, server_port, transport, protocol, ether_type)
) STRICT;

INSERT INTO conversation_by_realm SELECT number, '', client, server, server_port, transport,
  protocol, ether_type, client_mac, server_mac, packets, bytes, pdus, gaps, retransmissions, 0, 0,
  0, '', '', first_seen, last_seen, sensor FROM conversation;

-- What hangs on a conversation is kept aside: it would go with the old table.
CREATE TEMP TABLE kept_operation AS SELECT * FROM conversation_operation;
CREATE TEMP TABLE kept_latency AS SELECT * FROM conversation_latency;
DROP TABLE conversation;
ALTER TABLE conversation_by_realm RENAME TO conversation;
DELETE FROM conversation_operation;
DELETE FROM conversation_latency;
INSERT INTO conversation_operation SELECT * FROM kept_operation;
INSERT INTO conversation_latency SELECT * FROM kept_latency;
DROP TABLE kept_operation;
DROP TABLE kept_latency;
CREATE INDEX conversation_by_last_seen ON conversation (last_seen);

-- What of each host was seen, and what could not be. name and zone: as the site file had them last.
CREATE TABLE host (
  number          INTEGER PRIMARY KEY,
  realm           TEXT NOT NULL,
  address         BLOB NOT NULL,
  mac             INTEGER NOT NULL,
  name            TEXT NOT NULL,
  zone            TEXT NOT NULL,
  packets         INTEGER NOT NULL,
  bytes           INTEGER NOT NULL,
  pdus            INTEGER NOT NULL,
  tcp_packets     INTEGER NOT NULL,
  one_way_packets INTEGER NOT NULL,
  gaps            INTEGER NOT NULL,
  truncated       INTEGER NOT NULL,
  encrypted_pdus  INTEGER NOT NULL,
  unknown_bytes   INTEGER NOT NULL,
  first_seen      INTEGER NOT NULL,
  last_seen       INTEGER NOT NULL,
  sensor          TEXT NOT NULL,
  UNIQUE (realm, address)
) STRICT;

CREATE INDEX host_by_last_seen ON host (last_seen);

-- Hours since 1970 UTC in which something of the host was seen.
CREATE TABLE host_hour (
  host INTEGER NOT NULL REFERENCES host (number) ON DELETE CASCADE,
  hour INTEGER NOT NULL,
  PRIMARY KEY (host, hour)
) STRICT, WITHOUT ROWID;

CREATE INDEX host_hour_by_hour ON host_hour (hour);
