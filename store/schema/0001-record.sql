-- record.db, first edition. Times are ns since 1970 UTC; ids are 16 bytes; addresses are 4 or 16
-- octets, empty for none; a MAC is its 48 bits as a number. Names of enumerators are written as in
-- store/stored_names.hpp.

CREATE TABLE run (
  number       INTEGER PRIMARY KEY,
  sensor       TEXT NOT NULL,
  realm        TEXT NOT NULL,
  tool_version TEXT NOT NULL,
  source       TEXT NOT NULL,
  started      INTEGER NOT NULL
) STRICT;

CREATE TABLE alert (
  id               BLOB PRIMARY KEY CHECK (length(id) = 16),
  revision         INTEGER NOT NULL,
  sensor           TEXT NOT NULL,
  realm            TEXT NOT NULL,
  kind             TEXT NOT NULL,
  signature_id     INTEGER NOT NULL,
  signature        TEXT NOT NULL,
  sentence         TEXT NOT NULL,
  severity         INTEGER NOT NULL CHECK (severity BETWEEN 1 AND 5),
  category         TEXT NOT NULL,
  protects         INTEGER NOT NULL,  -- 1 equipment, 2 networks, 4 data
  attack           TEXT NOT NULL,     -- JSON array
  consequence      TEXT NOT NULL,
  response         TEXT NOT NULL,
  first_seen       INTEGER NOT NULL,
  last_seen        INTEGER NOT NULL,
  count            INTEGER NOT NULL,
  source_ip        BLOB NOT NULL,
  source_mac       INTEGER NOT NULL,
  source_port      INTEGER NOT NULL,
  source_name      TEXT NOT NULL,
  source_role      TEXT NOT NULL,
  target_ip        BLOB NOT NULL,
  target_mac       INTEGER NOT NULL,
  target_port      INTEGER NOT NULL,
  target_name      TEXT NOT NULL,
  target_role      TEXT NOT NULL,
  transport        TEXT NOT NULL,
  ether_type       INTEGER NOT NULL,
  protocol         TEXT NOT NULL,
  community_id     TEXT NOT NULL,
  operation        TEXT NOT NULL,
  function         TEXT NOT NULL,
  objects          TEXT NOT NULL,     -- JSON array
  objects_omitted  INTEGER NOT NULL,
  outcome          TEXT NOT NULL,
  outcome_code     INTEGER NOT NULL,
  outcome_name     TEXT NOT NULL,
  expected         TEXT NOT NULL,
  observed         TEXT NOT NULL,
  frames           TEXT NOT NULL,     -- JSON array
  wireshark_filter TEXT NOT NULL,
  search           TEXT NOT NULL,     -- what a text search looks through, ASCII in lower case
  -- So that "most severe, then latest" reads its index one way.
  urgency          INTEGER NOT NULL GENERATED ALWAYS AS (-severity) VIRTUAL
) STRICT;

CREATE INDEX alert_by_last_seen  ON alert (last_seen, id);
CREATE INDEX alert_by_first_seen ON alert (first_seen, last_seen, id);
CREATE INDEX alert_by_severity   ON alert (urgency, last_seen, id);
CREATE INDEX alert_by_count      ON alert (count, last_seen, id);
CREATE INDEX alert_by_kind       ON alert (kind, last_seen);
-- What retention takes first.
CREATE INDEX alert_by_worth      ON alert (severity DESC, last_seen);

-- Apart from the alert, because lists do not read it.
CREATE TABLE alert_decoded (
  alert   BLOB NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  pdu     TEXT NOT NULL,
  PRIMARY KEY (alert, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
  alert  BLOB PRIMARY KEY REFERENCES alert (id) ON DELETE CASCADE,
  sensor TEXT NOT NULL,
  realm  TEXT NOT NULL,
  state  TEXT NOT NULL,
  path   TEXT NOT NULL,
  bytes  INTEGER NOT NULL,
  frames INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE baseline (
  only_row      INTEGER PRIMARY KEY CHECK (only_row = 1),
  sensor        TEXT NOT NULL,
  realm         TEXT NOT NULL,
  state         TEXT NOT NULL,
  learned_until INTEGER NOT NULL,
  learning_ends INTEGER NOT NULL
) STRICT;

CREATE TABLE fact (
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
  sensor        TEXT NOT NULL,
  realm         TEXT NOT NULL,
  PRIMARY KEY (kind, client, server, transport, server_port, protocol, ether_type, operation,
               function, space, unit, container, first, count)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation (
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
  PRIMARY KEY (client, server, server_port, transport, protocol, ether_type)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversation_by_last_seen ON conversation (last_seen);

-- A counter's name is written once.
CREATE TABLE counter (
  number INTEGER PRIMARY KEY,
  sensor TEXT NOT NULL,
  realm  TEXT NOT NULL,
  name   TEXT NOT NULL,
  UNIQUE (sensor, realm, name)
) STRICT;

CREATE TABLE statistic (
  counter INTEGER NOT NULL REFERENCES counter (number),
  at      INTEGER NOT NULL,
  value   INTEGER NOT NULL,
  PRIMARY KEY (counter, at)
) STRICT, WITHOUT ROWID;

CREATE INDEX statistic_by_time ON statistic (at);

CREATE TABLE health (
  number   INTEGER PRIMARY KEY AUTOINCREMENT,
  sensor   TEXT NOT NULL,
  realm    TEXT NOT NULL,
  at       INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  severity INTEGER NOT NULL,
  subject  TEXT NOT NULL,
  sentence TEXT NOT NULL,
  count    INTEGER NOT NULL
) STRICT;

-- One line for each change, in the transaction that changes; seq is every reader's cursor. The id
-- of a health event is its number in the last 8 bytes; of a baseline or reset, zero.
CREATE TABLE change (
  seq    INTEGER PRIMARY KEY AUTOINCREMENT,
  sensor TEXT NOT NULL,
  realm  TEXT NOT NULL,
  kind   TEXT NOT NULL,
  id     BLOB NOT NULL CHECK (length(id) = 16)
) STRICT;
