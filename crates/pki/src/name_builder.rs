//! Making a name that every validator can read.

use crate::{Name, oids};
use asn1::{Oid, Writer, is_printable_string};

/// Builds a [`Name`], one attribute an RDN, in the order of the calls. Values are checked: string type, length (RFC 5280
/// appendix A.1), and characters that no certificate of a person should carry.
///
/// ```
/// let name = pki::NameBuilder::new().country("JP").organization("株式会社みどり工務店").common_name("山本 健太").build()?;
/// assert_eq!(name.to_string(), "C=JP, O=株式会社みどり工務店, CN=山本 健太");
/// # Ok::<(), pki::NameError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct NameBuilder {
    attributes: Vec<(Oid, String)>,
}

/// How a value is encoded.
enum Type {
    Printable,
    Ia5,
    Utf8,
}

fn rule(oid: &Oid) -> Option<(&'static str, Type, usize)> {
    Some(match *oid {
        oids::COUNTRY => ("countryName", Type::Printable, 2),
        oids::SERIAL_NUMBER => ("serialNumber", Type::Printable, 64),
        oids::EMAIL => ("emailAddress", Type::Ia5, 255),
        oids::ORGANIZATION => ("organizationName", Type::Utf8, 64),
        oids::ORGANIZATIONAL_UNIT => ("organizationalUnitName", Type::Utf8, 64),
        oids::ORGANIZATION_IDENTIFIER => ("organizationIdentifier", Type::Utf8, 256),
        oids::COMMON_NAME => ("commonName", Type::Utf8, 64),
        oids::SURNAME => ("surname", Type::Utf8, 64),
        oids::GIVEN_NAME => ("givenName", Type::Utf8, 64),
        oids::TITLE => ("title", Type::Utf8, 64),
        oids::LOCALITY => ("localityName", Type::Utf8, 128),
        oids::STATE => ("stateOrProvinceName", Type::Utf8, 128),
        _ => return None,
    })
}

impl NameBuilder {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self { attributes: Vec::new() }
    }
    /// Adds an attribute.
    #[must_use]
    pub fn attribute(mut self, oid: Oid, value: &str) -> Self {
        self.attributes.push((oid, value.to_owned()));
        self
    }
    /// countryName: two capital letters.
    #[must_use]
    pub fn country(self, value: &str) -> Self {
        self.attribute(oids::COUNTRY, value)
    }
    /// organizationName: at most 64 characters.
    #[must_use]
    pub fn organization(self, value: &str) -> Self {
        self.attribute(oids::ORGANIZATION, value)
    }
    /// organizationIdentifier, e.g. `NTRJP-1234567890123` (法人番号).
    #[must_use]
    pub fn organization_identifier(self, value: &str) -> Self {
        self.attribute(oids::ORGANIZATION_IDENTIFIER, value)
    }
    /// organizationalUnitName.
    #[must_use]
    pub fn organizational_unit(self, value: &str) -> Self {
        self.attribute(oids::ORGANIZATIONAL_UNIT, value)
    }
    /// surname.
    #[must_use]
    pub fn surname(self, value: &str) -> Self {
        self.attribute(oids::SURNAME, value)
    }
    /// givenName.
    #[must_use]
    pub fn given_name(self, value: &str) -> Self {
        self.attribute(oids::GIVEN_NAME, value)
    }
    /// serialNumber: PrintableString, tells persons of the same name apart.
    #[must_use]
    pub fn serial_number(self, value: &str) -> Self {
        self.attribute(oids::SERIAL_NUMBER, value)
    }
    /// commonName.
    #[must_use]
    pub fn common_name(self, value: &str) -> Self {
        self.attribute(oids::COMMON_NAME, value)
    }

    /// Checks every value and encodes.
    ///
    /// # Errors
    /// The first value that breaks a rule.
    pub fn build(self) -> Result<Name, NameError> {
        if self.attributes.is_empty() {
            return Err(NameError::Empty { attribute: "name" });
        }
        for (oid, value) in &self.attributes {
            check(oid, value)?;
        }
        let der = Writer::build(|w| {
            w.sequence(|w| {
                for (oid, value) in &self.attributes {
                    w.set(|w| {
                        w.sequence(|w| {
                            w.oid(oid);
                            match rule(oid) {
                                Some((_, Type::Printable, _)) => w.printable(value),
                                Some((_, Type::Ia5, _)) => w.ia5(value),
                                _ => w.utf8(value),
                            }
                        });
                    });
                }
            });
        });
        Name::parse(&der).map_err(|_| NameError::UnknownAttribute)
    }
}

fn check(oid: &Oid, value: &str) -> Result<(), NameError> {
    let (attribute, kind, limit) = rule(oid).ok_or(NameError::UnknownAttribute)?;
    if value.is_empty() {
        return Err(NameError::Empty { attribute });
    }
    let count = value.chars().count();
    if count > limit {
        return Err(NameError::TooLong { attribute, limit, count });
    }
    if value.trim() != value {
        return Err(NameError::SpaceAtEnd { attribute });
    }
    for character in value.chars() {
        let fits = match kind {
            Type::Printable => is_printable_string(character.encode_utf8(&mut [0; 4])),
            Type::Ia5 => character.is_ascii_graphic(),
            Type::Utf8 => true,
        };
        if !fits {
            return Err(NameError::NotPrintable { attribute, character });
        }
        if forbidden(character) {
            return Err(NameError::Forbidden { attribute, character });
        }
    }
    if *oid == oids::COUNTRY && (count != 2 || !value.bytes().all(|byte| byte.is_ascii_uppercase())) {
        return Err(NameError::NotACountry);
    }
    Ok(())
}

/// Controls, invisible and direction marks, private use (外字 have no meaning elsewhere), and the marks of decomposed kana
/// (macOS writes か+゙; a name must be NFC so that it compares).
const fn forbidden(character: char) -> bool {
    matches!(character,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3099}' | '\u{309a}' | '\u{300}'..='\u{36f}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}'
        | '\u{f0000}'..='\u{10ffff}')
}

/// Which rule a value breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// No text.
    Empty {
        /// Which attribute.
        attribute: &'static str,
    },
    /// More characters than the upper bound.
    TooLong {
        /// Which attribute.
        attribute: &'static str,
        /// The upper bound.
        limit: usize,
        /// What was given.
        count: usize,
    },
    /// A space at the beginning or end.
    SpaceAtEnd {
        /// Which attribute.
        attribute: &'static str,
    },
    /// A character that the string type does not have.
    NotPrintable {
        /// Which attribute.
        attribute: &'static str,
        /// The character.
        character: char,
    },
    /// A character that must not stand in a name.
    Forbidden {
        /// Which attribute.
        attribute: &'static str,
        /// The character.
        character: char,
    },
    /// Not two capital letters.
    NotACountry,
    /// An attribute this builder has no rule for.
    UnknownAttribute,
}

impl std::fmt::Display for NameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty { attribute } => write!(f, "{attribute} is empty"),
            Self::TooLong { attribute, limit, count } => write!(f, "{attribute} has {count} characters, at most {limit} are allowed"),
            Self::SpaceAtEnd { attribute } => write!(f, "{attribute} begins or ends with a space"),
            Self::NotPrintable { attribute, character } => write!(f, "{attribute} must not contain {character:?}"),
            Self::Forbidden { attribute, character } => write!(f, "{attribute} contains U+{:04X}", u32::from(*character)),
            Self::NotACountry => f.write_str("countryName is not two capital letters"),
            Self::UnknownAttribute => f.write_str("unknown attribute"),
        }
    }
}
impl std::error::Error for NameError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_japanese_name_is_encoded_with_the_right_string_types() {
        let name = NameBuilder::new()
            .country("JP")
            .organization("株式会社髙島𠮷工業")
            .serial_number("A-0001")
            .common_name("山本 健太")
            .build()
            .unwrap();
        let tags: Vec<_> = name.attributes().iter().map(|attribute| attribute.tag).collect();
        assert_eq!(
            tags,
            [
                asn1::Tag::PRINTABLE_STRING,
                asn1::Tag::UTF8_STRING,
                asn1::Tag::PRINTABLE_STRING,
                asn1::Tag::UTF8_STRING
            ]
        );
        assert_eq!(name.organization().unwrap(), "株式会社髙島𠮷工業");
    }

    #[test]
    fn what_breaks_a_rule_is_named() {
        let error = |oid, value: &str| NameBuilder::new().attribute(oid, value).build().unwrap_err();
        assert_eq!(
            error(oids::ORGANIZATION, &"株".repeat(65)),
            NameError::TooLong {
                attribute: "organizationName",
                limit: 64,
                count: 65
            }
        );
        assert_eq!(
            error(oids::SERIAL_NUMBER, "山"),
            NameError::NotPrintable {
                attribute: "serialNumber",
                character: '山'
            }
        );
        assert_eq!(error(oids::COMMON_NAME, ""), NameError::Empty { attribute: "commonName" });
        assert_eq!(
            error(oids::COMMON_NAME, "か\u{3099}"),
            NameError::Forbidden {
                attribute: "commonName",
                character: '\u{3099}'
            }
        );
        assert_eq!(
            error(oids::COMMON_NAME, "山\u{202e}田"),
            NameError::Forbidden {
                attribute: "commonName",
                character: '\u{202e}'
            }
        );
        assert_eq!(
            error(oids::COMMON_NAME, "\u{e000}"),
            NameError::Forbidden {
                attribute: "commonName",
                character: '\u{e000}'
            }
        );
        assert_eq!(error(oids::COMMON_NAME, "山田 "), NameError::SpaceAtEnd { attribute: "commonName" });
        assert_eq!(error(oids::COUNTRY, "jp"), NameError::NotACountry);
        assert!(NameBuilder::new().attribute(oids::COMMON_NAME, &"株".repeat(64)).build().is_ok());
    }

    #[test]
    fn names_compare_as_rfc_5280_says() {
        let encoded = |write: fn(&mut Writer)| {
            let der = Writer::build(|w| {
                w.sequence(|w| {
                    w.set(|w| {
                        w.sequence(|w| {
                            w.oid(&oids::COMMON_NAME);
                            write(w);
                        });
                    });
                });
            });
            Name::parse(&der).unwrap()
        };
        assert_eq!(encoded(|w| w.printable("Demo  CA ")), encoded(|w| w.utf8("demo ca")));
        assert_ne!(encoded(|w| w.utf8("DemoCA")), encoded(|w| w.utf8("Demo CA")));
        assert_ne!(encoded(|w| w.octet_string(b"a")), encoded(|w| w.utf8("a")));
        let whole = NameBuilder::new().country("JP").organization("A").common_name("b").build().unwrap();
        let shorter = NameBuilder::new().country("JP").organization("A").build().unwrap();
        assert_ne!(whole, shorter);
        assert_ne!(shorter, whole);
        assert!(whole.is_within(&NameBuilder::new().country("JP").organization("a").build().unwrap()));
        assert!(!whole.is_within(&NameBuilder::new().country("JP").organization("b").build().unwrap()));
    }
}
