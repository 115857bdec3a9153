-- Who did what. Written in the unit of the act without place or hash; the sequencer gives both within a second.
CREATE TABLE journal_entry (
    id ID PRIMARY KEY,
    at INSTANT NOT NULL,
    actor TEXT NOT NULL,
    deed TEXT NOT NULL,
    subject TEXT NOT NULL,
    facts JSON NOT NULL,
    place INT UNIQUE,
    hash TEXT,
    CHECK ((place IS NULL) = (hash IS NULL))
);
CREATE INDEX journal_entry_waiting ON journal_entry (at, id) WHERE place IS NULL;
CREATE INDEX journal_entry_subject ON journal_entry (subject, at, id);

-- One row: the end of the chain.
CREATE TABLE journal_head (
    one INT PRIMARY KEY CHECK (one = 1),
    place INT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO journal_head (one, place, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- Ends of the chain that went into the log.
CREATE TABLE journal_anchor (
    place INT PRIMARY KEY,
    hash TEXT NOT NULL,
    entry ID NOT NULL,
    at INSTANT NOT NULL
);
