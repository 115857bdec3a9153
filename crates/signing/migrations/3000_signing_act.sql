-- One act of signing. `prepared` holds the delta with its empty hole and the bytes to sign; no key, no secret, no document.
CREATE TABLE signing_act (
    id ID PRIMARY KEY,
    purpose TEXT NOT NULL,
    subject ID NOT NULL,
    person ID NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('prepared', 'signing', 'completed', 'failed')),
    prepared JSON NOT NULL,
    created INSTANT NOT NULL,
    expires INSTANT NOT NULL,
    lease INSTANT,
    failure TEXT,
    ended INSTANT
);
CREATE INDEX signing_act_open ON signing_act (expires) WHERE state IN ('prepared', 'signing');
CREATE INDEX signing_act_subject ON signing_act (subject);
