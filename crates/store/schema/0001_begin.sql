-- Version 1. Never change this file once it is released: add the next number.
--
-- Blobs are ids and keys in their raw bytes (record, member 16; commit, statement, key, hash 32; epoch 8).
-- Unsigned 64-bit numbers are kept in their two's complement. Times are milliseconds since 1970.
-- Numbered words (state, act, facet, kind, level, role, reason, scope) are those of proto/ and of engine's `Tx`.
-- Large columns come last, so that reading the facts before them touches no overflow page.

CREATE TABLE meta (
  key   TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Keys that a device or a hub keeps here when nobody gives it a better place. Outside of the engine's reach.
CREATE TABLE secret (
  name  TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Versions of the tables of tenants (views): see schema.rs.
CREATE TABLE ladder (
  name    TEXT    NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A sequence of things sent, by whom and in which life of its store; the other tables name it by number.
CREATE TABLE sequence (
  number INTEGER NOT NULL PRIMARY KEY,
  key    BLOB NOT NULL,
  epoch  BLOB NOT NULL,
  UNIQUE (key, epoch)
) STRICT;

-- How far a sequence was received.
CREATE TABLE chain (
  sequence INTEGER NOT NULL PRIMARY KEY REFERENCES sequence,
  through  INTEGER NOT NULL,
  hlc      INTEGER NOT NULL,
  last     BLOB NOT NULL
) STRICT;

CREATE TABLE commits (
  -- The line: grows in the order of arrival.
  number        INTEGER NOT NULL PRIMARY KEY,
  id            BLOB    NOT NULL UNIQUE,
  -- The device's chain and the place in it.
  chain         INTEGER NOT NULL REFERENCES sequence,
  device_seq    INTEGER NOT NULL,
  state         INTEGER NOT NULL,
  owed          INTEGER NOT NULL,
  -- Of header, signature, and the parts' salts and changes.
  size          INTEGER NOT NULL,
  received_ms   INTEGER NOT NULL,
  area          TEXT    NOT NULL,
  -- Where it came from; none for a phone's own.
  origin        INTEGER REFERENCES sequence,
  origin_place  INTEGER,
  parked_ms     INTEGER,
  -- What a readable header says: from author to stated_ms all or none.
  author        BLOB,
  granted_by    BLOB,
  act           INTEGER,
  hlc           INTEGER,
  stated_ms     INTEGER,
  evidence      BLOB,
  said_reason   INTEGER,
  -- The verdict: from the statement to its time all or none.
  verdict       BLOB,
  verdict_hub   BLOB,
  verdict_ms    INTEGER,
  reason        INTEGER,
  blocked_by    BLOB,
  -- In this hub's feed.
  place         INTEGER,
  signature     BLOB    NOT NULL,
  header        BLOB    NOT NULL
) STRICT;

-- Each of these holds only the few rows that it is about.
CREATE INDEX commits_unjudged ON commits (number) WHERE state = 1;
CREATE INDEX commits_inbox ON commits (number) WHERE state = 2;
CREATE INDEX commits_told ON commits (number) WHERE state = 2 AND verdict IS NOT NULL;
CREATE INDEX commits_waiting ON commits (origin, origin_place, size) WHERE state IN (2, 3);
CREATE INDEX commits_parked ON commits (parked_ms) WHERE state = 3;
CREATE INDEX commits_parked_of ON commits (chain) WHERE state = 3;
CREATE INDEX commits_held ON commits (origin, size) WHERE state = 5;
CREATE INDEX commits_owed ON commits (number) WHERE owed = 1;
CREATE INDEX commits_own ON commits (chain, device_seq) WHERE origin IS NULL;
CREATE INDEX commits_evidence ON commits (evidence) WHERE evidence IS NOT NULL;

CREATE TABLE part (
  number        INTEGER NOT NULL PRIMARY KEY,
  commit_number INTEGER NOT NULL REFERENCES commits,
  -- The place in the commit, from 0.
  position      INTEGER NOT NULL,
  -- What the header says of it: from record to branch all or none.
  record        BLOB,
  facet         INTEGER,
  kind          INTEGER,
  branch        INTEGER,
  -- What the gate found in it: all or none. Of parts with one hash in one document the first is its owner.
  hash          BLOB,
  actor         BLOB,
  start_op      INTEGER,
  ops           INTEGER,
  -- Both empty where the part is withheld from us.
  salt          BLOB    NOT NULL,
  change        BLOB    NOT NULL,
  UNIQUE (commit_number, position)
) STRICT;

CREATE INDEX part_change ON part (hash, record, facet) WHERE hash IS NOT NULL;
CREATE INDEX part_document ON part (record, facet, commit_number) WHERE record IS NOT NULL;

-- A parked commit waits for any of these changes.
CREATE TABLE parked (
  hash          BLOB    NOT NULL,
  commit_number INTEGER NOT NULL REFERENCES commits,
  PRIMARY KEY (hash, commit_number)
) STRICT, WITHOUT ROWID;

CREATE INDEX parked_of_commit ON parked (commit_number);

CREATE TABLE record (
  id         BLOB    NOT NULL PRIMARY KEY,
  kind       INTEGER NOT NULL,
  paused     INTEGER NOT NULL,
  area       TEXT    NOT NULL,
  created_by BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE document (
  number INTEGER NOT NULL PRIMARY KEY,
  record BLOB    NOT NULL,
  facet  INTEGER NOT NULL,
  branch INTEGER NOT NULL,
  -- 32 bytes each, ascending.
  heads  BLOB    NOT NULL,
  save   BLOB    NOT NULL,
  UNIQUE (record, facet)
) STRICT;

-- The journal that views fold from. A record stands in it once, at its last touch, so that it never
-- grows beyond the records and a fold from nothing reads each of them once.
CREATE TABLE touched (
  number INTEGER NOT NULL PRIMARY KEY,
  record BLOB    NOT NULL UNIQUE
) STRICT;

CREATE TABLE statement (
  number    INTEGER NOT NULL PRIMARY KEY,
  id        BLOB    NOT NULL UNIQUE,
  hub       BLOB    NOT NULL,
  signature BLOB    NOT NULL,
  bytes     BLOB    NOT NULL
) STRICT;

-- Rights, as read from their statements. The lists are one byte for each numbered word.
CREATE TABLE granted (
  statement BLOB    NOT NULL PRIMARY KEY,
  hub       BLOB    NOT NULL,
  device    BLOB    NOT NULL,
  member    BLOB    NOT NULL,
  name      TEXT    NOT NULL,
  role      INTEGER NOT NULL,
  area      TEXT    NOT NULL,
  from_ms   INTEGER NOT NULL,
  until_ms  INTEGER NOT NULL,
  kinds     BLOB    NOT NULL,
  facets    BLOB    NOT NULL,
  acts      BLOB    NOT NULL
) STRICT;

CREATE INDEX granted_member ON granted (member);

CREATE TABLE feed (
  place         INTEGER NOT NULL PRIMARY KEY,
  statement     INTEGER NOT NULL UNIQUE REFERENCES statement,
  commit_number INTEGER REFERENCES commits,
  scope         INTEGER NOT NULL,
  area          TEXT    NOT NULL,
  device        BLOB,
  origin        INTEGER REFERENCES sequence,
  origin_place  INTEGER
) STRICT;

CREATE INDEX feed_origin ON feed (origin, place, origin_place) WHERE origin IS NOT NULL;

-- How far a level has merged a sequence, from signed receipts.
CREATE TABLE mark (
  sequence INTEGER NOT NULL REFERENCES sequence,
  level    INTEGER NOT NULL,
  through  INTEGER NOT NULL,
  PRIMARY KEY (sequence, level)
) STRICT, WITHOUT ROWID;

CREATE TABLE peer (
  key        BLOB    NOT NULL PRIMARY KEY,
  kind       INTEGER NOT NULL,
  level      INTEGER NOT NULL,
  area       TEXT    NOT NULL,
  member     BLOB,
  role       INTEGER,
  name       TEXT    NOT NULL,
  statement  BLOB    NOT NULL,
  revoked_ms INTEGER,
  epoch      BLOB    NOT NULL,
  seen_place INTEGER NOT NULL,
  seen_ms    INTEGER NOT NULL,
  agent      TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE hub (
  key       BLOB    NOT NULL PRIMARY KEY,
  level     INTEGER NOT NULL,
  above     INTEGER NOT NULL,
  area      TEXT    NOT NULL,
  name      TEXT    NOT NULL,
  parent    BLOB    NOT NULL,
  statement BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE invitation (
  hash     BLOB    NOT NULL PRIMARY KEY,
  role     INTEGER,
  area     TEXT    NOT NULL,
  level    INTEGER NOT NULL,
  member   BLOB,
  name     TEXT    NOT NULL,
  made_ms  INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  grant_ms INTEGER NOT NULL,
  used_by  BLOB
) STRICT, WITHOUT ROWID;
