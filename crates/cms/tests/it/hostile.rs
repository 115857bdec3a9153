//! No bytes make a reader panic.

use cms::SignedData;
use cms::tsp::{TimeStampRequest, TimeStampResponse, Token, TstInfo};
use proptest::prelude::*;

/// A good request to bend.
fn request() -> Vec<u8> {
    TimeStampRequest::sha256([7; 32], &foundation::SeededRandom::new(1)).der()
}

fn read_all(bytes: &[u8]) {
    let _ = SignedData::parse(bytes).map(|data| {
        let _ = data.parsed_certificates();
        for signer in &data.signers {
            let _ = (
                signer.signed_bytes(),
                signer.message_digest(),
                signer.signing_time(),
                signer.time_stamps(),
            );
            let _ = signer.verify(&data.content_type, &data.parsed_certificates(), |digest| digest.digest(b""));
        }
    });
    let _ = TimeStampRequest::parse(bytes);
    let _ = TimeStampResponse::parse(bytes);
    let _ = TstInfo::parse(bytes);
    let _ = Token::parse(bytes).map(|token| token.verify(&[]));
}

proptest! {
    #[test]
    fn random_bytes_are_refused_calmly(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
    }

    #[test]
    fn bent_requests_are_refused_calmly(at in 0usize..70, value in any::<u8>()) {
        let mut bytes = request();
        let at = at % bytes.len();
        bytes[at] = value;
        read_all(&bytes);
    }

    #[test]
    fn cut_and_nested_structures_are_refused_calmly(depth in 1usize..200, cut in 0usize..400) {
        let mut bytes = vec![0x02, 0x01, 0x01];
        for _ in 0..depth {
            bytes = asn1::Writer::build(|w| w.sequence(|w| w.raw(&bytes)));
        }
        bytes.truncate(cut.max(1));
        read_all(&bytes);
        // The same, indefinite.
        let open: Vec<u8> = std::iter::repeat_n([0x30u8, 0x80], depth).flatten().collect();
        read_all(&open);
    }
}
