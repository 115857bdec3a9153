-- Partners with their consent (one record a pair), cases (案件), stages of their files.
CREATE TABLE contracts_partner (
  id ID PRIMARY KEY,
  version INT NOT NULL,
  state TEXT NOT NULL,
  pair TEXT UNIQUE,
  asker_desk ID NOT NULL,
  asker_department ID NOT NULL,
  asker_company ID NOT NULL,
  partner_desk ID,
  partner_department ID,
  partner_company ID,
  mail TEXT,
  asker_uses JSON NOT NULL,
  partner_uses JSON,
  text_version TEXT NOT NULL,
  text TEXT,
  asked INSTANT NOT NULL,
  asked_by ID NOT NULL,
  answered INSTANT,
  answered_by ID,
  ended INSTANT,
  ended_by ID
);
CREATE INDEX contracts_partner_asker ON contracts_partner (asker_desk);
CREATE INDEX contracts_partner_partner ON contracts_partner (partner_desk);
CREATE INDEX contracts_partner_mail ON contracts_partner (mail);

CREATE TABLE contracts_case (
  id ID PRIMARY KEY,
  version INT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  contract_number TEXT NOT NULL,
  contract_date TEXT NOT NULL,
  amount INT,
  period_from TEXT,
  period_to TEXT,
  partner ID NOT NULL REFERENCES contracts_partner (id),
  a_desk ID NOT NULL,
  a_department ID NOT NULL,
  a_company ID NOT NULL,
  a_signer ID NOT NULL,
  b_desk ID,
  b_department ID,
  b_company ID,
  b_signer ID,
  a_field TEXT,
  b_field TEXT,
  a_signed INSTANT,
  b_signed INSTANT,
  created INSTANT NOT NULL,
  created_by ID NOT NULL,
  sent INSTANT,
  viewed INSTANT,
  returned INSTANT,
  formed INSTANT,
  sealed INSTANT,
  kept INSTANT,
  confirmed INSTANT,
  closed INSTANT,
  reason TEXT,
  seal_tries INT NOT NULL,
  seal_failure TEXT,
  seal_next INSTANT,
  deposit ID,
  UNIQUE (a_desk, contract_number)
);
CREATE INDEX contracts_case_a ON contracts_case (a_desk);
CREATE INDEX contracts_case_b ON contracts_case (b_desk);
CREATE INDEX contracts_case_a_department ON contracts_case (a_department);
CREATE INDEX contracts_case_b_department ON contracts_case (b_department);
CREATE INDEX contracts_case_state ON contracts_case (state);

CREATE TABLE contracts_stage (
  id ID PRIMARY KEY,
  contract_case ID NOT NULL REFERENCES contracts_case (id),
  name TEXT NOT NULL,
  object TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INT NOT NULL,
  made INSTANT NOT NULL,
  made_by TEXT NOT NULL,
  replaced INSTANT
);
CREATE INDEX contracts_stage_case ON contracts_stage (contract_case);
