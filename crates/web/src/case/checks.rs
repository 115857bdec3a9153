//! What is looked at before sending: what stops comes first, then what is worth knowing, then what is well.

use certification::Certificate;
use contracts::{CaseView, Findings, PartnerLine, Side, Standing};
use store::unit;

use super::{
    deadline::Until,
    story,
    told::{A_MOMENT, Told},
};
use crate::{House, Sorry, Visit, words};

/// So many sentences about the pages stand among the checks; all of them stand where it is read.
const MOST_NOTES: usize = 8;
/// A place is blank with less ink than this: a speck of a scan is no text.
const BLANK: f64 = 0.002;

/// The kind of a check that has not ended: the page asks again until there is none.
pub(super) const LOOKING: &str = "looking";

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
pub(super) async fn check_paper(
    house: &House,
    visit: &Visit,
    checks: &mut Vec<Check>,
    paper: Option<&story::Opened>,
    view: &CaseView,
) -> Result<(), Sorry> {
    let Some(opened) = paper else {
        checks.push(said(
            "stop",
            "契約書のPDFがまだありません",
            "置かれたままの形で保管します",
            Some(("#s1", "置く")),
        ));
        return Ok(());
    };
    checks.push(said("ok", "PDFは署名できる形です", "鍵なし・スクリプトなし・壊れなし", None));
    let pages = opened.book.pages();
    let looked_at = Findings::before_sending(pages);
    let notes = Told::of(house, opened, looked_at.clone(), A_MOMENT).await.notes;
    for note in notes.iter().flat_map(|notes| notes.iter()).take(MOST_NOTES) {
        checks.push(said(
            "note",
            note.clone(),
            "署名はできます。気になるときは、直したPDFに置き換えてください",
            None,
        ));
    }
    let rest = notes.as_ref().map_or(0, |notes| notes.len().saturating_sub(MOST_NOTES));
    if rest > 0 {
        let words = format!("ページの見え方について、ほかに{rest}件あります");
        checks.push(said("note", words, "読む画面で、すべてお見せします", None));
    }
    if notes.is_none() {
        checks.push(said(
            LOOKING,
            "ページの見え方を点検しています",
            "終わると、ここに結果が出ます。送る前に、必ずお見せします",
            None,
        ));
    } else if pages > looked_at.end {
        checks.push(said(
            "ok",
            format!("{}ページまでを点検しました", looked_at.end),
            "その先は、読むときに点検します",
            None,
        ));
    }
    let (bytes, a, b) = (opened.bytes.clone(), view.a_field.clone(), view.b_field.clone());
    let slots = jobs::work(move || story::slots(&bytes, a.as_deref(), b.as_deref())).await;
    let covered = covered(house, visit, view, &slots).await?;
    if slots.is_empty() {
        checks.push(said(
            "note",
            "印の見えない署名になります",
            "署名の効力は変わりません",
            Some(("#places", "場所を選ぶ")),
        ));
    } else if !covered.is_empty() {
        for slot in covered {
            let side = if slot.side == Side::A { "甲" } else { "乙" };
            checks.push(said(
                "note",
                format!("{side}の署名欄の下に、文字か線があります（{}ページ）", slot.page + 1),
                "印が重なります。白いところを選べます",
                Some(("#places", "場所を変える")),
            ));
        }
    } else {
        checks.push(said(
            "ok",
            format!("署名欄が{}か所あります", slots.len()),
            "白いところにあります",
            None,
        ));
    }
    Ok(())
}

/// The fields that do not stand on blank paper: what is drawn there counts, text, lines and pictures alike. Looked at as it was
/// uploaded, without the frames of the fields themselves.
async fn covered(house: &House, visit: &Visit, view: &CaseView, slots: &[story::Slot]) -> Result<Vec<story::Slot>, Sorry> {
    let uploaded = view.stages.iter().find(|stage| stage.name == contracts::StageName::Uploaded);
    let mut covered = Vec::new();
    for slot in slots {
        let Some(uploaded) = uploaded else { break };
        let key = format!("{} {} {:?}", uploaded.sha256, slot.page, slot.place);
        let is_inked = match house.inked().found(&key) {
            Some(known) => *known,
            None => {
                let (page, place) = (slot.page, slot.place);
                let book = story::book(house, visit.actor(), view.line.id, &uploaded.sha256).await?;
                let ink = house.draw(move || book.ink(page, on_page(place))).await;
                // A page that cannot be drawn has a finding of its own.
                *house.inked().keep(key, ink.is_ok_and(|ink| ink > BLANK))
            }
        };
        if is_inked {
            covered.push(slot.clone());
        }
    }
    Ok(covered)
}

#[expect(clippy::cast_possible_truncation, reason = "points on a page")]
fn on_page([left, top, width, height]: [f64; 4]) -> pictures::Place {
    let [left, top, width, height] = [left, top, width, height].map(|value| value as f32);
    pictures::Place { left, top, width, height }
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

/// The deadline: one that has passed is not sent.
pub(super) fn check_deadline(visit: &Visit, checks: &mut Vec<Check>, view: &CaseView) {
    let (Some(day), Some(until)) = (view.line.reply_by, Until::of(&view.line, visit.now)) else {
        return;
    };
    let way = |words| Some(("#reply_by", words));
    if until.is_over() {
        let more = "今日か、今日より後の日にするか、空けてください";
        checks.push(said(
            "stop",
            format!("返送の期限（{}）が過ぎています", until.day),
            more,
            way("期限を変える"),
        ));
    } else if !japan::is_business_day(day) {
        let more = "休みでない日に変えることもできます";
        checks.push(said(
            "note",
            format!("返送の期限（{}）は、休みの日です", until.day),
            more,
            way("期限を変える"),
        ));
    } else {
        checks.push(said("ok", format!("返送の期限は {} です", until.day), until.left, None));
    }
}
