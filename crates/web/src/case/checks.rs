//! What is looked at before sending: what stops comes first, then what is worth knowing, then what is well.

use certification::Certificate;
use contracts::{CaseView, PartnerLine, Standing};
use store::unit;

use super::story;
use crate::{House, Sorry, Visit, words};

/// Something that was looked at before sending.
pub(super) struct Check {
    pub(super) kind: &'static str,
    pub(super) words: String,
    pub(super) more: String,
    pub(super) way: Option<(&'static str, &'static str)>,
}

fn said(kind: &'static str, words: impl Into<String>, more: impl Into<String>, way: Option<(&'static str, &'static str)>) -> Check {
    Check {
        kind,
        words: words.into(),
        more: more.into(),
        way,
    }
}

/// The document.
pub(super) async fn check_paper(checks: &mut Vec<Check>, paper: Option<&story::Opened>, view: &CaseView) {
    let Some(opened) = paper else {
        checks.push(said(
            "stop",
            "契約書のPDFがまだありません",
            "置かれたままの形で保管します",
            Some(("#s1", "置く")),
        ));
        return;
    };
    checks.push(said("ok", "PDFは署名できる形です", "鍵なし・スクリプトなし・壊れなし", None));
    let (book, bytes) = (opened.book.clone(), opened.bytes.clone());
    let (a, b) = (view.a_field.clone(), view.b_field.clone());
    let (findings, slots, covered) = jobs::work(move || {
        let findings = book.findings(0..book.pages().min(200));
        let slots = story::slots(&bytes, a.as_deref(), b.as_deref());
        let covered = slots.iter().any(|slot| {
            let [left, top, width, height] = slot.place;
            book.text(slot.page).is_ok_and(|text| {
                text.lines.iter().any(|line| {
                    let place = line.place;
                    let (x, y) = (f64::from(place.left), f64::from(place.top));
                    x < left + width
                        && x + f64::from(place.width) > left
                        && y < top + height
                        && y + f64::from(place.height) > top
                        && !line.text.trim().is_empty()
                })
            })
        });
        (findings, slots, covered)
    })
    .await;
    for finding in findings.iter().take(8) {
        checks.push(said(
            "note",
            finding.sentence(),
            "署名はできます。相手の画面と違って見えることがあります",
            None,
        ));
    }
    if slots.is_empty() {
        checks.push(said(
            "note",
            "印の見えない署名になります",
            "署名の効力は変わりません",
            Some(("#places", "場所を選ぶ")),
        ));
    } else if covered {
        checks.push(said(
            "note",
            "署名欄の下に、文字があります",
            "印が文字に重なります。白いところを選べます",
            Some(("#places", "場所を変える")),
        ));
    } else {
        checks.push(said(
            "ok",
            format!("署名欄が{}か所あります", slots.len()),
            "白いところにあります",
            None,
        ));
    }
}

/// The consent and the signers.
pub(super) async fn check_people(
    house: &House,
    visit: &Visit,
    checks: &mut Vec<Check>,
    partner: Option<&PartnerLine>,
    view: &CaseView,
) -> Result<(), Sorry> {
    let (by, now, signer) = (visit.actor(), visit.now, view.line.a_signer);
    match partner.map(|line| (line.state, line)) {
        Some((Standing::Agreed, line)) => {
            let when = line.answered.map_or_else(String::new, |at| words::day(at.date_in_japan()));
            checks.push(said("ok", "取引先の承諾があります", format!("{when}、双方向"), None));
            let mine = visit.actor().desk() == Some(line.asker_desk);
            let uses = if mine { Some(&line.asker_uses) } else { line.partner_uses.as_ref() };
            if !uses.is_some_and(|uses| uses.names(signer)) {
                checks.push(said(
                    "stop",
                    format!("{}様は、この取引先との事前合意の署名者ではありません", view.line.a_signer_name),
                    "事前合意にある方を選ぶか、合意をし直します",
                    Some(("#s2", "署名者を選ぶ")),
                ));
            }
        }
        Some((Standing::Asked, _)) => checks.push(said(
            "stop",
            "取引先の承諾が、まだありません",
            "建設業法19条3項の承諾が届くと送れます。依頼は届いています",
            Some(("/partners", "取引先を見る")),
        )),
        _ => checks.push(said(
            "stop",
            "取引先との事前合意が終わっています",
            "もう一度、承諾を依頼してください",
            Some(("/partners", "取引先を見る")),
        )),
    }
    let has = unit!(house.db, |unit| Certificate::has_usable(unit, by, signer, now).await).await?;
    checks.push(if has {
        said("ok", "使える電子証明書があります", format!("{}様", view.line.a_signer_name), None)
    } else {
        said(
            "stop",
            format!("{}様の電子証明書が、まだ使えません", view.line.a_signer_name),
            "電子証明書を受け取ると署名できます。案件はそのまま待ちます",
            Some(("#s2", "別の署名者を選ぶ")),
        )
    });
    Ok(())
}
