//! Bundles, judged as a stranger judges them.

use std::{process::Command, sync::OnceLock};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use evidence::{
    Batch, Checkpoint, Deposited, Ended, Entry, Outcome, Parts, Proof, Record, Subject, Trust, VerifierKey, assemble,
    ers::{self, HashTree},
    merkle::{Tiles, leaf_hash},
    sha256, sha512, verify_bundle, verify_members,
    zip::{self, Members},
};
use foundation::{Clock, Instant, SystemClock};

use crate::{
    log::checklog,
    records::{bouncycastle, java},
    tsa::{Tsa, outcome, write},
};

pub struct Made {
    pub tsa: Tsa,
    pub members: Members,
    pub trust: Trust,
}

/// A bundle of an own document, third of a round of five.
fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| make(b"the original", "text/plain", "memo.txt", Subject::Own))
}

pub fn make(original: &[u8], media: &str, file_name: &str, subject: Subject) -> Made {
    let tsa = Tsa::new();
    let pair = Ed25519KeyPair::from_seed_unchecked(&[4; 32]).unwrap();
    let key = VerifierKey::new("demo.example", pair.public_key().as_ref().try_into().unwrap()).unwrap();
    let now = SystemClock.now();
    let record = |n: u8, bytes: &[u8]| {
        let deposit = Deposited {
            id: "0198d0d0-0000-7000-8000-000000000001",
            subject,
            owners: &["department".to_owned()],
            salt: [n; 32],
            media,
            size: bytes.len() as u64,
            sha256: sha256(bytes),
            sha512: sha512(bytes),
            received: now,
            retain_until: "2036-11-24".parse().unwrap(),
            log: "demo.example",
            file_name,
        };
        Record::of(&deposit).json().into_bytes()
    };
    let documents: Vec<(Vec<u8>, Vec<u8>)> = (0..5u8)
        .map(|n| if n == 2 { original.to_vec() } else { vec![n; 10] })
        .enumerate()
        .map(|(n, bytes)| (bytes.clone(), record(u8::try_from(n).unwrap(), &bytes)))
        .collect();
    let mut tiles = Tiles::new();
    for (size, (_, record)) in documents.iter().enumerate() {
        tiles
            .append(size as u64, leaf_hash(Entry::of("ingest", record).to_string().as_bytes()))
            .unwrap();
    }
    let checkpoint = Checkpoint {
        origin: key.name.clone(),
        size: 5,
        root: tiles.root(5).unwrap(),
    };
    let note = checkpoint
        .complete(&key, pair.sign(checkpoint.to_sign().as_bytes()).as_ref())
        .unwrap();
    let batch = Batch {
        v: 1,
        round: 1,
        closed: now.rfc3339(),
        log: key.name.clone(),
        from: 0,
        size: 5,
        originals: 5,
        hash: "sha512".to_owned(),
    }
    .json();
    let mut groups: Vec<_> = documents.iter().map(|(original, record)| ers::group(original, record)).collect();
    groups.push(ers::group(note.as_bytes(), batch.as_bytes()));
    let tree = HashTree::over(&groups).unwrap();
    let token = tsa.stamp("sha512", &tree.root());
    let proof = Proof {
        index: 2,
        hashes: tiles.inclusion(2, 5).unwrap(),
        checkpoint: note,
    };
    let members = assemble(Parts {
        original: original.to_vec(),
        record: &documents[2].1,
        evidence: &ers::build(&tree.reduced(2).unwrap(), &token).unwrap(),
        entry: Entry::of("ingest", &documents[2].1).to_string().as_bytes(),
        proof: &proof.to_string(),
        checkpoint_evidence: &ers::build(&tree.reduced(5).unwrap(), &token).unwrap(),
        batch: batch.as_bytes(),
        token: &token,
        chain: &[("tsu".to_owned(), tsa.file("tsu.der"))],
        status: &[("root.crl".to_owned(), tsa.file("root.crl"))],
    })
    .unwrap();
    let trust = Trust {
        roots: vec![tsa.file("root.der")],
        log_keys: vec![key],
        crls: vec![],
    };
    Made { tsa, members, trust }
}

fn now() -> Instant {
    SystemClock.now().plus_seconds(1)
}

fn ended(verdict: &evidence::Verdict, id: &str) -> Vec<Ended> {
    verdict
        .checks
        .iter()
        .filter(|check| check.id == id)
        .map(|check| check.ended)
        .collect()
}

#[test]
fn a_true_bundle_is_the_original_and_says_what_is_not_claimed() {
    let Made { members, trust, .. } = made();
    let verdict = verify_bundle(&zip::write(members).unwrap(), trust, now());
    assert_eq!((verdict.verdict, verdict.status), (Outcome::Original, 0), "{:#?}", verdict.checks);
    assert_eq!(verdict.original.as_deref(), Some("original.txt"));
    assert_eq!(verdict.log.as_ref().map(|log| (log.index, log.size)), Some((2, 5)));
    assert_eq!(ended(&verdict, "V5"), [Ended::Warning]);
    for text in ["README.ja.txt", "README.en.txt"] {
        let text = String::from_utf8(members[text].clone()).unwrap();
        assert!(text.contains("運営者自身の時刻局") || text.contains("by the operator's own unit"));
        assert!(text.contains("original.txt") && text.contains("openssl ts -verify"));
    }
}

#[test]
fn nothing_inside_the_bundle_is_an_anchor() {
    let Made { members, trust, .. } = made();
    let nobody = verify_members(members, &Trust::default(), now());
    assert_eq!((nobody.verdict, nobody.status), (Outcome::Undecidable, 2));
    assert_eq!(
        (ended(&nobody, "V4"), ended(&nobody, "V8")),
        (vec![Ended::Unknown], vec![Ended::Unknown])
    );
    // What needs no trust is told all the same.
    assert_eq!(
        (ended(&nobody, "V1"), ended(&nobody, "V3"), ended(&nobody, "V6")),
        (vec![Ended::Holds], vec![Ended::Holds], vec![Ended::Holds; 2])
    );
    let no_log = verify_members(
        members,
        &Trust {
            log_keys: vec![],
            ..trust.clone()
        },
        now(),
    );
    assert_eq!((no_log.verdict, ended(&no_log, "V8")), (Outcome::Undecidable, vec![Ended::Holds]));
    let stranger = Tsa::new();
    let other = verify_members(
        members,
        &Trust {
            roots: vec![stranger.file("root.der")],
            ..trust.clone()
        },
        now(),
    );
    assert_ne!(other.verdict, Outcome::Original);
}

#[test]
fn no_changed_byte_of_the_archive_leaves_it_the_original() {
    let Made { members, trust, .. } = made();
    let archive = zip::write(members).unwrap();
    for at in 0..archive.len() {
        let mut changed = archive.clone();
        changed[at] ^= 1 << (at % 8);
        let verdict = verify_bundle(&changed, trust, now());
        assert!(matches!(verdict.status, 1 | 3), "byte {at}");
    }
    for length in (0..archive.len()).step_by(97) {
        assert!(matches!(verify_bundle(&archive[..length], trust, now()).status, 1 | 3));
    }
}

#[test]
fn no_changed_byte_of_a_member_survives_even_when_the_archive_is_made_anew() {
    let Made { members, trust, .. } = made();
    for name in members.keys() {
        let length = members[name].len();
        let step = if length > 600 { 31 } else { 3 };
        for at in (0..length).step_by(step) {
            let mut changed = members.clone();
            changed.get_mut(name).unwrap()[at] ^= 1 << (at % 7);
            let verdict = verify_bundle(&zip::write(&changed).unwrap(), trust, now());
            assert_ne!(verdict.status, 0, "{name} byte {at}");
        }
        let mut without = members.clone();
        without.remove(name);
        let optional = name.starts_with("chain/");
        assert!(optional || verify_members(&without, trust, now()).status != 0, "without {name}");
    }
    let mut more = members.clone();
    more.insert("extra.txt".to_owned(), vec![]);
    assert_eq!(verify_bundle(&zip::write(&more).unwrap(), trust, now()).status, 1);
    // Loose in a folder there may be more beside it.
    let beside = verify_members(&more, trust, now());
    assert_eq!((beside.status, ended(&beside, "V0")), (0, vec![Ended::Warning]));
}

/// Other archives of the same members, as tools and attackers make them; python writes them into a folder.
const OTHER_ARCHIVES: &str = r#"
import sys, zipfile, struct
good = sys.argv[1]
members = [(i.filename, zipfile.ZipFile(good).read(i)) for i in zipfile.ZipFile(good).infolist()]
def write(name, change=lambda z, n, b: z.writestr(zipfile.ZipInfo(n), b), after=lambda z: None, order=lambda m: m):
    with zipfile.ZipFile(sys.argv[2] + '/' + name, 'w') as z:
        for n, b in order(members): change(z, n, b)
        after(z)
def info(n, **more):
    i = zipfile.ZipInfo(n)
    for k, v in more.items(): setattr(i, k, v)
    return i
def twice(z):
    z.writestr(zipfile.ZipInfo('original.txt'), b'another original')
def comment(z):
    z.comment = b'x'
write('duplicate', after=twice)
write('comment', after=comment)
write('extra', change=lambda z, n, b: z.writestr(info(n, extra=struct.pack('<HH', 0x9999, 0)), b))
write('member-comment', change=lambda z, n, b: z.writestr(info(n, comment=b'x'), b))
write('deflated', change=lambda z, n, b: z.writestr(info(n, compress_type=zipfile.ZIP_DEFLATED), b))
write('time', change=lambda z, n, b: z.writestr(info(n, date_time=(2020, 1, 1, 0, 0, 0)), b))
write('order', order=lambda m: m[::-1])
write('climbs', after=lambda z: z.writestr(zipfile.ZipInfo('../../etc/x'), b'x'))
write('absolute', after=lambda z: z.writestr(zipfile.ZipInfo('/etc/x'), b'x'))
write('folder', after=lambda z: z.writestr(zipfile.ZipInfo('chain/'), b''))
write('backslash', after=lambda z: z.writestr(zipfile.ZipInfo('chain\\x.pem'), b''))
def zip64(z, n, b):
    with z.open(zipfile.ZipInfo(n), 'w', force_zip64=True) as f: f.write(b)
write('zip64', change=zip64)
raw = open(good, 'rb').read()
open(sys.argv[2] + '/behind', 'wb').write(raw + b'x')
open(sys.argv[2] + '/before', 'wb').write(b'x' + raw)
# The directory names an original that its local header does not: one reader goes by the one, another by the other.
at = raw.rfind(b'original.txt')
open(sys.argv[2] + '/two-names', 'wb').write(raw[:at] + b'original.txx' + raw[at + 12:])
# A member that says it is 4 GB.
open(sys.argv[2] + '/huge', 'wb').write(raw[:18] + b'\xff\xff\xff\xff' + raw[22:])
"#;

#[test]
fn no_other_archive_of_the_same_members_is_taken() {
    let Made { members, trust, .. } = made();
    let folder = tempfile::tempdir().unwrap();
    let good = write(folder.path(), "good.zip", &zip::write(members).unwrap());
    let out = folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let (yes, said) = outcome(
        Command::new("python3")
            .args(["-W", "ignore", "-c", OTHER_ARCHIVES, &good])
            .arg(&out),
    );
    assert!(yes, "{said}");
    let mut count = 0;
    for file in std::fs::read_dir(&out).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let verdict = verify_bundle(&bytes, trust, now());
        assert!(matches!(verdict.status, 1 | 3), "{}: {}", path.display(), verdict.status);
        count += 1;
    }
    assert_eq!(count, 16);
    // A record with a key twice, or with numbers that read alike.
    let record = String::from_utf8(members["record.json"].clone()).unwrap();
    for bent in [
        record.replacen("\"v\":1", "\"v\":1,\"v\":1", 1),
        record.replacen("\"v\":1", "\"v\":1.0", 1),
        record.replacen("\"v\":1", "\"v\":1,\"w\":1", 1),
        format!("{record} "),
        record.replacen("ingest", "\\u0069ngest", 1),
    ] {
        assert_ne!(bent, record);
        assert!(Record::parse(bent.as_bytes()).is_err(), "{bent}");
    }
}

#[test]
fn parts_of_two_deposits_do_not_mix() {
    let one = made();
    let other = make(b"another original", "text/plain", "memo.txt", Subject::Own);
    for name in [
        "original.txt",
        "record.json",
        "entry.txt",
        "proof.txt",
        "checkpoint.txt",
        "evidence.ers",
        "checkpoint.ers",
        "batch.json",
        "stamp.tst",
        "round-root.hex",
    ] {
        let mut mixed = one.members.clone();
        mixed.insert(name.to_owned(), other.members[name].clone());
        let same = mixed[name] == one.members[name];
        assert!(same || verify_members(&mixed, &one.trust, now()).status == 1, "{name}");
    }
}

#[test]
fn a_stale_or_a_missing_status_is_undecidable_and_a_current_one_can_be_brought() {
    let made = made();
    let later = now().plus_days(500);
    let stale = verify_members(&made.members, &made.trust, later);
    assert_eq!((stale.verdict, ended(&stale, "V9")), (Outcome::Undecidable, vec![Ended::Unknown]));
    let mut without = made.members.clone();
    without.remove("status/root.crl");
    assert_eq!(verify_members(&without, &made.trust, now()).verdict, Outcome::Undecidable);
    let trust = Trust {
        crls: vec![made.tsa.file("root.crl")],
        ..made.trust.clone()
    };
    assert_eq!(verify_members(&without, &trust, now()).verdict, Outcome::Original);
    let early = verify_members(&made.members, &made.trust, now().plus_days(-3));
    assert_eq!(early.verdict, Outcome::Undecidable);
}

#[test]
fn a_revoked_unit_is_seen() {
    let made = make(b"x", "text/plain", "x.txt", Subject::Own);
    let at = made.tsa.folder.path();
    let revoke = "openssl ca -config ca.cnf -revoke tsu.pem && openssl ca -config ca.cnf -gencrl -out crl.pem && openssl crl -in crl.pem -outform DER -out new.crl";
    crate::tsa::run(Command::new("sh").args(["-c", revoke]).current_dir(at));
    let trust = Trust {
        crls: vec![made.tsa.file("new.crl")],
        ..made.trust.clone()
    };
    let verdict = verify_members(&made.members, &trust, now().plus_seconds(2));
    assert_eq!(
        (verdict.verdict, ended(&verdict, "V9")),
        (Outcome::Altered, vec![Ended::Fails]),
        "{:#?}",
        verdict.checks
    );
}

#[test]
fn a_renewed_record_is_judged_with_every_stamp() {
    let made = make(b"kept for long", "text/plain", "x.txt", Subject::Own);
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str| write(folder.path(), name, &made.members[name]);
    let out = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (stamp, hash) = (out("stamp.ers"), out("hash.ers"));
    let arguments = [
        &put("evidence.ers"),
        made.tsa.folder.path().to_str().unwrap(),
        &stamp,
        &hash,
        &put("original.txt"),
        &put("record.json"),
    ];
    let (yes, said) = java("RenewErs.java", &arguments);
    assert!(yes, "{said}");
    for renewed in [stamp, hash] {
        let der = std::fs::read(renewed).unwrap();
        let mut members = made.members.clone();
        members.insert("evidence.ers".to_owned(), der.clone());
        let verdict = verify_members(&members, &made.trust, now().plus_seconds(2));
        assert_eq!(verdict.verdict, Outcome::Original, "{:#?}", verdict.checks);
        // The last token's signature is its last bytes.
        members.get_mut("evidence.ers").unwrap()[der.len() - 5] ^= 1;
        assert_ne!(
            verify_members(&members, &made.trust, now().plus_seconds(2)).verdict,
            Outcome::Original
        );
    }
}

#[test]
fn a_pdf_without_a_signature_is_no_contract() {
    let made = make(b"%PDF-1.7\nbroken", "application/pdf", "c.pdf", Subject::Contract);
    let verdict = verify_members(&made.members, &made.trust, now());
    assert_eq!((verdict.verdict, ended(&verdict, "V12")), (Outcome::Altered, vec![Ended::Fails]));
    let own = make(b"%PDF-1.7\nbroken", "application/pdf", "c.pdf", Subject::Own);
    let verdict = verify_members(&own.members, &own.trust, now());
    assert_eq!((verdict.verdict, ended(&verdict, "V12")), (Outcome::Original, vec![Ended::Warning]));
}

#[test]
fn other_peoples_tools_repeat_the_checks() {
    let made = made();
    let folder = tempfile::tempdir().unwrap();
    let archive = write(folder.path(), "bundle.zip", &zip::write(&made.members).unwrap());
    let (yes, said) = outcome(Command::new("python3").args(["-m", "zipfile", "-t", &archive]));
    assert!(yes, "{said}");
    let path = |name: &str| folder.path().join("out").join(name).to_str().unwrap().to_owned();
    let (yes, said) = outcome(Command::new("python3").args(["-m", "zipfile", "-e", &archive, &path("")]));
    assert!(yes, "{said}");
    let root = write(folder.path(), "root.pem", &made.tsa.file("root.pem"));
    let vkey = write(folder.path(), "log.vkey", format!("{}\n", made.trust.log_keys[0]).as_bytes());
    let digest = std::fs::read_to_string(path("round-root.hex")).unwrap();
    let verify = [
        "ts",
        "-verify",
        "-digest",
        digest.trim(),
        "-in",
        &path("stamp.tst"),
        "-token_in",
        "-CAfile",
        &root,
    ];
    let (yes, said) = outcome(Command::new("openssl").args(verify));
    assert!(yes, "{said}");
    let (yes, said) = checklog(&[&vkey, &path("entry.txt"), &path("proof.txt")]);
    assert!(yes, "{said}");
    let unit = write(folder.path(), "tsu.der", &made.tsa.file("tsu.der"));
    for (record, one, two) in [
        ("evidence.ers", "original.txt", "record.json"),
        ("checkpoint.ers", "checkpoint.txt", "batch.json"),
    ] {
        let (yes, said) = bouncycastle(&[&path(record), &unit, &path(one), &path(two)]);
        assert!(yes && said.contains("PRESENT"), "{said}");
    }
    let crl = "openssl crl -inform DER -in out/status/root.crl -out root-crl.pem && openssl verify -CAfile root.pem -CRLfile root-crl.pem -crl_check out/chain/tsu.pem";
    let (yes, said) = outcome(Command::new("sh").args(["-c", crl]).current_dir(folder.path()));
    assert!(yes, "{said}");
}
/// The bundle of the format page: whatever is changed here later, it stays readable.
#[test]
fn the_example_of_the_format_page_is_the_original_for_ever() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats/evidence-bundle"));
    let root = Command::new("openssl")
        .args(["x509", "-in", "root.pem", "-outform", "DER"])
        .current_dir(folder)
        .output()
        .unwrap()
        .stdout;
    let key = VerifierKey::parse(&std::fs::read_to_string(folder.join("log.vkey")).unwrap()).unwrap();
    let trust = Trust {
        roots: vec![root],
        log_keys: vec![key],
        crls: vec![],
    };
    let bundle = std::fs::read(folder.join("bundle.zip")).unwrap();
    let verdict = verify_bundle(&bundle, &trust, Instant::parse_rfc3339("2026-11-26T00:00:00Z").unwrap());
    assert_eq!(verdict.verdict, Outcome::Original, "{:#?}", verdict.checks);
}
