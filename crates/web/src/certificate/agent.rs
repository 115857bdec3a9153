//! `POST /certificate/{id}/agent`: a code for `cecsign-agent enrol`.

use axum::{
    extract::{Path, State},
    response::Response,
};
use certification::{Applying, Enrolment, EnrolmentId, LaunchId, LaunchSecret, Purpose, launch};
use store::unit;

use super::show::{Shown, again};
use crate::{House, SignedIn, Sorry, words};

/// Makes the code.
pub async fn begin(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    let (now, by) = (house.now(), visit.actor());
    let (launch_id, code) = (LaunchId::new(now, house.random()), LaunchSecret::code(house.random()));
    let made = unit!(house.db, |unit| {
        let enrolment = Enrolment::open::<Applying>(unit, by, EnrolmentId(id)).await?;
        if !enrolment.is_web_open(by, now) {
            return Err(certification::Error::PinNeeded);
        }
        launch(unit, by, launch_id, Purpose::Enrol, id, &code, now).await
    })
    .await;
    let shown = match made {
        Ok(until) => Shown {
            agent: Some((code.reveal().clone(), words::time(until))),
            ..Shown::default()
        },
        Err(error) => Shown {
            failed: Some((error.into(), "agent")),
            ..Shown::default()
        },
    };
    again(&house, &visit, shown).await
}
