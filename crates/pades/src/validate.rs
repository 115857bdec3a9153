//! Validation of every signature and time-stamp of a file (EN 319 102-1 §5, in the order that time-stamps allow).

mod removed;

use crate::facts::{Agreed, Facts, Kind, facts};
use crate::judge::{self, Question};
use crate::{
    Changes, Coverage, Error, Fault, Indication, Intact, Level, Material, Report, SignatureReport, SubIndication, TimestampReport, Trust,
    dss,
};
use foundation::Instant;
use pdf::{Document, Signature};
use pki::{Certificate, Evidence, Purpose};

/// Validates all signatures of `pdf` at the time `at` against `trust`; `extra` is evidence from outside the file (CRLs, OCSP, certificates).
///
/// # Errors
/// [`Error::Pdf`]: the file cannot be read as a PDF at all.
pub fn validate(pdf: &[u8], trust: &Trust, at: Instant, extra: Option<&Material>) -> Result<Report, Error> {
    let document = Document::open(pdf)?;
    if document.is_encrypted() {
        return Err(Error::Unsuitable("encrypted"));
    }
    Validation::of(&document, trust, at, extra)?.report()
}

pub(crate) struct Validation<'d> {
    document: &'d Document<'d>,
    pub at: Instant,
    pub anchors: Vec<Certificate>,
    pub known: Vec<Certificate>,
    pub facts: Vec<Facts>,
    /// Evidence from outside the file, and from inside the CMS.
    other: Evidence,
    /// What the DSS of the file holds, by the first revision it stands in.
    dss: Vec<(usize, Evidence)>,
    warnings: Vec<String>,
    /// What an older state listed and nobody agreed to take out.
    removed: Vec<SignatureReport>,
}

/// A document time-stamp that holds: everything up to `covered_len` existed at `time`.
#[derive(Clone, Copy)]
pub(crate) struct Proof {
    pub revision: usize,
    pub covered_len: u64,
    pub time: Instant,
}

/// Signatures and document time-stamps of one file. (A contract that was renewed every year for a century has two hundred.)
const MOST_SIGNATURES: usize = 256;

/// Which evidence.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// All that is at hand.
    All,
    /// What the DSS of the file holds.
    InFile,
    /// What the DSS holds in the first so many bytes.
    Under(u64),
}

impl<'d> Validation<'d> {
    fn of(document: &'d Document<'d>, trust: &Trust, at: Instant, extra: Option<&Material>) -> Result<Self, Error> {
        let parse = |ders: &[Vec<u8>]| ders.iter().filter_map(|der| Certificate::parse(der).ok()).collect::<Vec<_>>();
        let anchors = parse(&trust.anchors);
        let mut warnings = Vec::new();
        let mut dss = Vec::new();
        let mut seen = Material::default();
        for revision in 0..document.revisions().len() {
            let here = dss::dss_at(&document.at(revision))?;
            let fresh = here.without(&seen);
            if !fresh.is_empty() {
                seen.add(&fresh);
                dss.push((revision, judge::read(&fresh)));
            }
        }
        let mut known = parse(&seen.certificates);
        if let Some(extra) = extra {
            known.extend(parse(&extra.certificates));
        }
        let mut facts: Vec<Facts> = Vec::new();
        let signatures = document.signatures()?;
        affordable(document, &signatures)?;
        let agreed = Agreed::of(&signatures);
        for signature in &signatures {
            facts.push(self::facts(document, signature, &known, agreed));
        }
        overlaps(&mut facts, &signatures);
        for fact in &facts {
            known.extend(fact.certificates.iter().cloned());
            warnings.extend(fact.warnings.iter().map(|warning| format!("{}: {warning}", fact.field)));
        }
        let mut removed = Vec::new();
        for gone in removed::removed(document, &signatures)? {
            if gone.agreed {
                warnings.push(format!("{}: この署名は、後の署名の前に取り除かれています。", gone.field));
            } else {
                removed.push(taken_out(gone));
            }
        }
        let mut other = extra.cloned().unwrap_or_default();
        for fact in &facts {
            other.add(&fact.revocation);
        }
        let other = judge::read(&other);
        Ok(Self {
            document,
            at,
            anchors,
            known,
            facts,
            other,
            dss,
            warnings,
            removed,
        })
    }

    fn report(mut self) -> Result<Report, Error> {
        let mut timestamps = Vec::new();
        let mut proofs: Vec<Proof> = Vec::new();
        // From the last to the first: a later time-stamp proves that the earlier one, and the material beside it, existed.
        for index in (0..self.facts.len())
            .rev()
            .filter(|index| self.facts[*index].kind == Kind::Stamp)
            .collect::<Vec<_>>()
        {
            let (report, proof) = self.document_stamp(index, &proofs);
            timestamps.push(report);
            proofs.extend(proof);
        }
        timestamps.reverse();
        let mut signatures = Vec::new();
        let mut tokens = Vec::new();
        for index in (0..self.facts.len())
            .filter(|index| self.facts[*index].kind != Kind::Stamp)
            .collect::<Vec<_>>()
        {
            signatures.push(self.signature(index, &proofs, &mut tokens));
        }
        signatures.append(&mut self.removed);
        tokens.extend(timestamps);
        let mut warnings = std::mem::take(&mut self.warnings);
        if let Some(last) = tokens
            .iter()
            .rev()
            .find(|stamp| stamp.kind == "document" && stamp.indication == Indication::TotalPassed)
            && let Some(unit) = last.unit_certificate.as_ref().and_then(|der| Certificate::parse(der).ok())
        {
            let before = unit.not_after().date_in_japan();
            warnings.push(format!(
                "最後のタイムスタンプの証明書は{before}に期限が切れます。それまでに更新してください。 Renew before {before}."
            ));
        }
        if self.document.is_hybrid() {
            warnings.push("ハイブリッド形式のPDFです。見る人によって内容が変わり得ます。".to_owned());
        }
        Ok(Report {
            signatures,
            timestamps: tokens,
            warnings,
        })
    }

    /// The evidence at hand, with the times proven by `proofs`.
    pub fn evidence(&self, proofs: &[Proof], which: Which) -> Evidence {
        let mut evidence = Evidence::default();
        for (revision, piece) in &self.dss {
            let end = self.document.revisions()[*revision].marker_end as u64;
            if matches!(which, Which::Under(covered_len) if covered_len < end) {
                continue;
            }
            let exists = proofs
                .iter()
                .filter(|proof| proof.covered_len >= end)
                .map(|proof| proof.time)
                .min()
                .unwrap_or(self.at);
            judge::add(&mut evidence, piece, exists);
        }
        if which == Which::All {
            judge::add(&mut evidence, &self.other, self.at);
        }
        evidence
    }

    /// The earliest time at which bytes of `revision` (ending at `covered_len`) are proven to have existed by a later time-stamp.
    pub fn proven(proofs: &[Proof], revision: usize, covered_len: u64) -> Option<Instant> {
        proofs
            .iter()
            .filter(|proof| proof.revision > revision && proof.covered_len >= covered_len)
            .map(|proof| proof.time)
            .min()
    }

    fn signature(&self, index: usize, proofs: &[Proof], stamps: &mut Vec<TimestampReport>) -> SignatureReport {
        let facts = &self.facts[index];
        let mut times = Vec::new();
        let mut faults = facts.faults.clone();
        for raw in &facts.tokens {
            let (report, time) = self.signature_stamp(facts, raw, proofs);
            if report.indication == Indication::TotalFailed {
                // EN 319 102-1 §5.5.4 would leave a broken time-stamp out; a copied one is an attack, and people should hear of it.
                faults.push(Fault::new(
                    SubIndication::FormatFailure,
                    "署名に、正しくないタイムスタンプが付いています。",
                ));
            }
            times.extend(time);
            stamps.push(report);
        }
        let by_document = Self::proven(proofs, facts.revision, facts.covered_len);
        let proven = times.iter().copied().chain(by_document).min();
        let best = proven.unwrap_or(self.at);
        let (mut long_term, mut archived) = (false, false);
        let later = proofs
            .iter()
            .filter(|proof| proof.revision > facts.revision && proof.covered_len >= facts.covered_len);
        if let Some(signer) = &facts.signer {
            let evidence = self.evidence(proofs, Which::All);
            let question = Question {
                leaf: signer,
                known: &self.known,
                anchors: &self.anchors,
                evidence: &evidence,
                at: best,
                now: self.at,
                proven: proven.is_some(),
                purpose: Purpose::Signing,
            };
            match judge::trusted(&question) {
                Err(fault) => faults.push(fault),
                // Certificates in the CMS count (EN 319 142-1 §6.3); revocation data must be in the DSS of the file.
                Ok(()) => {
                    let holds = |which| {
                        judge::trusted(&Question {
                            evidence: &self.evidence(proofs, which),
                            ..question
                        })
                        .is_ok()
                    };
                    long_term = holds(Which::InFile);
                    archived = long_term && later.clone().any(|proof| holds(Which::Under(proof.covered_len)));
                }
            }
            faults.extend(facts.digest.and_then(|digest| weak(digest, best)));
        } else if faults.is_empty() {
            faults.push(Fault::new(
                SubIndication::NoSigningCertificateFound,
                "署名者の電子証明書が見つかりません。",
            ));
        }
        let level = level(facts, proven.is_some(), long_term, archived);
        let (indication, sub_indication, reasons) = verdict(faults);
        SignatureReport {
            field: facts.field.clone(),
            sub_filter: facts.sub_filter.clone(),
            level,
            indication,
            sub_indication,
            intact: facts.intact,
            covers: facts.coverage,
            changes: facts.changes,
            signer: facts.signer.as_ref().map(|signer| signer.subject().short()),
            signer_certificate: facts.signer.as_ref().map(|signer| signer.der().to_vec()),
            claimed_time: facts.claimed,
            proven_time: proven,
            reasons,
            covered_len: facts.covered_len,
            signature_value: facts.value.clone(),
        }
    }
}

const fn level(facts: &Facts, timed: bool, long_term: bool, archived: bool) -> Level {
    match (facts.kind, facts.baseline) {
        (Kind::Cades, true) => match (timed, long_term, archived) {
            (true, true, true) => Level::BLTA,
            (true, true, false) => Level::BLT,
            (true, false, _) => Level::BT,
            (false, ..) => Level::BB,
        },
        (Kind::Adbe, _) => match (timed, long_term, archived) {
            (true, true, true) => Level::AdbeLTA,
            (true, true, false) => Level::AdbeLT,
            (true, false, _) => Level::AdbeT,
            (false, ..) => Level::Adbe,
        },
        _ => Level::None,
    }
}

/// Every signature is compared with every later revision: a file that is all signatures and revisions is refused before it costs minutes.
fn affordable(document: &Document<'_>, signatures: &[Signature<'_>]) -> Result<(), Error> {
    if signatures.len() > MOST_SIGNATURES {
        return Err(pdf::Error::TooMuch { of: "signatures" }.into());
    }
    // The first one has the most revisions after it.
    let first = signatures.first().map(|first| pdf::changes::work(document, first.revision));
    // What cannot be read is told by the comparison.
    let first = first.and_then(Result::ok).unwrap_or(0);
    if first.saturating_mul(signatures.len()) / 2 > pdf::changes::MOST_WORK {
        return Err(pdf::Error::TooMuch { of: "comparisons" }.into());
    }
    Ok(())
}

/// What is told of a signature that a later revision took out of the list.
fn taken_out(removed: removed::Removed) -> SignatureReport {
    SignatureReport {
        field: removed.field,
        sub_filter: removed.sub_filter,
        level: Level::None,
        indication: Indication::TotalFailed,
        sub_indication: Some(SubIndication::FormatFailure),
        intact: Intact::Unclear,
        covers: Coverage::Unclear,
        changes: Changes::Other,
        signer: None,
        signer_certificate: None,
        claimed_time: None,
        proven_time: None,
        reasons: vec!["この署名は、後から加えられた更新で取り除かれています。".to_owned()],
        covered_len: removed.covered_len,
        signature_value: Vec::new(),
    }
}

/// No hole of one signature may lie in another's; no two fields may share one signature.
fn overlaps(facts: &mut [Facts], signatures: &[Signature<'_>]) {
    for (index, signature) in signatures.iter().enumerate() {
        let Some(hole) = &signature.hole else { continue };
        let shared = signatures.iter().enumerate().any(|(other, theirs)| {
            other != index
                && theirs
                    .hole
                    .as_ref()
                    .is_some_and(|theirs| theirs.start < hole.end && hole.start < theirs.end)
        });
        if shared && let Some(fact) = facts.get_mut(index) {
            fact.fault(SubIndication::FormatFailure, "署名値の欄が、別の署名と重なっています。");
        }
    }
}

pub(crate) fn weak(digest: pki::DigestAlgorithm, at: Instant) -> Option<Fault> {
    let weak = pki::algorithm_policy::ours().check_digest(digest, at).err()?;
    Some(Fault::new(
        SubIndication::CryptoConstraintsFailureNoPoe,
        format!("暗号の強度が、その時点では十分ではありません（{weak}）。"),
    ))
}

/// The indication: what is wrong for good outweighs what is missing.
pub(crate) fn verdict(faults: Vec<Fault>) -> (Indication, Option<SubIndication>, Vec<String>) {
    let gravest = faults.iter().find(|fault| fault.is_final()).or_else(|| faults.first());
    let (indication, sub) = match gravest {
        None => (Indication::TotalPassed, None),
        Some(fault) if fault.is_final() => (Indication::TotalFailed, Some(fault.sub)),
        Some(fault) => (Indication::Indeterminate, Some(fault.sub)),
    };
    (indication, sub, faults.into_iter().map(|fault| fault.because).collect())
}
