//! A paper as words and data.

use std::fmt::Write;

/// Which paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 承認通知書, carries the 申請PIN.
    ApprovalNotice,
    /// 電子証明書受領書.
    CertificateReceipt,
    /// 原本保管の受付票.
    DepositReceipt,
}

impl Kind {
    /// The title as printed.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::ApprovalNotice => "承認通知書",
            Self::CertificateReceipt => "電子証明書受領書",
            Self::DepositReceipt => "原本保管 受付票",
        }
    }
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
    /// The paper as plain text: what is delivered until it is printed as PDF.
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
            for (name, value) in &self.items {
                let _ = writeln!(out, "{name}: {value}");
            }
            out.push_str("\n                                以上\n");
        }
        out
    }
}
