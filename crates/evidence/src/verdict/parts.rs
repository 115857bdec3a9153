//! What can be checked with hashes and the log's key alone: archive, record, entry, proof, checkpoint, evidence records.

use foundation::Instant;

use super::{
    Checks, Ended, Logged, Trust, Verdict, authority,
    authority::AtHand,
    say::{both, missing, with},
    signatures,
};
use crate::{
    checkpoint::{Checkpoint, CheckpointError, Entry, Proof},
    ers::{EvidenceRecord, Stamped},
    note::Note,
    readme,
    record::{Batch, Record},
    zip::Members,
};

const NEEDED: [&str; 11] = [
    "README.en.txt",
    "README.ja.txt",
    "batch.json",
    "checkpoint.ers",
    "checkpoint.txt",
    "entry.txt",
    "evidence.ers",
    "proof.txt",
    "record.json",
    "round-root.hex",
    "stamp.tst",
];

/// A bundle whose members are all there.
pub(super) struct Files<'a> {
    pub members: &'a Members,
    pub record: &'a Record,
    pub original: &'a [u8],
}

impl<'a> Files<'a> {
    pub(super) fn of(&self, name: &str) -> &'a [u8] {
        self.members.get(name).map_or(&[], Vec::as_slice)
    }
    fn text(&self, name: &str) -> &'a str {
        std::str::from_utf8(self.of(name)).unwrap_or_default()
    }
}

pub(super) fn judge(members: &Members, archive: bool, trust: &Trust, at: Instant) -> Verdict {
    let mut checks = Checks::default();
    let Some(record) = complete(members, archive, &mut checks) else {
        return Verdict::of(checks, None);
    };
    let files = Files {
        members,
        record: &record,
        original: members.get(&record.content.file).map_or(&[], Vec::as_slice),
    };
    content(&files, &mut checks);
    entry(&files, &mut checks);
    let proof = included(&files, &mut checks);
    signed(&files, trust, &mut checks);
    witnesses(&mut checks);
    let proved = records(&files, &mut checks);
    let stamped = proved.first().and_then(|record| record.first());
    batch(&files, proof.as_ref(), &mut checks);
    let at_hand = AtHand::of(&files, trust);
    authority::stamps(&files, &at_hand, &proved, at, &mut checks);
    authority::material(&files, &at_hand, &mut checks);
    let signatures = signatures::judge(&files, trust, at, &mut checks);
    times(&files, stamped, &mut checks);
    checks.0.sort_by_key(|check| check.id[1..].parse::<u8>().unwrap_or(u8::MAX));
    let mut verdict = Verdict::of(checks, Some(&record));
    verdict.signatures = signatures;
    verdict.proven_time = stamped.map(|stamped| stamped.time);
    verdict.log = proof.map(|(proof, checkpoint)| Logged {
        origin: checkpoint.origin,
        index: proof.index,
        size: checkpoint.size,
    });
    verdict
}

/// V0: the members are those a bundle has, and the texts are those this program writes.
fn complete(members: &Members, archive: bool, checks: &mut Checks) -> Option<Record> {
    let bytes = members.get("record.json");
    if let Some(name) = NEEDED.iter().find(|name| !members.contains_key(**name)) {
        checks.end("V0", Ended::Fails, missing(name), "unzip -l bundle.zip");
        return None;
    }
    let record = match Record::parse(bytes?) {
        Ok(record) => record,
        Err(error) => {
            checks.end(
                "V0",
                Ended::Fails,
                with(
                    "record.json を預り記録として読めません",
                    "record.json is no record of a deposit",
                    &error,
                ),
                "",
            );
            return None;
        }
    };
    let known =
        |name: &str| NEEDED.contains(&name) || name == record.content.file || name.starts_with("chain/") || name.starts_with("status/");
    if !record.content.file.starts_with("original.") || !members.contains_key(&record.content.file) {
        checks.end("V0", Ended::Fails, missing(&record.content.file), "unzip -l bundle.zip");
        return None;
    }
    let texts = [readme::english(&record), readme::japanese(&record)];
    if readme::NAMES
        .iter()
        .zip(&texts)
        .any(|(name, text)| members.get(*name).map(Vec::as_slice) != Some(text.as_bytes()))
    {
        checks.end(
            "V0",
            Ended::Fails,
            both("README が書き換えられています", "a README text was changed"),
            "",
        );
    } else if let Some(name) = members.keys().find(|name| !known(name)) {
        let ended = if archive { Ended::Fails } else { Ended::Warning };
        let said = with("知らないファイルが入っています", "there is a file that does not belong here", name);
        checks.end("V0", ended, said, "unzip -l bundle.zip");
    } else {
        let said = both(
            "バンドルは正規の形で、必要なファイルがそろっています",
            "the bundle is canonical and complete",
        );
        checks.end("V0", Ended::Holds, said, "unzip -l bundle.zip");
    }
    Some(record)
}

/// V1: the original is what the record says.
fn content(files: &Files<'_>, checks: &mut Checks) {
    let name = &files.record.content.file;
    let repeat = format!("sha512sum {name}");
    if files.record.content.is(files.original) {
        checks.end(
            "V1",
            Ended::Holds,
            (
                format!("{name} のハッシュは預り記録と一致します"),
                format!("{name} has the hashes of its record"),
            ),
            &repeat,
        );
    } else {
        checks.end(
            "V1",
            Ended::Fails,
            (
                format!("{name} は預けられたものと違います"),
                format!("{name} is not what was deposited"),
            ),
            &repeat,
        );
    }
}

/// V2: the entry is that of the record.
fn entry(files: &Files<'_>, checks: &mut Checks) {
    let holds = Entry::parse(files.of("entry.txt"))
        .is_some_and(|entry| entry.kind == files.record.kind && entry.commits_to(files.of("record.json")));
    let (ended, said) = if holds {
        (
            Ended::Holds,
            both(
                "entry.txt は record.json のハッシュです",
                "entry.txt holds the hashes of record.json",
            ),
        )
    } else {
        (
            Ended::Fails,
            both(
                "entry.txt と record.json が一致しません",
                "entry.txt is not the entry of record.json",
            ),
        )
    };
    checks.end("V2", ended, said, "sha256sum record.json; sha512sum record.json; cat entry.txt");
}

/// V3: the entry is in the log of the checkpoint, and `checkpoint.txt` is the tail of `proof.txt`.
fn included(files: &Files<'_>, checks: &mut Checks) -> Option<(Proof, Checkpoint)> {
    const REPEAT: &str = "Go: golang.org/x/mod/sumdb/tlog CheckRecord(proof.txt, entry.txt)";
    let read = Proof::parse(files.text("proof.txt")).and_then(|proof| {
        let checkpoint = Checkpoint::parse(&proof.checkpoint)?;
        proof.verify(files.of("entry.txt"), &checkpoint)?;
        Ok((proof, checkpoint))
    });
    match read {
        Ok((proof, checkpoint))
            if proof.to_string().as_bytes() == files.of("proof.txt") && proof.checkpoint.as_bytes() == files.of("checkpoint.txt") =>
        {
            let said = (
                format!(
                    "ログ {} の {} 番目の項目です(全 {} 件)",
                    checkpoint.origin, proof.index, checkpoint.size
                ),
                format!("entry {} of {} in the log {}", proof.index, checkpoint.size, checkpoint.origin),
            );
            checks.end("V3", Ended::Holds, said, REPEAT);
            Some((proof, checkpoint))
        }
        Ok(_) => {
            let said = both(
                "proof.txt が正規の形でないか、末尾が checkpoint.txt と違います",
                "proof.txt is not canonical or does not end with checkpoint.txt",
            );
            checks.end(
                "V3",
                Ended::Fails,
                said,
                "tail -c $(wc -c < checkpoint.txt) proof.txt | cmp - checkpoint.txt",
            );
            None
        }
        Err(error) => {
            checks.end(
                "V3",
                Ended::Fails,
                with("ログに入っていることを確かめられません", "not proved to be in the log", &error),
                REPEAT,
            );
            None
        }
    }
}

/// V4: a key of a log that is trusted signed the checkpoint, and it is the log that the record names.
fn signed(files: &Files<'_>, trust: &Trust, checks: &mut Checks) {
    const REPEAT: &str = "Go: golang.org/x/mod/sumdb/note Open(checkpoint.txt, log.vkey)";
    let text = files.text("checkpoint.txt");
    let by_known = Note::parse(text).is_ok_and(|note| {
        note.signatures
            .iter()
            .any(|line| trust.log_keys.iter().any(|key| key.name == line.name && key.id == line.id))
    });
    match Checkpoint::open(text, &trust.log_keys) {
        Ok(checkpoint) if checkpoint.origin == files.record.log => {
            checks.end(
                "V4",
                Ended::Holds,
                both(
                    "チェックポイントの署名は正しく、信頼するログの鍵のものです",
                    "the checkpoint is signed by a trusted key of the log",
                ),
                REPEAT,
            );
        }
        Ok(_) => checks.end(
            "V4",
            Ended::Fails,
            both("預り記録が名指すログと違います", "the record names another log"),
            REPEAT,
        ),
        Err(CheckpointError::NotSigned) if !by_known => {
            let said = both(
                "チェックポイントの署名鍵を知りません。ログの検証鍵(log.vkey)を --trust で渡してください",
                "the checkpoint's key is not known: give the log's key (log.vkey) with --trust",
            );
            checks.end("V4", Ended::Unknown, said, REPEAT);
        }
        Err(error) => checks.end(
            "V4",
            Ended::Fails,
            with(
                "チェックポイントの署名が正しくありません",
                "the checkpoint's signature does not hold",
                &error,
            ),
            REPEAT,
        ),
    }
}

/// V5: nothing is claimed yet.
fn witnesses(checks: &mut Checks) {
    let said = both(
        "ログに外部の証人の副署はありません(まだ主張していません)",
        "the log has no outside witness (not claimed yet)",
    );
    checks.end("V5", Ended::Warning, said, "");
}

/// V6 and V7: both evidence records prove their groups with the one stamp that lies beside them.
fn records(files: &Files<'_>, checks: &mut Checks) -> Vec<Vec<Stamped>> {
    const REPEAT: &str = "BouncyCastle: ERSEvidenceRecord.validatePresent(group of both files)";
    let groups = [
        ("evidence.ers", [files.original, files.of("record.json")]),
        ("checkpoint.ers", [files.of("checkpoint.txt"), files.of("batch.json")]),
    ];
    let mut all = Vec::new();
    for (name, group) in groups {
        let read = EvidenceRecord::parse(files.of(name)).and_then(|record| {
            let token = record.first_token() == files.of("stamp.tst") && record.is_canonical(files.of(name));
            record.verify(&group).map(|proved| (proved, token))
        });
        match read {
            Ok((proved, true)) => {
                let said = (
                    format!("{name} はその組がタイムスタンプの時点で在ったことを示します"),
                    format!("{name} proves its group at the time of the stamp"),
                );
                checks.end("V6", Ended::Holds, said, REPEAT);
                all.push(proved);
            }
            Ok((_, false)) => checks.end(
                "V6",
                Ended::Fails,
                (
                    format!("{name} の中身が stamp.tst と合いません"),
                    format!("{name} does not hold stamp.tst"),
                ),
                REPEAT,
            ),
            Err(error) => {
                let said = (
                    format!("{name} が対象を証明しません({error})"),
                    format!("{name} does not prove its group: {error}"),
                );
                checks.end("V6", Ended::Fails, said, REPEAT);
            }
        }
    }
    let first = all.first().and_then(|record| record.first());
    let root = first.map(|stamped| format!("{}\n", hex::encode(&stamped.imprint)));
    if root.as_deref() == Some(files.text("round-root.hex")) {
        let said = both(
            "タイムスタンプは round-root.hex に対するものです",
            "the time-stamp is over round-root.hex",
        );
        checks.end("V7", Ended::Holds, said, "openssl ts -reply -in stamp.tst -token_in -text");
    } else {
        let said = both(
            "タイムスタンプの対象が round-root.hex と違います",
            "the time-stamp is not over round-root.hex",
        );
        checks.end("V7", Ended::Fails, said, "openssl ts -reply -in stamp.tst -token_in -text");
    }
    all
}

/// V10: the batch belongs to this checkpoint, and the entry to this batch.
fn batch(files: &Files<'_>, proof: Option<&(Proof, Checkpoint)>, checks: &mut Checks) {
    let holds = Batch::parse(files.of("batch.json")).is_ok_and(|batch| {
        proof.is_some_and(|(proof, checkpoint)| {
            batch.log == checkpoint.origin && batch.size == checkpoint.size && batch.from <= proof.index && batch.hash == "sha512"
        })
    });
    let (ended, said) = if holds {
        (
            Ended::Holds,
            both(
                "batch.json はこのチェックポイントと項目に対応します",
                "batch.json belongs to this checkpoint and entry",
            ),
        )
    } else {
        (
            Ended::Fails,
            both(
                "batch.json がチェックポイントまたは項目と合いません",
                "batch.json does not belong to this checkpoint and entry",
            ),
        )
    };
    checks.end("V10", ended, said, "cat batch.json checkpoint.txt");
}

/// V13: the operator's own times do not contradict the stamp's. A warning only: the stamp is what proves.
fn times(files: &Files<'_>, stamped: Option<&Stamped>, checks: &mut Checks) {
    let (Some(received), Some(stamped)) = (files.record.received(), stamped) else {
        return;
    };
    let late = stamped.time.seconds_since(received);
    let (ended, said) = if (-2..=86_400).contains(&late) {
        (
            Ended::Holds,
            both(
                "受付の記録時刻とタイムスタンプは矛盾しません",
                "the recorded time of receipt does not contradict the time-stamp",
            ),
        )
    } else {
        let said = with(
            "受付の記録時刻とタイムスタンプが離れています",
            "the recorded time of receipt is far from the time-stamp",
            &format!("{late} s"),
        );
        (Ended::Warning, said)
    };
    checks.end("V13", ended, said, "");
}
