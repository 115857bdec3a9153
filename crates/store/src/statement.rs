//! Statements: text from literals, values in numbered places.

use std::borrow::Cow;
use std::fmt::Write;

use crate::{ToColumn, Value};

/// An SQL statement or a part of one. Only `sql!` makes text; values only stand in places, so nothing can be injected.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    whole: Option<&'static str>,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    Text(&'static str),
    Value(Value),
}

impl Statement {
    /// An empty part, to which others are added.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds another statement; its places are numbered on.
    #[must_use]
    pub fn part(mut self, part: Self) -> Self {
        self.whole = None;
        self.pieces.extend(part.pieces);
        self
    }
    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
    #[doc(hidden)]
    #[must_use]
    pub fn __new(whole: Option<&'static str>) -> Self {
        Self { whole, pieces: Vec::new() }
    }
    #[doc(hidden)]
    #[must_use]
    pub fn __text(mut self, text: &'static str) -> Self {
        self.pieces.push(Piece::Text(text));
        self
    }
    #[doc(hidden)]
    #[must_use]
    pub fn __value<T: ToColumn + ?Sized>(mut self, value: &T) -> Self {
        self.pieces.push(Piece::Value(value.to_column()));
        self
    }
    #[doc(hidden)]
    #[must_use]
    pub fn __list<T: ToColumn>(mut self, items: impl Iterator<Item = T>) -> Self {
        let mut first = true;
        for item in items {
            if !first {
                self.pieces.push(Piece::Text(", "));
            }
            first = false;
            self.pieces.push(Piece::Value(item.to_column()));
        }
        if first {
            self.pieces.push(Piece::Text("NULL"));
        }
        self
    }
    /// Text with `$1 … $n`, and the values in that order.
    pub(crate) fn render(self) -> (Cow<'static, str>, Vec<Value>) {
        let mut values = Vec::new();
        if let Some(whole) = self.whole {
            values.extend(self.pieces.into_iter().filter_map(|piece| match piece {
                Piece::Value(value) => Some(value),
                Piece::Text(_) => None,
            }));
            return (Cow::Borrowed(whole), values);
        }
        let mut text = String::new();
        for piece in self.pieces {
            match piece {
                Piece::Text(words) => text.push_str(words),
                Piece::Value(value) => {
                    values.push(value);
                    write!(text, "${}", values.len()).expect("a string takes all");
                }
            }
        }
        (Cow::Owned(text), values)
    }
}

/// The text of a `sql!` somewhere in the linked rooms, `{+}` where another statement is put in.
#[derive(Clone, Copy, Debug)]
pub struct StaticStatement {
    /// The text.
    pub text: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line there.
    pub line: u32,
}
inventory::collect!(StaticStatement);

impl StaticStatement {
    /// Whether it is a statement of its own, not a part that others put in.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let first = self.text.split_whitespace().next().unwrap_or_default();
        ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&first.to_ascii_uppercase().as_str())
    }
}

/// Every `sql!` of all linked rooms, so that a test can prepare each on both engines.
pub fn statements() -> impl Iterator<Item = &'static StaticStatement> {
    inventory::iter::<StaticStatement>()
}

/// The texts to try for a registered one: every `{+}` empty or `TRUE`.
pub(crate) fn variants(text: &str) -> Vec<String> {
    let holes = text.matches("{+}").count().min(4);
    (0..1_u32 << holes)
        .map(|choice| {
            let mut hole = 0;
            let mut out = String::new();
            let mut rest = text;
            while let Some((before, after)) = rest.split_once("{+}") {
                out.push_str(before);
                if choice >> hole & 1 == 1 {
                    out.push_str("TRUE");
                }
                hole += 1;
                rest = after;
            }
            out.push_str(rest);
            out
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::{Value, sql};

    #[test]
    fn places_number_themselves_through_lists_and_parts() {
        let (a, b, c) = (1_i64, "x", [2_i64, 3]);
        let part = sql!(" AND b = {b}");
        let (text, values) = sql!("SELECT 1 WHERE a = {a + 1} AND c IN ({..c}) {+part} AND d = {a}").render();
        assert_eq!(text, "SELECT 1 WHERE a = $1 AND c IN ($2, $3)  AND b = $4 AND d = $5");
        assert_eq!(values[0], Value::Int(2));
        assert_eq!(values[3], Value::Text("x".to_owned()));
    }

    #[test]
    fn statements_register_themselves() {
        let nothing: [i64; 0] = [];
        assert!(sql!("SELECT 'registered' WHERE 1 IN ({..nothing})").render().0.ends_with("(NULL)"));
        let found = super::statements().find(|s| s.text.starts_with("SELECT 'registered'")).unwrap();
        assert_eq!(found.text, "SELECT 'registered' WHERE 1 IN ($1)");
        assert!(found.is_whole());
        assert_eq!(super::variants("a {+} b").join("|"), "a  b|a TRUE b");
    }
}
