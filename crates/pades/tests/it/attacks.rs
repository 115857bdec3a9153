//! Attacks of the literature: none is ever TOTAL-PASSED (research: USF, ISA, SWA, shadow, CMS, copied stamps).

use super::files;
use super::world::{World, world};
use asn1::Writer;
use cms::{Assembly, SignedAttributes, SignedData};
use foundation::SeededRandom;
use pades::{Indication, Plan, Prepared, Report};
use pdf::{Delta, Dict, Document, Name, Obj, Str, Stream};
use pki::{DigestAlgorithm, KeyType, SignatureAlgorithm};

pub(super) fn report(pdf: &[u8]) -> Option<Report> {
    let world = world();
    pades::validate(pdf, &world.trust(), world.later(), Some(&world.material())).ok()
}

/// No signature in it is TOTAL-PASSED (or it is no readable PDF, or shows no signature at all).
fn never_passes(what: &str, pdf: &[u8]) {
    if let Some(report) = report(pdf) {
        for signature in &report.signatures {
            println!(
                "{what}: {:?} {:?} {:?}",
                signature.indication, signature.sub_indication, signature.reasons
            );
            assert_ne!(signature.indication, Indication::TotalPassed, "{what}");
        }
    } else {
        println!("{what}: unreadable");
    }
}

pub(super) fn good() -> Vec<u8> {
    let world = world();
    let pdf = world.signed(
        &files::laid(&files::plain()),
        "SignatureA",
        world.signer(KeyType::P256),
        world.time(),
        true,
    );
    assert_eq!(report(&pdf).unwrap().signatures[0].indication, Indication::TotalPassed);
    pdf
}

pub(super) fn replaced(pdf: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = pdf
        .windows(from.len())
        .rposition(|window| window == from)
        .unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(from)));
    [&pdf[..at], to, &pdf[at + from.len()..]].concat()
}

pub(super) fn update(pdf: &[u8], change: impl FnOnce(&mut Delta<'_>)) -> Vec<u8> {
    let document = Document::open(pdf).unwrap();
    let mut delta = Delta::on(&document).unwrap();
    change(&mut delta);
    [pdf, &delta.finish(&SeededRandom::new(5)).unwrap().bytes].concat()
}

pub(super) fn byte_range(pdf: &[u8]) -> String {
    let at = pdf.windows(11).rposition(|window| window == b"/ByteRange ").unwrap() + 11;
    String::from_utf8(pdf[at..at + 45].to_vec()).unwrap()
}

#[test]
fn universal_signature_forgery() {
    let pdf = good();
    let range = byte_range(&pdf);
    assert!(range.starts_with('[') && range.ends_with(']'), "{range}");
    for bad in [
        "[0 0 0 0]",
        "null",
        "[-1 10 20 30]",
        "[0 100]",
        "[0 1 2 99999999999]",
        "(x)",
        "[0 10 5 20]",
        "[18446744073709551615 1 1 1]",
    ] {
        never_passes(bad, &replaced(&pdf, range.as_bytes(), format!("{bad:<45}").as_bytes()));
    }
    let hole = Document::open(&pdf).unwrap().signatures().unwrap()[0].hole.clone().unwrap();
    for bad in ["<>", "<00>", "null", "(x)", "<30>", "<zz>"] {
        let text = format!("{bad:<width$}", width = hole.len());
        never_passes(bad, &[&pdf[..hole.start], text.as_bytes(), &pdf[hole.end..]].concat());
    }
    never_passes(
        "no /SubFilter",
        &replaced(&pdf, b"/SubFilter /ETSI.CAdES.detached", b"/SubFilter /Nothing.Known      "),
    );
}

#[test]
fn incremental_saving_attacks() {
    let pdf = good();
    let page = |pdf: &[u8]| Document::open(pdf).unwrap().last().pages().unwrap()[0].object;
    let content = |delta: &mut Delta<'_>| {
        delta.add(Stream {
            dict: Dict::new(),
            data: b"0 0 m 300 300 l S".to_vec().into(),
        })
    };
    let swapped = update(&pdf, |delta| {
        let new = content(delta);
        delta.set(page(&pdf), &["Contents"], new).unwrap();
    });
    never_passes("other page content", &swapped);
    let overwritten = update(&pdf, |delta| {
        let old = Document::open(&pdf)
            .unwrap()
            .last()
            .dict(page(&pdf))
            .unwrap()
            .get("Contents")
            .unwrap()
            .reference()
            .unwrap();
        delta.put(
            old,
            Stream {
                dict: Dict::new(),
                data: b"0 0 m 300 300 l S".to_vec().into(),
            },
        );
    });
    never_passes("overwritten content stream", &overwritten);
    let world = world();
    never_passes(
        "hidden by a later honest revision",
        &world.with_document_stamp(&world.with_dss(&swapped), world.time()),
    );
    let hidden = update(&pdf, |delta| {
        let root = delta.base().root().unwrap();
        let mut catalog = delta.base().catalog().unwrap();
        catalog.set("OCProperties", Dict::new());
        delta.put(root, catalog);
    });
    never_passes("catalog changed", &hidden);
    let bent = update(&pdf, |delta| {
        let tree = delta.base().catalog().unwrap().get("Pages").unwrap().reference().unwrap();
        let mut dict = delta.base().dict(tree).unwrap();
        let kids = dict.get("Kids").unwrap().array().unwrap().to_vec();
        dict.set("Kids", vec![kids[1].clone(), kids[0].clone()]);
        delta.put(tree, dict);
    });
    never_passes("pages swapped", &bent);
    let note = update(&pdf, |delta| {
        let note = Dict::new()
            .with("Type", Name::new("Annot"))
            .with("Subtype", Name::new("FreeText"))
            .with("Contents", Str::text("金1円"))
            .with("Rect", vec![Obj::Int(0), Obj::Int(0), Obj::Int(500), Obj::Int(500)]);
        let note = delta.add(note);
        delta.push(page(&pdf), &["Annots"], note).unwrap();
    });
    never_passes("a free text over the page", &note);
    let frame = update(&pdf, |delta| {
        let field = delta.base().field("SignatureB").unwrap().unwrap();
        let mut dict = field.dict;
        dict.set("Rect", vec![Obj::Int(0), Obj::Int(0), Obj::Int(595), Obj::Int(842)]);
        delta.put(field.object, dict);
    });
    never_passes("an empty field made large", &frame);
    never_passes(
        "body without cross-reference",
        &[&pdf[..], b"9 0 obj\n<< /Type /Page >>\nendobj\n"].concat(),
    );
    never_passes("comment after the end", &[&pdf[..], b"% nothing\n"].concat());
    never_passes("a second header", &[&pdf[..], b"%PDF-1.7\n%%EOF\n"].concat());
}

#[test]
fn signature_wrapping_attacks() {
    let pdf = good();
    let range = byte_range(&pdf);
    let numbers: Vec<u64> = range
        .trim_matches(['[', ']'])
        .split(' ')
        .map(|number| number.parse().unwrap())
        .collect();
    let hole = Document::open(&pdf).unwrap().signatures().unwrap()[0].hole.clone().unwrap();
    // The second part is moved back, something else stands in between.
    let insert = b"\n9 0 obj\n<< /Evil true >>\nendobj\n";
    let moved = format!(
        "[{:010} {:010} {:010} {:010}]",
        numbers[0],
        numbers[1],
        numbers[2] + insert.len() as u64,
        numbers[3]
    );
    let wrapped = [&pdf[..hole.end], insert, &pdf[hole.end..]].concat();
    never_passes("inserted behind the hole", &replaced(&wrapped, range.as_bytes(), moved.as_bytes()));
    // The hole is larger than /Contents.
    let wide = format!("[{:010} {:010} {:010} {:010}]", numbers[0], numbers[1] - 10, numbers[2], numbers[3]);
    never_passes("hole larger than /Contents", &replaced(&pdf, range.as_bytes(), wide.as_bytes()));
    let mut closed = pdf.clone();
    closed[hole.end - 40] = b'>';
    never_passes("> inside the hole", &closed);
    let mut spaced = pdf.clone();
    spaced[hole.end - 41..hole.end - 39].copy_from_slice(b"  ");
    never_passes("spaces in the hex digits", &spaced);
    let mut padded = pdf;
    padded[hole.end - 3] = b'7';
    never_passes("padding that is not zero", &padded);
}

/// Signs `field` with a CMS made by `build` from (prepared, signature over its attributes).
pub(super) fn signed_with(build: impl FnOnce(&World, &Prepared) -> Vec<u8>) -> Vec<u8> {
    let world = world();
    let pdf = files::laid(&files::plain());
    let holder = world.signer(KeyType::P256);
    let plan = Plan {
        timestamp_reserve: 9000,
        ..world.plan("SignatureA", holder)
    };
    let prepared = pades::prepare(&pdf, &plan).unwrap();
    let cms = build(world, &prepared);
    let (from, to) = (
        prepared.byte_range[1] as usize - pdf.len(),
        prepared.byte_range[2] as usize - pdf.len(),
    );
    let mut delta = prepared.delta;
    pdf::fill(&cms, &mut delta[from..to]).unwrap();
    [pdf, delta].concat()
}

fn assembled(world: &World, to_sign: &[u8], content: Option<&[u8]>, stamp: Option<&[u8]>) -> Vec<u8> {
    let holder = world.signer(KeyType::P256);
    let certificate = holder.parsed();
    let signature = holder.sign(to_sign);
    Assembly {
        content_type: cms::ID_DATA,
        content,
        digest: DigestAlgorithm::Sha256,
        algorithm: SignatureAlgorithm::ECDSA_SHA256,
        signed_attributes: to_sign,
        certificate: &certificate,
        certificates: &[&holder.certificate, &world.issuing.certificate],
        signature: &signature,
        time_stamp: stamp,
    }
    .der()
}

#[test]
fn the_way_these_attacks_are_built_is_sound() {
    let pdf = signed_with(|world, prepared| assembled(world, &prepared.to_sign, None, None));
    assert_eq!(report(&pdf).unwrap().signatures[0].indication, Indication::TotalPassed);
}

#[test]
fn cms_attacks() {
    let with_content = signed_with(|world, prepared| assembled(world, &prepared.to_sign, Some(b"other"), None));
    never_passes("eContent present", &with_content);
    let two = signed_with(|world, prepared| {
        let one = assembled(world, &prepared.to_sign, None, None);
        // The SET OF SignerInfo once more.
        let data = SignedData::parse(&one).unwrap();
        assert_eq!(data.signers.len(), 1);
        doubled_signer(&one)
    });
    never_passes("two SignerInfos", &two);
    let other_certificate = signed_with(|world, prepared| {
        let attributes = SignedAttributes {
            content_type: cms::ID_DATA,
            message_digest: &prepared.document_digest,
            certificate: &world.signer(KeyType::P384).parsed(),
            signing_time: None,
        };
        assembled(world, &attributes.to_sign(), None, None)
    });
    never_passes("signing-certificate of another certificate", &other_certificate);
    let substituted = signed_with(|world, prepared| {
        let cms = assembled(world, &prepared.to_sign, None, None);
        let (from, to) = (&world.signer(KeyType::P256).certificate, &world.revoked.certificate);
        if from.len() == to.len() {
            replaced(&cms, from, to)
        } else {
            cms.iter().map(|byte| byte ^ 1).collect()
        }
    });
    never_passes("certificate substituted", &substituted);
    let doubled = signed_with(|world, prepared| {
        let set = asn1::Reader::one(&prepared.to_sign, asn1::Mode::Der).unwrap();
        let twice = Writer::build(|w| {
            w.set_of(|w| {
                w.raw(set.value);
                w.sequence(|w| {
                    w.oid(&asn1::Oid::of("1.2.840.113549.1.9.4"));
                    w.set(|w| w.octet_string(&[0; 32]));
                });
            });
        });
        assembled(world, &twice, None, None)
    });
    never_passes("message-digest twice", &doubled);
    let bare = signed_with(|world, prepared| {
        let attributes = Writer::build(|w| {
            w.set_of(|w| {
                for (oid, digest) in [
                    ("1.2.840.113549.1.9.3", None),
                    ("1.2.840.113549.1.9.4", Some(&prepared.document_digest)),
                ] {
                    w.sequence(|w| {
                        w.oid(&asn1::Oid::of(oid));
                        w.set(|w| match digest {
                            Some(digest) => w.octet_string(digest),
                            None => w.oid(&cms::ID_DATA),
                        });
                    });
                }
            });
        });
        assembled(world, &attributes, None, None)
    });
    never_passes("no signing-certificate", &bare);
}

/// The ContentInfo with its SignerInfo twice in the SET.
fn doubled_signer(one: &[u8]) -> Vec<u8> {
    let mut info = asn1::Reader::der(one).sequence().unwrap();
    let kind = info.oid().unwrap();
    let mut data = info.explicit(0).unwrap().sequence().unwrap();
    let mut parts = Vec::new();
    while !data.is_empty() {
        parts.push(data.any().unwrap());
    }
    let signers = parts.pop().unwrap();
    Writer::build(|w| {
        w.sequence(|w| {
            w.oid(&kind);
            w.explicit(0, |w| {
                w.sequence(|w| {
                    parts.iter().for_each(|part| w.raw(part.raw));
                    w.set(|w| {
                        w.raw(signers.value);
                        w.raw(signers.value);
                    });
                });
            });
        });
    })
}

#[test]
fn copied_and_foreign_stamps() {
    let world = world();
    let foreign = world.stamp(&[9; 32], world.time());
    let copied = signed_with(|world, prepared| assembled(world, &prepared.to_sign, None, Some(&foreign)));
    never_passes("a stamp of another signature", &copied);
    // A document stamp copied from another file.
    let other = world.with_document_stamp(&files::laid(&files::streams()), world.time());
    let token = Document::open(&other).unwrap().signatures().unwrap()[0].contents.clone();
    let pdf = good();
    let prepared = pades::prepare_stamp(&pdf, 6000).unwrap();
    assert!(pades::complete_stamp(&prepared, &pdf, &token).is_err(), "our own side refuses it");
    let (from, to) = (
        prepared.byte_range[1] as usize - pdf.len(),
        prepared.byte_range[2] as usize - pdf.len(),
    );
    let mut delta = prepared.delta;
    pdf::fill(&token, &mut delta[from..to]).unwrap();
    let forged = [pdf, delta].concat();
    let report = report(&forged).unwrap();
    assert_eq!(report.timestamps.last().unwrap().indication, Indication::TotalFailed);
    assert_eq!(report.verdict(), pades::Verdict::Altered);
    // A token of a certificate that is not for time-stamping.
    let unit = cms::tsp::TimeStampUnit {
        certificate: world.signer(KeyType::P256).parsed(),
        ..world.unit()
    };
    let request = cms::tsp::TimeStampRequest::sha256([3; 32], &SeededRandom::new(3));
    let cms::tsp::Reply::Sign(reply) = cms::tsp::prepare_reply(&request.der(), &unit, &[1], world.time()) else {
        panic!("refused")
    };
    let token = reply.token(&world.signer(KeyType::P256).sign(&reply.to_sign)).unwrap();
    let error = cms::tsp::Token::parse(&token).unwrap().verify(&[]).unwrap_err();
    assert_eq!(error, cms::Error::NotATimeStampUnit);
}
