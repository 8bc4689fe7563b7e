-- Version 1 of the rows. Never change this file once it is released: add the next number.
--
-- Everything here is folded from the engine's tables and can be folded again from nothing. Where a step of this ladder changes what
-- is folded, it empties the tables and sets the cursor back to 0.

CREATE TABLE view_mark (
  one    INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  -- The last number of the journal that is folded.
  cursor INTEGER NOT NULL
) STRICT;
INSERT INTO view_mark (one, cursor) VALUES (1, 0);

-- What residents and matters have in common. `id` is only this store's.
CREATE TABLE view_record (
  id            INTEGER NOT NULL PRIMARY KEY,
  record        BLOB    NOT NULL UNIQUE,
  kind          INTEGER NOT NULL,
  area          TEXT    NOT NULL,
  -- The name or the subject.
  title         TEXT    NOT NULL,
  -- Bit n: facet n is held.
  facets        INTEGER NOT NULL,
  conflicts     INTEGER NOT NULL,
  parallel      INTEGER NOT NULL,
  -- Of the latest commit, by hybrid logical time.
  changed_hlc   INTEGER NOT NULL,
  changed_ms    INTEGER NOT NULL,
  changed_by    BLOB,
  changed_grant BLOB
) STRICT;
CREATE INDEX view_record_newest ON view_record (kind, changed_hlc DESC, record DESC);
CREATE INDEX view_record_area ON view_record (kind, area);
CREATE INDEX view_record_conflicts ON view_record (kind) WHERE conflicts > 0;

CREATE TABLE view_resident (
  id        INTEGER NOT NULL PRIMARY KEY REFERENCES view_record ON DELETE CASCADE,
  sex       TEXT    NOT NULL,
  birth     TEXT    NOT NULL,
  residence TEXT    NOT NULL,
  household TEXT    NOT NULL,
  address   TEXT    NOT NULL,
  id_number TEXT    NOT NULL
) STRICT;
CREATE INDEX view_resident_id_number ON view_resident (id_number) WHERE id_number <> '';

CREATE TABLE view_matter (
  id             INTEGER NOT NULL PRIMARY KEY REFERENCES view_record ON DELETE CASCADE,
  sort           TEXT    NOT NULL,
  class          TEXT    NOT NULL,
  scale          TEXT    NOT NULL,
  severity       TEXT    NOT NULL,
  source         TEXT    NOT NULL,
  reporter       TEXT    NOT NULL,
  replied        INTEGER NOT NULL,
  place          TEXT    NOT NULL,
  occurred_ms    INTEGER,
  stage          TEXT    NOT NULL,
  closed         INTEGER NOT NULL,
  stage_since_ms INTEGER,
  holder         TEXT    NOT NULL,
  steps          INTEGER NOT NULL,
  void_steps     INTEGER NOT NULL
) STRICT;
CREATE INDEX view_matter_stage ON view_matter (stage);

CREATE TABLE view_conflict (
  id    INTEGER NOT NULL REFERENCES view_record ON DELETE CASCADE,
  facet INTEGER NOT NULL,
  key   TEXT    NOT NULL,
  PRIMARY KEY (id, facet, key)
) STRICT, WITHOUT ROWID;

-- Records that could not be folded.
CREATE TABLE view_problem (
  record BLOB    NOT NULL PRIMARY KEY,
  kind   INTEGER NOT NULL,
  area   TEXT    NOT NULL,
  text   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- The words of a record, cut into tokens by search.rs; rowid is view_record.id.
CREATE VIRTUAL TABLE view_text USING fts5 (
  tokens, content = '', contentless_delete = 1, prefix = '1',
  tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
);
