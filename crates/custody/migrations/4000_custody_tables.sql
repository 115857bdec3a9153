-- Originals, whose they are, and the rounds in which their evidence is made.
CREATE TABLE custody_round (
    number INT PRIMARY KEY,
    state TEXT NOT NULL,
    closed INSTANT NOT NULL,
    log_size INT,
    checkpoint TEXT,
    batch BYTES,
    root BYTES,
    attempts INT NOT NULL,
    reason TEXT,
    next_try INSTANT NOT NULL,
    token BYTES,
    checkpoint_ers BYTES,
    sealed INSTANT,
    version INT NOT NULL
);
CREATE TABLE custody_material (
    round INT NOT NULL REFERENCES custody_round (number),
    name TEXT NOT NULL,
    content BYTES NOT NULL,
    PRIMARY KEY (round, name)
);
CREATE TABLE custody_deposit (
    id ID PRIMARY KEY,
    subject TEXT NOT NULL,
    title TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media TEXT NOT NULL,
    size INT NOT NULL,
    sha256 BYTES NOT NULL,
    sha512 BYTES NOT NULL,
    object TEXT NOT NULL,
    key_id TEXT,
    record BYTES NOT NULL,
    received INSTANT NOT NULL,
    retain_until TEXT NOT NULL,
    log_entry ID NOT NULL,
    round INT REFERENCES custody_round (number),
    proof TEXT,
    ers BYTES,
    version INT NOT NULL
);
CREATE TABLE custody_owner (
    deposit ID NOT NULL REFERENCES custody_deposit (id),
    department ID NOT NULL,
    desk ID NOT NULL,
    PRIMARY KEY (deposit, department, desk)
);
CREATE INDEX custody_owner_desk ON custody_owner (desk, deposit);
CREATE INDEX custody_owner_department ON custody_owner (department, deposit);
CREATE INDEX custody_deposit_waiting ON custody_deposit (received) WHERE round IS NULL;
CREATE INDEX custody_deposit_round ON custody_deposit (round, id);
CREATE INDEX custody_round_unsealed ON custody_round (number) WHERE sealed IS NULL;
