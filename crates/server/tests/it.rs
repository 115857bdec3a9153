//! The whole platform: the real program, driven over its public faces.

#[path = "it/harness.rs"]
mod harness;

#[path = "it/browser.rs"]
mod browser;
#[path = "it/token.rs"]
mod token;

// First by name, so that the longest test of all does not run alone at the end.
#[path = "it/attacks/mod.rs"]
mod attacks;
#[path = "it/authorisation.rs"]
mod authorisation;
#[path = "it/bad_input.rs"]
mod bad_input;
#[path = "it/bar/mod.rs"]
mod bar;
#[path = "it/commands.rs"]
mod commands;
#[path = "it/deadline.rs"]
mod deadline;
#[path = "it/examined.rs"]
mod examined;
#[path = "it/fallen_pages.rs"]
mod fallen_pages;
#[path = "it/form_errors.rs"]
mod form_errors;
#[path = "it/invitations.rs"]
mod invitations;
#[path = "it/late_mails.rs"]
mod late_mails;
#[path = "it/long_lists.rs"]
mod long_lists;
#[path = "it/marks_by_command.rs"]
mod marks_by_command;
#[path = "it/member_acts.rs"]
mod member_acts;
#[path = "it/member_pages.rs"]
mod member_pages;
#[path = "it/open_pages.rs"]
mod open_pages;
#[path = "it/operation.rs"]
mod operation;
#[path = "it/operator_acts.rs"]
mod operator_acts;
#[path = "it/operator_commands.rs"]
mod operator_commands;
#[path = "it/pages.rs"]
mod pages;
#[path = "it/papers.rs"]
mod papers;
#[path = "it/proof.rs"]
mod proof;
#[path = "it/serve.rs"]
mod serve;
#[path = "it/signing_by_command.rs"]
mod signing_by_command;
#[path = "it/statements.rs"]
mod statements;
#[path = "it/turns.rs"]
mod turns;
