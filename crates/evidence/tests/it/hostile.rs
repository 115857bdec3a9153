//! Bytes of an enemy: refused or judged, never a panic.

use evidence::{
    Batch, Checkpoint, Entry, Note, Proof, Record, Trust, VerifierKey, ers::EvidenceRecord, verify_bundle, verify_members, zip,
};
use foundation::Instant;
use proptest::prelude::*;

fn everything(bytes: &[u8]) {
    let at = Instant::from_unix_seconds(1_800_000_000);
    let _ = zip::read(bytes);
    let _ = verify_bundle(bytes, &Trust::default(), at);
    let _ = EvidenceRecord::parse(bytes).map(|record| record.verify(&[b"a", b"b"]).is_ok());
    let _ = (Record::parse(bytes), Batch::parse(bytes), Entry::parse(bytes));
    let text = String::from_utf8_lossy(bytes);
    let _ = (
        Note::parse(&text),
        Checkpoint::parse(&text),
        Proof::parse(&text),
        VerifierKey::parse(&text),
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        everything(&bytes);
    }

    #[test]
    fn any_der_like_bytes(bytes in proptest::collection::vec(prop_oneof![Just(0x30u8), Just(0x31), Just(0xa0), Just(0xa2), Just(0x04), Just(0x02), Just(0x80), 0u8..20], 0..200)) {
        everything(&bytes);
    }

    #[test]
    fn any_text(text in "(cectrust-entry/1|c2sp.org/tlog-proof@v1|index |sha256:|\u{2014} a AAAA|\n|[a-z0-9+/=]{0,8}){0,20}") {
        everything(text.as_bytes());
    }

    #[test]
    fn any_members(names in proptest::collection::vec("(original\\.[a-z]{1,3}|chain/[a-z]\\.pem|status/[a-z]\\.(crl|ocsp)|[a-z]{1,4})", 0..6), bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let members = names.into_iter().map(|name| (name, bytes.clone())).collect();
        let verdict = verify_members(&members, &Trust::default(), Instant::from_unix_seconds(0));
        prop_assert_ne!(verdict.status, 0);
    }
}
