-- When a newer invitation took the place of one that nobody had used. Before this column such a one counted as used.
ALTER TABLE accounts_invitation ADD COLUMN replaced INSTANT;
