//! What a party may add to the file that was sent to it.

use crate::facts::{Agreed, facts};
use crate::registration::plain;
use crate::{Intact, Refusal, permissions};
use pdf::changes::{Changes, Deed, Finding, Level, Role, Rule};
use pdf::{Document, Signature};

/// What is expected of a continuation.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The agreed field; `None`: one new field, or any empty one.
    pub field: Option<String>,
    /// The signer's certificate (DER), if it is known beforehand.
    pub certificate: Option<Vec<u8>>,
}

/// A continuation that adds one signature and nothing that is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Continuation {
    /// The field that was signed.
    pub field: String,
    /// The bytes that were added.
    pub added: u64,
    /// The signer's certificate, DER.
    pub certificate: Vec<u8>,
    /// Whether the signature carries a signature time-stamp of its own, or a document time-stamp follows.
    pub stamped: bool,
    /// /SubFilter.
    pub sub_filter: String,
}

/// A new visible field may take this share of its page at most: it must not cover what was agreed.
const LARGEST_SHARE: f64 = 0.2;

/// Whether `uploaded` is `sent` plus one signature by the rules of rulings.md. Trust (chain, revocation) is [`crate::validate`]'s matter; integrity is checked here.
///
/// # Errors
/// The reason, naming the object.
pub fn continuation(sent: &[u8], uploaded: &[u8], expected: &Expected) -> Result<Continuation, Refusal> {
    if uploaded.is_empty() {
        return Err(Refusal::Empty);
    }
    if !uploaded.starts_with(sent) {
        // Tell a broken file from another one.
        Document::open(uploaded)?;
        return Err(Refusal::NotAContinuation);
    }
    if uploaded.len() == sent.len() {
        return Err(Refusal::NothingAdded);
    }
    let before = Document::open(sent)?;
    let document = Document::open(uploaded)?;
    let signed_revision = before.revisions().len() - 1;
    let same = |index: usize| {
        document
            .revisions()
            .get(index)
            .is_some_and(|revision| revision.marker_end == before.revisions()[index].marker_end)
    };
    if document.revisions().len() <= before.revisions().len() || !same(signed_revision) {
        return Err(Refusal::NothingAdded);
    }
    plain(&document)?;
    let new: Vec<Signature<'_>> = document
        .signatures()?
        .into_iter()
        .filter(|signature| signature.revision > signed_revision)
        .collect();
    let (stamps, signatures): (Vec<_>, Vec<_>) = new.into_iter().partition(Signature::is_document_timestamp);
    let changes = pdf::changes::since(&document, signed_revision)?;
    let signed: Vec<&str> = signatures.iter().map(|signature| signature.field.as_str()).collect();
    let stamped: Vec<&str> = stamps.iter().map(|stamp| stamp.field.as_str()).collect();
    nothing_else(&document, signed_revision, &changes, &signed, &stamped)?;
    let signature = match signatures.as_slice() {
        [] => return Err(Refusal::NoSignatureAdded),
        [one] => one,
        several => return Err(Refusal::SeveralSignatures(several.len())),
    };
    if let Some(field) = expected.field.as_ref().filter(|field| **field != signature.field) {
        return Err(Refusal::WrongField {
            expected: field.clone(),
            found: signature.field.clone(),
        });
    }
    let facts = facts(&document, signature, &[], Agreed::of(&signatures));
    let invalid = |because: &str| Refusal::SignatureInvalid {
        field: signature.field.clone(),
        because: because.to_owned(),
    };
    if let Some(fault) = facts.faults.first() {
        return Err(invalid(&fault.because));
    }
    let (Intact::Yes, Some(signer)) = (facts.intact, &facts.signer) else {
        return Err(invalid("署名値を確認できません。"));
    };
    if expected.certificate.as_ref().is_some_and(|certificate| certificate != signer.der()) {
        return Err(Refusal::WrongSigner {
            found: signer.subject().short(),
        });
    }
    let (permission, _) = permissions::of_signature(&document, signature);
    if permission == Some(1) {
        // Acrobat lets nothing follow such a signature, not even validation data.
        return Err(Refusal::Locked {
            field: signature.field.clone(),
            by: "DocMDP",
        });
    }
    Ok(Continuation {
        field: signature.field.clone(),
        added: (uploaded.len() - sent.len()) as u64,
        certificate: signer.der().to_vec(),
        stamped: !facts.tokens.is_empty() || !stamps.is_empty(),
        sub_filter: signature.sub_filter.clone(),
    })
}

/// Every object that the added revisions wrote must be one of those that a signature needs.
fn nothing_else(
    document: &Document<'_>,
    signed_revision: usize,
    changes: &Changes,
    signed: &[&str],
    stamped: &[&str],
) -> Result<(), Refusal> {
    if let Some(freed) = changes.touched.iter().find(|touched| touched.deed == Deed::Freed) {
        return Err(Refusal::Freed(freed.object.to_string()));
    }
    if let Some(finding) = changes.findings.iter().find(|finding| finding.level >= Level::Annotations) {
        return Err(refusal(finding));
    }
    let ours = |name: &str| signed.contains(&name) || stamped.contains(&name);
    for touched in &changes.touched {
        let fits = match &touched.role {
            Role::Catalog | Role::Info | Role::Metadata | Role::Dss | Role::DssData | Role::Form | Role::PageAnnots { .. } => true,
            Role::XrefStream | Role::ObjectStream | Role::Repetition => true,
            Role::NewField { name } | Role::Field { name } => ours(name),
            Role::SignatureValue { field } | Role::Widget { field } | Role::Appearance { field } => ours(field),
            _ => false,
        };
        if !fits && touched.deed != Deed::Repeated {
            return Err(Refusal::Changed {
                object: touched.object.to_string(),
                what: words(&touched.role),
            });
        }
    }
    let view = document.last();
    let pages = view.pages()?;
    let old: Vec<String> = document.at(signed_revision).fields()?.into_iter().map(|field| field.name).collect();
    for field in view.fields()?.into_iter().filter(|field| !old.contains(&field.name)) {
        for widget in &field.widgets {
            let dict = view.dict(*widget)?;
            let [left, bottom, right, top] = view.rectangle(&dict, "Rect")?.unwrap_or([0.0; 4]);
            let smallest = pages
                .iter()
                .map(|page| (page.crop_box[2] - page.crop_box[0]) * (page.crop_box[3] - page.crop_box[1]));
            if (right - left) * (top - bottom) > smallest.fold(f64::INFINITY, f64::min) * LARGEST_SHARE {
                return Err(Refusal::Changed {
                    object: widget.to_string(),
                    what: "追加された署名欄が大きすぎ、本文を覆います".to_owned(),
                });
            }
        }
    }
    Ok(())
}

fn refusal(finding: &Finding) -> Refusal {
    let object = finding.object.map_or_else(|| "文書全体".to_owned(), |object| object.to_string());
    match finding.rule {
        Rule::Freed => Refusal::Freed(object),
        Rule::Page => Refusal::PageChanged(format!("{object}: {}", finding.what)),
        Rule::Annotation => Refusal::Annotation(format!("{object}: {}", finding.what)),
        _ => Refusal::Changed {
            object,
            what: finding.what.clone(),
        },
    }
}

fn words(role: &Role) -> String {
    match role {
        Role::NewField { name } => format!("欄「{name}」の追加"),
        Role::Field { name } => format!("欄「{name}」の変更"),
        Role::SignatureValue { field } | Role::Widget { field } | Role::Appearance { field } => format!("欄「{field}」の一部"),
        Role::Annotation { page } => format!("{}ページ目の注釈", page + 1),
        Role::Unused => "どこからも使われていないオブジェクト".to_owned(),
        _ => "署名と関係のない変更".to_owned(),
    }
}
