-- Mails: what was sent, what waits, what was refused. A mail that carries a secret has no text here.
CREATE TABLE mail_message (
    id ID PRIMARY KEY,
    kind TEXT NOT NULL,
    about TEXT,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT,
    html TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'refused')),
    attempts INT NOT NULL,
    last_error TEXT,
    written_at INSTANT NOT NULL,
    ended_at INSTANT
);
CREATE INDEX mail_message_about ON mail_message (about, written_at, id);
CREATE INDEX mail_message_troubled ON mail_message (written_at, id) WHERE state <> 'sent';
