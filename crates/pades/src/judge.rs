//! Trust in a certificate at a time: `pki` judges the path, this file says it in the words of EN 319 102-1.

use crate::{Fault, Material, SubIndication};
use foundation::Instant;
use pki::{Certificate, Evidence, PathError, PathQuestion, Purpose, RevocationRule, Unusable, validate_path};

/// What can be read of `material`. The pieces are shared, so that it is read once only.
pub fn read(material: &Material) -> Evidence {
    Evidence::from_der(material.crls.iter().map(Vec::as_slice), material.ocsps.iter().map(Vec::as_slice))
}

/// Adds to `evidence` what `piece`, proven to exist at `exists`, can prove: an OCSP response counts only if its signer's
/// certificate was still in force then; else a key that leaked later could have made it.
pub fn add(evidence: &mut Evidence, piece: &Evidence, exists: Instant) {
    evidence.crls.extend(piece.crls.iter().cloned());
    evidence.ocsps.extend(
        piece
            .ocsps
            .iter()
            .filter(|response| {
                let signers = response.certificates();
                signers.is_empty() || signers.iter().any(|signer| signer.not_after() >= exists)
            })
            .cloned(),
    );
}

/// What is asked about a certificate.
pub struct Question<'a> {
    pub leaf: &'a Certificate,
    pub known: &'a [Certificate],
    pub anchors: &'a [Certificate],
    pub evidence: &'a Evidence,
    /// The control time.
    pub at: Instant,
    /// The time of validation.
    pub now: Instant,
    /// Whether the control time is proven by a time-stamp.
    pub proven: bool,
    pub purpose: Purpose,
}

/// Whether the path holds at the control time.
pub fn trusted(question: &Question<'_>) -> Result<(), Fault> {
    let rule = if question.purpose == Purpose::Signing && question.proven {
        RevocationRule::AfterControlTime
    } else {
        RevocationRule::Current
    };
    let asked = PathQuestion {
        candidates: question.known,
        until: question.now,
        purpose: question.purpose,
        revocation: rule,
        evidence: question.evidence,
        ..PathQuestion::new(question.leaf, question.anchors, question.at)
    };
    match validate_path(&asked) {
        Ok(_) => Ok(()),
        Err(error) => Err(fault(&error, question.proven)),
    }
}

fn fault(error: &PathError, proven: bool) -> Fault {
    use PathError as E;
    use SubIndication as S;
    match error {
        E::NoAnchor { issuer } => Fault::new(
            S::NoCertificateChainFound,
            format!("信頼する認証局までの経路がありません（「{issuer}」の先が見つかりません）。"),
        ),
        E::Expired { subject, not_after } => {
            let sub = if proven { S::Expired } else { S::OutOfBoundsNoPoe };
            Fault::new(
                sub,
                format!("電子証明書「{subject}」は、{}に期限が切れています。", not_after.japanese()),
            )
        }
        E::NotYetValid { subject, not_before } => Fault::new(
            S::NotYetValid,
            format!("電子証明書「{subject}」は、{}より前には有効ではありません。", not_before.japanese()),
        ),
        E::Revoked {
            subject,
            is_ca,
            revocation,
        } => Fault::new(
            if *is_ca { S::RevokedCaNoPoe } else { S::RevokedNoPoe },
            format!("電子証明書「{subject}」は、{}に失効しています。", revocation.at.japanese()),
        ),
        E::NoStatus { subject, tried, .. } if tried.is_empty() => {
            Fault::new(S::TryLater, format!("電子証明書「{subject}」の失効情報（CRL、OCSP）がありません。"))
        }
        E::NoStatus { subject, tried, .. } => {
            let why: Vec<String> = tried
                .iter()
                .map(|(kind, why)| format!("{}: {}", kind.to_uppercase(), words(why)))
                .collect();
            Fault::new(
                S::TryLater,
                format!(
                    "電子証明書「{subject}」の失効情報が、証明された時刻について何も示していません（{}）。",
                    why.join("、")
                ),
            )
        }
        E::WeakAlgorithm { .. } => Fault::new(
            S::CryptoConstraintsFailureNoPoe,
            format!("暗号の強度が、その時点では十分ではありません（{error}）。"),
        ),
        E::TooManyCandidates => Fault::new(
            S::CertificateChainGeneralFailure,
            "同じ名前の証明書が多すぎるため、経路を調べられません。",
        ),
        other => Fault::new(
            S::ChainConstraintsFailure,
            format!("電子証明書の経路が正しくありません（{other}）。"),
        ),
    }
}

/// Why a piece of evidence did not serve.
fn words(why: &Unusable) -> String {
    match why {
        Unusable::Signature => "署名を確認できません".to_owned(),
        Unusable::WeakAlgorithm => "暗号の強度が足りません".to_owned(),
        Unusable::FromTheFuture => "検証時刻より後のものです".to_owned(),
        Unusable::Stale { this_update, .. } => format!("{}現在のもので、古すぎます", this_update.japanese()),
        Unusable::ExpiredLeftOut => "期限切れの証明書を載せていません".to_owned(),
        Unusable::OutOfScope => "対象外です".to_owned(),
        Unusable::UnknownToResponder => "応答者がこの証明書を知りません".to_owned(),
        Unusable::SignerStatus => "応答者自身の状態が分かりません".to_owned(),
    }
}
