//! What may be registered as a contract, and why not: each reason its own sentence.

use crate::{FieldSpec, Indication, Material, SignatureReport, SubIndication, Trust, permissions};
use foundation::Instant;
use pdf::Document;

/// A file that may be registered.
#[derive(Clone, Debug, PartialEq)]
pub struct Registered {
    /// Number of pages.
    pub pages: usize,
    /// The signatures that are there already, all of them valid.
    pub signatures: Vec<SignatureReport>,
    /// Names of empty signature fields.
    pub empty_fields: Vec<FieldSpec>,
    /// Whether somebody certified the file (DocMDP): a field added later is invisible then.
    pub certified: bool,
}

/// Why a file, or a continuation of one, was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No byte.
    Empty,
    /// Not readable as a PDF; the reader's sentence.
    Broken(String),
    /// Encrypted.
    Encrypted,
    /// Hybrid cross-reference.
    Hybrid,
    /// XFA form.
    Xfa,
    /// JavaScript, OpenAction or another action that runs by itself; the object.
    Active(String),
    /// A signature in it does not verify; its field.
    SignatureInvalid {
        /// The field.
        field: String,
        /// Why, a sentence.
        because: String,
    },
    /// A signer's certificate is revoked; the field.
    SignerRevoked {
        /// The field.
        field: String,
    },
    /// A signature is by a CA not agreed; its field and issuer.
    CaNotAgreed {
        /// The field.
        field: String,
        /// The issuer or signer as found.
        signer: String,
    },
    /// A signature's DocMDP, FieldMDP or /Lock forbids the next one.
    Locked {
        /// The field.
        field: String,
        /// `DocMDP`, `FieldMDP` or `Lock`.
        by: &'static str,
    },
    /// The uploaded file does not begin with the bytes that were sent.
    NotAContinuation,
    /// Nothing was added.
    NothingAdded,
    /// It is another signature field than the agreed one.
    WrongField {
        /// The agreed field.
        expected: String,
        /// What was found.
        found: String,
    },
    /// No signature was added, only other things.
    NoSignatureAdded,
    /// More than one signature was added.
    SeveralSignatures(usize),
    /// The signer is not the one agreed.
    WrongSigner {
        /// Who signed.
        found: String,
    },
    /// An object was freed.
    Freed(String),
    /// A page was changed (content, resources, size, order, number).
    PageChanged(String),
    /// An annotation that is no agreed widget.
    Annotation(String),
    /// Any other change; the object named.
    Changed {
        /// The object, e.g. `12 0 R`.
        object: String,
        /// What it is or what was done to it.
        what: String,
    },
}

impl Refusal {
    /// The stable code of the problem document.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "pdf_empty",
            Self::Broken(_) => "pdf_broken",
            Self::Encrypted => "pdf_encrypted",
            Self::Hybrid => "pdf_hybrid",
            Self::Xfa => "pdf_xfa",
            Self::Active(_) => "pdf_active_content",
            Self::SignatureInvalid { .. } => "signature_invalid",
            Self::SignerRevoked { .. } => "signer_revoked",
            Self::CaNotAgreed { .. } => "ca_not_agreed",
            Self::Locked { .. } => "pdf_locked",
            Self::NotAContinuation => "not_a_continuation",
            Self::NothingAdded => "nothing_added",
            Self::WrongField { .. } => "wrong_field",
            Self::NoSignatureAdded => "no_signature_added",
            Self::SeveralSignatures(_) => "several_signatures_added",
            Self::WrongSigner { .. } => "wrong_signer",
            Self::Freed(_) => "object_freed",
            Self::PageChanged(_) => "page_changed",
            Self::Annotation(_) => "annotation_added",
            Self::Changed { .. } => "changed_more_than_allowed",
        }
    }
    /// A plain Japanese sentence that names the thing.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Empty => "ファイルが空（0バイト）です。".to_owned(),
            Self::Broken(words) => words.clone(),
            Self::Encrypted => "パスワードなどで暗号化されたPDFは登録できません。".to_owned(),
            Self::Hybrid => "ハイブリッド形式（新旧二つの相互参照表を持つ）のPDFは登録できません。".to_owned(),
            Self::Xfa => "XFAフォームを含むPDFは登録できません。".to_owned(),
            Self::Active(object) => format!("自動で動く仕掛け（JavaScriptや開いた時の動作）を含むPDFは登録できません（{object}）。"),
            Self::SignatureInvalid { field, because } => format!("署名欄「{field}」の電子署名が有効ではありません。{because}"),
            Self::SignerRevoked { field } => format!("署名欄「{field}」の電子証明書は失効しています。"),
            Self::CaNotAgreed { field, signer } => {
                format!("署名欄「{field}」の電子証明書（{signer}）は、事前合意した認証局のものではありません。")
            }
            Self::Locked { field, by } => {
                format!(
                    "署名欄「{field}」の署名が、以後の署名を禁止しています（{by}）。「署名後に文書をロックする」を外して署名し直してください。"
                )
            }
            Self::NotAContinuation => {
                "アップロードされたファイルは、送付されたPDFの続きではありません。送付されたPDFと先頭からのバイト列が一致しません。"
                    .to_owned()
            }
            Self::NothingAdded => "送付されたPDFと同じファイルです。署名が追加されていません。".to_owned(),
            Self::WrongField { expected, found } => format!("署名する欄は「{expected}」ですが、「{found}」に署名されています。"),
            Self::NoSignatureAdded => "電子署名が追加されていません。".to_owned(),
            Self::SeveralSignatures(count) => format!("追加できる電子署名は一つですが、{count}個追加されています。"),
            Self::WrongSigner { found } => format!("署名者は合意した方の電子証明書ではありません（{found}）。"),
            Self::Freed(object) => format!("送付されたPDFのオブジェクト {object} が削除されています。"),
            Self::PageChanged(object) => format!("送付されたPDFのページが変更されています（{object}）。"),
            Self::Annotation(object) => format!("注釈が追加または変更されています（{object}）。"),
            Self::Changed { object, what } => format!("署名のほかに変更されたものがあります（オブジェクト {object}: {what}）。"),
        }
    }
    /// What to do now, in Japanese.
    #[must_use]
    pub const fn next(&self) -> &'static str {
        match self {
            Self::Empty | Self::Broken(_) => "元のファイルを開けるか確かめ、もう一度保存してからアップロードしてください。",
            Self::Encrypted => "パスワードと制限を外したPDFを保存し直して、アップロードしてください。",
            Self::Hybrid | Self::Xfa | Self::Active(_) => {
                "作成したソフトで「PDF/A」または通常のPDFとして書き出し直して、アップロードしてください。"
            }
            Self::SignatureInvalid { .. } => "署名し直したPDFをアップロードしてください。",
            Self::SignerRevoked { .. } => "有効な電子証明書で署名し直してください。",
            Self::CaNotAgreed { .. } => "事前合意で決めた電子証明書で署名するか、取引先と合意を改めてください。",
            Self::Locked { .. } => "署名の設定で「署名後に文書をロックする」を外し、署名前のPDFから署名し直してください。",
            Self::NotAContinuation
            | Self::NothingAdded
            | Self::NoSignatureAdded
            | Self::SeveralSignatures(_)
            | Self::Freed(_)
            | Self::PageChanged(_)
            | Self::Annotation(_)
            | Self::Changed { .. } => "案件の画面からPDFをダウンロードし直し、指定の署名欄に署名だけをしてアップロードしてください。",
            Self::WrongField { .. } => "指定の署名欄に署名し直してアップロードしてください。",
            Self::WrongSigner { .. } => "案件に登録された署名者の電子証明書で署名してください。",
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sentence())
    }
}
impl std::error::Error for Refusal {}

impl From<pdf::Error> for Refusal {
    fn from(error: pdf::Error) -> Self {
        match error {
            pdf::Error::Empty => Self::Empty,
            pdf::Error::Encrypted => Self::Encrypted,
            pdf::Error::Hybrid => Self::Hybrid,
            other => Self::Broken(other.sentence()),
        }
    }
}

impl From<crate::Error> for Refusal {
    fn from(error: crate::Error) -> Self {
        match error {
            crate::Error::Unsuitable("encrypted") => Self::Encrypted,
            crate::Error::Unsuitable("hybrid") => Self::Hybrid,
            other => Self::Broken(format!("PDFを調べられません（{other}）。")),
        }
    }
}

/// Whether `pdf` may be registered: readable, plain, nothing active in it, every signature in it valid at `at` and of an agreed CA (`trust`), nothing locked.
///
/// # Errors
/// The first reason found.
pub fn registration(pdf: &[u8], trust: &Trust, at: Instant, extra: Option<&Material>) -> Result<Registered, Refusal> {
    let document = Document::open(pdf)?;
    plain(&document)?;
    let view = document.last();
    let pages = view.pages()?;
    let report = crate::validate(pdf, trust, at, extra)?;
    for signature in &report.signatures {
        judge(signature)?;
    }
    if let Some(broken) = report.timestamps.iter().find(|stamp| stamp.indication == Indication::TotalFailed) {
        return Err(Refusal::SignatureInvalid {
            field: broken.field.clone(),
            because: broken.reasons.join(""),
        });
    }
    let empty: Vec<_> = view.fields()?.into_iter().filter(|field| field.is_empty_signature()).collect();
    let names: Vec<String> = empty.iter().map(|field| field.name.clone()).collect();
    let mut certified = false;
    for signature in document.signatures()?.iter().filter(|signature| !signature.is_document_timestamp()) {
        let (permission, locks) = permissions::of_signature(&document, signature);
        certified |= permission.is_some();
        if let Some(by) = permissions::forbids_signing(permission, &locks, &names) {
            return Err(Refusal::Locked {
                field: signature.field.clone(),
                by,
            });
        }
    }
    let mut empty_fields = Vec::new();
    for field in &empty {
        let widget = field.widgets.first().map(|widget| view.dict(*widget)).transpose()?;
        let rect = widget
            .as_ref()
            .map(|widget| view.rectangle(widget, "Rect"))
            .transpose()?
            .flatten()
            .unwrap_or([0.0; 4]);
        let place = widget.and_then(|widget| widget.get("P").and_then(pdf::Obj::reference));
        let page = pages.iter().position(|page| Some(page.object) == place).unwrap_or(0);
        empty_fields.push(FieldSpec {
            name: field.name.clone(),
            page,
            rect,
        });
    }
    Ok(Registered {
        pages: pages.len(),
        signatures: report.signatures,
        empty_fields,
        certified,
    })
}

/// Nothing in it that two readers see differently, or that runs by itself.
pub(crate) fn plain(document: &Document<'_>) -> Result<(), Refusal> {
    let features = document.features()?;
    if features.encrypted {
        return Err(Refusal::Encrypted);
    }
    if features.hybrid {
        return Err(Refusal::Hybrid);
    }
    if features.xfa {
        return Err(Refusal::Xfa);
    }
    let active = [
        (features.javascript, "JavaScript"),
        (features.open_action, "OpenAction または AA"),
        (features.launch, "Launch、SubmitForm または ImportData"),
    ];
    match active.iter().find(|(found, _)| *found) {
        Some((_, what)) => Err(Refusal::Active((*what).to_owned())),
        None => Ok(()),
    }
}

fn judge(signature: &SignatureReport) -> Result<(), Refusal> {
    use SubIndication as S;
    let field = signature.field.clone();
    match (signature.indication, signature.sub_indication) {
        (Indication::TotalPassed, _) => Ok(()),
        (_, Some(S::Revoked | S::RevokedNoPoe | S::RevokedCaNoPoe)) => Err(Refusal::SignerRevoked { field }),
        (Indication::Indeterminate, Some(S::NoCertificateChainFound)) => Err(Refusal::CaNotAgreed {
            field,
            signer: signature.signer.clone().unwrap_or_default(),
        }),
        _ => Err(Refusal::SignatureInvalid {
            field,
            because: signature.reasons.join(""),
        }),
    }
}
