//! The turns of a case: 送付, 返送, 差戻し, 謝絶, 取下げ, 確認. What ends a case asks for the reason on a page of its own.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use contracts::{Case, CaseId, Confirming, Reading, Refusing, Sending, SendingBack, Withdrawing};
use store::unit;

use super::{
    Of, detail, story,
    told::{Act, TO_THE_END, Told},
};
use crate::{
    Entries, House, SignedIn, Sorry, Visit,
    layout::{onward, page_with},
};

pub(super) fn back_to(id: CaseId) -> impl Fn(Sorry) -> Sorry {
    move |sorry| {
        if sorry.status == StatusCode::UNAUTHORIZED {
            sorry
        } else {
            sorry.with_way(format!("/cases/{id}"), "案件に戻る")
        }
    }
}

/// `POST /cases/{id}/send`
pub async fn send(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of, entries: Entries) -> Result<Response, Sorry> {
    let by = visit.actor();
    let opened = story::open(&house, by, id, None).await;
    match &opened {
        // Without a file nothing can be sent, which is said below.
        Err(sorry) if !matches!(sorry.code.as_str(), story::NOT_DRAWN | story::BUSY | "no_document") => {
            return Err(back_to(id)(sorry.clone()));
        }
        _ => {}
    }
    let told = Told::before_sending(&house, &opened, TO_THE_END).await;
    if let Err(sorry) = told.heard(entries.text("told"), Act::Send) {
        return detail::again(&house, &visit, id, sorry).await;
    }
    let told_of = match &opened {
        Ok(opened) => Some(&opened.stage.sha256),
        Err(sorry) => sorry.of.as_ref(),
    };
    let now = house.now();
    unit!(house.db, |unit| {
        let case = Case::open::<Sending>(unit, by, id).await?;
        // What is sent is the file that was told of.
        let read = Case::open::<Reading>(unit, by, id).await?;
        let newest = Case::stages(&read, unit).await?.pop().map(|stage| stage.sha256);
        if newest.as_ref() != told_of {
            Err(contracts::Error::Changed)?;
        }
        Case::send(&case, unit, now).await
    })
    .await
    .map_err(|error| match error {
        contracts::Error::DeadlinePast { .. } => Sorry::from(error).with_way(format!("/cases/{id}/deadline"), "期限を変える"),
        error => back_to(id)(error.into()),
    })?;
    Ok(onward(&format!("/cases/{id}")))
}

/// `POST /cases/{id}/return`
pub async fn return_it(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of) -> Result<Response, Sorry> {
    Case::return_it(&house.contracts, visit.actor(), id, house.now())
        .await
        .map_err(|error| back_to(id)(error.into()))?;
    Ok(onward(&format!("/cases/{id}")))
}

/// `POST /cases/{id}/confirmation`
pub async fn confirm(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of) -> Result<Response, Sorry> {
    let (now, by) = (house.now(), visit.actor());
    unit!(house.db, |unit| {
        let case = Case::open::<Confirming>(unit, by, id).await?;
        Case::confirm(&case, unit, now).await
    })
    .await
    .map_err(|error| back_to(id)(error.into()))?;
    Ok(onward(&format!("/cases/{id}")))
}

/// An act that ends a case.
#[derive(Clone, Copy)]
struct Ending {
    address: &'static str,
    act: &'static str,
    title: &'static str,
    says: &'static str,
    label: &'static str,
    button: &'static str,
    is_grave: bool,
    may: &'static str,
}

const SEND_BACK: Ending = Ending {
    address: "send-back",
    act: "case.send_back",
    title: "差戻すと、このPDFへの署名はもうできません",
    says: "相手が直した新しいPDFが、新しい案件として届きます。いまのPDFは、双方がいつまでも読めます。",
    label: "直してほしいところ",
    button: "差戻す",
    is_grave: false,
    may: "sendBackCase",
};
const REFUSAL: Ending = Ending {
    address: "refusal",
    act: "case.refuse",
    title: "謝絶すると、この案件は終わります",
    says: "取り消せません。あらためて契約するときは、新しい案件になります。",
    label: "理由",
    button: "謝絶する",
    is_grave: true,
    may: "refuseCase",
};
const WITHDRAWAL: Ending = Ending {
    address: "withdrawal",
    act: "case.withdraw",
    title: "取下げると、この案件は終わります",
    says: "相手方が署名するまで、取下げられます。取り消せません。理由は相手に伝わります。",
    label: "理由",
    button: "取下げる",
    is_grave: true,
    may: "withdrawCase",
};

#[derive(Template)]
#[template(path = "case/ending.html")]
struct Asking<'a> {
    visit: &'a Visit,
    ending: Ending,
    id: String,
    title: String,
    over: String,
    reason: &'a str,
    failed: Option<&'a Sorry>,
}

async fn ask(house: &House, visit: &Visit, id: CaseId, ending: Ending, reason: &str, failed: Option<Sorry>) -> Result<Response, Sorry> {
    let view = story::view(house, visit.actor(), id).await?;
    if !view.may.contains(&ending.may) {
        let sorry = Sorry::new(
            StatusCode::CONFLICT,
            "not_now",
            format!("いまは、この案件を{}ことはできません。{}", ending.button, view.sentence),
            "案件を開き、いまの状況を確かめてください。",
        );
        return Err(back_to(id)(failed.unwrap_or(sorry)));
    }
    let status = if failed.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(page_with(
        status,
        &Asking {
            visit,
            ending,
            id: id.to_string(),
            over: format!("契約書　{}", view.line.contract_number),
            title: view.line.title,
            reason,
            failed: failed.as_ref(),
        },
    ))
}

/// The page that asks why it is sent back.
pub async fn ask_send_back(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of) -> Result<Response, Sorry> {
    ask(&house, &visit, id, SEND_BACK, "", None).await
}
/// The page that asks why it is refused.
pub async fn ask_refusal(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of) -> Result<Response, Sorry> {
    ask(&house, &visit, id, REFUSAL, "", None).await
}
/// The page that asks why it is pulled.
pub async fn ask_withdrawal(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of) -> Result<Response, Sorry> {
    ask(&house, &visit, id, WITHDRAWAL, "", None).await
}

macro_rules! ended {
    ($(#[$doc:meta])* $name:ident, $right:ty, $verb:ident, $ending:expr) => {
        $(#[$doc])*
        pub async fn $name(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of, entries: Entries) -> Result<Response, Sorry> {
            let (now, by, reason) = (house.now(), visit.actor(), entries.text("reason"));
            let ended = unit!(house.db, |unit| {
                let case = Case::open::<$right>(unit, by, id).await?;
                Case::$verb(&case, unit, reason, now).await
            })
            .await;
            match ended {
                Ok(_) => Ok(onward(&format!("/cases/{id}"))),
                Err(error) => ask(&house, &visit, id, $ending, reason, Some(error.into())).await,
            }
        }
    };
}
ended!(
    /// `POST /cases/{id}/send-back`
    send_back,
    SendingBack,
    send_back,
    SEND_BACK
);
ended!(
    /// `POST /cases/{id}/refusal`
    refuse,
    Refusing,
    refuse,
    REFUSAL
);
ended!(
    /// `POST /cases/{id}/withdrawal`
    withdraw,
    Withdrawing,
    withdraw,
    WITHDRAWAL
);
