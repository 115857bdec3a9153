-- 原本性証明書: a number is drawn before the paper is printed and is never used again, whatever becomes of it.
CREATE TABLE custody_originality (
    id ID PRIMARY KEY,
    deposit ID NOT NULL REFERENCES custody_deposit (id),
    year INT NOT NULL,
    number INT NOT NULL,
    state TEXT NOT NULL,
    person ID NOT NULL,
    department ID NOT NULL,
    begun INSTANT NOT NULL,
    ended INSTANT,
    object TEXT,
    sha256 BYTES,
    failure TEXT,
    UNIQUE (year, number)
);
CREATE INDEX custody_originality_deposit ON custody_originality (deposit, begun);
CREATE INDEX custody_originality_begun ON custody_originality (begun) WHERE ended IS NULL;
