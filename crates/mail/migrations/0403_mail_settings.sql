-- Where mails go, as the operator set it on his page. One row or none. The password is sealed under the installation's unlock secret.
CREATE TABLE mail_settings (
    one INT PRIMARY KEY CHECK (one = 1),
    host TEXT NOT NULL,
    port INT NOT NULL,
    security TEXT NOT NULL CHECK (security IN ('plain', 'starttls', 'tls')),
    login TEXT,
    password BYTES,
    sender TEXT NOT NULL,
    version INT NOT NULL,
    changed_at INSTANT NOT NULL
);
-- When somebody of the operator took up a refused mail: from then on it is no trouble any more.
ALTER TABLE mail_message ADD COLUMN seen_at INSTANT;
