//! What an answer to a PDF rests on, for who opens the fold.

use pades::{Changes, Indication, Intact, Report};

use super::{
    Light,
    answer::Ground,
    paper::{issuer, signer},
};
use crate::words;

/// A reason as people read it; none if it is only the English twin of another. What a library says in English within brackets goes too.
pub(super) fn plain(reason: &str) -> Option<String> {
    let mut text = String::new();
    let mut rest = reason;
    while let Some((before, after)) = rest.split_once('（') {
        let Some((inside, behind)) = after.split_once('）') else { break };
        text.push_str(before);
        if !(inside.starts_with(|c: char| c.is_ascii_lowercase()) && inside.contains(' ')) {
            text.push_str(&format!("（{inside}）"));
        }
        rest = behind;
    }
    text.push_str(rest);
    text.contains('。').then_some(text)
}

const fn light(indication: Indication) -> Light {
    match indication {
        Indication::TotalPassed => Light::Yes,
        Indication::TotalFailed => Light::No,
        Indication::Indeterminate => Light::Open,
    }
}

const fn standard(indication: Indication) -> &'static str {
    match indication {
        Indication::TotalPassed => "EN 319 102-1 の語で TOTAL-PASSED（有効）。",
        Indication::TotalFailed => "EN 319 102-1 の語で TOTAL-FAILED（無効）。",
        Indication::Indeterminate => "EN 319 102-1 の語で INDETERMINATE（判断できない）。",
    }
}

/// What came after a signature.
pub(super) const fn later(changes: Changes) -> &'static str {
    match changes {
        Changes::None => "後から加わったものはありません。",
        Changes::Archive => "後から加わったのは、検証情報とタイムスタンプだけです。",
        Changes::Form => "後から加わったのは、決められた欄への記入と署名だけです。",
        Changes::Annotations => "後から、注釈が加えられました。",
        Changes::Other => "後から、それ以外の変更がありました。",
    }
}

pub(super) fn grounds(report: &Report) -> Vec<Ground> {
    let mut grounds: Vec<Ground> = report
        .signatures
        .iter()
        .map(|signature| {
            let mut found = vec![format!("水準は {}。{}", signature.level.japanese(), standard(signature.indication))];
            found.push(
                match signature.intact {
                    Intact::Yes => "署名した内容は変わっていません。",
                    Intact::No => "署名した内容が変わっています。",
                    Intact::Unclear => "署名した内容が変わっていないかを、確かめられません。",
                }
                .to_owned(),
            );
            found.push(later(signature.changes).to_owned());
            if let Some(issuer) = issuer(signature) {
                found.push(format!("電子証明書の発行者は「{issuer}」。"));
            }
            if let Some(time) = signature.proven_time {
                found.push(format!("{} までに、この署名がありました（タイムスタンプ）。", words::moment(time)));
            }
            if let Some(time) = signature.claimed_time {
                found.push(format!("署名した人の時計では {}（証明ではありません）。", words::moment(time)));
            }
            found.extend(signature.reasons.iter().filter_map(|reason| plain(reason)));
            Ground {
                light: light(signature.indication),
                what: format!("署名：{}", signer(signature)),
                found,
            }
        })
        .collect();
    grounds.extend(report.timestamps.iter().map(|stamp| {
        let mut found = vec![standard(stamp.indication).to_owned()];
        found.extend(stamp.unit.iter().map(|unit| format!("時刻局は「{unit}」。")));
        found.extend(stamp.reasons.iter().filter_map(|reason| plain(reason)));
        Ground {
            light: light(stamp.indication),
            what: format!(
                "タイムスタンプ：{}{}",
                stamp.time.map(words::moment).unwrap_or_else(|| "時刻を読めません".to_owned()),
                if stamp.kind == "document" {
                    "（文書全体）"
                } else {
                    "（署名）"
                }
            ),
            found,
        }
    }));
    grounds.extend(report.warnings.iter().map(|warning| Ground {
        light: Light::Open,
        what: "注意".to_owned(),
        found: plain(warning).into_iter().collect(),
    }));
    grounds
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn reasons_are_told_in_japanese_alone() {
        let said = plain("電子証明書の経路が正しくありません（the signature on the certificate of 甲 Root does not verify）。");
        assert_eq!(said.as_deref(), Some("電子証明書の経路が正しくありません。"));
        assert_eq!(plain("the certificate path breaks a rule"), None);
        assert_eq!(
            plain("失効情報（CRL、OCSP）がありません。").as_deref(),
            Some("失効情報（CRL、OCSP）がありません。")
        );
    }
}
