//! What a signature shows on the page: 62 × 22 mm, a round seal, company and name. No time is claimed in it.

use serde_json::{Value, json};

/// Width of a mark.
pub const MARK_WIDTH_MM: f64 = 62.0;
/// Height of a mark.
pub const MARK_HEIGHT_MM: f64 = 22.0;

/// The data of a mark; company and name are those of the certificate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Mark {
    /// The signer's company.
    pub company: String,
    /// The signer, family name first, e.g. 「田中 一郎」.
    pub name: String,
    /// What stands in the seal if it is not the family name: up to four letters.
    pub seal: Option<String>,
    /// Square instead of round: the seal of the operator, not of a person.
    pub square: bool,
    /// What the mark is, e.g. 「CECSIGN 電子署名」.
    pub caption: String,
    /// Whether 「デモ環境」 stands in it.
    pub demo: bool,
}

impl Mark {
    /// The mark of a person.
    #[must_use]
    pub fn person(company: &str, name: &str, demo: bool) -> Self {
        Self {
            company: company.to_owned(),
            name: name.to_owned(),
            seal: None,
            square: false,
            caption: "CECSIGN 電子署名".to_owned(),
            demo,
        }
    }

    /// The mark of the operator's e-seal.
    #[must_use]
    pub fn operator(name: &str, seal: &str, demo: bool) -> Self {
        Self {
            company: "発行者".to_owned(),
            name: name.to_owned(),
            seal: Some(seal.to_owned()),
            square: true,
            caption: "CECSIGN eシール".to_owned(),
            demo,
        }
    }

    /// What stands in the seal: the given letters, else the part of the name before the first space, cut to four letters.
    #[must_use]
    pub fn letters(&self) -> String {
        let family = || self.name.split(char::is_whitespace).find(|part| !part.is_empty()).unwrap_or("");
        self.seal.as_deref().unwrap_or_else(family).chars().take(4).collect()
    }

    /// The typst template; it reads `data.json`, which is [`Self::data`].
    #[must_use]
    pub const fn template() -> &'static str {
        concat!(include_str!("../texts/common.typ"), include_str!("../texts/mark.typ"))
    }

    /// What the template reads.
    #[must_use]
    pub fn data(&self) -> Value {
        json!({
            "company": self.company,
            "name": self.name,
            "letters": self.letters().chars().map(String::from).collect::<Vec<_>>(),
            "square": self.square,
            "caption": self.caption,
            "demo": self.demo,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_name_stands_in_the_seal() {
        assert_eq!(Mark::person("みどり", "山本 健太", false).letters(), "山本");
        assert_eq!(Mark::person("みどり", "長宗我部　元親", false).letters(), "長宗我部");
        assert_eq!(Mark::person("みどり", "Alexander Graham", false).letters(), "Alex");
        assert_eq!(Mark::operator("CECTRUST", "電子", true).letters(), "電子");
        assert_eq!(Mark::person("", "", false).letters(), "");
    }
}
