//! The whole platform: the real program, driven over its public faces.

#[path = "it/harness.rs"]
mod harness;

#[path = "it/authorisation.rs"]
mod authorisation;
#[path = "it/bad_input.rs"]
mod bad_input;
#[path = "it/commands.rs"]
mod commands;
#[path = "it/member_pages.rs"]
mod member_pages;
#[path = "it/open_pages.rs"]
mod open_pages;
#[path = "it/operation.rs"]
mod operation;
#[path = "it/pages.rs"]
mod pages;
#[path = "it/proof.rs"]
mod proof;
#[path = "it/serve.rs"]
mod serve;
#[path = "it/statements.rs"]
mod statements;
#[path = "it/turns.rs"]
mod turns;
