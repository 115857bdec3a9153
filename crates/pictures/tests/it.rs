//! The room's integration tests.

#[path = "it/files.rs"]
mod files;
#[path = "it/findings.rs"]
mod findings;
#[path = "it/hostile.rs"]
mod hostile;
#[path = "it/pictures.rs"]
mod pictures;
#[path = "it/text.rs"]
mod text;
