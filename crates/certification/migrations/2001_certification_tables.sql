-- CECSIGN: the authority, what it publishes, subjects, enrolments, certificates, intents, launch codes.
CREATE TABLE certification_authority (
  generation INT PRIMARY KEY,
  root_sha256 TEXT NOT NULL,
  status_url TEXT NOT NULL,
  arc TEXT NOT NULL,
  began INSTANT NOT NULL
);

-- Read by the responder, written here only.
CREATE TABLE certification_publication (
  name TEXT PRIMARY KEY,
  body BYTES NOT NULL,
  serial_number INT NOT NULL,
  published INSTANT NOT NULL,
  next_update INSTANT
);
CREATE TABLE certification_status (
  serial BYTES PRIMARY KEY,
  not_after INSTANT NOT NULL,
  revoked INSTANT,
  reason INT,
  changed INT NOT NULL
);
CREATE INDEX certification_status_changed ON certification_status (changed);
CREATE TABLE certification_change (
  generation INT PRIMARY KEY,
  change INT NOT NULL
);

CREATE TABLE certification_subject (
  id ID PRIMARY KEY,
  person ID NOT NULL REFERENCES accounts_person (id),
  company ID NOT NULL REFERENCES accounts_company (id),
  family_name TEXT NOT NULL,
  given_name TEXT NOT NULL,
  kana TEXT NOT NULL,
  romaji TEXT NOT NULL,
  mail TEXT NOT NULL,
  address TEXT NOT NULL,
  company_name TEXT NOT NULL,
  corporate_number TEXT NOT NULL,
  department TEXT NOT NULL,
  proposal ID NOT NULL,
  approved INSTANT NOT NULL
);
CREATE INDEX certification_subject_person ON certification_subject (person);

CREATE TABLE certification_enrolment (
  id ID PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  subject ID NOT NULL REFERENCES certification_subject (id),
  person ID NOT NULL,
  company ID NOT NULL,
  credential TEXT NOT NULL,
  state TEXT NOT NULL,
  version INT NOT NULL,
  opened INSTANT NOT NULL,
  letter INT NOT NULL,
  pin_hash TEXT,
  wrong_pins INT NOT NULL,
  tracking TEXT,
  custody_until INSTANT,
  pin_until INSTANT,
  web_session ID,
  web_until INSTANT,
  request BYTES,
  public_key BYTES,
  sealed BYTES,
  download_hash TEXT,
  download_until INSTANT,
  wrong_downloads INT NOT NULL,
  nonce BYTES,
  certificate ID
);
CREATE INDEX certification_enrolment_person ON certification_enrolment (person);
CREATE INDEX certification_enrolment_tracking ON certification_enrolment (tracking);
CREATE INDEX certification_enrolment_state ON certification_enrolment (state);

-- A public key is certified once, ever.
CREATE TABLE certification_seen_key (
  spki_sha256 BYTES PRIMARY KEY,
  enrolment ID NOT NULL,
  seen INSTANT NOT NULL
);

CREATE TABLE certification_certificate (
  id ID PRIMARY KEY,
  serial BYTES NOT NULL UNIQUE,
  subject ID NOT NULL REFERENCES certification_subject (id),
  enrolment ID NOT NULL REFERENCES certification_enrolment (id),
  person ID NOT NULL,
  company ID NOT NULL,
  credential TEXT NOT NULL,
  name TEXT NOT NULL,
  der BYTES NOT NULL,
  sha256 BYTES NOT NULL,
  not_before INSTANT NOT NULL,
  not_after INSTANT NOT NULL,
  state TEXT NOT NULL,
  version INT NOT NULL,
  issued INSTANT NOT NULL,
  confirmed INSTANT,
  asked INSTANT,
  revoked INSTANT,
  reason INT,
  sealed BYTES,
  wrong_secrets INT NOT NULL,
  locked_until INSTANT
);
CREATE INDEX certification_certificate_person ON certification_certificate (person);
CREATE INDEX certification_certificate_company ON certification_certificate (company);
CREATE INDEX certification_certificate_state ON certification_certificate (state);

CREATE TABLE certification_intent (
  id ID PRIMARY KEY,
  enrolment ID NOT NULL REFERENCES certification_enrolment (id),
  serial BYTES NOT NULL UNIQUE,
  tbs BYTES NOT NULL,
  opened INSTANT NOT NULL,
  lease INSTANT NOT NULL,
  closed INSTANT
);
CREATE INDEX certification_intent_open ON certification_intent (closed, lease);

-- One-time codes that start the agent; rows hold hashes.
CREATE TABLE certification_launch (
  id ID PRIMARY KEY,
  code_hash BYTES NOT NULL UNIQUE,
  purpose TEXT NOT NULL,
  subject ID NOT NULL,
  actor JSON NOT NULL,
  made INSTANT NOT NULL,
  good_until INSTANT NOT NULL,
  used INSTANT,
  agent_hash BYTES UNIQUE,
  agent_until INSTANT
);
