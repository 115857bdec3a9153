//! 原本性証明書: says of a kept record that it is the unaltered original, since when, and how everybody can check it.

use foundation::{Date, Instant};

use crate::{Kind, Paper, Section, Style, moment::moment};

/// Where the operator's e-seal is laid on the last page: left, bottom, width and height in millimetres of an A4 page.
pub const SEAL_PLACE_MM: [f64; 4] = [126.0, 16.0, 62.0, 22.0];

/// A party of the case.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PartyFacts {
    /// 甲, 乙.
    pub role: String,
    pub company: String,
}

/// The case, if the record belongs to one (a document deposited alone has none).
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CaseFacts {
    pub name: String,
    pub contract_number: String,
    pub contract_date: Date,
    /// As shown; `None` if the requester leaves it out or there is none.
    pub amount: Option<String>,
    pub parties: Vec<PartyFacts>,
}

/// The file.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct FileFacts {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
    pub sha512: String,
}

/// A signature as judged.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SignatureFacts {
    pub name: String,
    pub company: String,
    /// The CA's name.
    pub issuer: String,
    /// Serial number of the certificate, hexadecimal.
    pub serial: String,
    /// Time of its time-stamp, if it has one.
    pub stamped: Option<Instant>,
    /// Who stamped.
    pub stamp_unit: Option<String>,
    /// PAdES-BASELINE-LTA and so on, as reported.
    pub level: String,
    /// The verdict in words, e.g. 「有効」.
    pub verdict: String,
}

/// Where the record stands in the log.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct LogFacts {
    pub origin: String,
    pub index: u64,
    pub size: u64,
    /// Root hash of the tree of that size, hexadecimal.
    pub root: String,
    /// The time-stamp of the evidence round.
    pub round_stamped: Option<Instant>,
    pub round_unit: Option<String>,
}

/// The data of the certificate.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OriginalityCertificate {
    pub number: String,
    pub issued: Instant,
    /// Company of who asked for it.
    pub requester: String,
    /// Number of the record (deposit).
    pub record: String,
    pub case: Option<CaseFacts>,
    pub file: FileFacts,
    pub concluded: Option<Instant>,
    pub sealed: Option<Instant>,
    pub kept: Option<Instant>,
    pub signatures: Vec<SignatureFacts>,
    pub log: Option<LogFacts>,
    /// When the stored bytes were last read again and compared.
    pub fixity_checked: Option<Instant>,
    pub keep_until: Date,
    /// Who issues it (the operator).
    pub issuer: String,
    /// Where everybody can check without signing in.
    pub verify_url: String,
    pub demo: bool,
}

/// The paper. It is made at any time; what is not done yet stands there as not done.
#[must_use]
pub fn originality_certificate(data: &OriginalityCertificate) -> Paper {
    let mut sections = Vec::new();
    if let Some(case) = &data.case {
        sections.push(facts("案件", case_items(case)));
    }
    sections.push(facts("原本", file_items(data)));
    if data.case.is_some() {
        sections.push(Section {
            title: "成立・封緘・保管".to_owned(),
            style: Style::Lights,
            items: vec![
                ("成立".to_owned(), time(data.concluded)),
                ("封緘".to_owned(), time(data.sealed)),
                ("保管".to_owned(), time(data.kept)),
            ],
        });
    }
    for (at, signature) in data.signatures.iter().enumerate() {
        let title = format!("電子署名 {}／{}", at + 1, data.signatures.len());
        sections.push(facts(&title, signature_items(signature)));
    }
    sections.push(facts("保管の記録", custody_items(data)));
    sections.push(Section {
        title: "この証明書が述べていないこと".to_owned(),
        style: Style::Sentences,
        items: not_claimed(data).map(|text| (String::new(), text)).collect(),
    });
    sections.push(Section {
        title: "手元での確かめ方".to_owned(),
        style: Style::Commands,
        items: how_to_check(data),
    });
    Paper {
        kind: Kind::OriginalityCertificate,
        demo: data.demo,
        number: data.number.clone(),
        date: data.issued.date_in_japan(),
        addressee: vec![format!("{} 御中", data.requester), data.issuer.clone()],
        paragraphs: vec![sentence(data), format!("発行日時　{}", moment(data.issued))],
        items: Vec::new(),
        sections,
    }
}

/// What is certified: only what was looked at.
fn sentence(data: &OriginalityCertificate) -> String {
    match (data.kept, data.fixity_checked) {
        (Some(_), Some(_)) => "下記の電子文書は、保管を始めた時から最後に照合した時まで、一文字も変わっていない原本です。".to_owned(),
        (Some(_), None) => "下記の電子文書を、原本として保管しています。保管を始めてからの照合は、まだ行われていません。".to_owned(),
        (None, _) => "下記の電子文書を受け付けました。原本としての保管は、まだ完了していません。".to_owned(),
    }
}

fn facts(title: &str, items: Vec<(String, String)>) -> Section {
    Section {
        title: title.to_owned(),
        style: Style::Facts,
        items,
    }
}

fn pair(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

fn time(at: Option<Instant>) -> String {
    at.map(moment).unwrap_or_default()
}

/// A time and who stamped it; two parts that stay whole when the line is full.
fn stamp(at: Option<Instant>, unit: Option<&str>, none: &str) -> String {
    match (at, unit) {
        (Some(at), Some(unit)) => format!("{}　{unit}", moment(at)),
        (Some(at), None) => moment(at),
        (None, _) => none.to_owned(),
    }
}

fn case_items(case: &CaseFacts) -> Vec<(String, String)> {
    let mut items = vec![
        pair("案件名", &case.name),
        pair("契約番号", &case.contract_number),
        pair("契約日", japan::era_date(case.contract_date)),
    ];
    if let Some(amount) = &case.amount {
        items.push(pair("契約金額（税込）", amount));
    }
    items.extend(case.parties.iter().map(|party| pair(&party.role, &party.company)));
    items
}

fn file_items(data: &OriginalityCertificate) -> Vec<(String, String)> {
    vec![
        pair("ファイル名", &data.file.name),
        pair("記録番号", &data.record),
        pair("大きさ", format!("{}バイト", thousands(data.file.bytes))),
        pair("SHA-256", grouped(&data.file.sha256)),
        pair("SHA-512", grouped(&data.file.sha512)),
    ]
}

fn signature_items(signature: &SignatureFacts) -> Vec<(String, String)> {
    vec![
        pair("署名者", format!("{}　{}", signature.company, signature.name)),
        pair("認証局", &signature.issuer),
        pair("証明書の番号", grouped(&signature.serial)),
        pair("タイムスタンプ", stamp(signature.stamped, signature.stamp_unit.as_deref(), "なし")),
        pair("形式と結果", format!("{}　{}", signature.level, signature.verdict)),
    ]
}

fn custody_items(data: &OriginalityCertificate) -> Vec<(String, String)> {
    let mut items = Vec::new();
    if let Some(log) = &data.log {
        items.push(pair(
            "記録簿",
            format!("{}　{}番目（全{}件）", log.origin, thousands(log.index + 1), thousands(log.size)),
        ));
        items.push(pair("記録簿の要約値", grouped(&log.root)));
        items.push(pair(
            "証拠のタイムスタンプ",
            stamp(log.round_stamped, log.round_unit.as_deref(), "まだありません"),
        ));
    } else {
        items.push(pair("記録簿", "まだ記録されていません"));
    }
    let checked = data.fixity_checked.map_or_else(|| "まだありません".to_owned(), moment);
    items.push(pair("最後に照合した日時", checked));
    items.push(pair("保管期限", japan::era_date(data.keep_until)));
    items
}

fn not_claimed(data: &OriginalityCertificate) -> impl Iterator<Item = String> {
    let mut said = Vec::new();
    if data.case.is_some() && data.concluded.is_none() {
        said.push("この契約は、まだ成立していません。".to_owned());
    }
    said.extend([
        "契約の内容が正しいこと、適法であること、当事者の権限については述べていません。".to_owned(),
        "時刻は、運営者自身の時刻認証装置によるものです。".to_owned(),
        "記録簿には、外部の立会人はまだいません。".to_owned(),
    ]);
    if data.demo {
        said.push("デモ環境で発行したもので、実際の証明には使えません。".to_owned());
    }
    said.into_iter()
}

fn how_to_check(data: &OriginalityCertificate) -> Vec<(String, String)> {
    vec![
        pair("ファイルの要約値を見比べる", format!("sha256sum \"{}\"", data.file.name)),
        pair("証拠一式を検証する", "cectrust verify 証拠一式.zip --trust root.pem"),
        pair("画面で検証する", &data.verify_url),
    ]
}

/// Hexadecimal digits in groups of four, so that they can be compared by eye.
pub(crate) fn grouped(hex: &str) -> String {
    let hex: String = hex.chars().filter(|letter| !letter.is_whitespace() && *letter != ':').collect();
    let digits: Vec<char> = hex.chars().collect();
    digits
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> OriginalityCertificate {
        let at = Instant::parse_rfc3339("2026-11-24T10:00:00+09:00").expect("a time");
        OriginalityCertificate {
            number: "GC-2026-000001".into(),
            issued: at,
            requester: "あおば建設株式会社".into(),
            record: "019b".into(),
            case: None,
            file: FileFacts {
                name: "a.pdf".into(),
                bytes: 1_234_567,
                sha256: "ab".repeat(32),
                sha512: "cd".repeat(64),
            },
            concluded: None,
            sealed: None,
            kept: Some(at),
            signatures: Vec::new(),
            log: None,
            fixity_checked: None,
            keep_until: Date::constant(2036, 11, 24),
            issuer: "CECTRUST".into(),
            verify_url: "https://example.jp/verify".into(),
            demo: true,
        }
    }

    #[test]
    fn what_is_not_claimed_and_how_to_check_always_stand_there() {
        let text = originality_certificate(&sample()).text();
        assert!(text.contains("1,234,567バイト"));
        assert!(
            text.contains("照合は、まだ行われていません"),
            "nothing is certified that was not looked at"
        );
        assert!(text.contains("この証明書が述べていないこと"));
        assert!(text.contains("記録簿には、外部の立会人はまだいません。"));
        assert!(text.contains("sha256sum \"a.pdf\""));
        assert!(text.contains("abab abab"));
        assert!(!text.contains("成立・封緘・保管"), "a document deposited alone has no 成立");
    }

    #[test]
    fn a_contract_not_yet_concluded_is_not_called_concluded() {
        let mut data = sample();
        data.case = Some(CaseFacts {
            name: "工事".into(),
            contract_number: "A-1".into(),
            contract_date: Date::constant(2026, 11, 24),
            amount: None,
            parties: Vec::new(),
        });
        let text = originality_certificate(&data).text();
        assert!(text.contains("成立: ―"));
        assert!(text.contains("この契約は、まだ成立していません。"));
        assert!(!text.contains("契約金額"));
    }

    #[test]
    fn thousands_are_separated() {
        assert_eq!(
            [0, 999, 1000, 123_456, 1_234_567].map(thousands),
            ["0", "999", "1,000", "123,456", "1,234,567"]
        );
    }
}
