//! Durable jobs, schedules and events, written in the caller's unit; and the pool for work that burns CPU.
//!
//! Words: `Job` (a payload with a kind), `Event` (what a room tells whoever listens), `Registry` (who runs what; filled by `server`),
//! `Runner` (runs what is due), `Failure` (again later, or never), `work` (signing, Argon2),
//! `Beside` (what is found out beside the answers). A job may run more than once: handlers look whether their deed is done already.

mod beside;
mod cpu;
mod failure;
mod job;
mod lease;
mod list;
mod registry;
mod runner;

pub use beside::Beside;
pub use cpu::{Lane, work};
pub use failure::Failure;
pub use job::{Event, Job, JobId, State, enqueue, publish};
pub use list::{Listed, counts, failed, failed_page, retry, waiting};
pub use registry::{Registry, Run};
pub use runner::{Ran, Runner};

store::migration!("0101_jobs_job", include_str!("../migrations/0101_jobs_job.sql"));
store::migration!("0102_jobs_done", include_str!("../migrations/0102_jobs_done.sql"));
