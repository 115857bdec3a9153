//! A paper as words and data.

use std::fmt::Write;

use serde_json::{Value, json};

/// Which paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 承認通知書, carries the 申請PIN.
    ApprovalNotice,
    /// 電子証明書受領書.
    CertificateReceipt,
    /// 預かり証 of 原本保管.
    DepositReceipt,
    /// 原本性証明書.
    OriginalityCertificate,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::ApprovalNotice,
        Self::CertificateReceipt,
        Self::DepositReceipt,
        Self::OriginalityCertificate,
    ];

    /// The title as printed.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::ApprovalNotice => "承認通知書",
            Self::CertificateReceipt => "電子証明書受領書",
            Self::DepositReceipt => "預かり証",
            Self::OriginalityCertificate => "原本性証明書",
        }
    }

    /// The typst template, complete; it reads `data.json`, which is [`Paper::data`].
    #[must_use]
    pub const fn template(self) -> &'static str {
        match self {
            Self::ApprovalNotice => concat!(include_str!("../texts/common.typ"), include_str!("../texts/letter.typ")),
            Self::CertificateReceipt | Self::DepositReceipt => {
                concat!(include_str!("../texts/common.typ"), include_str!("../texts/receipt.typ"))
            }
            Self::OriginalityCertificate => concat!(include_str!("../texts/common.typ"), include_str!("../texts/originality.typ")),
        }
    }
}

/// How a section looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// Name and value, line by line.
    Facts,
    /// 成立・封緘・保管: three facts side by side; an empty value is a light that is not lit.
    Lights,
    /// Sentences, each with a mark before it.
    Sentences,
    /// Commands to type, each with what it is for.
    Commands,
}

/// A part of a paper with a heading of its own.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// Its look.
    pub style: Style,
    /// Names and values; for sentences the name is empty.
    pub items: Vec<(String, String)>,
}

/// A paper. It may hold a secret (the 申請PIN), so it does not print itself in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Paper {
    /// Which.
    pub kind: Kind,
    /// Whether 「デモ環境」 stands on it.
    pub demo: bool,
    /// Its number, at the top right.
    pub number: String,
    /// Its date, at the top right.
    pub date: japan::Date,
    /// To whom, line by line.
    pub addressee: Vec<String>,
    /// What it says, paragraph by paragraph.
    pub paragraphs: Vec<String>,
    /// Pairs under 「記」.
    pub items: Vec<(String, String)>,
    /// Further parts, in their order.
    pub sections: Vec<Section>,
}

impl std::fmt::Debug for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Paper")
            .field("kind", &self.kind)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

impl Paper {
    /// What the template reads. It holds the 申請PIN of a letter: for the printer only.
    #[must_use]
    pub fn data(&self) -> Value {
        json!({
            "kind": self.kind,
            "title": self.kind.title(),
            "demo": self.demo,
            "number": self.number,
            "date": japan::era_date(self.date),
            "year": self.date.year(),
            "month": self.date.month(),
            "day": self.date.day(),
            "addressee": self.addressee,
            "paragraphs": self.paragraphs,
            "items": self.items,
            "sections": self.sections,
        })
    }

    /// The paper as plain text: what is delivered where no printer is built in.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        if self.demo {
            out.push_str("【デモ環境】\n\n");
        }
        let _ = writeln!(out, "{}\n{}\n", self.number, japan::era_date(self.date));
        for line in &self.addressee {
            let _ = writeln!(out, "{line}");
        }
        let _ = writeln!(out, "\n        {}\n", self.kind.title());
        for paragraph in &self.paragraphs {
            let _ = writeln!(out, "　{paragraph}\n");
        }
        if !self.items.is_empty() {
            out.push_str("        記\n\n");
            pairs(&mut out, &self.items);
            out.push_str("\n                                以上\n");
        }
        for section in &self.sections {
            let _ = writeln!(out, "\n■ {}", section.title);
            pairs(&mut out, &section.items);
        }
        out
    }
}

fn pairs(out: &mut String, items: &[(String, String)]) {
    for (name, value) in items {
        let _ = match (name.as_str(), value.as_str()) {
            ("", value) => writeln!(out, "・{value}"),
            (name, "") => writeln!(out, "{name}: ―"),
            (name, value) => writeln!(out, "{name}: {value}"),
        };
    }
}
