-- What people decided, as far as it says which evidence must stay (docs/control.md). No row: open.
-- Severity and last_seen are the alert's: what retention takes first is read off the index.
CREATE TABLE triage (
  alert     BLOB PRIMARY KEY REFERENCES alert (id) ON DELETE CASCADE,
  state     TEXT NOT NULL,
  statement INTEGER NOT NULL,  -- the full statement that told it
  severity  INTEGER NOT NULL,
  last_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX triage_by_worth ON triage (state, statement, severity DESC, last_seen);

-- Who told, how far, and in which of all full statements. No row: nobody ever told.
CREATE TABLE triage_told (
  only_row  INTEGER PRIMARY KEY CHECK (only_row = 1),
  source    TEXT NOT NULL,
  cursor    INTEGER NOT NULL,
  statement INTEGER NOT NULL
) STRICT;

-- What may go first.
CREATE VIEW closed_alert AS
  SELECT alert, severity, last_seen FROM triage
  WHERE state = 'closed' AND statement = (SELECT statement FROM triage_told);

-- Why there are no packets; '' while there are, or may yet be.
ALTER TABLE evidence ADD COLUMN lack TEXT NOT NULL DEFAULT '';

-- All evidence files together, without adding up a row of each.
CREATE TABLE evidence_total (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  bytes    INTEGER NOT NULL
) STRICT;

INSERT INTO evidence_total SELECT 1, coalesce(sum(bytes), 0) FROM evidence;

CREATE TRIGGER evidence_is_added AFTER INSERT ON evidence
  BEGIN UPDATE evidence_total SET bytes = bytes + new.bytes; END;
CREATE TRIGGER evidence_is_changed AFTER UPDATE OF bytes ON evidence
  BEGIN UPDATE evidence_total SET bytes = bytes + new.bytes - old.bytes; END;
CREATE TRIGGER evidence_is_removed AFTER DELETE ON evidence
  BEGIN UPDATE evidence_total SET bytes = bytes - old.bytes; END;
