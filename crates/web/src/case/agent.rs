//! `POST /cases/{id}/agent`: a code for `cecsign-agent`; the page then watches until the signature has come.

use axum::{extract::State, response::Response};
use certification::{Credential, LaunchId, LaunchSecret, Purpose, launch};
use contracts::Case;
use store::unit;

use super::{Of, read, sign, told::Act};
use crate::{Entries, House, SignedIn, Sorry, words};

/// What the person types into the agent.
pub struct Code {
    /// The code; good once.
    pub code: String,
    /// Until when.
    pub until: String,
    /// The address to give it.
    pub server: String,
}

/// Prepares the act and shows the code.
pub async fn begin(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of, entries: Entries) -> Result<Response, Sorry> {
    let by = visit.actor();
    let begun = async {
        sign::seen_and_told(&house, &visit, id, &entries, Act::ShowCode).await?;
        // It may have waited: the act and its code begin now.
        let now = house.now();
        let prepared = Case::prepare_signature(&house.contracts, by, id, None, now).await?;
        sign::same(entries.text("sha256"), &prepared.stage.sha256)?;
        if prepared.credential != Credential::Token {
            return Err(Sorry::not_understood(
                "お使いの電子証明書の鍵は、合言葉で使います。署名ツールは要りません。",
            ));
        }
        let (launch_id, code, act) = (
            LaunchId::new(now, house.random()),
            LaunchSecret::code(house.random()),
            prepared.act.id.0,
        );
        let until = unit!(house.db, |unit| launch(unit, by, launch_id, Purpose::Sign, act, &code, now).await).await?;
        Ok(Code {
            code: code.reveal().clone(),
            until: words::time(until),
            server: house.public_url.clone(),
        })
    };
    match begun.await {
        Ok(code) => read::again(&house, &visit, id, None, Some(code)).await,
        Err(sorry) => read::again(&house, &visit, id, Some(sorry), None).await,
    }
}
