-- For clearing: texts of what was sent, then the rows.
CREATE INDEX mail_message_text ON mail_message (ended_at) WHERE body IS NOT NULL;
CREATE INDEX mail_message_ended ON mail_message (ended_at);
