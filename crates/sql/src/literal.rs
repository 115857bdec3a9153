//! Cuts the literal of `sql!` into text and places.

/// One piece of the literal.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it goes to the engine.
    Text(String),
    /// `{expression}`: one value.
    Value(String),
    /// `{..expression}`: every item of a list.
    List(String),
    /// `{+expression}`: another statement.
    Part(String),
}

/// Cuts `text`; the error is a sentence for the compiler.
pub fn cut(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        let (brace, after) = (&rest[at..=at], &rest[at + 1..]);
        if after.starts_with(brace) {
            plain.push_str(brace);
            rest = &after[1..];
            continue;
        }
        if brace == "}" {
            return Err("a } without {; write }} for a brace".to_owned());
        }
        let end = closing(after).ok_or("a { that is never closed; write {{ for a brace")?;
        if plain.contains('$') {
            return Err("no $ in the text: places are numbered by sql!".to_owned());
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
        }
        let inner = after[..end].trim();
        pieces.push(if let Some(list) = inner.strip_prefix("..") {
            Piece::List(list.to_owned())
        } else if let Some(part) = inner.strip_prefix('+') {
            Piece::Part(part.to_owned())
        } else {
            Piece::Value(inner.to_owned())
        });
        rest = &after[end + 1..];
    }
    plain.push_str(rest);
    if plain.contains('$') {
        return Err("no $ in the text: places are numbered by sql!".to_owned());
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}

/// Where the brace that closes the place stands.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lists_and_parts_are_told_apart() {
        let pieces = cut("a = {self.a} AND b IN ({.. &list}) {+more} '{{}}'").unwrap();
        assert_eq!(
            pieces,
            [
                Piece::Text("a = ".to_owned()),
                Piece::Value("self.a".to_owned()),
                Piece::Text(" AND b IN (".to_owned()),
                Piece::List(" &list".to_owned()),
                Piece::Text(") ".to_owned()),
                Piece::Part("more".to_owned()),
                Piece::Text(" '{}'".to_owned()),
            ]
        );
    }

    #[test]
    fn an_open_brace_and_a_numbered_place_are_refused() {
        assert!(cut("a = {b").is_err());
        assert!(cut("a = b}").is_err());
        assert!(cut("a = $1").is_err());
    }
}
