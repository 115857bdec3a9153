//! Tags.

/// Class of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Types of X.680.
    Universal,
    /// APPLICATION.
    Application,
    /// `[n]`.
    Context,
    /// PRIVATE.
    Private,
}

/// A tag: class, form and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag {
    /// Class.
    pub class: Class,
    /// Whether the value consists of elements.
    pub constructed: bool,
    /// Number.
    pub number: u32,
}

impl Tag {
    /// BOOLEAN
    pub const BOOLEAN: Self = Self::universal(1);
    /// INTEGER
    pub const INTEGER: Self = Self::universal(2);
    /// BIT STRING
    pub const BIT_STRING: Self = Self::universal(3);
    /// OCTET STRING
    pub const OCTET_STRING: Self = Self::universal(4);
    /// NULL
    pub const NULL: Self = Self::universal(5);
    /// OBJECT IDENTIFIER
    pub const OID: Self = Self::universal(6);
    /// ENUMERATED
    pub const ENUMERATED: Self = Self::universal(10);
    /// UTF8String
    pub const UTF8_STRING: Self = Self::universal(12);
    /// SEQUENCE, SEQUENCE OF
    pub const SEQUENCE: Self = Self::universal_constructed(16);
    /// SET, SET OF
    pub const SET: Self = Self::universal_constructed(17);
    /// NumericString
    pub const NUMERIC_STRING: Self = Self::universal(18);
    /// PrintableString
    pub const PRINTABLE_STRING: Self = Self::universal(19);
    /// TeletexString (T61String)
    pub const TELETEX_STRING: Self = Self::universal(20);
    /// IA5String
    pub const IA5_STRING: Self = Self::universal(22);
    /// UTCTime
    pub const UTC_TIME: Self = Self::universal(23);
    /// GeneralizedTime
    pub const GENERALIZED_TIME: Self = Self::universal(24);
    /// VisibleString
    pub const VISIBLE_STRING: Self = Self::universal(26);
    /// UniversalString
    pub const UNIVERSAL_STRING: Self = Self::universal(28);
    /// BMPString
    pub const BMP_STRING: Self = Self::universal(30);

    /// A primitive tag of the universal class.
    #[must_use]
    pub const fn universal(number: u32) -> Self {
        Self {
            class: Class::Universal,
            constructed: false,
            number,
        }
    }
    /// A constructed tag of the universal class.
    #[must_use]
    pub const fn universal_constructed(number: u32) -> Self {
        Self {
            class: Class::Universal,
            constructed: true,
            number,
        }
    }
    /// `[n]` over a primitive type (IMPLICIT).
    #[must_use]
    pub const fn context(number: u32) -> Self {
        Self {
            class: Class::Context,
            constructed: false,
            number,
        }
    }
    /// `[n]` over elements: EXPLICIT, or IMPLICIT over a SEQUENCE or SET.
    #[must_use]
    pub const fn context_constructed(number: u32) -> Self {
        Self {
            class: Class::Context,
            constructed: true,
            number,
        }
    }
    /// The same class and number, whatever the form.
    #[must_use]
    pub fn same_type(self, other: Self) -> bool {
        self.class == other.class && self.number == other.number
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match (self.class, self.number) {
            (Class::Universal, 1) => "BOOLEAN",
            (Class::Universal, 2) => "INTEGER",
            (Class::Universal, 3) => "BIT STRING",
            (Class::Universal, 4) => "OCTET STRING",
            (Class::Universal, 5) => "NULL",
            (Class::Universal, 6) => "OBJECT IDENTIFIER",
            (Class::Universal, 10) => "ENUMERATED",
            (Class::Universal, 12) => "UTF8String",
            (Class::Universal, 16) => "SEQUENCE",
            (Class::Universal, 17) => "SET",
            (Class::Universal, 19) => "PrintableString",
            (Class::Universal, 22) => "IA5String",
            (Class::Universal, 23) => "UTCTime",
            (Class::Universal, 24) => "GeneralizedTime",
            (Class::Universal, n) => return write!(f, "[UNIVERSAL {n}]"),
            (Class::Application, n) => return write!(f, "[APPLICATION {n}]"),
            (Class::Context, n) => return write!(f, "[{n}]"),
            (Class::Private, n) => return write!(f, "[PRIVATE {n}]"),
        };
        f.write_str(name)
    }
}
