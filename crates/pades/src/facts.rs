//! The facts about one signature or document time-stamp: bytes, digest, value. No trust here.

use crate::{Changes, Coverage, Intact, Material, SubIndication};
use cms::SignedData;
use cms::tsp::Token;
use foundation::Instant;
use pdf::changes::{Finding, Rule};
use pdf::{Document, Obj, Signature};
use pki::{Certificate, DigestAlgorithm};

/// What a /SubFilter stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Cades,
    Adbe,
    Stamp,
    Unknown,
}

/// What goes against a signature: how grave, and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub sub: SubIndication,
    pub because: String,
}

impl Fault {
    pub fn new(sub: SubIndication, because: impl Into<String>) -> Self {
        Self {
            sub,
            because: because.into(),
        }
    }
    /// EN 319 102-1 table 5: what is wrong for good, against what may turn out right with more at hand.
    pub const fn is_final(&self) -> bool {
        use SubIndication as S;
        matches!(self.sub, S::FormatFailure | S::HashFailure | S::SigCryptoFailure | S::Revoked)
    }
}

/// Everything that can be said without trusting anybody.
pub struct Facts {
    pub field: String,
    pub sub_filter: String,
    pub kind: Kind,
    /// The revision that the signature closes.
    pub revision: usize,
    pub coverage: Coverage,
    pub covered_len: u64,
    pub changes: Changes,
    pub intact: Intact,
    pub faults: Vec<Fault>,
    pub warnings: Vec<String>,
    pub signer: Option<Certificate>,
    pub digest: Option<DigestAlgorithm>,
    pub claimed: Option<Instant>,
    pub value: Vec<u8>,
    /// Certificates inside the CMS.
    pub certificates: Vec<Certificate>,
    /// Revocation data inside the CMS.
    pub revocation: Material,
    /// Signature time-stamps, raw.
    pub tokens: Vec<Vec<u8>>,
    /// The token of a document time-stamp.
    pub token: Option<Token>,
    /// Whether it keeps the rules of a PAdES baseline signature.
    pub baseline: bool,
}

/// The last revision that somebody signed. What came later and shows on a page, nobody agreed to; a document time-stamp is no consent.
#[derive(Clone, Copy, Debug)]
pub struct Agreed(usize);

impl Agreed {
    pub fn of(signatures: &[Signature<'_>]) -> Self {
        let signed = signatures.iter().filter(|signature| !signature.is_document_timestamp());
        Self(signed.map(|signature| signature.revision).max().unwrap_or(0))
    }
}

/// Collects them. `known` are certificates from outside the CMS (DSS, given).
pub fn facts(document: &Document<'_>, signature: &Signature<'_>, known: &[Certificate], agreed: Agreed) -> Facts {
    let kind = match signature.sub_filter.as_str() {
        _ if signature.is_document_timestamp() => Kind::Stamp,
        "ETSI.CAdES.detached" => Kind::Cades,
        "adbe.pkcs7.detached" => Kind::Adbe,
        _ => Kind::Unknown,
    };
    let covered_len = signature
        .signed_ranges(document.bytes().len())
        .map_or(0, |[_, second]| second.end as u64);
    let mut facts = Facts {
        field: signature.field.clone(),
        sub_filter: signature.sub_filter.clone(),
        kind,
        revision: signature.revision,
        coverage: Coverage::Unclear,
        covered_len,
        changes: Changes::None,
        intact: Intact::Unclear,
        faults: Vec::new(),
        warnings: Vec::new(),
        signer: None,
        digest: None,
        claimed: None,
        value: Vec::new(),
        certificates: Vec::new(),
        revocation: Material::default(),
        tokens: Vec::new(),
        token: None,
        baseline: kind == Kind::Cades,
    };
    facts.coverage = match signature.coverage(document) {
        pdf::Coverage::File => Coverage::File,
        pdf::Coverage::Revision(_) => Coverage::Revision,
        pdf::Coverage::Unclear(why) => {
            facts.fault(
                SubIndication::FormatFailure,
                format!("署名が対象とするバイト範囲が正しくありません（{why}）。"),
            );
            Coverage::Unclear
        }
    };
    facts.hole(document, signature);
    facts.permitted_changes(document, signature, agreed);
    facts.claimed = signature
        .dict
        .get("M")
        .and_then(Obj::str)
        .and_then(|text| crate::revision::read_pdf_time(&text.to_text()));
    match signature.signed_ranges(document.bytes().len()) {
        None => facts.fault(SubIndication::FormatFailure, "/ByteRange がファイルの範囲にありません。"),
        Some(ranges) => {
            let pieces = ranges.map(|range| &document.bytes()[range]);
            let digest = |algorithm: DigestAlgorithm| algorithm.digest_pieces(pieces);
            if kind == Kind::Stamp {
                facts.stamp(&signature.contents, digest)
            } else {
                facts.cms(&signature.contents, known, digest)
            }
        }
    }
    facts
}

impl Facts {
    pub fn fault(&mut self, sub: SubIndication, because: impl Into<String>) {
        self.faults.push(Fault::new(sub, because));
    }

    /// The hole holds hex digits and nothing else; after the CMS only zeros.
    fn hole(&mut self, document: &Document<'_>, signature: &Signature<'_>) {
        let Some(hole) = signature.hole.clone() else { return };
        let digits = &document.bytes()[hole.start + 1..hole.end - 1];
        // Without branches: holes are long.
        let (upper, lower, digits_only) = digits.iter().fold((false, false, true), |(upper, lower, all), digit| {
            (
                upper | digit.is_ascii_uppercase(),
                lower | digit.is_ascii_lowercase(),
                all & digit.is_ascii_hexdigit(),
            )
        });
        let strange = !digits_only || !digits.len().is_multiple_of(2);
        if strange {
            self.fault(SubIndication::FormatFailure, "署名値の欄に、16進数でない文字があります。");
        }
        if upper && lower {
            self.warnings
                .push("署名値の欄に、大文字と小文字の16進数が混ざっています。".to_owned());
        }
    }

    fn padding(&mut self, contents: &[u8], len: usize) {
        if contents[len..].iter().any(|byte| *byte != 0) {
            self.fault(SubIndication::FormatFailure, "署名値の後の余白に、0でないデータがあります。");
        }
    }

    /// What later revisions changed, against what the signature (DocMDP, FieldMDP) permits.
    fn permitted_changes(&mut self, document: &Document<'_>, signature: &Signature<'_>, agreed: Agreed) {
        use pdf::changes::Level as L;
        let found = match pdf::changes::since(document, signature.revision) {
            Ok(found) => found,
            Err(error) => {
                self.changes = Changes::Other;
                self.fault(
                    SubIndication::FormatFailure,
                    format!("署名後の変更を調べられません（{}）。", error.sentence()),
                );
                return;
            }
        };
        self.changes = match found.level {
            L::None => Changes::None,
            L::LtaUpdates => Changes::Archive,
            L::FormFilling => Changes::Form,
            L::Annotations => Changes::Annotations,
            L::Other => Changes::Other,
        };
        let (permission, locks) = crate::permissions::of_signature(document, signature);
        let allowed = match permission {
            Some(1) => Changes::Archive,
            Some(3) => Changes::Annotations,
            _ => Changes::Form,
        };
        if self.changes > allowed {
            let what: Vec<&str> = found
                .findings
                .iter()
                .filter(|f| f.level == found.level)
                .map(|f| f.what.as_str())
                .take(3)
                .collect();
            self.fault(
                SubIndication::FormatFailure,
                format!("署名の後に、許されない変更があります。{}", what.join("、")),
            );
        }
        let shows = |finding: &&Finding| matches!(finding.level, L::FormFilling | L::Annotations);
        if let Some(finding) = found.findings.iter().filter(shows).find(|finding| finding.revision > agreed.0) {
            // Who certified with DocMDP 2 or 3 allowed it beforehand: then people must look at what it is.
            let new_field = finding.rule == Rule::NewField;
            let sub = if permission.is_some() && !new_field {
                SubIndication::SigConstraintsFailure
            } else {
                SubIndication::FormatFailure
            };
            self.fault(
                sub,
                format!(
                    "署名の後に、見た目が変わる変更があり、だれもそれに署名していません。{}",
                    finding.what
                ),
            );
        }
        if let Some(field) = found.fields.iter().find(|field| locks.iter().any(|lock| lock.locks(field))) {
            self.fault(
                SubIndication::FormatFailure,
                format!("署名が変更を禁じた欄「{field}」が、署名の後に変更されています。"),
            );
        }
    }

    fn cms(&mut self, contents: &[u8], known: &[Certificate], digest: impl Fn(DigestAlgorithm) -> Vec<u8>) {
        let data = match SignedData::parse(contents) {
            Ok(data) => data,
            Err(error) => return self.fault(SubIndication::FormatFailure, format!("署名値（CMS）を読み取れません（{error}）。")),
        };
        self.padding(contents, data.len);
        if data.content.is_some() {
            self.fault(SubIndication::FormatFailure, "署名値（CMS）の中に、別の本文があります。");
        }
        self.certificates = data.parsed_certificates();
        self.revocation.crls = data.crls.iter().map(|crl| crl.to_vec()).collect();
        let signer = match data.signer() {
            Ok(signer) => signer,
            Err(error) => {
                return self.fault(
                    SubIndication::FormatFailure,
                    format!("署名値（CMS）の署名者が一人ではありません（{error}）。"),
                );
            }
        };
        self.value = signer.signature.to_vec();
        if let Ok(Some(archive)) = signer.signed_attribute(&cms::ID_ADBE_REVOCATION) {
            adbe_revocation(archive, &mut self.revocation);
        }
        self.tokens = signer.time_stamps().into_iter().map(<[u8]>::to_vec).collect();
        if self.kind == Kind::Adbe
            && let Ok(Some(time)) = signer.signing_time()
        {
            self.claimed = self.claimed.or(Some(time));
        }
        // EN 319 142-1 §6.3: the time is in /M; the attribute shall not be there.
        self.baseline &= !matches!(signer.signing_time(), Ok(Some(_)));
        if self.kind == Kind::Unknown {
            return self.fault(
                SubIndication::SigConstraintsFailure,
                format!("署名の形式（{}）は、ここでは検証しません。", self.sub_filter),
            );
        }
        let candidates: Vec<Certificate> = self.certificates.iter().chain(known).cloned().collect();
        self.digest = signer.digest().ok();
        match signer.verify(&data.content_type, &candidates, digest) {
            Ok(verified) => {
                self.intact = Intact::Yes;
                self.signer = Some(verified.certificate);
                if !verified.names_certificate {
                    self.baseline = false;
                    if self.kind == Kind::Cades {
                        self.fault(
                            SubIndication::SigConstraintsFailure,
                            "署名属性に、電子証明書の指定（signing-certificate）がありません。",
                        );
                    }
                }
            }
            Err(error) => self.verification_error(&error),
        }
        if !self.baseline && self.kind == Kind::Cades {
            self.warnings.push("PAdESベースラインの要件を満たさない属性があります。".to_owned());
        }
    }

    fn verification_error(&mut self, error: &cms::Error) {
        use cms::Error as E;
        let (intact, sub, because) = match error {
            E::DigestMismatch => (
                Intact::No,
                SubIndication::HashFailure,
                "署名の後に、署名対象のデータが変更されています。".to_owned(),
            ),
            E::SignatureWrong => (
                Intact::No,
                SubIndication::SigCryptoFailure,
                "署名値が、電子証明書の公開鍵と一致しません。".to_owned(),
            ),
            E::CertificateMissing => (
                Intact::Unclear,
                SubIndication::NoSigningCertificateFound,
                "署名者の電子証明書が見つかりません。".to_owned(),
            ),
            E::CertificateMismatch => (
                Intact::Unclear,
                SubIndication::NoSigningCertificateFound,
                "署名属性が、別の電子証明書を指しています。".to_owned(),
            ),
            E::Algorithm(words) => (
                Intact::Unclear,
                SubIndication::CryptoConstraintsFailureNoPoe,
                format!("使えない暗号方式です（{words}）。"),
            ),
            E::Certificate(words) => (
                Intact::Unclear,
                SubIndication::NoSigningCertificateFound,
                format!("電子証明書を読み取れません（{words}）。"),
            ),
            other => (
                Intact::Unclear,
                SubIndication::FormatFailure,
                format!("署名の形式が正しくありません（{other}）。"),
            ),
        };
        self.intact = intact;
        self.fault(sub, because);
    }

    fn stamp(&mut self, contents: &[u8], digest: impl Fn(DigestAlgorithm) -> Vec<u8>) {
        let token = match Token::parse(contents) {
            Ok(token) => token,
            Err(error) => return self.fault(SubIndication::FormatFailure, format!("タイムスタンプを読み取れません（{error}）。")),
        };
        self.padding(contents, token.der.len());
        if digest(token.info.digest) != token.info.imprint {
            self.intact = Intact::No;
            self.fault(SubIndication::HashFailure, "タイムスタンプの後に、対象のデータが変更されています。");
        } else {
            self.intact = Intact::Yes;
        }
        self.digest = Some(token.info.digest);
        self.token = Some(token);
    }
}

/// RevocationInfoArchival of Adobe: `[0] SEQUENCE OF CRL, [1] SEQUENCE OF OCSPResponse`. What cannot be read is left out.
fn adbe_revocation(value: &[u8], into: &mut Material) {
    let mut read = || -> Result<(), asn1::Error> {
        let mut archive = asn1::Reader::ber(value).sequence()?;
        for (number, list) in [(0, &mut into.crls), (1, &mut into.ocsps)] {
            if let Some(mut field) = archive.optional_explicit(number)? {
                let mut items = field.sequence()?;
                while !items.is_empty() && list.len() < 64 {
                    list.push(items.any()?.raw.to_vec());
                }
            }
        }
        Ok(())
    };
    let _ = read();
}
