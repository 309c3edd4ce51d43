-- Rules that do not judge, and why: as of the latest statistics.
CREATE TABLE inactive_rule (
  sensor TEXT NOT NULL,
  realm  TEXT NOT NULL,
  rule   TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (sensor, realm, rule)
) STRICT, WITHOUT ROWID;
