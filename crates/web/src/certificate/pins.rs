//! 申請PIN and ダウンロードPIN: how many tries are left is said with each wrong one.

use axum::{
    extract::{Path, State},
    response::Response,
};
use certification::{Applying, Enrolment, EnrolmentId};
use store::unit;

use super::show::{Shown, again};
use crate::{Entries, House, SignedIn, Sorry, layout::onward};

/// `POST /certificate/application-pin`
pub async fn application(State(house): State<House>, SignedIn(visit): SignedIn, entries: Entries) -> Result<Response, Sorry> {
    let number = entries.text("number");
    let entered = certification::enter_application_pin(&house.db, visit.actor(), number, &entries.secret("pin"), house.now()).await;
    match entered {
        Ok(_) => Ok(onward("/certificate#now")),
        Err(error) => {
            let shown = Shown {
                failed: Some((error.into(), "application")),
                ..Shown::default()
            };
            again(&house, &visit, shown).await
        }
    }
}

/// `POST /certificate/{id}/download-pin`
pub async fn download(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Path(id): Path<uuid::Uuid>,
    entries: Entries,
) -> Result<Response, Sorry> {
    let issued = certification::confirm_download_pin(
        &house.db,
        &house.authority,
        visit.actor(),
        EnrolmentId(id),
        &entries.secret("pin"),
        house.now(),
        house.random(),
    )
    .await;
    match issued {
        Ok(_) => Ok(onward("/certificate#now")),
        Err(error) => {
            let shown = Shown {
                failed: Some((error.into(), "download")),
                ..Shown::default()
            };
            again(&house, &visit, shown).await
        }
    }
}

/// `POST /certificate/{id}/download-pin/resend`
pub async fn resend(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    let (now, by) = (house.now(), visit.actor());
    let asked = unit!(house.db, |unit| {
        let enrolment = Enrolment::open::<Applying>(unit, by, EnrolmentId(id)).await?;
        Enrolment::ask_download_pin(&enrolment, unit, now).await
    })
    .await;
    let shown = match asked {
        Ok(_) => Shown {
            said: Some("ダウンロードPINを、もう一度メールで送ります。前のPINは使えなくなります。"),
            ..Shown::default()
        },
        Err(error) => Shown {
            failed: Some((error.into(), "download")),
            ..Shown::default()
        },
    };
    again(&house, &visit, shown).await
}
