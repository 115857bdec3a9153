//! RFC 4998 records, Merkle proofs, notes, bundles, offline verdicts.
