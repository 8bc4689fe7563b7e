-- Version 2: records move between areas.

-- Where records were moved to: of all moves that were heard of the winning one. It stands before the record comes, and after it left.
CREATE TABLE placement (
  record   BLOB    NOT NULL PRIMARY KEY,
  area     TEXT    NOT NULL,
  hlc      INTEGER NOT NULL,
  moved_by BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

-- Of a move, and of an entry that is told anew after one: the area that was left.
ALTER TABLE feed ADD COLUMN past TEXT;
-- Where the records of an entry stand by now, if they were moved after it.
ALTER TABLE feed ADD COLUMN present TEXT;

CREATE INDEX feed_again ON feed (commit_number) WHERE past IS NOT NULL;
