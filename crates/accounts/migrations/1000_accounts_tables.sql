-- Companies, 企業ID (departments), ユーザID (desks), people, seats, sessions, proposals.
CREATE TABLE accounts_company (
  id ID PRIMARY KEY,
  name TEXT NOT NULL,
  kana TEXT NOT NULL,
  corporate_number TEXT NOT NULL UNIQUE,
  address TEXT NOT NULL,
  registered INSTANT NOT NULL
);

CREATE TABLE accounts_department (
  id ID PRIMARY KEY,
  company ID NOT NULL REFERENCES accounts_company (id),
  number TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  contracts BOOL NOT NULL,
  custody BOOL NOT NULL,
  registered INSTANT NOT NULL
);
CREATE INDEX accounts_department_company ON accounts_department (company);

CREATE TABLE accounts_desk (
  id ID PRIMARY KEY,
  company ID NOT NULL REFERENCES accounts_company (id),
  department ID NOT NULL REFERENCES accounts_department (id),
  number TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  mail TEXT NOT NULL,
  contracts BOOL NOT NULL,
  custody BOOL NOT NULL,
  registered INSTANT NOT NULL
);
CREATE INDEX accounts_desk_department ON accounts_desk (department);
CREATE INDEX accounts_desk_mail ON accounts_desk (mail);

CREATE TABLE accounts_person (
  id ID PRIMARY KEY,
  company ID REFERENCES accounts_company (id),
  name TEXT NOT NULL,
  kana TEXT NOT NULL,
  mail TEXT NOT NULL,
  sign_in TEXT NOT NULL UNIQUE,
  role TEXT,
  password TEXT,
  failures INT NOT NULL,
  locked INSTANT,
  registered INSTANT NOT NULL
);
CREATE INDEX accounts_person_company ON accounts_person (company);

CREATE TABLE accounts_seat (
  id ID PRIMARY KEY,
  person ID NOT NULL REFERENCES accounts_person (id),
  department ID NOT NULL REFERENCES accounts_department (id),
  desk ID REFERENCES accounts_desk (id),
  registers BOOL NOT NULL,
  signs BOOL NOT NULL
);
CREATE INDEX accounts_seat_person ON accounts_seat (person);
CREATE INDEX accounts_seat_desk ON accounts_seat (desk);

CREATE TABLE accounts_invitation (
  id ID PRIMARY KEY,
  person ID NOT NULL REFERENCES accounts_person (id),
  code_hash BYTES NOT NULL UNIQUE,
  made INSTANT NOT NULL,
  until INSTANT NOT NULL,
  used INSTANT
);

CREATE TABLE accounts_session (
  id ID PRIMARY KEY,
  token_hash BYTES NOT NULL UNIQUE,
  person ID NOT NULL REFERENCES accounts_person (id),
  seat ID REFERENCES accounts_seat (id),
  began INSTANT NOT NULL,
  seen INSTANT NOT NULL,
  ended INSTANT
);
CREATE INDEX accounts_session_person ON accounts_session (person);

CREATE TABLE accounts_proposal (
  id ID PRIMARY KEY,
  kind TEXT NOT NULL,
  summary TEXT NOT NULL,
  payload TEXT NOT NULL,
  payload_hash TEXT NOT NULL,
  state TEXT NOT NULL,
  version INT NOT NULL,
  proposer ID NOT NULL REFERENCES accounts_person (id),
  proposed INSTANT NOT NULL,
  decider ID REFERENCES accounts_person (id),
  decided INSTANT,
  reason TEXT
);
CREATE INDEX accounts_proposal_state ON accounts_proposal (state);
