//! CECSIGN: subjects, enrolment, letters, PINs, issue, revocation, publications.
