//! The room as others use it, on both engines, with tokens of openssl.

#[path = "it/bench.rs"]
mod bench;
#[path = "it/deposits.rs"]
mod deposits;
#[path = "it/fixity.rs"]
mod fixity;
#[path = "it/originality.rs"]
mod originality;
#[path = "it/rights.rs"]
mod rights;
#[path = "it/rounds.rs"]
mod rounds;
