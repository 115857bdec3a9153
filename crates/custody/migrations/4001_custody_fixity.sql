-- What is kept is read again and compared with its hash: one row an object, whoever stored it.
CREATE TABLE custody_fixity (
    object TEXT PRIMARY KEY,
    subject ID NOT NULL,
    sha256 TEXT NOT NULL,
    due INSTANT NOT NULL,
    checks INT NOT NULL,
    whole INSTANT,
    damaged INSTANT,
    found TEXT
);
CREATE INDEX custody_fixity_due ON custody_fixity (due);
CREATE INDEX custody_fixity_damaged ON custody_fixity (damaged) WHERE damaged IS NOT NULL;
-- only sqlite:
INSERT INTO custody_fixity (object, subject, sha256, due, checks)
    SELECT object, id, lower(hex(sha256)), received, 0 FROM custody_deposit;
-- end
-- only postgres:
INSERT INTO custody_fixity (object, subject, sha256, due, checks)
    SELECT object, id, encode(sha256, 'hex'), received, 0 FROM custody_deposit;
-- end
