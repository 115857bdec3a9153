//! The room's integration tests.

#[path = "it/marks.rs"]
mod marks;
#[path = "it/paper.rs"]
mod paper;
#[path = "it/soundness.rs"]
mod soundness;
#[path = "it/tools.rs"]
mod tools;
