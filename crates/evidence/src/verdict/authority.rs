//! What rests on certificates: the stamp's signature and its unit, and everything in `chain/` and `status/`.

use cms::tsp::Token;
use foundation::Instant;
use pki::{Certificate, Crl, Evidence, OcspResponse, PathError, PathQuestion, Purpose, RevocationRule, validate_path};

use super::{
    Checks, Ended, Trust,
    parts::Files,
    say::{Said, both, with},
};
use crate::{bundle::unpem, ers::Stamped};

/// Certificates and status that lie at hand; only `roots` are trusted.
pub(super) struct AtHand {
    pub roots: Vec<Certificate>,
    pub chain: Vec<Certificate>,
    pub status: Evidence,
}

impl AtHand {
    pub(super) fn of(files: &Files<'_>, trust: &Trust) -> Self {
        let within = |folder: &'static str, ending: &'static str| {
            files
                .members
                .iter()
                .filter(move |(name, _)| name.starts_with(folder) && name.ends_with(ending))
                .map(|(_, bytes)| bytes.as_slice())
        };
        let chain = within("chain/", ".pem")
            .filter_map(unpem)
            .filter_map(|der| Certificate::parse(&der).ok())
            .collect();
        let crls = within("status/", ".crl").chain(trust.crls.iter().map(Vec::as_slice));
        let status = Evidence::from_der(crls, within("status/", ".ocsp"));
        Self {
            roots: trust.roots.iter().filter_map(|der| Certificate::parse(der).ok()).collect(),
            chain,
            status,
        }
    }
    fn question<'a>(&'a self, leaf: &'a Certificate, at: Instant, purpose: Purpose, revocation: RevocationRule) -> PathQuestion<'a> {
        PathQuestion {
            candidates: &self.chain,
            purpose,
            revocation,
            evidence: &self.status,
            ..PathQuestion::new(leaf, &self.roots, at)
        }
    }
}

/// V8 and V9: every token is signed by a unit for time-stamps under a trusted root, valid and not revoked when the next stamp of its record
/// was made; the last one as of `at`.
pub(super) fn stamps(files: &Files<'_>, at_hand: &AtHand, proved: &[Vec<Stamped>], at: Instant, checks: &mut Checks) {
    let mut asked: Vec<(&[u8], Instant)> = Vec::new();
    for record in proved {
        for (place, stamped) in record.iter().enumerate() {
            let question = (stamped.token.as_slice(), record.get(place + 1).map_or(at, |next| next.time));
            if !asked.contains(&question) {
                asked.push(question);
            }
        }
    }
    if asked.is_empty() {
        asked.push((files.of("stamp.tst"), at));
    }
    for (token, at) in asked {
        stamp(token, at_hand, at, checks);
    }
}

fn stamp(token: &[u8], at_hand: &AtHand, at: Instant, checks: &mut Checks) {
    const SIGNED: &str = "openssl ts -verify -digest \"$(cat round-root.hex)\" -in stamp.tst -token_in -CAfile root.pem";
    const STATUS: &str = "openssl verify -CAfile root.pem -CRLfile root-crl.pem -crl_check chain/tsu.pem";
    let skipped = |checks: &mut Checks| {
        let said = both(
            "時刻局の失効確認は行っていません",
            "the status of the time-stamping unit was not asked",
        );
        checks.end("V9", Ended::Skipped, said, STATUS);
    };
    let verified = Token::parse(token).and_then(|token| Ok((token.verify(&at_hand.chain)?, token)));
    let (unit, time) = match verified {
        Ok((verified, token)) => (verified.unit, token.info.gen_time),
        Err(error) => {
            let said = with(
                "タイムスタンプの署名が正しくありません",
                "the time-stamp's signature does not hold",
                &error,
            );
            checks.end("V8", Ended::Fails, said, SIGNED);
            return skipped(checks);
        }
    };
    if time > at.plus_seconds(1) {
        let said = with(
            "タイムスタンプが検証の時点より後のものです",
            "the time-stamp is later than the time of this check",
            &time.rfc3339_japan(),
        );
        checks.end("V8", Ended::Unknown, said, SIGNED);
        return skipped(checks);
    }
    if let Err(error) = validate_path(&at_hand.question(&unit, at, Purpose::TimeStamping, RevocationRule::Skip)) {
        let (ended, said) = judged(&error);
        checks.end("V8", ended, said, SIGNED);
        return skipped(checks);
    }
    let said = (
        format!(
            "タイムスタンプは正しく、時刻は {} です({})",
            time.rfc3339_japan(),
            unit.subject().short()
        ),
        format!("the time-stamp holds: {} by {}", time.rfc3339(), unit.subject().short()),
    );
    checks.end("V8", Ended::Holds, said, SIGNED);
    match validate_path(&at_hand.question(&unit, at, Purpose::TimeStamping, RevocationRule::Current)) {
        Ok(_) => checks.end(
            "V9",
            Ended::Holds,
            both("時刻局の証明書は失効していません", "the unit's certificate is not revoked"),
            STATUS,
        ),
        Err(error) => {
            let (ended, said) = judged(&error);
            checks.end("V9", ended, said, STATUS);
        }
    }
}

/// V11: nothing in `chain/` and `status/` that is not signed, in the end, by a trusted root.
pub(super) fn material(files: &Files<'_>, at_hand: &AtHand, checks: &mut Checks) {
    let mut count = 0;
    for (name, bytes) in files
        .members
        .iter()
        .filter(|(name, _)| name.starts_with("chain/") || name.starts_with("status/"))
    {
        count += 1;
        let found = if name.starts_with("chain/") {
            certificate(name, bytes, at_hand)
        } else {
            status(name, bytes, at_hand)
        };
        if let Err((ended, why)) = found {
            checks.end(
                "V11",
                ended,
                (format!("{name}: {why}"), format!("{name}: {why}")),
                "openssl verify -CAfile root.pem -untrusted chain/issuing.pem chain/*.pem",
            );
            return;
        }
    }
    let said = (
        format!("chain/ と status/ の {count} 個のファイルは信頼するルートの下にあります"),
        format!("the {count} files of chain/ and status/ stand under a trusted root"),
    );
    checks.end(
        "V11",
        Ended::Holds,
        said,
        "openssl verify -CAfile root.pem -untrusted chain/issuing.pem chain/*.pem",
    );
}

type Found = Result<(), (Ended, String)>;

fn certificate(name: &str, bytes: &[u8], at_hand: &AtHand) -> Found {
    let der = name
        .strip_suffix(".pem")
        .and_then(|_| unpem(bytes))
        .ok_or((Ended::Fails, "not a PEM certificate".to_owned()))?;
    let certificate = Certificate::parse(&der).map_err(|error| (Ended::Fails, error.to_string()))?;
    // Only whose it is is asked here: each is judged at its own beginning, and status is V9's matter.
    let question = at_hand.question(&certificate, certificate.not_before(), Purpose::Any, RevocationRule::Skip);
    validate_path(&question)
        .map(drop)
        .map_err(|error| (judged(&error).0, error.to_string()))
}

fn status(name: &str, bytes: &[u8], at_hand: &AtHand) -> Found {
    let mut issuers = at_hand.roots.iter().chain(&at_hand.chain);
    let signed = if name.ends_with(".crl") {
        let crl = Crl::parse(bytes).map_err(|error| (Ended::Fails, error.to_string()))?;
        issuers.any(|issuer| crl.issuer() == issuer.subject() && issuer.public_key().is_ok_and(|key| crl.verify_signature(&key).is_ok()))
    } else if name.ends_with(".ocsp") {
        let response = OcspResponse::parse(bytes).map_err(|error| (Ended::Fails, error.to_string()))?;
        if response.der() != bytes {
            return Err((Ended::Fails, "something stands after the answer".to_owned()));
        }
        issuers.any(|issuer| response.verify(issuer, &at_hand.chain).is_ok())
    } else {
        return Err((Ended::Fails, "neither .crl nor .ocsp".to_owned()));
    };
    match signed {
        true => Ok(()),
        false if at_hand.roots.is_empty() => Err((Ended::Unknown, "no root is given".to_owned())),
        false => Err((Ended::Fails, "no known authority signed it".to_owned())),
    }
}

/// What a path error means for the verdict.
fn judged(error: &PathError) -> (Ended, Said) {
    let en = "the certificate's path does not hold";
    match error {
        PathError::NoAnchor { .. } => (
            Ended::Unknown,
            with(
                "信頼するルート証明書につながりません。root.pem を --trust で渡してください",
                "no path to a trusted root: give root.pem with --trust",
                error,
            ),
        ),
        PathError::NoStatus { .. } => (
            Ended::Unknown,
            with(
                "現在有効な失効情報がありません。新しいCRLが必要です",
                "no current status: a current CRL is needed",
                error,
            ),
        ),
        PathError::Revoked { .. } => (Ended::Fails, with("証明書が失効しています", "a certificate is revoked", error)),
        PathError::Expired { .. } | PathError::WeakAlgorithm { .. } | PathError::NotYetValid { .. } | PathError::TooManyCandidates => (
            Ended::Unknown,
            with(
                "証明書または暗号方式の有効期間外です",
                "outside the validity of a certificate or an algorithm",
                error,
            ),
        ),
        _ => (Ended::Fails, with("証明書のつながりが正しくありません", en, error)),
    }
}
