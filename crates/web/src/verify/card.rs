//! The signatures of a file on the page of its case: the answer of the verify page, once for each of them, and what comes next.

use foundation::Instant;
use pades::{Report, SignatureReport};
use pki::Certificate;

use super::{
    answer::Line,
    grounds::later,
    paper::{issuer, lines, signer},
};
use crate::words;

/// The signatures that stand in a file.
pub(crate) struct Card {
    /// 「このPDFには署名が2つあります」
    pub title: String,
    /// The first sentence of the verify page.
    pub first: String,
    /// The state of the badge.
    pub state: &'static str,
    /// The badge in words.
    pub badge: &'static str,
    /// In the order of the file.
    pub signatures: Vec<One>,
    /// What comes next.
    pub ahead: Option<Ahead>,
}

/// One of them.
pub(crate) struct One {
    /// From 1.
    pub nth: usize,
    /// The signer's name.
    pub who: String,
    /// The company that his certificate names.
    pub company: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// The field.
    pub field: String,
    /// PAdES B-LT …
    pub level: &'static str,
    /// By a time-stamp.
    pub proven: Option<At>,
    /// By the signer's own clock.
    pub claimed: Option<At>,
    /// What came after it.
    pub later: &'static str,
    /// The state of the badge.
    pub state: &'static str,
    /// The badge in words.
    pub badge: &'static str,
    /// 改ざん, 日時, 署名者.
    pub three: Vec<Line>,
    /// Because of it the file was not taken.
    pub is_cause: bool,
}

/// A time for people and for machines.
pub(crate) struct At {
    /// RFC 3339.
    pub machine: String,
    /// With seconds and from where it counts.
    pub words: String,
}

impl From<Instant> for At {
    fn from(at: Instant) -> Self {
        Self {
            machine: at.rfc3339_japan(),
            words: format!("{} 日本時間(UTC+9)", words::moment(at)),
        }
    }
}

/// What comes after these signatures.
pub(crate) struct Ahead {
    /// The word of the style sheet for a notice: `ok`, `warn` or `error`.
    pub kind: &'static str,
    /// In short.
    pub head: String,
    /// In a sentence.
    pub says: String,
}

impl Ahead {
    /// Another signature follows; `is_certified`: somebody certified the file, so its mark will not show.
    pub(crate) fn on_top(is_certified: bool) -> Self {
        let unseen = if is_certified {
            "このPDFは認証（DocMDP）されているため、次の署名に印は見えません。署名の効力は変わりません。"
        } else {
            ""
        };
        Self {
            kind: "ok",
            head: "次の署名は、上に重ねます".to_owned(),
            says: format!(
                "新しい署名は、いまのPDFの後ろに書き足します。いまある署名が守っている部分は1ビットも変わらないので、前の署名は壊れません。{unseen}"
            ),
        }
    }
    /// The file was not taken; `cause` is the signature because of which it was not.
    fn refused(error: &contracts::Error, cause: Option<&SignatureReport>) -> Self {
        let Some(cause) = cause else {
            return Self {
                kind: "warn",
                head: "受け取れない理由は、いまある署名ではありません".to_owned(),
                says: "理由と、つぎにすることは、下にあります。".to_owned(),
            };
        };
        let of = format!("{}の署名（署名欄「{}」）", signer(cause), cause.field);
        let says = match (refusal(error), error) {
            (Some(pades::Refusal::Locked { by, .. }), _) => {
                format!("上に署名すると、{of}が壊れます。この署名は、あとから署名を加えることを禁じています（{by}）。")
            }
            (Some(pades::Refusal::CaNotAgreed { .. }), _) => {
                format!("{of}を出した認証局を、この案件では使えません。「無効」という意味ではありません。")
            }
            (None, contracts::Error::SignedByAnother { .. }) | (Some(pades::Refusal::WrongSigner { .. }), _) => {
                format!("{of}は、この案件で署名する方のものではありません。署名そのものが無効なのではありません。")
            }
            _ => format!("{of}は、いまのままでは有効になりません。上に署名しても変わりません。"),
        };
        Self {
            kind: "error",
            head: "このPDFの上には、署名を重ねられません".to_owned(),
            says,
        }
    }
}

/// Why the file itself was refused, if it was that.
const fn refusal(error: &contracts::Error) -> Option<&pades::Refusal> {
    match error {
        contracts::Error::File(refusal) | contracts::Error::Signing(signing::Error::File(refusal)) => Some(refusal),
        _ => None,
    }
}

impl Card {
    /// The signatures of a report; none, none.
    pub(crate) fn of(report: &Report, ahead: Option<Ahead>) -> Option<Self> {
        let count = report.signatures.len();
        if count == 0 {
            return None;
        }
        let whole = lines(report);
        Some(Self {
            title: format!("このPDFには署名が{count}つあります"),
            first: whole.first,
            state: whole.state,
            badge: whole.badge,
            signatures: (1..)
                .zip(&report.signatures)
                .map(|(nth, signature)| one(nth, signature, report))
                .collect(),
            ahead,
        })
    }
    /// The signatures of a file that was not taken, and why it was not.
    pub(crate) fn refused(report: &Report, error: &contracts::Error) -> Option<Self> {
        let cause = cause(error, report);
        let mut card = Self::of(report, Some(Ahead::refused(error, cause)))?;
        card.title = format!("置かれたPDFには署名が{}つあります", card.signatures.len());
        for (one, signature) in card.signatures.iter_mut().zip(&report.signatures) {
            one.is_cause = cause.is_some_and(|cause| std::ptr::eq(cause, signature));
        }
        Some(card)
    }
}

/// The signature because of which a file was not taken, if it was one of them.
fn cause<'r>(error: &contracts::Error, report: &'r Report) -> Option<&'r SignatureReport> {
    use pades::Refusal as R;
    let mut signatures = report.signatures.iter();
    match (refusal(error), error) {
        (
            Some(R::Locked { field, .. } | R::SignatureInvalid { field, .. } | R::SignerRevoked { field } | R::CaNotAgreed { field, .. }),
            _,
        ) => signatures.find(|signature| signature.field == *field),
        (Some(R::WrongSigner { found }), _) | (None, contracts::Error::SignedByAnother { found }) => {
            signatures.find(|signature| signature.signer.as_ref() == Some(found))
        }
        _ => None,
    }
}

/// As if it were alone in the file, with the time-stamps that speak for it.
fn one(nth: usize, signature: &SignatureReport, report: &Report) -> One {
    let stamps = report
        .timestamps
        .iter()
        .filter(|stamp| stamp.kind == "document" || stamp.field == signature.field);
    let alone = Report {
        signatures: vec![signature.clone()],
        timestamps: stamps.cloned().collect(),
        warnings: Vec::new(),
    };
    let answer = lines(&alone);
    let certificate = signature.signer_certificate.as_deref().and_then(|der| Certificate::parse(der).ok());
    let who = signature.signer.clone().unwrap_or_else(|| "名前の分からない方".to_owned());
    One {
        nth,
        company: certificate
            .and_then(|certificate| certificate.subject().organization())
            .filter(|company| *company != who),
        who,
        issuer: issuer(signature),
        field: signature.field.clone(),
        level: signature.level.japanese(),
        proven: signature.proven_time.map(At::from),
        claimed: signature.claimed_time.map(At::from),
        later: later(signature.changes),
        state: answer.state,
        badge: answer.badge,
        three: answer.three,
        is_cause: false,
    }
}
