//! One signature: prepare → signature → complete.

use crate::hole::Hole;
use crate::revision::{self, DerivedId};
use crate::{Error, FieldSpec, hexed};
use cms::tsp::Token;
use cms::{Assembly, SignedAttributes};
use foundation::Instant;
use pdf::{Delta, Dict, FieldKind, Name, Str};
use pki::{Certificate, DigestAlgorithm, KeyType, SignatureAlgorithm};

/// What is to be signed with which certificate.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The empty signature field.
    pub field: String,
    /// If the file has no such field: it is added in the same revision (a file that was laid out and signed outside).
    pub new_field: Option<FieldSpec>,
    /// The signer's certificate, DER.
    pub certificate: Vec<u8>,
    /// The certificates above it that go into the CMS (without the root is enough), DER.
    pub chain: Vec<Vec<u8>>,
    /// The claimed time for /M.
    pub claimed_at: Instant,
    /// /Name, if wanted.
    pub name: Option<String>,
    /// /Reason, if wanted.
    pub reason: Option<String>,
    /// Longest signature time-stamp that will fit into the hole, in bytes; 0 for none.
    pub timestamp_reserve: usize,
}

/// A signature that waits for its value. Serialisable; holds the delta with an empty hole, not the document.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Prepared {
    /// The field it goes into.
    pub field: String,
    /// Length of the file it continues.
    pub base_len: u64,
    /// Bytes to append, the hole filled with zeros.
    #[serde(with = "crate::hexed")]
    pub delta: Vec<u8>,
    /// The /ByteRange.
    pub byte_range: [u64; 4],
    /// The digest of the document over the ByteRange (value of message-digest).
    #[serde(with = "crate::hexed")]
    pub document_digest: Vec<u8>,
    /// **The bytes to sign**: the signed attributes as DER SET OF.
    #[serde(with = "crate::hexed")]
    pub to_sign: Vec<u8>,
    /// The digest of `to_sign` (SHA-256, or SHA-384 for P-384): for tokens that sign digests.
    #[serde(with = "crate::hexed")]
    pub digest: Vec<u8>,
    /// Name of that digest: `SHA-256`, `SHA-384`.
    pub digest_algorithm: String,
    /// Signer's certificate first, then the chain, DER in hex.
    pub certificates: Vec<String>,
}

/// Prepares a signature in the empty field `plan.field` of `pdf`.
///
/// # Errors
/// See [`Error`].
pub fn prepare(pdf: &[u8], plan: &Plan) -> Result<Prepared, Error> {
    prepare_with_mark(pdf, plan, None)
}

/// As [`prepare`], with what the signature shows on the page: `mark` is a PDF of one page, drawn into the field's widget undistorted.
/// An invisible field shows nothing.
///
/// # Errors
/// See [`Error`].
pub fn prepare_with_mark(pdf: &[u8], plan: &Plan, mark: Option<&[u8]>) -> Result<Prepared, Error> {
    let draft = Draft::of(pdf, plan, mark)?;
    Ok(Prepared {
        field: plan.field.clone(),
        base_len: pdf.len() as u64,
        delta: draft.delta,
        byte_range: draft.hole.byte_range,
        document_digest: draft.document_digest,
        digest: draft.digest.digest(&draft.to_sign),
        digest_algorithm: draft.digest.name().to_owned(),
        to_sign: draft.to_sign,
        certificates: std::iter::once(&plan.certificate).chain(&plan.chain).map(hexed::encode).collect(),
    })
}

/// What is known of a signature before its value.
pub(crate) struct Draft {
    pub certificate: Certificate,
    pub algorithm: SignatureAlgorithm,
    pub digest: DigestAlgorithm,
    pub delta: Vec<u8>,
    pub hole: Hole,
    pub document_digest: Vec<u8>,
    pub to_sign: Vec<u8>,
}

impl Draft {
    pub fn of(pdf: &[u8], plan: &Plan, mark: Option<&[u8]>) -> Result<Self, Error> {
        let certificate = parse(&plan.certificate)?;
        let kind @ (algorithm, digest, _) = algorithm_of(&certificate)?;
        let document = revision::open(pdf)?;
        let mut delta = Delta::on(&document)?;
        let (field, mut dict) = match (delta.base().field(&plan.field)?, &plan.new_field) {
            (Some(field), _) if field.kind != FieldKind::Signature || field.has_children => {
                return Err(Error::NoSuchField(plan.field.clone()));
            }
            (Some(field), _) if !field.is_empty_signature() => return Err(Error::AlreadySigned(plan.field.clone())),
            (Some(field), _) if field.dict.get("Lock").is_some_and(|lock| !lock.is_null()) => {
                return Err(Error::Unsuitable("field with /Lock"));
            }
            (Some(field), _) => (field.object, field.dict),
            (None, Some(spec)) => revision::add_field(&mut delta, spec)?,
            (None, None) => return Err(Error::NoSuchField(plan.field.clone())),
        };
        let value = delta.reserve();
        dict.set("V", value);
        if let Some(mark) = mark {
            crate::appearance::lay(&mut delta, (field, &mut dict), mark)?;
        }
        delta.put(field, dict);
        delta.put_signature(value, &signature_dict(plan), longest_cms(plan, &certificate, kind));
        revision::mark_signed(&mut delta)?;
        let appended = delta.finish(&DerivedId::of(pdf, &plan.field))?;
        let hole = Hole::of(&appended);
        let document_digest = hole.digest(digest, pdf, &appended.bytes);
        let attributes = SignedAttributes {
            content_type: cms::ID_DATA,
            message_digest: &document_digest,
            certificate: &certificate,
            signing_time: None,
        };
        let to_sign = attributes.to_sign();
        Ok(Self {
            certificate,
            algorithm,
            digest,
            delta: appended.bytes,
            hole,
            document_digest,
            to_sign,
        })
    }

    /// Checks the signature (and the token's imprint) and embeds them; the document is the one that was digested.
    pub fn complete(self, base_len: usize, chain: &[&[u8]], signature: &[u8], timestamp: Option<&[u8]>) -> Result<Vec<u8>, Error> {
        verify(&self.certificate, self.algorithm, &self.to_sign, signature)?;
        let token = timestamp
            .map(Token::parse)
            .transpose()
            .map_err(|error| Error::TimestampWrong(error.to_string()))?;
        if let Some(token) = &token {
            token.is_over(signature).map_err(|error| Error::TimestampWrong(error.to_string()))?;
        }
        let cms = Assembly {
            content_type: cms::ID_DATA,
            content: None,
            digest: self.digest,
            algorithm: self.algorithm,
            signed_attributes: &self.to_sign,
            certificate: &self.certificate,
            certificates: chain,
            signature,
            time_stamp: token.as_ref().map(|token| token.der.as_slice()),
        };
        self.hole.fill(self.delta, base_len, &cms.der())
    }
}

/// Whether `signature` is the right value for `prepared`: RSA PKCS#1 v1.5, or ECDSA as DER.
///
/// # Errors
/// [`Error::SignatureWrong`].
pub fn check_signature(prepared: &Prepared, signature: &[u8]) -> Result<(), Error> {
    let certificate = parse(prepared.certificates_der()?.first().ok_or(Error::SignatureWrong)?)?;
    let (algorithm, ..) = algorithm_of(&certificate)?;
    verify(&certificate, algorithm, &prepared.to_sign, signature)
}

/// What a signature time-stamp is asked for: SHA-256 of the signature value.
#[must_use]
pub fn timestamp_imprint(signature: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(signature).into()
}

/// Checks the signature (and the token's imprint), embeds them and returns the bytes to append to `pdf`.
///
/// # Errors
/// See [`Error`].
pub fn complete(prepared: &Prepared, pdf: &[u8], signature: &[u8], timestamp: Option<&[u8]>) -> Result<Vec<u8>, Error> {
    let chain = prepared.certificates_der()?;
    let certificate = parse(chain.first().ok_or(Error::SignatureWrong)?)?;
    let (algorithm, digest, _) = algorithm_of(&certificate)?;
    let hole = Hole {
        byte_range: prepared.byte_range,
    };
    hole.belongs_to(prepared.base_len, pdf, &prepared.delta)?;
    if hole.digest(digest, pdf, &prepared.delta) != prepared.document_digest {
        return Err(Error::AnotherFile);
    }
    let draft = Draft {
        certificate,
        algorithm,
        digest,
        delta: prepared.delta.clone(),
        hole,
        document_digest: prepared.document_digest.clone(),
        to_sign: prepared.to_sign.clone(),
    };
    let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
    draft.complete(pdf.len(), &chain, signature, timestamp)
}

impl Prepared {
    fn certificates_der(&self) -> Result<Vec<Vec<u8>>, Error> {
        let decoded = self.certificates.iter().map(hex::decode).collect::<Result<_, _>>();
        decoded.map_err(|_| Error::Certificate("not hexadecimal".to_owned()))
    }
}

fn verify(certificate: &Certificate, algorithm: SignatureAlgorithm, to_sign: &[u8], signature: &[u8]) -> Result<(), Error> {
    let key = certificate.public_key().map_err(|error| Error::Certificate(error.to_string()))?;
    key.verify(algorithm, to_sign, signature).map_err(|_| Error::SignatureWrong)
}

fn parse(der: &[u8]) -> Result<Certificate, Error> {
    Certificate::parse(der).map_err(|error| Error::Certificate(error.to_string()))
}

/// Algorithm, digest and greatest signature length of a certificate's key.
fn algorithm_of(certificate: &Certificate) -> Result<(SignatureAlgorithm, DigestAlgorithm, usize), Error> {
    let unsuitable = || Error::Certificate("its key is of a kind not used for signing".to_owned());
    let key = certificate
        .public_key()
        .ok()
        .and_then(|key| key.key_type())
        .ok_or_else(unsuitable)?;
    let length = match key {
        KeyType::Rsa2048 => 256,
        KeyType::Rsa3072 => 384,
        KeyType::Rsa4096 => 512,
        KeyType::P256 => 72,
        KeyType::P384 => 104,
        KeyType::Ed25519 => return Err(unsuitable()),
    };
    let algorithm = key.signature_algorithm();
    Ok((algorithm, algorithm.digest().ok_or_else(unsuitable)?, length))
}

/// The longest that the CMS can become: it is assembled once with a signature of the greatest length of this key and a time-stamp of
/// `reserve` bytes. Every other part has its final length already, so a hole has not a byte to spare but these.
fn longest_cms(
    plan: &Plan,
    certificate: &Certificate,
    (algorithm, digest, signature_len): (SignatureAlgorithm, DigestAlgorithm, usize),
) -> usize {
    let certificates: Vec<&[u8]> = std::iter::once(&plan.certificate).chain(&plan.chain).map(Vec::as_slice).collect();
    let message_digest = digest.digest(&[]);
    let attributes = SignedAttributes {
        content_type: cms::ID_DATA,
        message_digest: &message_digest,
        certificate,
        signing_time: None,
    };
    let reserve = vec![0; plan.timestamp_reserve];
    let cms = Assembly {
        content_type: cms::ID_DATA,
        content: None,
        digest,
        algorithm,
        signed_attributes: &attributes.to_sign(),
        certificate,
        certificates: &certificates,
        signature: &vec![0; signature_len],
        time_stamp: (plan.timestamp_reserve > 0).then_some(reserve.as_slice()),
    };
    cms.der().len()
}

fn signature_dict<'a>(plan: &Plan) -> Dict<'a> {
    let mut dict = Dict::new()
        .with("Type", Name::new("Sig"))
        .with("Filter", Name::new("Adobe.PPKLite"))
        .with("SubFilter", Name::new("ETSI.CAdES.detached"))
        .with("M", Str::literal(revision::pdf_time(plan.claimed_at).as_bytes()));
    for (key, text) in [("Name", &plan.name), ("Reason", &plan.reason)] {
        if let Some(text) = text {
            dict.set(key, Str::text(text));
        }
    }
    dict
}
