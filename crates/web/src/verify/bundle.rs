//! The answer to 証拠一式.

use evidence::{Ended, Outcome, Trust, Verdict, verify_bundle};
use foundation::Instant;

use super::{Answer, Light, answer::Ground, check::Known};
use crate::words;

/// Judges.
pub fn answer(bytes: &[u8], known: &Known, at: Instant) -> Answer {
    let trust = Trust {
        roots: known.roots.clone(),
        log_keys: known.logs.clone(),
        crls: Vec::new(),
    };
    let verdict = verify_bundle(bytes, &trust, at);
    let mut answer = of(&verdict);
    answer.grounds = verdict
        .checks
        .iter()
        .map(|check| Ground {
            light: match check.ended {
                Ended::Holds => Light::Yes,
                Ended::Fails => Light::No,
                Ended::Warning | Ended::Unknown | Ended::Skipped => Light::Open,
            },
            what: check.id.to_owned(),
            found: vec![format!("{}。", check.ja.trim_end_matches('。'))],
        })
        .collect();
    answer.commands = vec!["cectrust verify bundle.zip --trust trust/".to_owned()];
    for check in &verdict.checks {
        if !check.repeat_with.is_empty() && !answer.commands.contains(&check.repeat_with) {
            answer.commands.push(check.repeat_with.clone());
        }
    }
    answer
}

fn of(verdict: &Verdict) -> Answer {
    let names = verdict
        .signatures
        .iter()
        .flat_map(|report| report.signatures.iter())
        .filter_map(|signature| signature.signer.clone())
        .collect::<Vec<_>>()
        .join("、");
    let since = verdict.proven_time.map(words::moment);
    match verdict.verdict {
        Outcome::Original => {
            let answer = Answer::new("valid", "この原本は、預けられた時のままです。").line(
                "改ざん",
                Light::Yes,
                "ありません",
                "原本、証拠記録、記録簿の写しが、すべて合っています。",
            );
            let answer = match since {
                Some(since) => answer.line(
                    "日時",
                    Light::Yes,
                    format!("{since} には、この原本がありました"),
                    "タイムスタンプと記録簿による証明。運営者自身の時刻局と、外の証人のまだいない記録簿です。",
                ),
                None => answer.line("日時", Light::Open, "確認できません", "時刻の証明がありません。"),
            };
            if names.is_empty() {
                answer.line(
                    "署名者",
                    Light::Open,
                    "署名のない文書です",
                    "預けられた文書そのものに、電子署名はありません。預かりの証拠は有効です。",
                )
            } else {
                answer.line("署名者", Light::Yes, names, "原本の署名も、あわせて確かめました。")
            }
        }
        Outcome::Altered => {
            let failed = verdict.checks.iter().find(|check| check.ended == Ended::Fails);
            let mut answer = Answer::new("altered", "この証拠一式は、預けられた時のままではありません。")
                .line(
                    "改ざん",
                    Light::No,
                    "あります",
                    failed
                        .map(|check| format!("{}。", check.ja.trim_end_matches('。')))
                        .unwrap_or_default(),
                )
                .line(
                    "日時",
                    Light::Open,
                    "いまの中身がいつのものかは、確認できません",
                    "中身が合わないためです。",
                )
                .line(
                    "署名者",
                    Light::Open,
                    "この一式からは、確認できません",
                    "原本のPDFだけを置くと、署名を別に確かめられます。",
                );
            answer.onward = Some((
                "つぎにすること".to_owned(),
                "この一式は使わず、CECTRUST から証拠一式を受け取り直してください。保管された原本は、この写しの影響を受けません。"
                    .to_owned(),
            ));
            answer
        }
        Outcome::Undecidable => {
            let missing = verdict
                .checks
                .iter()
                .find(|check| matches!(check.ended, Ended::Unknown | Ended::Skipped));
            let mut answer = Answer::new(
                "undecided",
                "食い違いはありません。ただし、この一式を出した先は、まだ確認できません。",
            )
            .line(
                "改ざん",
                Light::Open,
                "食い違いは見つかりません",
                "「改ざんされている」という意味ではありません。",
            )
            .line(
                "日時",
                Light::Open,
                "確認できません",
                missing
                    .map(|check| format!("{}。", check.ja.trim_end_matches('。')))
                    .unwrap_or_default(),
            )
            .line(
                "署名者",
                Light::Open,
                if names.is_empty() {
                    "確認できません".to_owned()
                } else {
                    format!("「{names}」と書かれています")
                },
                "「無効」という意味ではありません。",
            );
            answer.onward = Some((
                "続きを確かめるには".to_owned(),
                "この一式を出した運営者の証明書と記録簿の鍵を受け取り、手元のプログラムで確かめてください。やり方は、一式の中の README に書いてあります。".to_owned(),
            ));
            answer
        }
        Outcome::Unreadable => {
            let mut answer = Answer::new("undecided", "このファイルは、証拠一式として読めません。")
                .line("改ざん", Light::Open, "確認できません", "中を読めないためです。")
                .line("日時", Light::Open, "確認できません", "中を読めないためです。")
                .line("署名者", Light::Open, "確認できません", "中を読めないためです。");
            answer.onward = Some((
                "つぎにすること".to_owned(),
                "途中で切れたか、別のZIPです。もう一度受け取るか、中の original.pdf だけを置いてください。".to_owned(),
            ));
            answer
        }
    }
}
