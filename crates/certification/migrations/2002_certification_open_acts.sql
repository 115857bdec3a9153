-- What was begun and not ended: until when a letter may take to reach the post, and when a PIN was tried last.
ALTER TABLE certification_enrolment ADD COLUMN letter_lease INSTANT;
ALTER TABLE certification_enrolment ADD COLUMN tried INSTANT;
