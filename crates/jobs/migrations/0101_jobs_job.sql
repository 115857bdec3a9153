-- Durable jobs. A row with a name is a schedule: one row for ever, `ready` again after each run.
CREATE TABLE jobs_job (
    id ID PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT UNIQUE,
    payload JSON NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ready', 'running', 'done', 'failed')),
    run_at INSTANT NOT NULL,
    attempts INT NOT NULL,
    holder ID,
    last_error TEXT,
    ended_at INSTANT
);
CREATE INDEX jobs_job_ready ON jobs_job (run_at, id) WHERE state = 'ready';
CREATE INDEX jobs_job_running ON jobs_job (holder) WHERE state = 'running';
CREATE INDEX jobs_job_failed ON jobs_job (ended_at) WHERE state = 'failed';

-- The nodes that run jobs (PostgreSQL only uses it): a beat that stands still is a node that died.
CREATE TABLE jobs_node (
    id ID PRIMARY KEY,
    beat INT NOT NULL
);
