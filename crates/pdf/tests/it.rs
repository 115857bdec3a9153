//! The room's integration tests.

#[path = "it/build.rs"]
mod build;
#[path = "it/changes.rs"]
mod changes;
#[path = "it/hostile.rs"]
mod hostile;
#[path = "it/importing.rs"]
mod importing;
#[path = "it/pyhanko.rs"]
mod pyhanko;
#[path = "it/reading.rs"]
mod reading;
#[path = "it/writing.rs"]
mod writing;
