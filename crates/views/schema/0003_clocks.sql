-- Version 3 of the rows: deadlines, reference data, sums for figures, values that no field allows. Everything is folded anew.

-- Raised by every record of reference data that is folded: `reference` by any kind, `clockwork` by those that move deadlines.
ALTER TABLE view_mark ADD COLUMN reference INTEGER NOT NULL DEFAULT 0;
ALTER TABLE view_mark ADD COLUMN clockwork INTEGER NOT NULL DEFAULT 0;

DROP TABLE view_matter;
CREATE TABLE view_matter (
  id                 INTEGER NOT NULL PRIMARY KEY REFERENCES view_record ON DELETE CASCADE,
  sort               TEXT    NOT NULL,
  class              TEXT    NOT NULL,
  scale              TEXT    NOT NULL,
  severity           TEXT    NOT NULL,
  source             TEXT    NOT NULL,
  reporter           TEXT    NOT NULL,
  replied            INTEGER NOT NULL,
  place              TEXT    NOT NULL,
  occurred_ms        INTEGER,
  stage              TEXT    NOT NULL,
  closed             INTEGER NOT NULL,
  stage_since_ms     INTEGER,
  holder             TEXT    NOT NULL,
  steps              INTEGER NOT NULL,
  void_steps         INTEGER NOT NULL,
  -- What the clocks say, computed from the log and from `clockwork` number so many; anew when that number has moved on.
  clocked            INTEGER NOT NULL,
  urgent             INTEGER NOT NULL,
  exempt             INTEGER NOT NULL,
  reported_ms        INTEGER,
  -- Of the running clocks the first to be due, and what is waited for; from when on any is yellow.
  wait               TEXT    NOT NULL,
  due_ms             INTEGER,
  yellow_ms          INTEGER,
  -- From when on each level must be told, and the earliest of the three.
  community_ms       INTEGER,
  township_ms        INTEGER,
  county_ms          INTEGER,
  rise_ms            INTEGER,
  suspended_from_ms  INTEGER,
  suspended_until_ms INTEGER,
  suspended_levels   INTEGER NOT NULL,
  -- Requests that nobody has decided.
  asks               INTEGER NOT NULL,
  -- Open, and with nobody but an office to hold it.
  unclaimed          INTEGER NOT NULL,
  -- The first answer to the reporter, and how long after the report it came.
  answered_ms        INTEGER,
  response_ms        INTEGER
) STRICT;
CREATE INDEX view_matter_stage ON view_matter (stage);
CREATE INDEX view_matter_open ON view_matter (closed, reported_ms);
CREATE INDEX view_matter_due ON view_matter (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX view_matter_rise ON view_matter (rise_ms) WHERE rise_ms IS NOT NULL;
CREATE INDEX view_matter_answered ON view_matter (answered_ms) WHERE answered_ms IS NOT NULL;
CREATE INDEX view_matter_clocked ON view_matter (clocked);

-- Records of reference data: their cells in the order of the kind's fields, separated by tabs.
CREATE TABLE view_reference (
  id    INTEGER NOT NULL PRIMARY KEY REFERENCES view_record ON DELETE CASCADE,
  kind  INTEGER NOT NULL,
  area  TEXT    NOT NULL,
  cells TEXT    NOT NULL
) STRICT;

-- What each record adds to the sums, so that it can be taken away again: lines of measure, day, split and number.
CREATE TABLE view_share (
  id     INTEGER NOT NULL PRIMARY KEY REFERENCES view_record ON DELETE CASCADE,
  area   TEXT    NOT NULL,
  shares TEXT    NOT NULL
) STRICT;

-- The sums by day (since 1970, in Beijing time; 0 for what has no day), for every area and all that contain it. No row is 0.
CREATE TABLE view_sum (
  measure TEXT    NOT NULL,
  area    TEXT    NOT NULL,
  day     INTEGER NOT NULL,
  split   TEXT    NOT NULL,
  n       INTEGER NOT NULL,
  PRIMARY KEY (measure, area, day, split)
) STRICT, WITHOUT ROWID;

-- Fields with a value that they do not allow.
CREATE TABLE view_invalid (
  id    INTEGER NOT NULL REFERENCES view_record ON DELETE CASCADE,
  facet INTEGER NOT NULL,
  key   TEXT    NOT NULL,
  PRIMARY KEY (id, facet, key)
) STRICT, WITHOUT ROWID;

ALTER TABLE view_resident ADD COLUMN phones TEXT NOT NULL DEFAULT '';

DELETE FROM view_text;
DELETE FROM view_conflict;
DELETE FROM view_problem;
DELETE FROM view_resident;
DELETE FROM view_value;
DELETE FROM view_record;
UPDATE view_mark SET cursor = 0;
