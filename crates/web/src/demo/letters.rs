//! `GET /demo/letters`, `POST /demo/letters/{tracking}/{act}`: the post office, 本人限定受取郵便.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use certification::{LetterFailure, Slip, Visitor};

use super::stage::stage;
use crate::{
    Entries, House, Sorry, Visit,
    layout::{onward, page},
};

struct Shown {
    slip: Slip,
    at_post: bool,
}

#[derive(Template)]
#[template(path = "demo/letters.html")]
struct Letters<'a> {
    visit: &'a Visit,
    letters: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "demo/letter.html")]
struct Letter<'a> {
    visit: &'a Visit,
    name: &'a str,
    text: String,
    pin: Option<String>,
}

/// The page.
pub async fn letters(State(house): State<House>, visit: Visit) -> Result<Response, Sorry> {
    let slips = stage(&house)?.letters.list(&house.db).await?;
    let letters = slips
        .into_iter()
        .map(|slip| Shown {
            at_post: slip.custody_until.is_some(),
            slip,
        })
        .collect();
    Ok(page(&Letters { visit: &visit, letters }))
}

/// Something happens to a letter.
pub async fn act(
    State(house): State<House>,
    visit: Visit,
    Path((tracking, act)): Path<(String, String)>,
    entries: Entries,
) -> Result<Response, Sorry> {
    let letters = &stage(&house)?.letters;
    let (db, now) = (&house.db, house.now());
    let back = |sorry: Sorry| sorry.with_way("/demo/letters", "郵便局に戻る");
    let done = match act.as_str() {
        "arrive" => letters.arrive(db, &tracking, now).await,
        "return" => letters.fail(db, &tracking, LetterFailure::Returned, now).await,
        "lose" => letters.fail(db, &tracking, LetterFailure::Lost, now).await,
        "collect" => {
            let visitor = Visitor {
                name: entries.text("name").to_owned(),
                paper: entries.text("paper").to_owned(),
            };
            if entries.text("as") == "pdf" {
                let printer = house.printer.clone();
                let open = async |paper: papers::Paper| Ok(jobs::work(move || printer.print(&paper)).await?);
                let pdf = letters
                    .collect(db, &tracking, &visitor, now, open)
                    .await
                    .map_err(|error| back(error.into()))?;
                return crate::case::attachment(&format!("承認通知書-{tracking}.pdf"), "application/pdf", pdf);
            }
            let text = letters
                .collect(db, &tracking, &visitor, now, async |paper: papers::Paper| Ok(paper.text()))
                .await
                .map_err(|error| back(error.into()))?;
            let pin = text
                .lines()
                .find_map(|line| line.strip_prefix("申請PIN: "))
                .map(|pin| pin.trim().to_owned());
            return Ok(page(&Letter {
                visit: &visit,
                name: &visitor.name,
                text,
                pin,
            }));
        }
        _ => return Err(Sorry::not_found()),
    };
    done.map_err(|error| back(error.into()))?;
    Ok(onward("/demo/letters"))
}
