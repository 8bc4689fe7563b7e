-- Version 2 of the rows: ledgers of every kind. Everything is folded anew.

-- What lists show and what they can be filtered by: the value that stands of each field so marked.
CREATE TABLE view_value (
  id    INTEGER NOT NULL REFERENCES view_record ON DELETE CASCADE,
  kind  INTEGER NOT NULL,
  key   TEXT    NOT NULL,
  -- Text, or a whole number (a truth is 0 or 1).
  value ANY     NOT NULL,
  -- Whether it is the id of another record.
  link  INTEGER NOT NULL,
  PRIMARY KEY (id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX view_value_find ON view_value (kind, key, value);
CREATE INDEX view_value_link ON view_value (value) WHERE link = 1;
CREATE INDEX view_record_title ON view_record (kind, area, title);

DELETE FROM view_text;
DELETE FROM view_conflict;
DELETE FROM view_problem;
DELETE FROM view_resident;
DELETE FROM view_matter;
DELETE FROM view_record;
UPDATE view_mark SET cursor = 0;
