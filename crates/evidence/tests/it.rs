//! The room as others use it, beside foreign oracles.

#[path = "it/hostile.rs"]
mod hostile;
#[path = "it/log.rs"]
mod log;
#[path = "it/records.rs"]
mod records;
#[path = "it/tsa.rs"]
mod tsa;
#[path = "it/verdicts.rs"]
mod verdicts;
