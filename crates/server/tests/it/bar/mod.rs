//! The bar of the best open product, T1–T14: each a test of that name (docs/bar.md). Those that need a real browser stand in `e2e/bar`.

mod pdfs;
pub mod scene;

mod t01_tampering;
mod t02_recipient;
mod t03_bytes;
mod t04_concluded;
mod t05_levels;
mod t06_signed_upload;
mod t07_upload_errors;
mod t09_names;
mod t10_mails;
mod t12_parallel;
mod t13_dead_links;
mod t14_loopback;

pub use scene::{AT_B, MAILS_A, MAILS_B, SAMPLE, Scene, WORDS_A, WORDS_B, sign, until};
