//! Types as columns: a closed set of values, and how Rust types become them.

use foundation::{CertificateId, CompanyId, Date, DepartmentId, DeskId, Instant, PersonId, SessionId};
use uuid::Uuid;

/// A value in a place or a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// `BOOL`.
    Bool(bool),
    /// `INT`, `INSTANT`.
    Int(i64),
    /// `TEXT`.
    Text(String),
    /// `BYTES`.
    Bytes(Vec<u8>),
    /// `ID`.
    Uuid(Uuid),
    /// `JSON`.
    Json(serde_json::Value),
}

/// What a column should have held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch(pub &'static str);

/// A type that can stand in a place of a statement.
pub trait ToColumn {
    /// The value of the place.
    fn to_column(&self) -> Value;
}

/// A type that can be read from a column.
pub trait FromColumn: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// The column holds something else.
    fn from_column(value: Value) -> Result<Self, Mismatch>;
}

impl<T: ToColumn + ?Sized> ToColumn for &T {
    fn to_column(&self) -> Value {
        (**self).to_column()
    }
}
impl<T: ToColumn> ToColumn for Option<T> {
    fn to_column(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToColumn::to_column)
    }
}
impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Null => Ok(None),
            value => T::from_column(value).map(Some),
        }
    }
}

impl ToColumn for bool {
    fn to_column(&self) -> Value {
        Value::Bool(*self)
    }
}
impl FromColumn for bool {
    fn from_column(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Bool(is) => Ok(is),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            _ => Err(Mismatch("true or false")),
        }
    }
}

macro_rules! number {
    ($($kind:ty),*) => {$(
        impl ToColumn for $kind {
            fn to_column(&self) -> Value {
                Value::Int(i64::try_from(*self).expect("no number of ours passes 63 bits"))
            }
        }
        impl FromColumn for $kind {
            fn from_column(value: Value) -> Result<Self, Mismatch> {
                const WANTED: Mismatch = Mismatch(stringify!($kind));
                match value {
                    Value::Int(number) => Self::try_from(number).map_err(|_| WANTED),
                    _ => Err(WANTED),
                }
            }
        }
    )*};
}
number!(i64, i32, i16, u64, u32, u16, u8, usize);

impl ToColumn for str {
    fn to_column(&self) -> Value {
        Value::Text(self.to_owned())
    }
}
impl ToColumn for String {
    fn to_column(&self) -> Value {
        Value::Text(self.clone())
    }
}
impl FromColumn for String {
    fn from_column(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Text(text) => Ok(text),
            _ => Err(Mismatch("text")),
        }
    }
}

impl ToColumn for [u8] {
    fn to_column(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}
impl ToColumn for Vec<u8> {
    fn to_column(&self) -> Value {
        Value::Bytes(self.clone())
    }
}
impl<const N: usize> ToColumn for [u8; N] {
    fn to_column(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}
impl FromColumn for Vec<u8> {
    fn from_column(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(Mismatch("bytes")),
        }
    }
}
impl<const N: usize> FromColumn for [u8; N] {
    fn from_column(value: Value) -> Result<Self, Mismatch> {
        Vec::from_column(value)?.try_into().map_err(|_| Mismatch("bytes of a fixed length"))
    }
}

impl ToColumn for Uuid {
    fn to_column(&self) -> Value {
        Value::Uuid(*self)
    }
}
impl FromColumn for Uuid {
    fn from_column(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Uuid(id) => Ok(id),
            Value::Bytes(bytes) => Self::from_slice(&bytes).map_err(|_| Mismatch("an id")),
            _ => Err(Mismatch("an id")),
        }
    }
}

impl ToColumn for serde_json::Value {
    fn to_column(&self) -> Value {
        Value::Json(self.clone())
    }
}
impl FromColumn for serde_json::Value {
    fn from_column(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Json(json) => Ok(json),
            Value::Text(text) => serde_json::from_str(&text).map_err(|_| Mismatch("JSON")),
            _ => Err(Mismatch("JSON")),
        }
    }
}

impl ToColumn for Date {
    fn to_column(&self) -> Value {
        Value::Text(self.to_string())
    }
}
impl FromColumn for Date {
    fn from_column(value: Value) -> Result<Self, Mismatch> {
        String::from_column(value)?.parse().map_err(|_| Mismatch("a date"))
    }
}

crate::column_as!(Instant(i64));
crate::column_as!(CompanyId(Uuid));
crate::column_as!(DepartmentId(Uuid));
crate::column_as!(DeskId(Uuid));
crate::column_as!(PersonId(Uuid));
crate::column_as!(SessionId(Uuid));
crate::column_as!(CertificateId(Uuid));

/// Makes a type of the domain a column: `column_as!(CaseId(Uuid))` for a newtype,
/// `column_as!(State { Draft = "draft", Sent = "sent" })` for a fieldless `Copy` enum, which also gets `word()`, `from_word()` and `EVERY`.
#[macro_export]
macro_rules! column_as {
    ($name:ident($inner:ty)) => {
        impl $crate::ToColumn for $name {
            fn to_column(&self) -> $crate::Value {
                $crate::ToColumn::to_column(&self.0)
            }
        }
        impl $crate::FromColumn for $name {
            fn from_column(value: $crate::Value) -> ::core::result::Result<Self, $crate::Mismatch> {
                <$inner as $crate::FromColumn>::from_column(value).map(Self)
            }
        }
    };
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// Every one, in the order of the table.
            pub const EVERY: &'static [Self] = &[$(Self::$variant),+];
            /// The word that rows, pages and the API use.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            /// The one with this word.
            #[must_use]
            pub fn from_word(word: &str) -> ::core::option::Option<Self> {
                match word { $($word => ::core::option::Option::Some(Self::$variant),)+ _ => ::core::option::Option::None }
            }
        }
        impl $crate::ToColumn for $name {
            fn to_column(&self) -> $crate::Value {
                $crate::ToColumn::to_column((*self).word())
            }
        }
        impl $crate::FromColumn for $name {
            fn from_column(value: $crate::Value) -> ::core::result::Result<Self, $crate::Mismatch> {
                const WANTED: $crate::Mismatch = $crate::Mismatch(stringify!($name));
                match value {
                    $crate::Value::Text(word) => Self::from_word(&word).ok_or(WANTED),
                    _ => ::core::result::Result::Err(WANTED),
                }
            }
        }
    };
}
