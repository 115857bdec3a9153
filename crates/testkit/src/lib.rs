//! For the tests of every room: both engines, moving clock, SMTP sink, foreign oracles.
