//! Distinguished names: read, shown, compared.

use crate::oids;
use asn1::{Error, Kind, Mode, Oid, Reader, Tag, Tlv};
use std::borrow::Cow;
use std::sync::Arc;

/// A distinguished name; its bytes are kept as they were received.
#[derive(Clone)]
pub struct Name(Arc<[u8]>);

/// One attribute of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Its type.
    pub oid: Oid,
    /// Tag of the value.
    pub tag: Tag,
    /// The value as text, if it is a string that can be read.
    pub text: Option<Cow<'a, str>>,
    /// Content octets of the value.
    pub value: &'a [u8],
}

impl Name {
    /// Reads a Name (one element).
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn parse(raw: &[u8]) -> Result<Self, Error> {
        let whole = Reader::one(raw, Mode::Ber)?;
        if whole.tag != Tag::SEQUENCE {
            return Err(whole.fail(Kind::Unexpected {
                expected: Tag::SEQUENCE,
                found: Some(whole.tag),
            }));
        }
        let mut rdns = whole.reader()?;
        while !rdns.is_empty() {
            let mut rdn = rdns.set()?;
            if rdn.is_empty() {
                return Err(rdn.fail(Kind::Truncated));
            }
            while !rdn.is_empty() {
                let mut attribute = rdn.sequence()?;
                attribute.oid()?;
                attribute.any()?;
                attribute.finish()?;
            }
        }
        Ok(Self(raw.into()))
    }
    /// DER (or whatever was received).
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0
    }
    /// Whether it has no attribute.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.len() <= 2
    }
    /// RDNs in their order, each with its attributes.
    #[must_use]
    pub fn rdns(&self) -> Vec<Vec<Attribute<'_>>> {
        // The bytes were walked through when they were read, so an error cannot come; if it did, the rest is left out.
        let mut found = Vec::new();
        let Ok(mut rdns) = Reader::ber(&self.0).sequence() else {
            return found;
        };
        while let Ok(rdn) = rdns.expect(Tag::SET) {
            found.push(attributes_of(&rdn));
        }
        found
    }
    /// All attributes in their order.
    #[must_use]
    pub fn attributes(&self) -> Vec<Attribute<'_>> {
        self.rdns().into_iter().flatten().collect()
    }
    /// Text of the last attribute of this type (the most specific one).
    #[must_use]
    pub fn attribute(&self, oid: &Oid) -> Option<String> {
        self.attributes()
            .into_iter()
            .rev()
            .find(|attribute| attribute.oid == *oid)
            .and_then(|attribute| attribute.text.map(Cow::into_owned))
    }
    /// commonName.
    #[must_use]
    pub fn common_name(&self) -> Option<String> {
        self.attribute(&oids::COMMON_NAME)
    }
    /// organizationName.
    #[must_use]
    pub fn organization(&self) -> Option<String> {
        self.attribute(&oids::ORGANIZATION)
    }
    /// What people call it: commonName, else the organization, else everything.
    #[must_use]
    pub fn short(&self) -> String {
        self.common_name()
            .or_else(|| self.organization())
            .unwrap_or_else(|| self.to_string())
    }

    /// This name with one more RDN, whose attributes are `attributes` (content of the SET).
    pub(crate) fn with_rdn(&self, attributes: &[u8]) -> Result<Self, Error> {
        let mut rdns = Reader::ber(&self.0);
        let content = rdns.expect(Tag::SEQUENCE)?.value;
        let der = asn1::Writer::build(|w| {
            w.sequence(|w| {
                w.raw(content);
                w.tlv(Tag::SET, attributes);
            });
        });
        Self::parse(&der)
    }

    /// Whether this name begins with all RDNs of `other` (directoryName constraints, RFC 5280 §4.2.1.10).
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.rdns(), other.rdns());
        ours.len() >= theirs.len() && ours.iter().zip(&theirs).all(|(a, b)| same_rdn(a, b))
    }
}

/// Comparison by RFC 5280 §7.1: strings without regard to case, string type and insignificant spaces; everything else byte for byte.
/// (Compatibility normalisation NFKC is left out: a CA that encodes its own name twice with different code points is not matched.)
impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || same_rdns(&self.0, &other.0)
    }
}
impl Eq for Name {}

/// RDN by RDN; only where the bytes differ is the text looked at.
fn same_rdns(a: &[u8], b: &[u8]) -> bool {
    // Both were walked through when they were read.
    let (Ok(mut a), Ok(mut b)) = (Reader::ber(a).sequence(), Reader::ber(b).sequence()) else {
        return false;
    };
    while !a.is_empty() && !b.is_empty() {
        let (Ok(left), Ok(right)) = (a.any(), b.any()) else { return false };
        if left.raw != right.raw && !same_rdn(&attributes_of(&left), &attributes_of(&right)) {
            return false;
        }
    }
    a.is_empty() && b.is_empty()
}

fn attributes_of<'a>(rdn: &Tlv<'a>) -> Vec<Attribute<'a>> {
    let mut attributes = Vec::with_capacity(1);
    let Ok(mut rdn) = rdn.reader() else { return attributes };
    while let Ok(mut attribute) = rdn.sequence() {
        if let (Ok(oid), Ok(value)) = (attribute.oid(), attribute.any()) {
            attributes.push(Attribute {
                oid,
                tag: value.tag,
                text: value.text().ok(),
                value: value.value,
            });
        }
    }
    attributes
}

fn same_rdn(a: &[Attribute<'_>], b: &[Attribute<'_>]) -> bool {
    // Multi-valued RDNs are sets.
    a.len() == b.len() && a.iter().all(|left| b.iter().any(|right| same_attribute(left, right)))
}

fn same_attribute(a: &Attribute<'_>, b: &Attribute<'_>) -> bool {
    a.oid == b.oid
        && match (&a.text, &b.text) {
            (Some(left), Some(right)) => left == right || prepared(left).eq(prepared(right)),
            (None, None) => a.tag == b.tag && a.value == b.value,
            _ => false,
        }
}

/// Lower case, spaces at the ends dropped, runs of spaces as one.
fn prepared(text: &str) -> impl Iterator<Item = char> {
    text.split_whitespace().enumerate().flat_map(|(index, word)| {
        let space = (index > 0).then_some(' ');
        space.into_iter().chain(word.chars().flat_map(char::to_lowercase))
    })
}

/// In the order of the encoding: `C=JP, O=株式会社みどり工務店, CN=山本 健太`.
impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, rdn) in self.rdns().iter().enumerate() {
            for (within, attribute) in rdn.iter().enumerate() {
                if at + within > 0 {
                    f.write_str(if within > 0 { " + " } else { ", " })?;
                }
                match label(&attribute.oid) {
                    Some(label) => write!(f, "{label}=")?,
                    None => write!(f, "{}=", attribute.oid)?,
                }
                match &attribute.text {
                    // RFC 4514 §2.4: what could be taken for syntax is escaped.
                    Some(text) => {
                        for character in text.chars() {
                            if matches!(character, ',' | '+' | '"' | '\\' | '<' | '>' | ';') {
                                write!(f, "\\{character}")?;
                            } else if character.is_control() {
                                write!(f, "\\u{{{:x}}}", u32::from(character))?;
                            } else {
                                write!(f, "{character}")?;
                            }
                        }
                    }
                    None => {
                        f.write_str("#")?;
                        attribute.value.iter().try_for_each(|octet| write!(f, "{octet:02x}"))?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Name({self})")
    }
}

fn label(oid: &Oid) -> Option<&'static str> {
    Some(match *oid {
        oids::COMMON_NAME => "CN",
        oids::SURNAME => "SN",
        oids::GIVEN_NAME => "GN",
        oids::SERIAL_NUMBER => "serialNumber",
        oids::COUNTRY => "C",
        oids::LOCALITY => "L",
        oids::STATE => "ST",
        oids::STREET => "street",
        oids::ORGANIZATION => "O",
        oids::ORGANIZATIONAL_UNIT => "OU",
        oids::ORGANIZATION_IDENTIFIER => "organizationIdentifier",
        oids::TITLE => "title",
        oids::EMAIL => "emailAddress",
        oids::DOMAIN_COMPONENT => "DC",
        oids::PSEUDONYM => "pseudonym",
        _ => return None,
    })
}
