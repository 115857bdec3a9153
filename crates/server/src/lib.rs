//! The binary `cectrust`: command line, configuration, wiring, `serve`, the demo, operator commands.
//!
//! Words: `command` what can be typed · `folder` the data folder and its lock · `clock` the demo clock · `ready` the ready file ·
//! `house` the rooms wired together · `serve` the two listeners and what runs beside them · `demo` people, faults and the scripted journey.

mod clock;
mod command;
mod demo;
mod folder;
mod ready;
mod run;
mod script;
mod serve;
mod states;
mod trust;
mod verdict;
mod words;

pub use clock::HouseClock;
pub use folder::{DataFolder, FolderError, Installation};
pub use run::run;
pub use script::measure::seconds_of;
