//! Extensions of certificates, CRLs and requests, and the general names in them.

use crate::{Name, oids};
use asn1::{BitString, Error, Kind, Mode, Oid, Reader, Tag, Tlv, Writer};

/// One extension as it stands there.
#[derive(Clone, Copy, Debug)]
pub struct Extension<'a> {
    /// Its type.
    pub oid: Oid,
    /// Whether who does not know it must refuse.
    pub critical: bool,
    /// Content of the OCTET STRING.
    pub value: &'a [u8],
}

impl<'a> Extension<'a> {
    /// Reads a SEQUENCE OF Extension whose elements `reader` stands on. The same type twice is refused (RFC 5280 §4.2).
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn read_all(mut reader: Reader<'a>) -> Result<Vec<Self>, Error> {
        let mut all: Vec<Self> = Vec::new();
        while !reader.is_empty() {
            let place = reader.fail(Kind::Trailing);
            let extension = Self::read(&mut reader)?;
            if all.iter().any(|other| other.oid == extension.oid) {
                return Err(place);
            }
            all.push(extension);
        }
        Ok(all)
    }
    /// Reads one.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut inner = reader.sequence()?;
        let oid = inner.oid()?;
        let critical = inner.default_false()?;
        let octets = inner.expect(Tag::OCTET_STRING)?;
        inner.finish()?;
        if octets.tag.constructed {
            return Err(octets.fail(Kind::BadSegments));
        }
        Ok(Self {
            oid,
            critical,
            value: octets.value,
        })
    }
    /// Its value as one element.
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn element(&self) -> Result<Tlv<'a>, Error> {
        Reader::one(self.value, Mode::Ber)
    }
}

/// Writes one extension.
pub fn write_extension(w: &mut Writer, oid: &Oid, critical: bool, value: impl FnOnce(&mut Writer)) {
    w.sequence(|w| {
        w.oid(oid);
        if critical {
            w.boolean(true);
        }
        w.octet_string_of(value);
    });
}

/// keyUsage.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyUsage(pub u16);

impl KeyUsage {
    /// Bit 0
    pub const DIGITAL_SIGNATURE: Self = Self(1);
    /// Bit 1 (contentCommitment)
    pub const NON_REPUDIATION: Self = Self(1 << 1);
    /// Bit 2
    pub const KEY_ENCIPHERMENT: Self = Self(1 << 2);
    /// Bit 5
    pub const KEY_CERT_SIGN: Self = Self(1 << 5);
    /// Bit 6
    pub const CRL_SIGN: Self = Self(1 << 6);

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    /// Whether all bits of `other` are set.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
    /// Whether one of the bits of `other` is set.
    #[must_use]
    pub const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
    pub(crate) fn of(bits: &BitString<'_>) -> Self {
        Self((0..9).filter(|bit| bits.bit(*bit)).fold(0, |sum, bit| sum | 1 << bit))
    }
}

impl std::fmt::Debug for KeyUsage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const NAMES: [&str; 9] = [
            "digitalSignature",
            "nonRepudiation",
            "keyEncipherment",
            "dataEncipherment",
            "keyAgreement",
            "keyCertSign",
            "cRLSign",
            "encipherOnly",
            "decipherOnly",
        ];
        f.debug_list()
            .entries(
                NAMES
                    .iter()
                    .enumerate()
                    .filter(|(bit, _)| self.0 >> bit & 1 == 1)
                    .map(|(_, name)| name),
            )
            .finish()
    }
}

/// basicConstraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct BasicConstraints {
    /// Whether it is a CA.
    pub ca: bool,
    /// How many CAs may stand between it and the last certificate.
    pub path_len: Option<u64>,
}

/// A general name, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GeneralName {
    /// rfc822Name
    Mail(String),
    /// dNSName
    Dns(String),
    /// uniformResourceIdentifier
    Uri(String),
    /// directoryName
    Directory(Name),
    /// iPAddress (with mask in constraints)
    Ip(Vec<u8>),
    /// Any other form: its tag number.
    Other(u32),
}

impl GeneralName {
    /// Reads one.
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn of(tlv: &Tlv<'_>) -> Result<Self, Error> {
        Ok(match tlv.tag.number {
            // Some issuers write other than ASCII here; it is kept readable rather than refused.
            1 => Self::Mail(String::from_utf8_lossy(tlv.value).into_owned()),
            2 => Self::Dns(String::from_utf8_lossy(tlv.value).into_owned()),
            6 => Self::Uri(String::from_utf8_lossy(tlv.value).into_owned()),
            4 => Self::Directory(Name::parse(tlv.reader()?.expect(Tag::SEQUENCE)?.raw)?),
            7 => Self::Ip(tlv.value.to_vec()),
            number => Self::Other(number),
        })
    }
    /// Reads all that `reader` stands on.
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn read_all(mut reader: Reader<'_>) -> Result<Vec<Self>, Error> {
        let mut names = Vec::new();
        while !reader.is_empty() {
            names.push(Self::of(&reader.any()?)?);
        }
        Ok(names)
    }
}

/// Writes `[6] uniformResourceIdentifier`.
pub fn write_uri(w: &mut Writer, uri: &str) {
    w.implicit(6, uri.as_bytes());
}

/// nameConstraints.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NameConstraints {
    /// Names must lie in one of those of their form.
    pub permitted: Vec<GeneralName>,
    /// Names must lie in none of these.
    pub excluded: Vec<GeneralName>,
    /// Set when minimum or maximum were used, which nobody may do (RFC 5280 §4.2.1.10).
    pub unusual: bool,
}

/// policyConstraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct PolicyConstraints {
    /// requireExplicitPolicy
    pub require_explicit: Option<u64>,
    /// inhibitPolicyMapping
    pub inhibit_mapping: Option<u64>,
}

/// All extensions of a certificate that this room understands.
#[derive(Clone, Debug, Default)]
pub struct Extensions {
    pub(crate) key_usage: Option<KeyUsage>,
    pub(crate) basic_constraints: Option<BasicConstraints>,
    pub(crate) ekus: Option<Vec<Oid>>,
    pub(crate) policies: Option<Vec<Oid>>,
    pub(crate) policy_mappings: Vec<(Oid, Oid)>,
    pub(crate) policy_constraints: Option<PolicyConstraints>,
    pub(crate) inhibit_any_policy: Option<u64>,
    pub(crate) ski: Option<Vec<u8>>,
    pub(crate) aki: Option<Vec<u8>>,
    pub(crate) subject_alt_names: Vec<GeneralName>,
    pub(crate) name_constraints: Option<NameConstraints>,
    pub(crate) crl_points: Vec<GeneralName>,
    pub(crate) crl_urls: Vec<String>,
    pub(crate) ocsp_urls: Vec<String>,
    pub(crate) issuer_urls: Vec<String>,
    pub(crate) cps_urls: Vec<String>,
    pub(crate) ocsp_no_check: bool,
    pub(crate) unknown_critical: Option<Oid>,
}

impl Extensions {
    pub(crate) fn read(all: &[Extension<'_>], issuer: &Name) -> Result<Self, Error> {
        let mut found = Self::default();
        for extension in all {
            found.take(extension, issuer)?;
        }
        Ok(found)
    }

    fn take(&mut self, extension: &Extension<'_>, issuer: &Name) -> Result<(), Error> {
        if extension.oid == oids::OCSP_NO_CHECK {
            // NULL; some issuers leave it empty.
            self.ocsp_no_check = true;
            return Ok(());
        }
        let known = matches!(
            extension.oid,
            oids::KEY_USAGE
                | oids::BASIC_CONSTRAINTS
                | oids::EXT_KEY_USAGE
                | oids::CERTIFICATE_POLICIES
                | oids::POLICY_MAPPINGS
                | oids::POLICY_CONSTRAINTS
                | oids::INHIBIT_ANY_POLICY
                | oids::SUBJECT_KEY_ID
                | oids::AUTHORITY_KEY_ID
                | oids::SUBJECT_ALT_NAME
                | oids::NAME_CONSTRAINTS
                | oids::CRL_DISTRIBUTION_POINTS
                | oids::AUTHORITY_INFO_ACCESS
        );
        if !known {
            // qcStatements say nothing a path depends on, whatever their criticality.
            if extension.critical && extension.oid != oids::QC_STATEMENTS {
                self.unknown_critical.get_or_insert(extension.oid);
            }
            return Ok(());
        }
        let element = extension.element()?;
        match extension.oid {
            oids::KEY_USAGE => self.key_usage = Some(KeyUsage::of(&element.bits()?)),
            oids::BASIC_CONSTRAINTS => {
                let mut reader = element.reader()?;
                let ca = reader.default_false()?;
                let path_len = reader.optional(Tag::INTEGER)?.map(|tlv| tlv.u64()).transpose()?;
                reader.finish()?;
                self.basic_constraints = Some(BasicConstraints { ca, path_len });
            }
            oids::EXT_KEY_USAGE => self.ekus = Some(each(element, |reader| reader.oid())?),
            oids::CERTIFICATE_POLICIES => {
                let mut urls = Vec::new();
                self.policies = Some(each(element, |reader| policy_information(reader, &mut urls))?);
                self.cps_urls = urls;
            }
            oids::POLICY_MAPPINGS => {
                self.policy_mappings = each(element, |reader| {
                    let mut pair = reader.sequence()?;
                    Ok((pair.oid()?, pair.oid()?))
                })?;
            }
            oids::POLICY_CONSTRAINTS => {
                let mut reader = element.reader()?;
                let require_explicit = reader.optional(Tag::context(0))?.map(|tlv| tlv.u64()).transpose()?;
                let inhibit_mapping = reader.optional(Tag::context(1))?.map(|tlv| tlv.u64()).transpose()?;
                self.policy_constraints = Some(PolicyConstraints {
                    require_explicit,
                    inhibit_mapping,
                });
            }
            oids::INHIBIT_ANY_POLICY => self.inhibit_any_policy = Some(element.u64()?),
            oids::SUBJECT_KEY_ID => self.ski = Some(element.octets()?.into_owned()),
            oids::AUTHORITY_KEY_ID => {
                self.aki = element.reader()?.optional(Tag::context(0))?.map(|tlv| tlv.value.to_vec());
            }
            oids::SUBJECT_ALT_NAME => self.subject_alt_names = GeneralName::read_all(element.reader()?)?,
            oids::NAME_CONSTRAINTS => self.name_constraints = Some(name_constraints(element)?),
            oids::CRL_DISTRIBUTION_POINTS => {
                self.crl_points = distribution_points(element, issuer)?;
                self.crl_urls = urls(&self.crl_points);
            }
            oids::AUTHORITY_INFO_ACCESS => {
                for (method, location) in each(element, |reader| {
                    let mut access = reader.sequence()?;
                    Ok((access.oid()?, GeneralName::of(&access.any()?)?))
                })? {
                    match (method, location) {
                        (oids::AD_OCSP, GeneralName::Uri(url)) => self.ocsp_urls.push(url),
                        (oids::AD_CA_ISSUERS, GeneralName::Uri(url)) => self.issuer_urls.push(url),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn each<'a, T>(element: Tlv<'a>, mut read: impl FnMut(&mut Reader<'a>) -> Result<T, Error>) -> Result<Vec<T>, Error> {
    let mut reader = element.reader()?;
    let mut all = Vec::new();
    while !reader.is_empty() {
        all.push(read(&mut reader)?);
    }
    Ok(all)
}

fn policy_information(reader: &mut Reader<'_>, urls: &mut Vec<String>) -> Result<Oid, Error> {
    let mut information = reader.sequence()?;
    let policy = information.oid()?;
    if let Some(qualifiers) = information.optional(Tag::SEQUENCE)? {
        for url in each(qualifiers, |reader| {
            let mut qualifier = reader.sequence()?;
            let kind = qualifier.oid()?;
            let value = qualifier.any()?;
            Ok(if kind == oids::QT_CPS { value.text().ok() } else { None })
        })?
        .into_iter()
        .flatten()
        {
            urls.push(url.into_owned());
        }
    }
    Ok(policy)
}

fn name_constraints(element: Tlv<'_>) -> Result<NameConstraints, Error> {
    let mut reader = element.reader()?;
    let mut unusual = false;
    let mut subtrees = |reader: Option<Reader<'_>>| -> Result<Vec<GeneralName>, Error> {
        let mut names = Vec::new();
        let Some(mut reader) = reader else { return Ok(names) };
        while !reader.is_empty() {
            let mut subtree = reader.sequence()?;
            names.push(GeneralName::of(&subtree.any()?)?);
            let minimum = subtree.optional(Tag::context(0))?.map(|tlv| tlv.u64()).transpose()?.unwrap_or(0);
            unusual |= minimum != 0 || !subtree.is_empty();
        }
        Ok(names)
    };
    let permitted = subtrees(reader.optional_explicit(0)?)?;
    let excluded = subtrees(reader.optional_explicit(1)?)?;
    reader.finish()?;
    Ok(NameConstraints {
        permitted,
        excluded,
        unusual,
    })
}

/// Names of all distribution points; relative ones are completed with the name of the issuer.
fn distribution_points(element: Tlv<'_>, issuer: &Name) -> Result<Vec<GeneralName>, Error> {
    let mut names = Vec::new();
    let mut points = element.reader()?;
    while !points.is_empty() {
        let mut point = points.sequence()?;
        if let Some(mut name) = point.optional_explicit(0)? {
            names.extend(point_names(&mut name, issuer)?);
        }
    }
    Ok(names)
}

/// DistributionPointName: full names, or one relative to the CRL's issuer.
pub(crate) fn point_names(name: &mut Reader<'_>, issuer: &Name) -> Result<Vec<GeneralName>, Error> {
    if let Some(full) = name.optional_explicit(0)? {
        return GeneralName::read_all(full);
    }
    let relative = name.expect(Tag::context_constructed(1))?;
    Ok(vec![GeneralName::Directory(issuer.with_rdn(relative.value)?)])
}

/// The web addresses among names.
pub(crate) fn urls(names: &[GeneralName]) -> Vec<String> {
    names
        .iter()
        .filter_map(|name| match name {
            GeneralName::Uri(url) => Some(url.clone()),
            _ => None,
        })
        .collect()
}
