-- Version 4 of the rows: what reports say of matters beyond their stage, and rights by member. Everything is folded anew.

-- The matter in which it is dealt with; empty for one that stands for itself.
ALTER TABLE view_matter ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
-- Who has to act now: `unit NAME`, `member ID` or `level WORD`; empty where nobody has to.
ALTER TABLE view_matter ADD COLUMN held_by TEXT NOT NULL DEFAULT '';
-- How often it was opened again, and how many more ask for the same.
ALTER TABLE view_matter ADD COLUMN reopens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE view_matter ADD COLUMN supporters INTEGER NOT NULL DEFAULT 0;
-- The root cause: as it was judged, else as it was written down.
ALTER TABLE view_matter ADD COLUMN cause TEXT NOT NULL DEFAULT '';
CREATE INDEX view_matter_merged ON view_matter (merged_into) WHERE merged_into <> '';

DELETE FROM view_text;
DELETE FROM view_conflict;
DELETE FROM view_problem;
DELETE FROM view_resident;
DELETE FROM view_matter;
DELETE FROM view_value;
DELETE FROM view_invalid;
DELETE FROM view_reference;
DELETE FROM view_share;
DELETE FROM view_sum;
DELETE FROM view_record;
UPDATE view_mark SET cursor = 0;
