//! The answer to a PDF.

use foundation::Instant;
use pades::{Changes, Indication, Intact, Report, SignatureReport, SubIndication, Verdict};
use pki::Certificate;

use super::{
    Answer, Light,
    answer::Ground,
    check::Known,
    grounds::{grounds, plain},
};
use crate::words;

/// Judges.
pub fn answer(bytes: &[u8], known: &Known, at: Instant) -> Answer {
    let trust = pades::Trust::new(known.roots.clone());
    match pades::validate(bytes, &trust, at, None) {
        Ok(report) => of(&report, known),
        Err(_) => unreadable(bytes),
    }
}

fn unreadable(bytes: &[u8]) -> Answer {
    let (first, next) = if bytes.starts_with(b"%PDF-") {
        (
            "このファイルは壊れているため、PDFとして読めません。",
            "途中で切れたか、書き換えられています。受け取った方から、もう一度受け取ってください。",
        )
    } else {
        (
            "このファイルは、PDFでも証拠一式でもありません。",
            "契約書のPDF、または証拠一式（ZIP）を選んでください。",
        )
    };
    let mut answer = Answer::new("undecided", first)
        .line("改ざん", Light::Open, "確認できません", "中を読めないためです。")
        .line("日時", Light::Open, "確認できません", "中を読めないためです。")
        .line("署名者", Light::Open, "確認できません", "中を読めないためです。");
    answer.onward = Some(("つぎにすること".to_owned(), next.to_owned()));
    answer
}

/// What happened to the whole file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Finding {
    Unsigned,
    Whole,
    Altered,
    /// Not altered, but a signature is wrong: revoked, expired at the time, not allowed.
    Wrong,
    /// Not altered; the issuer is not known here.
    IssuerUnknown,
    Open,
}

fn altered(signature: &SignatureReport) -> bool {
    signature.intact == Intact::No
        || signature.changes == Changes::Other
        || (signature.indication == Indication::TotalFailed
            && matches!(
                signature.sub_indication,
                Some(SubIndication::HashFailure | SubIndication::SigCryptoFailure | SubIndication::FormatFailure)
            ))
}

fn finding(report: &Report) -> Finding {
    let stamp_altered = report.timestamps.iter().any(|stamp| stamp.intact == Intact::No);
    if report.signatures.iter().any(altered) || stamp_altered {
        return Finding::Altered;
    }
    let unknown = || {
        let subs = report
            .signatures
            .iter()
            .filter(|signature| signature.indication == Indication::Indeterminate);
        let mut subs = subs.map(|signature| signature.sub_indication).peekable();
        subs.peek().is_some()
            && subs.all(|sub| {
                matches!(
                    sub,
                    // The last two: an issuer here bears the same name and has another key.
                    Some(
                        SubIndication::NoCertificateChainFound
                            | SubIndication::ChainConstraintsFailure
                            | SubIndication::CertificateChainGeneralFailure
                    )
                )
            })
    };
    match report.verdict() {
        Verdict::Unsigned => Finding::Unsigned,
        Verdict::Valid => Finding::Whole,
        Verdict::Altered => Finding::Wrong,
        Verdict::Undecidable if unknown() => Finding::IssuerUnknown,
        Verdict::Undecidable => Finding::Open,
    }
}

/// The sentence and the three lines.
pub(super) fn lines(report: &Report) -> Answer {
    match finding(report) {
        Finding::Unsigned => unsigned(),
        Finding::Whole => whole(report),
        Finding::Altered => broken(report),
        Finding::Wrong => wrong(report),
        found @ (Finding::IssuerUnknown | Finding::Open) => open(report, found),
    }
}

fn of(report: &Report, known: &Known) -> Answer {
    let mut answer = lines(report);
    if known.brought {
        answer.grounds.push(Ground {
            light: Light::Open,
            what: "あなたが置いた発行者の証明書".to_owned(),
            found: vec![
                "この検証では、置かれた証明書も信頼するものとして扱いました。ほんとうに信頼できるかは、入手先で確かめてください。"
                    .to_owned(),
            ],
        });
    }
    answer.grounds.extend(grounds(report));
    if !report.signatures.is_empty() {
        answer.commands = vec![
            "cectrust verify 契約書.pdf --trust trust/".to_owned(),
            "pdfsig 契約書.pdf".to_owned(),
        ];
    }
    answer
}

fn unsigned() -> Answer {
    let mut answer = Answer::new("undecided", "このPDFには、電子署名がありません。")
        .line(
            "改ざん",
            Light::Open,
            "確認できません",
            "署名がないので、変えられていないかを確かめる手がかりがありません。",
        )
        .line("日時", Light::Open, "確認できません", "タイムスタンプがありません。")
        .line(
            "署名者",
            Light::Open,
            "どなたの署名も付いていません",
            "画像の印影は、電子署名ではありません。",
        );
    answer.onward = Some((
        "つぎにすること".to_owned(),
        "印刷や変換をすると署名は失われます。受け取ったPDFそのもの、または証拠一式（ZIP）を置いてください。".to_owned(),
    ));
    answer
}

/// 「山田 太郎（株式会社みなと建設）」
pub(super) fn signer(signature: &SignatureReport) -> String {
    let certificate = signature.signer_certificate.as_deref().and_then(|der| Certificate::parse(der).ok());
    let name = signature.signer.clone().unwrap_or_else(|| "名前の分からない方".to_owned());
    match certificate.and_then(|certificate| certificate.subject().organization()) {
        Some(company) if company != name => format!("{name}（{company}）"),
        _ => name,
    }
}

pub(super) fn issuer(signature: &SignatureReport) -> Option<String> {
    let certificate = signature
        .signer_certificate
        .as_deref()
        .and_then(|der| Certificate::parse(der).ok())?;
    Some(certificate.issuer().short())
}

fn signers<'a>(signatures: impl Iterator<Item = &'a SignatureReport>) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in signatures.map(signer) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("、")
}

/// The time up to which every signature is proven, if each is.
fn proven(report: &Report) -> Option<Instant> {
    report
        .signatures
        .iter()
        .map(|signature| signature.proven_time)
        .collect::<Option<Vec<_>>>()
        .and_then(|times| times.into_iter().max())
}

fn stamped(report: &Report) -> Option<Instant> {
    report
        .timestamps
        .iter()
        .filter(|stamp| stamp.indication == Indication::TotalPassed)
        .filter_map(|stamp| stamp.time)
        .min()
}

fn whole(report: &Report) -> Answer {
    if report.signatures.is_empty() {
        let time = stamped(report).map(words::moment).unwrap_or_default();
        return Answer::new("valid", "この文書は、タイムスタンプの時のままです。")
            .line(
                "改ざん",
                Light::Yes,
                "ありません",
                "タイムスタンプのあと、内容は変えられていません。",
            )
            .line(
                "日時",
                Light::Yes,
                format!("{time} に、この内容がありました"),
                "タイムスタンプによる証明。運営者自身の時刻局です。",
            )
            .line(
                "署名者",
                Light::Open,
                "どなたの署名も付いていません",
                "タイムスタンプだけの文書です。",
            );
    }
    let count = report.signatures.len();
    let later = if report.signatures.iter().any(|signature| signature.changes == Changes::Annotations) {
        "署名のあとに注釈が加わりましたが、署名された内容は変えられていません。"
    } else if count > 1 {
        "どの署名のあとにも、内容は変えられていません。"
    } else {
        "署名のあと、内容は変えられていません。"
    };
    let answer = Answer::new("valid", "この文書は、署名された時のままです。").line("改ざん", Light::Yes, "ありません", later);
    time_line(answer, report).line(
        "署名者",
        Light::Yes,
        signers(report.signatures.iter()),
        match report.signatures.first().and_then(issuer) {
            Some(issuer) => format!("「{issuer}」の電子証明書。署名の時、有効でした。"),
            None => "署名の時、電子証明書は有効でした。".to_owned(),
        },
    )
}

fn time_line(answer: Answer, report: &Report) -> Answer {
    match proven(report) {
        Some(time) => answer.line(
            "日時",
            Light::Yes,
            format!(
                "{} までに、{}がありました",
                words::moment(time),
                if report.signatures.len() == 1 {
                    "署名"
                } else {
                    "すべての署名"
                }
            ),
            "タイムスタンプによる証明。運営者自身の時刻局です。",
        ),
        None => {
            let claimed = report.signatures.iter().filter_map(|signature| signature.claimed_time).max();
            answer.line(
                "日時",
                Light::Open,
                "確認できません",
                match (report.timestamps.is_empty(), claimed) {
                    (true, Some(time)) => format!("タイムスタンプがありません。署名した人の時計では {} です。", words::moment(time)),
                    (true, None) => "タイムスタンプがありません。".to_owned(),
                    (false, _) => "タイムスタンプはありますが、それを出した時刻局を、ここではまだ確認できません。".to_owned(),
                },
            )
        }
    }
}

fn broken(report: &Report) -> Answer {
    let hit: Vec<&SignatureReport> = report.signatures.iter().filter(|signature| altered(signature)).collect();
    let why = match hit.first() {
        Some(signature) if signature.intact == Intact::No && signature.signer.is_some() => {
            format!("{} が署名した内容と、いまの内容が違います。", signer(signature))
        }
        Some(signature) if signature.signer.is_some() => format!("{} の署名のあと、許されない変更が加えられています。", signer(signature)),
        Some(_) => "署名された時の内容と、いまの内容が違います。".to_owned(),
        None => "タイムスタンプが押された内容と、いまの内容が違います。".to_owned(),
    };
    let names = signers(report.signatures.iter().filter(|signature| signature.signer.is_some()));
    let time = report.signatures.iter().filter_map(|signature| signature.proven_time).max();
    let mut answer = Answer::new("altered", "この文書は、署名のあとに変えられています。")
        .line("改ざん", Light::No, "あります", why)
        .line(
            "日時",
            Light::Open,
            "いまの内容がいつのものかは、確認できません",
            time.map(|time| format!("署名された版は {} にありました。", words::moment(time)))
                .unwrap_or_default(),
        )
        .line(
            "署名者",
            Light::No,
            "いまの内容には、どなたの署名も付いていません",
            if names.is_empty() {
                String::new()
            } else {
                format!("署名された版には、{names} の署名があります。")
            },
        );
    answer.onward = Some((
        "つぎにすること".to_owned(),
        "このファイルは使わず、契約の相手か、原本を預かる CECTRUST から、原本を受け取り直してください。保管された原本は、この写しの影響を受けません。".to_owned(),
    ));
    answer
}

fn wrong(report: &Report) -> Answer {
    let bad: Vec<&SignatureReport> = report
        .signatures
        .iter()
        .filter(|signature| signature.indication != Indication::TotalPassed)
        .collect();
    let revoked = bad.iter().any(|signature| {
        matches!(
            signature.sub_indication,
            Some(SubIndication::Revoked | SubIndication::RevokedNoPoe | SubIndication::RevokedCaNoPoe)
        )
    });
    let first = if revoked {
        "変えられてはいません。ただし、署名者の電子証明書は失効しています。"
    } else {
        "変えられてはいません。ただし、有効でない署名があります。"
    };
    let because = bad
        .iter()
        .flat_map(|signature| signature.reasons.iter())
        .find_map(|reason| plain(reason))
        .unwrap_or_default();
    let answer = Answer::new("refused", first).line("改ざん", Light::Yes, "ありません", "署名のあと、内容は変えられていません。");
    let mut answer = time_line(answer, report).line(
        "署名者",
        Light::No,
        format!("{} の署名は、有効ではありません", signers(bad.into_iter())),
        because,
    );
    answer.onward = Some((
        "つぎにすること".to_owned(),
        "署名した方に、有効な電子証明書での署名をお願いしてください。".to_owned(),
    ));
    answer
}

fn open(report: &Report, found: Finding) -> Answer {
    let unclear = report.signatures.iter().any(|signature| signature.intact == Intact::Unclear);
    let first = match (unclear, found) {
        (true, _) => "変えられていないかを、まだ確認できません。",
        (false, Finding::IssuerUnknown) => "変えられてはいません。署名者の証明書の発行者は、まだ確認できません。",
        (false, _) => "変えられてはいません。署名の確認に、足りないものがあります。",
    };
    let answer = Answer::new("undecided", first);
    let answer = if unclear {
        answer.line(
            "改ざん",
            Light::Open,
            "確認できません",
            "署名の形式を、ここではまだ読めません。「改ざんされている」という意味ではありません。",
        )
    } else {
        answer.line("改ざん", Light::Yes, "ありません", "署名のあと、内容は変えられていません。")
    };
    let pending = report
        .signatures
        .iter()
        .find(|signature| signature.indication != Indication::TotalPassed);
    let name = pending.map(signer).unwrap_or_default();
    let issued_by = pending.and_then(issuer);
    let mut answer = time_line(answer, report);
    if found == Finding::IssuerUnknown {
        answer = answer.line(
            "署名者",
            Light::Open,
            format!("「{name}」と書かれていますが、発行者をまだ知りません"),
            "「無効」という意味ではありません。発行者の証明書があれば、続きを確かめられます。",
        );
        answer.onward = Some((
            "続きを確かめるには".to_owned(),
            format!(
                "発行者「{}」の証明書を、発行者の公開ページか、署名した方から受け取り、下の「発行者の証明書も置く」を開いて、PDFと一緒に置いてください。",
                issued_by.unwrap_or_else(|| "名前が書かれていません".to_owned())
            ),
        ));
    } else {
        let because = pending
            .and_then(|signature| signature.reasons.iter().find_map(|reason| plain(reason)))
            .unwrap_or_default();
        answer = answer.line(
            "署名者",
            Light::Open,
            format!("「{name}」と書かれていますが、まだ確認できません"),
            format!("{because}「無効」という意味ではありません。"),
        );
        answer.onward = Some((
            "続きを確かめるには".to_owned(),
            "署名の時の失効情報が付いたPDF、または証拠一式（ZIP）を置くと、続きを確かめられます。".to_owned(),
        ));
    }
    answer
}
