//! For the tests of every room: both engines with a fresh database each ([`both`]), a clock that moves on command, an outbox,
//! an SMTP server that refuses on command, people ([`at_a_desk`]), and other people's tools as oracles ([`tool`], [`python_tool`], [`dss`]).

mod bench;
mod oracle;
mod people;
mod postgres;
mod smtp;
mod statements;

pub use bench::{Bench, both, on_postgres, on_sqlite};
pub use oracle::{dss, python_tool, self_made, tool, tools_folder};
pub use people::at_a_desk;
pub use smtp::SmtpSink;
pub use statements::every_statement_prepares;
