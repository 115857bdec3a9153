//! The status listener on a loopback port, asked by openssl and pkilint.

#[path = "../../certification/tests/it/house.rs"]
#[expect(dead_code, reason = "shared with the tests of certification, which use more of it")]
mod house;
#[path = "it/world.rs"]
mod world;
