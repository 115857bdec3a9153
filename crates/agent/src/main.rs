//! cecsign-agent.
fn main() {}
