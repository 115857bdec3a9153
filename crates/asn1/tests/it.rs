//! The reader and the writer together, and hostile bytes.

use asn1::{Error, Kind, Limits, Mode, Oid, Reader, Tag, Writer};
use foundation::Instant;
use proptest::prelude::*;

#[test]
fn what_is_written_is_read_back() {
    let at = Instant::parse_rfc3339("2026-11-24T01:02:03.5Z").unwrap();
    let der = Writer::build(|w| {
        w.sequence(|w| {
            w.integer_u64(128);
            w.integer_be(&[0, 0, 0x80, 1]);
            w.boolean(true);
            w.oid(&Oid::of("2.5.4.3"));
            w.octet_string(&[7; 300]);
            w.named_bits(Tag::BIT_STRING, 1 << 1 | 1 << 9);
            w.bit_string(&[1, 2]);
            w.utf8("山田");
            w.utc_or_generalized(at);
            w.utc_or_generalized(Instant::parse_rfc3339("2050-01-01T00:00:00Z").unwrap());
            w.generalized_time_exact(at);
            w.explicit(3, Writer::null);
            w.implicit(40, b"x");
        });
    });
    let mut outer = Reader::der(&der);
    let mut r = outer.sequence().unwrap();
    outer.finish().unwrap();
    assert_eq!(r.u64().unwrap(), 128);
    assert_eq!(r.unsigned().unwrap(), [0x80, 1]);
    assert!(r.boolean().unwrap());
    assert_eq!(r.oid().unwrap(), Oid::of("2.5.4.3"));
    assert_eq!(r.octet_string().unwrap().len(), 300);
    let bits = r.bit_string().unwrap();
    assert_eq!((bits.unused, bits.bytes), (6, &[0x40, 0x40][..]));
    assert!(bits.bit(1) && bits.bit(9) && !bits.bit(0) && !bits.bit(99));
    assert_eq!(r.bit_string().unwrap().octets(), Some(&[1, 2][..]));
    assert_eq!(r.any().unwrap().text().unwrap(), "山田");
    assert_eq!(r.time().unwrap(), at.floor_second());
    assert_eq!(r.peek(), Some(Tag::GENERALIZED_TIME));
    assert_eq!(r.time().unwrap().rfc3339(), "2050-01-01T00:00:00Z");
    assert_eq!(r.time().unwrap(), at);
    r.explicit(3).unwrap().null().unwrap();
    assert_eq!(r.expect(Tag::context(40)).unwrap().value, b"x");
    r.finish().unwrap();
}

#[test]
fn a_set_of_is_sorted() {
    let der = Writer::build(|w| {
        w.set_of(|w| {
            w.octet_string(b"bb");
            w.integer_u64(9);
            w.octet_string(b"a");
        });
    });
    assert_eq!(der, [0x31, 10, 2, 1, 9, 4, 1, b'a', 4, 2, b'b', b'b']);
}

#[test]
fn ber_is_exposed_and_der_refuses_it() {
    // SEQUENCE (indefinite) { OCTET STRING (constructed, indefinite) { "ab", "c" }, INTEGER with long-form length }
    let ber = [
        0x30, 0x80, 0x24, 0x80, 4, 2, b'a', b'b', 4, 1, b'c', 0, 0, 2, 0x81, 1, 5, 0, 0, 0xff,
    ];
    let mut reader = Reader::ber(&ber);
    let outer = reader.expect(Tag::SEQUENCE).unwrap();
    assert_eq!(outer.raw.len(), ber.len() - 1);
    assert!(outer.is_indefinite());
    assert_eq!(reader.rest(), [0xff]);
    let mut inner = outer.reader().unwrap();
    assert_eq!(inner.offset(), 2);
    assert_eq!(inner.octet_string().unwrap().as_ref(), b"abc");
    assert_eq!(inner.u64().unwrap(), 5);
    inner.finish().unwrap();
    assert_eq!(
        Reader::der(&ber).any().unwrap_err(),
        Error {
            offset: 0,
            kind: Kind::Indefinite
        }
    );
    assert_eq!(Reader::der(&[2, 0x81, 1, 5]).any().unwrap_err().kind, Kind::BadLength);
    assert_eq!(
        Reader::one(&[0x24, 3, 4, 1, 1], Mode::Der).unwrap().octets().unwrap_err().kind,
        Kind::BadSegments
    );
}

#[test]
fn errors_name_offset_and_fact() {
    let der = Writer::build(|w| w.sequence(|w| w.sequence(Writer::null)));
    let mut reader = Reader::der(&der).sequence().unwrap().sequence().unwrap();
    assert_eq!(
        reader.u64().unwrap_err(),
        Error {
            offset: 4,
            kind: Kind::Unexpected {
                expected: Tag::INTEGER,
                found: Some(Tag::NULL)
            }
        }
    );
    reader.null().unwrap();
    assert_eq!(
        reader.null().unwrap_err().kind,
        Kind::Unexpected {
            expected: Tag::NULL,
            found: None
        }
    );
    assert_eq!(
        Reader::one(&[5, 0, 0], Mode::Der).unwrap_err(),
        Error {
            offset: 2,
            kind: Kind::Trailing
        }
    );
    assert_eq!(
        Reader::limited(&[0; 9], Mode::Der, Limits { depth: 3, size: 8 }).unwrap_err().kind,
        Kind::TooLarge
    );
    for (bytes, kind) in [
        (&[2u8, 0][..], Kind::BadInteger),
        (&[2, 2, 0, 1], Kind::BadInteger),
        (&[2, 1, 0x80], Kind::BadInteger),
        (&[2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0], Kind::BadInteger),
    ] {
        assert_eq!(Reader::der(bytes).u64().unwrap_err().kind, kind);
    }
}

#[test]
fn depth_is_limited() {
    fn descend(mut reader: Reader<'_>) -> Result<usize, Error> {
        let mut depth = 0;
        while !reader.is_empty() {
            reader = reader.sequence()?;
            depth += 1;
        }
        Ok(depth)
    }
    let indefinite: Vec<u8> = [0x30, 0x80].repeat(10_000);
    assert_eq!(descend(Reader::ber(&indefinite)).unwrap_err().kind, Kind::TooDeep);
    let mut definite = Vec::new();
    for _ in 0..100 {
        definite = Writer::build(|w| w.sequence(|w| w.raw(&definite)));
    }
    assert_eq!(descend(Reader::der(&definite)).unwrap_err().kind, Kind::TooDeep);
}

fn walk(mut reader: Reader<'_>, budget: &mut u32) {
    while *budget > 0 {
        *budget -= 1;
        let Ok(tlv) = reader.any() else { return };
        let _ = (
            tlv.integer(),
            tlv.u64(),
            tlv.oid(),
            tlv.boolean(),
            tlv.octets(),
            tlv.bits(),
            tlv.time(),
            tlv.text(),
            tlv.null(),
        );
        let _ = (tlv.is_indefinite(), tlv.inner().is_ok());
        assert!(tlv.raw.len() >= tlv.value.len() + 2);
        if let Ok(inner) = tlv.reader() {
            walk(inner, budget);
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        walk(Reader::der(&bytes), &mut 10_000);
        walk(Reader::ber(&bytes), &mut 10_000);
    }

    #[test]
    fn integers_go_round(value in any::<u64>(), magnitude in proptest::collection::vec(any::<u8>(), 1..40)) {
        let der = Writer::build(|w| { w.integer_u64(value); w.integer_be(&magnitude); });
        let mut reader = Reader::der(&der);
        prop_assert_eq!(reader.u64().unwrap(), value);
        let read = reader.unsigned().unwrap();
        prop_assert!(magnitude.ends_with(read) || magnitude.iter().all(|octet| *octet == 0));
        reader.finish().unwrap();
    }

    #[test]
    fn seconds_go_round(seconds in -62_167_219_200i64..253_402_300_800) {
        let at = Instant::from_unix_seconds(seconds);
        let der = Writer::build(|w| { w.utc_or_generalized(at); w.generalized_time(at); });
        let mut reader = Reader::der(&der);
        prop_assert_eq!(reader.time().unwrap(), at);
        prop_assert_eq!(reader.generalized_time().unwrap(), at);
    }

    #[test]
    fn lengths_go_round(length in 0usize..70_000) {
        let der = Writer::build(|w| w.sequence(|w| w.octet_string(&vec![1; length])));
        let mut reader = Reader::der(&der).sequence().unwrap();
        prop_assert_eq!(reader.octet_string().unwrap().len(), length);
        reader.finish().unwrap();
    }
}
