//! Width and kana: what people type in many ways, in one way.

const HALF: &str =
    "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
const VOICED: (&str, &str) = (
    "カキクケコサシスセソタチツテトハヒフヘホウ",
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ",
);
const SEMI: (&str, &str) = ("ハヒフヘホ", "パピプペポ");

/// Full-width ASCII and space become half-width, half-width kana become full-width (with their voicing marks),
/// and spaces at the ends go. Kanji stay as they are: a name's own form is never changed.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{3000}' => out.push(' '),
            '！'..='～' => out.push(char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)),
            '\u{FF61}'..='\u{FF9D}' => out.push(HALF.chars().nth((u32::from(c) - 0xFF61) as usize).unwrap_or(c)),
            '\u{FF9E}' => voice(&mut out, VOICED, '゛'),
            '\u{FF9F}' => voice(&mut out, SEMI, '゜'),
            other => out.push(other),
        }
    }
    out.trim().to_owned()
}

fn voice(out: &mut String, (plain, marked): (&str, &str), alone: char) {
    let found = out
        .chars()
        .next_back()
        .and_then(|last| plain.chars().position(|c| c == last))
        .and_then(|at| marked.chars().nth(at));
    match found {
        Some(with) => {
            out.pop();
            out.push(with);
        }
        None => out.push(alone),
    }
}

/// An amount for people, e.g. 「12,345,678円」.
#[must_use]
pub fn yen(amount: i64) -> String {
    let digits = amount.unsigned_abs().to_string();
    let grouped: Vec<String> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    format!("{}{}円", if amount < 0 { "-" } else { "" }, grouped.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_in_many_ways_becomes_one() {
        assert_eq!(fold("　Ｕ１００００１ "), "U100001");
        assert_eq!(fold("ﾐﾄﾞﾘｺｳﾑﾃﾝ"), "ミドリコウムテン");
        assert_eq!(fold("ﾊﾟｰﾄﾅｰ"), "パートナー");
        assert_eq!(fold("髙橋　一郎"), "髙橋 一郎");
    }

    #[test]
    fn amounts_are_grouped() {
        assert_eq!(yen(12_345_678), "12,345,678円");
        assert_eq!(yen(100), "100円");
        assert_eq!(yen(0), "0円");
    }
}
