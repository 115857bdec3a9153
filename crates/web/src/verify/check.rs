//! From bytes to the answer, with the anchors of this installation and those that somebody laid beside the file.

use evidence::VerifierKey;
use foundation::Instant;

use super::{Answer, bundle, paper};
use crate::House;

/// What a verdict trusts.
#[derive(Clone, Debug)]
pub struct Known {
    /// Root certificates, DER.
    pub roots: Vec<Vec<u8>>,
    /// Keys of the log.
    pub logs: Vec<VerifierKey>,
    /// An anchor was laid beside the file by who asks.
    pub brought: bool,
}

/// The anchors of this installation.
pub fn known(house: &House) -> Known {
    Known {
        roots: vec![house.authority.root().der().to_vec()],
        logs: house.log_keys.clone(),
        brought: false,
    }
}

/// Judges a PDF or a bundle. It takes its time: call it where time may be taken.
pub fn check(bytes: &[u8], known: &Known, at: Instant) -> Answer {
    if evidence::is_bundle(bytes) {
        bundle::answer(bytes, known, at)
    } else {
        paper::answer(bytes, known, at)
    }
}
