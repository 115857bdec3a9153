//! CECSIGN from the approved subject to the revoked certificate, on both engines, with openssl and pkilint as oracles.

#[path = "it/authority.rs"]
mod authority;
#[path = "it/crash.rs"]
mod crash;
#[path = "it/enrolment.rs"]
mod enrolment;
#[path = "it/house.rs"]
mod house;
#[path = "it/letters.rs"]
mod letters;
#[path = "it/open_acts.rs"]
mod open_acts;
#[path = "it/revocation.rs"]
mod revocation;
#[path = "it/states.rs"]
mod states;
