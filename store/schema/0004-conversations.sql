-- Nothing wrote conversations before: the table is made anew, with a number that what is counted
-- by operation and by response time hangs on.
DROP TABLE conversation;

CREATE TABLE conversation (
  number          INTEGER PRIMARY KEY,
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
  first_seen      INTEGER NOT NULL,
  last_seen       INTEGER NOT NULL,
  sensor          TEXT NOT NULL,
  realm           TEXT NOT NULL,
  UNIQUE (client, server, server_port, transport, protocol, ether_type)
) STRICT;

CREATE INDEX conversation_by_last_seen ON conversation (last_seen);

CREATE TABLE conversation_operation (
  conversation INTEGER NOT NULL REFERENCES conversation (number) ON DELETE CASCADE,
  operation    TEXT NOT NULL,
  pdus         INTEGER NOT NULL,
  PRIMARY KEY (conversation, operation)
) STRICT, WITHOUT ROWID;

-- Responses by how long they took: the bucket's number (rules/conversation_counts.hpp).
CREATE TABLE conversation_latency (
  conversation INTEGER NOT NULL REFERENCES conversation (number) ON DELETE CASCADE,
  bucket       INTEGER NOT NULL,
  responses    INTEGER NOT NULL,
  PRIMARY KEY (conversation, bucket)
) STRICT, WITHOUT ROWID;
