//! What is supported, and since when; none of it is a constant of the program's logic (law 10).

/// How well it was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// In the tests of every change.
    Always,
    /// Its pages were looked at; not at every change.
    Seen,
    /// Made by the same standards; not tried at every change.
    Standard,
}

impl Tried {
    /// In words.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Always => "変更のたびに試験",
            Self::Seen => "画面を確認",
            Self::Standard => "標準に従い対応",
        }
    }
}

/// One supported thing.
#[derive(Clone, Copy, Debug)]
pub struct Supported {
    /// Its name.
    pub name: &'static str,
    /// From which version.
    pub version: &'static str,
    /// What there is to know.
    pub note: &'static str,
    /// How well it was tried.
    pub tried: Tried,
}

/// When this list was last looked over.
pub const AS_OF: &str = "2026年11月24日";

const fn line(name: &'static str, version: &'static str, note: &'static str, tried: Tried) -> Supported {
    Supported {
        name,
        version,
        note,
        tried,
    }
}

/// Computers and phones, to read and to sign with a key in the program.
pub const SYSTEMS: [Supported; 5] = [
    line("Windows", "11", "読む、署名する、トークンで署名する", Tried::Standard),
    line("macOS", "14 以降", "読む、署名する、トークンで署名する", Tried::Standard),
    line(
        "Linux",
        "Debian 12、Ubuntu 24.04 以降",
        "読む、署名する、トークンで署名する",
        Tried::Always,
    ),
    line("iOS・iPadOS", "17 以降", "読む、サーバー保管の鍵で署名する", Tried::Standard),
    line("Android", "13 以降", "読む、サーバー保管の鍵で署名する", Tried::Standard),
];

/// Browsers.
pub const BROWSERS: [Supported; 4] = [
    line("Google Chrome・Chromium", "125 以降", "", Tried::Seen),
    line("Microsoft Edge", "125 以降", "", Tried::Standard),
    line("Mozilla Firefox", "128 以降", "", Tried::Standard),
    line("Safari", "17.5 以降", "", Tried::Standard),
];

/// Tokens, through PKCS#11 and cecsign-agent.
pub const TOKENS: [Supported; 3] = [
    line("SoftHSM", "2.6 以降", "試験用。秘密の部品は持ちません", Tried::Always),
    line("Kryoptic", "1.0 以降", "試験用。秘密の部品は持ちません", Tried::Standard),
    line(
        "PKCS#11 に対応したUSBトークン・ICカード",
        "PKCS#11 2.40 以降",
        "RSA 2048〜4096、P-256、P-384 の鍵を中で作れるもの",
        Tried::Standard,
    ),
];

/// Programs that check our files.
pub const READERS: [Supported; 3] = [
    line(
        "Adobe Acrobat Reader",
        "2024 以降",
        "署名パネルに署名者と日時が出ます。認証局は自分で信頼に加えます",
        Tried::Standard,
    ),
    line("pdfsig（Poppler）", "22 以降", "", Tried::Always),
    line("pyHanko", "0.25 以降", "", Tried::Always),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_supported_has_a_name_and_a_version() {
        for line in SYSTEMS.iter().chain(&BROWSERS).chain(&TOKENS).chain(&READERS) {
            assert!(!line.name.is_empty() && !line.version.is_empty());
        }
    }
}
