//! Time-stamps: of the document, and of signatures; what they prove.

use crate::facts::Facts;
use crate::judge::{self, Question};
use crate::validate::{Proof, Validation, Which, verdict, weak};
use crate::{Fault, Indication, Intact, SubIndication, TimestampReport};
use cms::tsp::Token;
use foundation::Instant;
use pki::{Certificate, Purpose};

impl Validation<'_> {
    /// Trust in a token's unit at `control`: signature, path, status.
    fn unit(&self, token: &Token, proofs: &[Proof], control: Option<Instant>) -> (Option<Certificate>, Intact, Option<Fault>) {
        let verified = match token.verify(&self.known) {
            Ok(verified) => verified,
            Err(error) => {
                let (intact, sub) = match error {
                    cms::Error::SignatureWrong | cms::Error::DigestMismatch => (Intact::No, SubIndication::SigCryptoFailure),
                    cms::Error::CertificateMissing | cms::Error::CertificateMismatch => {
                        (Intact::Unclear, SubIndication::NoSigningCertificateFound)
                    }
                    cms::Error::NotATimeStampUnit => (Intact::Yes, SubIndication::ChainConstraintsFailure),
                    _ => (Intact::Unclear, SubIndication::FormatFailure),
                };
                return (
                    None,
                    intact,
                    Some(Fault::new(sub, format!("タイムスタンプの署名を確認できません（{error}）。"))),
                );
            }
        };
        let mut known = self.known.clone();
        known.extend(verified.certificates);
        let evidence = self.evidence(proofs, Which::All);
        let at = control.unwrap_or(self.at);
        let question = Question {
            leaf: &verified.unit,
            known: &known,
            anchors: &self.anchors,
            evidence: &evidence,
            at,
            now: self.at,
            proven: control.is_some(),
            purpose: Purpose::TimeStamping,
        };
        let fault = judge::trusted(&question).err();
        let fault = fault.or_else(|| weak(token.info.digest, at));
        let time = token.info.gen_time;
        let fault = fault.or_else(|| {
            (!verified.unit.is_valid_at(time) || time > self.at.plus_seconds(300)).then(|| {
                Fault::new(
                    SubIndication::TimestampOrderFailure,
                    "タイムスタンプの時刻が、時刻認証局の証明書の有効期間または現在の時刻と合いません。",
                )
            })
        });
        (Some(verified.unit), Intact::Yes, fault)
    }

    pub fn document_stamp(&self, index: usize, proofs: &[Proof]) -> (TimestampReport, Option<Proof>) {
        let facts = &self.facts[index];
        let control = Self::proven(proofs, facts.revision, facts.covered_len);
        let mut report = TimestampReport {
            field: facts.field.clone(),
            kind: "document",
            indication: Indication::Indeterminate,
            sub_indication: None,
            intact: facts.intact,
            covers: facts.coverage,
            changes: facts.changes,
            unit: None,
            time: facts.token.as_ref().map(|token| token.info.gen_time),
            reasons: Vec::new(),
            unit_certificate: None,
        };
        let mut faults = facts.faults.clone();
        if let Some(token) = &facts.token {
            let (unit, intact, fault) = self.unit(token, proofs, control);
            report.unit = unit.as_ref().map(|unit| unit.subject().short());
            report.unit_certificate = unit.map(|unit| unit.der().to_vec());
            report.intact = worse(facts.intact, intact);
            faults.extend(fault);
        }
        (report.indication, report.sub_indication, report.reasons) = verdict(faults);
        let holds = report.indication == Indication::TotalPassed;
        let proof = report.time.filter(|_| holds).map(|time| Proof {
            revision: facts.revision,
            covered_len: facts.covered_len,
            time,
        });
        (report, proof)
    }

    /// A signature time-stamp; its genTime if it holds.
    pub fn signature_stamp(&self, facts: &Facts, raw: &[u8], proofs: &[Proof]) -> (TimestampReport, Option<Instant>) {
        let control = Self::proven(proofs, facts.revision, facts.covered_len);
        let mut report = TimestampReport {
            field: facts.field.clone(),
            kind: "signature",
            indication: Indication::Indeterminate,
            sub_indication: None,
            intact: Intact::Unclear,
            covers: facts.coverage,
            changes: facts.changes,
            unit: None,
            time: None,
            reasons: Vec::new(),
            unit_certificate: None,
        };
        let mut faults = Vec::new();
        match Token::parse(raw) {
            Err(error) => faults.push(Fault::new(
                SubIndication::FormatFailure,
                format!("署名のタイムスタンプを読み取れません（{error}）。"),
            )),
            Ok(token) => {
                report.time = Some(token.info.gen_time);
                let over = token.is_over(&facts.value).is_ok();
                if !over {
                    faults.push(Fault::new(
                        SubIndication::HashFailure,
                        "署名のタイムスタンプは、この署名に対するものではありません。",
                    ));
                }
                let (unit, intact, fault) = self.unit(&token, proofs, control);
                report.intact = if over { intact } else { Intact::No };
                report.unit = unit.as_ref().map(|unit| unit.subject().short());
                report.unit_certificate = unit.map(|unit| unit.der().to_vec());
                faults.extend(fault);
            }
        }
        (report.indication, report.sub_indication, report.reasons) = verdict(faults);
        let time = report.time.filter(|_| report.indication == Indication::TotalPassed);
        (report, time)
    }
}

const fn worse(one: Intact, other: Intact) -> Intact {
    match (one, other) {
        (Intact::No, _) | (_, Intact::No) => Intact::No,
        (Intact::Unclear, _) | (_, Intact::Unclear) => Intact::Unclear,
        (Intact::Yes, Intact::Yes) => Intact::Yes,
    }
}
