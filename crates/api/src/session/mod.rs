//! Signing in and out.

pub mod accept;
pub mod show;
pub mod sign_in;
pub mod sign_out;
