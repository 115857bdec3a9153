-- 返送の期限: the day by which A wishes the case returned (Asia/Tokyo, the day counts wholly); none: no deadline. It closes nothing.
ALTER TABLE contracts_case ADD COLUMN reply_by TEXT;
-- When A last moved it after it was sent.
ALTER TABLE contracts_case ADD COLUMN reply_by_moved INSTANT;
