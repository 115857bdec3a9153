//! Requests: what goes round and what is refused with which bit.

use asn1::Writer;
use cms::tsp::{Failure, TimeStampRequest, TimeStampResponse};
use foundation::SeededRandom;

#[test]
fn a_request_goes_round_and_its_nonce_is_positive() {
    for seed in 0..50 {
        let request = TimeStampRequest::sha256([1; 32], &SeededRandom::new(seed));
        assert_eq!(TimeStampRequest::parse(&request.der()).unwrap(), request);
        assert!(request.nonce.unwrap()[0] < 0x80);
    }
}

fn imprint(w: &mut Writer, oid: &asn1::Oid, len: usize) {
    w.sequence(|w| {
        w.sequence(|w| w.oid(oid));
        w.octet_string(&vec![1; len]);
    });
}

#[test]
fn bad_requests_are_refused_with_the_right_bit() {
    let sha256 = pki::DigestAlgorithm::Sha256.oid();
    let build = |version: u64, oid: &asn1::Oid, len: usize, more: &[u8]| {
        Writer::build(|w| {
            w.sequence(|w| {
                w.integer_u64(version);
                imprint(w, oid, len);
                w.raw(more);
            });
        })
    };
    let refused = |bytes: &[u8]| TimeStampRequest::parse(bytes).unwrap_err();
    assert!(TimeStampRequest::parse(&build(1, &sha256, 32, &[])).is_ok());
    assert_eq!(refused(&build(2, &sha256, 32, &[])), Failure::BadRequest);
    assert_eq!(refused(&build(1, &asn1::Oid::of("1.2.840.113549.2.5"), 16, &[])), Failure::BadAlg);
    assert_eq!(refused(&build(1, &sha256, 20, &[])), Failure::BadDataFormat);
    assert_eq!(
        refused(&build(1, &sha256, 32, &[0xa0, 0x02, 0x30, 0x00])),
        Failure::UnacceptedExtension
    );
    assert_eq!(refused(b""), Failure::BadDataFormat);
    assert_eq!(refused(&[build(1, &sha256, 32, &[]), vec![0]].concat()), Failure::BadDataFormat);
    for failure in [
        Failure::BadAlg,
        Failure::BadDataFormat,
        Failure::UnacceptedPolicy,
        Failure::SystemFailure,
    ] {
        let response = TimeStampResponse::parse(&failure.response("理由")).unwrap();
        assert_eq!(
            (response.status, response.failure, response.text.as_str()),
            (2, Some(failure as u8), "理由")
        );
        assert!(
            response
                .token_for(&TimeStampRequest::sha256([1; 32], &SeededRandom::new(1)))
                .is_err()
        );
    }
}
