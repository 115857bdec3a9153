//! `POST /demo/tamper`: 「一文字改ざんしてみる」. A byte is flipped in a copy; the original is not touched.

use axum::{extract::State, response::Response};
use contracts::{Case, CaseId, Reading, StageName};
use store::unit;

use super::stage::stage;
use crate::{Entries, House, SignedIn, Sorry, verify};

/// Takes a concluded original that this viewer may read (the newest, unless one is named), flips a byte in a copy, and shows the verdict.
pub async fn tamper(State(house): State<House>, SignedIn(visit): SignedIn, entries: Entries) -> Result<Response, Sorry> {
    stage(&house)?;
    let actor = visit.actor();
    let id = match entries.text("case") {
        "" => Case::list(&house.db, actor, None, 100)
            .await?
            .into_iter()
            .find(|line| line.sealed.is_some())
            .map(|line| line.id)
            .ok_or_else(nothing_yet)?,
        _ => CaseId(entries.id("case", "案件")?),
    };
    let stage = StageName::from_word("3-concluded");
    let (case, stage) = unit!(house.db, |unit| {
        let case = Case::open::<Reading>(unit, actor, id).await?;
        let stage = Case::stage(&case, unit, stage).await?;
        Ok::<_, contracts::Error>((case, stage))
    })
    .await?;
    let bytes = house.contracts.read(&case, &stage).await?;
    let (known, at) = (verify::known(&house), house.now());
    let (bytes, place) = jobs::work(move || tampered(bytes, |bytes| verify::check(bytes, &known, at).state)).await;
    Ok(verify::answered(&house, &visit, format!("{}（改ざんした写し）.pdf", case.title), bytes, Some(place)).await)
}

fn nothing_yet() -> Sorry {
    Sorry::new(
        axum::http::StatusCode::CONFLICT,
        "nothing_to_tamper",
        "この人が読める締結済の契約が、まだありません。何も変わっていません。",
        "「この人として見る」で佐藤 恵さんか山本 健太さんを選ぶか、検証のページで手元のPDFを使ってください。",
    )
    .with_way("/verify", "検証のページへ")
}

/// Flips one bit of one byte so that the verdict says so; where it stands, in words. Places inside the space of a signature that is not
/// signed itself change nothing, so several are tried.
pub fn tampered(bytes: Vec<u8>, state: impl Fn(&[u8]) -> &'static str) -> (Vec<u8>, String) {
    let length = bytes.len();
    let mut changed = bytes;
    let mut last = 0;
    for part in [3, 5, 2, 7, 11, 4] {
        let place = length / part;
        let Some(byte) = changed.get_mut(place) else { continue };
        *byte ^= 0x01;
        if state(&changed) == "altered" {
            return (changed, told(place, length));
        }
        last = place;
        if let Some(byte) = changed.get_mut(place) {
            *byte ^= 0x01;
        }
    }
    if let Some(byte) = changed.get_mut(last) {
        *byte ^= 0x01;
    }
    (changed, told(last, length))
}

fn told(place: usize, length: usize) -> String {
    format!(
        "写しの {length} バイトのうち、{} バイト目のひとつだけを変えてから検証しました。保管された原本は変えていません。",
        place + 1
    )
}

#[cfg(test)]
mod tests {
    use super::tampered;

    #[test]
    fn exactly_one_byte_differs() {
        let before: Vec<u8> = (0..200).collect();
        let (after, told) = tampered(before.clone(), |_| "altered");
        assert_eq!(before.iter().zip(&after).filter(|(a, b)| a != b).count(), 1);
        assert!(told.contains("200 バイトのうち"));
    }
}
