-- Why a mail was not taken at its last try, and whether it carries a secret. Mails from before this column: nobody knows any more why.
ALTER TABLE mail_message ADD COLUMN wrong TEXT;
ALTER TABLE mail_message ADD COLUMN is_secret BOOL NOT NULL DEFAULT FALSE;
UPDATE mail_message SET wrong = 'unknown' WHERE last_error IS NOT NULL AND state <> 'sent';
-- Only mails with a secret were ever written without a text; the text of a sent one may have been cleared since.
UPDATE mail_message SET is_secret = TRUE WHERE body IS NULL AND state <> 'sent';
