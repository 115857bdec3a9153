//! Only in the demo: people with known secrets, faults, a clock that can be moved, the outbox and the post office.

pub mod advance;
pub mod faults;
pub mod people;
pub mod routes;
pub mod seed;
pub mod stage;
pub mod stay;
pub mod story;
