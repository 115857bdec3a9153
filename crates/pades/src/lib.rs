//! PAdES: sign (prepare, complete), extend, validate, report.
