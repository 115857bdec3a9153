//! The room from outside: foreign judges (openssl, pkilint), mutants, paths, hostile bytes.

#[path = "it/hostile.rs"]
mod hostile;
#[path = "it/keys.rs"]
mod keys;
#[path = "it/mutants.rs"]
mod mutants;
#[path = "it/openssl.rs"]
mod openssl;
#[path = "it/paths.rs"]
mod paths;
#[path = "it/pkilint.rs"]
mod pkilint;
#[path = "it/pkits.rs"]
mod pkits;
#[path = "it/requests.rs"]
mod requests;
#[path = "it/status.rs"]
mod status;
#[path = "it/world.rs"]
mod world;
