-- Wrong tries with sign-in IDs that nobody has: they lock like those that somebody has, so that a lock tells nothing. Names as hashes.
CREATE TABLE accounts_stranger (
  name_hash BYTES PRIMARY KEY,
  failures INT NOT NULL,
  seen INSTANT NOT NULL
);
CREATE INDEX accounts_stranger_worth ON accounts_stranger (failures, seen);
