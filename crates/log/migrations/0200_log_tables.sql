-- The log: entries are appended unsequenced (place NULL) in the unit of the act, and get their place when they are integrated.
CREATE TABLE log_state (
    one INT PRIMARY KEY CHECK (one = 1),
    origin TEXT NOT NULL,
    verifier_key TEXT NOT NULL,
    size INT NOT NULL,
    root BYTES NOT NULL
);
CREATE TABLE log_entry (
    id ID PRIMARY KEY,
    entry BYTES NOT NULL,
    appended INSTANT NOT NULL,
    place INT UNIQUE
);
CREATE TABLE log_tile (
    level INT NOT NULL,
    place INT NOT NULL,
    hashes BYTES NOT NULL,
    PRIMARY KEY (level, place)
);
CREATE TABLE log_checkpoint (
    size INT PRIMARY KEY,
    note TEXT NOT NULL,
    signed INSTANT NOT NULL
);
CREATE INDEX log_entry_waiting ON log_entry (id) WHERE place IS NULL;
