//! `POST /cases/{id}/signer`: the desk that received a case names which of its people signs.

use axum::{extract::State, response::Response};
use contracts::{Case, NamingSigner, Partner};
use foundation::{Actor, PersonId};
use store::unit;

use super::Of;
use crate::{Entries, House, SignedIn, Sorry, Visit, layout::onward};

/// Who can sign for one's own side: those the consent names, by id and name.
pub(super) async fn choices(house: &House, visit: &Visit, partner: contracts::PartnerId) -> Result<Vec<(String, String)>, Sorry> {
    let Actor::Member(_) = visit.actor() else {
        return Ok(Vec::new());
    };
    let line = Partner::line(&house.db, visit.actor(), partner).await?;
    let is_mine = visit.actor().desk() == Some(line.asker_desk);
    let uses = if is_mine { Some(line.asker_uses) } else { line.partner_uses };
    Ok(uses.map_or_else(Vec::new, |uses| {
        uses.signers
            .iter()
            .map(|signer| (signer.person.to_string(), signer.name.clone()))
            .collect()
    }))
}

/// Names him.
pub async fn name(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of, entries: Entries) -> Result<Response, Sorry> {
    let (by, now) = (visit.actor(), house.now());
    let person = PersonId(entries.id("person", "署名する人")?);
    unit!(house.db, |unit| {
        let case = Case::open::<NamingSigner>(unit, by, id).await?;
        Case::name_signer(&case, unit, person, now).await
    })
    .await
    .map_err(|error| Sorry::from(error).with_way(format!("/cases/{id}"), "案件に戻る"))?;
    Ok(onward(&format!("/cases/{id}")))
}
