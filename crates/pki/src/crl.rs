//! Certificate revocation lists: read and asked.

pub use crate::crl_draft::{CrlDraft, CrlEntry, prepare};

use crate::extension::point_names;
use crate::{BadSignature, Extension, GeneralName, Name, PublicKey, RevocationReason, Serial, SignatureAlgorithm, oids};
use asn1::{Error, Kind, Oid, Reader, Tag, Tlv};
use foundation::Instant;
use std::ops::Range;
use std::sync::Arc;

/// A CRL as received. Cheap to clone.
#[derive(Clone)]
pub struct Crl(Arc<Inner>);

struct Inner {
    der: Box<[u8]>,
    tbs: Range<usize>,
    algorithm: Range<usize>,
    signature: Range<usize>,
    issuer: Name,
    this_update: Instant,
    next_update: Option<Instant>,
    number: Option<Vec<u8>>,
    aki: Option<Vec<u8>>,
    expired_certs_since: Option<Instant>,
    scope: Option<Scope>,
    unknown_critical: Option<Oid>,
    indirect: bool,
    delta: bool,
    /// Ordered by serial.
    entries: Vec<Place>,
}

/// Where an entry and its serial number stand in the bytes; all offsets fit, for larger lists are refused.
#[derive(Clone, Copy)]
struct Place {
    start: u32,
    end: u32,
    serial: u32,
    serial_end: u32,
}

/// issuingDistributionPoint: which certificates the CRL speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Names of the distribution point; empty: any.
    pub points: Vec<GeneralName>,
    /// Only end entities.
    pub only_users: bool,
    /// Only CAs.
    pub only_cas: bool,
    /// Only some reasons, or only attribute certificates, or indirect: of no use here.
    pub unusable: bool,
}

impl Crl {
    /// Reads a CRL. Every entry is walked through once.
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        let at = |part: &[u8]| {
            let start = part.as_ptr() as usize - der.as_ptr() as usize;
            start..start + part.len()
        };
        let mut whole = Reader::ber(der);
        if u32::try_from(der.len()).is_err() {
            return Err(whole.fail(Kind::TooLarge));
        }
        let mut outer = whole.sequence()?;
        whole.finish()?;
        let tbs = outer.expect(Tag::SEQUENCE)?;
        let algorithm = outer.expect(Tag::SEQUENCE)?;
        let signature = outer.bit_string()?;
        outer.finish()?;
        let mut r = tbs.reader()?;
        r.optional(Tag::INTEGER)?;
        if r.expect(Tag::SEQUENCE)?.raw != algorithm.raw {
            return Err(algorithm.fail(Kind::BadOid));
        }
        let issuer = Name::parse(r.expect(Tag::SEQUENCE)?.raw)?;
        let this_update = r.time()?;
        let next_update = if r.next_is(Tag::UTC_TIME) || r.next_is(Tag::GENERALIZED_TIME) {
            Some(r.time()?)
        } else {
            None
        };
        let mut inner = Inner {
            der: der.into(),
            tbs: at(tbs.raw),
            algorithm: at(algorithm.raw),
            signature: at(signature.bytes),
            issuer,
            this_update,
            next_update,
            number: None,
            aki: None,
            expired_certs_since: None,
            scope: None,
            unknown_critical: None,
            indirect: false,
            delta: false,
            entries: Vec::new(),
        };
        if let Some(list) = r.optional(Tag::SEQUENCE)? {
            inner.read_entries(list, &at)?;
        }
        if let Some(mut field) = r.optional_explicit(0)? {
            for extension in Extension::read_all(field.sequence()?)? {
                inner.take(&extension)?;
            }
        }
        r.finish()?;
        Ok(Self(Arc::new(inner)))
    }

    /// All its bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }
    /// Who issued it.
    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.0.issuer
    }
    /// thisUpdate
    #[must_use]
    pub fn this_update(&self) -> Instant {
        self.0.this_update
    }
    /// nextUpdate
    #[must_use]
    pub fn next_update(&self) -> Option<Instant> {
        self.0.next_update
    }
    /// cRLNumber, big-endian.
    #[must_use]
    pub fn number(&self) -> Option<&[u8]> {
        self.0.number.as_deref()
    }
    /// keyIdentifier of the authorityKeyIdentifier.
    #[must_use]
    pub fn aki(&self) -> Option<&[u8]> {
        self.0.aki.as_deref()
    }
    /// expiredCertsOnCRL
    #[must_use]
    pub fn expired_certs_since(&self) -> Option<Instant> {
        self.0.expired_certs_since
    }
    /// issuingDistributionPoint
    #[must_use]
    pub fn scope(&self) -> Option<&Scope> {
        self.0.scope.as_ref()
    }
    /// A critical extension that is not understood here: such a CRL proves nothing.
    #[must_use]
    pub fn unknown_critical(&self) -> Option<&Oid> {
        self.0.unknown_critical.as_ref()
    }
    /// Whether entries name other issuers.
    #[must_use]
    pub fn is_indirect(&self) -> bool {
        self.0.indirect
    }
    /// Whether it is a delta CRL: it can prove a revocation, never the absence of one.
    #[must_use]
    pub fn is_delta(&self) -> bool {
        self.0.delta
    }
    /// How many entries it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.entries.len()
    }
    /// Whether nothing is revoked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.entries.is_empty()
    }
    /// Algorithm of the signature, if it is known here.
    #[must_use]
    pub fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        SignatureAlgorithm::parse(&self.0.der[self.0.algorithm.clone()]).ok()
    }
    /// Verifies its signature with the issuer's key.
    ///
    /// # Errors
    /// If it does not verify, or the algorithm is not known here.
    pub fn verify_signature(&self, issuer: &PublicKey) -> Result<(), BadSignature> {
        let algorithm = self.signature_algorithm().ok_or(BadSignature)?;
        crate::memo::verify(
            issuer,
            algorithm,
            &self.0.der[self.0.tbs.clone()],
            &self.0.der[self.0.signature.clone()],
        )
    }
    /// The entry of a certificate, if it is revoked.
    #[must_use]
    pub fn find(&self, serial: &Serial) -> Option<CrlEntry> {
        let found = self
            .0
            .entries
            .binary_search_by(|place| self.0.serial_of(place).cmp(serial.content()))
            .ok()?;
        self.0.entry(&self.0.entries[found])
    }
    /// All entries, ordered by serial number.
    pub fn entries(&self) -> impl Iterator<Item = CrlEntry> + '_ {
        self.0.entries.iter().filter_map(|place| self.0.entry(place))
    }
    /// PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        crate::pem::encode("X509 CRL", self.der())
    }
}

impl Inner {
    fn read_entries(&mut self, list: Tlv<'_>, at: &dyn Fn(&[u8]) -> Range<usize>) -> Result<(), Error> {
        let mut reader = list.reader()?;
        // The whole is under 4 GB, checked before.
        let offset = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let mut entries = Vec::with_capacity(list.value.len() / 48);
        while !reader.is_empty() {
            let element = reader.expect(Tag::SEQUENCE)?;
            let mut entry = element.reader()?;
            let serial = at(entry.integer()?);
            entry.time()?;
            if let Some(extensions) = entry.optional(Tag::SEQUENCE)? {
                let mut extensions = extensions.reader()?;
                while !extensions.is_empty() {
                    let extension = Extension::read(&mut extensions)?;
                    match extension.oid {
                        oids::CRL_REASON => {
                            extension.element()?.u64()?;
                        }
                        oids::INVALIDITY_DATE => {
                            extension.element()?.time()?;
                        }
                        oids::CERTIFICATE_ISSUER => self.indirect = true,
                        unknown if extension.critical => self.unknown_critical = Some(unknown),
                        _ => {}
                    }
                }
            }
            entry.finish()?;
            let whole = at(element.raw);
            entries.push(Place {
                start: offset(whole.start),
                end: offset(whole.end),
                serial: offset(serial.start),
                serial_end: offset(serial.end),
            });
        }
        entries.sort_by(|a, b| self.serial_of(a).cmp(self.serial_of(b)));
        self.entries = entries;
        Ok(())
    }

    fn take(&mut self, extension: &Extension<'_>) -> Result<(), Error> {
        match extension.oid {
            oids::CRL_NUMBER => self.number = Some(extension.element()?.unsigned()?.to_vec()),
            oids::AUTHORITY_KEY_ID => {
                self.aki = extension
                    .element()?
                    .reader()?
                    .optional(Tag::context(0))?
                    .map(|tlv| tlv.value.to_vec())
            }
            oids::EXPIRED_CERTS_ON_CRL => self.expired_certs_since = Some(extension.element()?.time()?),
            oids::ISSUING_DISTRIBUTION_POINT => self.scope = Some(scope(&extension.element()?, &self.issuer)?),
            oids::DELTA_CRL => self.delta = true,
            unknown if extension.critical => self.unknown_critical = Some(unknown),
            _ => {}
        }
        Ok(())
    }

    fn bytes(&self, start: u32, end: u32) -> &[u8] {
        usize::try_from(start)
            .ok()
            .zip(usize::try_from(end).ok())
            .and_then(|(start, end)| self.der.get(start..end))
            .unwrap_or_default()
    }

    fn serial_of(&self, place: &Place) -> &[u8] {
        self.bytes(place.serial, place.serial_end)
    }

    fn entry(&self, place: &Place) -> Option<CrlEntry> {
        let mut reader = Reader::ber(self.bytes(place.start, place.end)).sequence().ok()?;
        let mut entry = CrlEntry {
            serial: Serial::from_content(reader.integer().ok()?),
            revoked_at: reader.time().ok()?,
            reason: None,
            invalidity_date: None,
        };
        if let Ok(Some(extensions)) = reader.optional(Tag::SEQUENCE) {
            for extension in Extension::read_all(extensions.reader().ok()?).ok()? {
                match extension.oid {
                    oids::CRL_REASON => entry.reason = Some(RevocationReason::from_code(extension.element().ok()?.u64().ok()?)),
                    oids::INVALIDITY_DATE => entry.invalidity_date = extension.element().ok()?.time().ok(),
                    _ => {}
                }
            }
        }
        Some(entry)
    }
}

fn scope(element: &Tlv<'_>, issuer: &Name) -> Result<Scope, Error> {
    let mut r = element.reader()?;
    let mut scope = Scope::default();
    if let Some(mut name) = r.optional_explicit(0)? {
        scope.points = point_names(&mut name, issuer)?;
        scope.unusable |= scope.points.is_empty();
    }
    let mut flag = |number| -> Result<bool, Error> {
        Ok(r.optional(Tag::context(number))?
            .map(|tlv| tlv.boolean())
            .transpose()?
            .unwrap_or(false))
    };
    scope.only_users = flag(1)?;
    scope.only_cas = flag(2)?;
    let reasons = r.optional(Tag::context(3))?.is_some();
    let mut flag = |number| -> Result<bool, Error> {
        Ok(r.optional(Tag::context(number))?
            .map(|tlv| tlv.boolean())
            .transpose()?
            .unwrap_or(false))
    };
    let (indirect, attributes) = (flag(4)?, flag(5)?);
    r.finish()?;
    scope.unusable |= reasons || indirect || attributes;
    Ok(scope)
}

impl PartialEq for Crl {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}
impl Eq for Crl {}

impl std::fmt::Debug for Crl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Crl({}, {}, {} entries)",
            self.issuer(),
            self.this_update().rfc3339(),
            self.len()
        )
    }
}
