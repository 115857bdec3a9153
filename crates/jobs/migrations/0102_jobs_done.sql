-- What succeeded is cleared away after 30 days: it would be the longest table of all.
CREATE INDEX jobs_job_done ON jobs_job (ended_at) WHERE state = 'done';
