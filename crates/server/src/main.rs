//! cectrust.
fn main() {}
