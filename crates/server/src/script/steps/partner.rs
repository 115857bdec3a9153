//! partner, consent: two desks that know each other, and their 事前合意.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    command::demo::Credential,
    script::{
        client::{Act, Content},
        failure::Failure,
        play::{Play, text},
    },
};

/// What a side uses in this run: one kind of certificate, and who signs.
async fn uses(play: &mut Play, key: &str) -> Result<Value, Failure> {
    let kind = match play.credential {
        Credential::Server => "server",
        Credential::Token | Credential::Outside => "token",
    };
    let wanted = if key == "sato" { "tanaka" } else { "yamamoto" };
    let wanted = play.person(wanted)?["person_id"].clone();
    let client = &play.people[key];
    let signers = Act::new(client, "listSigners", Method::GET, "/api/signers")
        .done(&mut play.record)
        .await?
        .json();
    let ids: Vec<Value> = signers
        .as_array()
        .into_iter()
        .flatten()
        .map(|signer| signer["person"].clone())
        .filter(|person| *person == wanted)
        .collect();
    Ok(json!({ "kinds": [kind], "signers": ids }))
}

/// A's clerk asks B's desk.
pub async fn partner(play: &mut Play) -> Result<(), Failure> {
    play.sign_in("sato").await?;
    let mut uses = uses(play, "sato").await?;
    for _ in 0..2 {
        let asked = Act::new(&play.people["sato"], "registerPartner", Method::POST, "/api/partners")
            .json(json!({ "user_id": "U200001", "uses": uses }))
            .done(&mut play.record)
            .await?
            .json();
        play.partner = text(&asked, "partner")?;
        if !agreed_otherwise(play, &uses["kinds"]).await? {
            break;
        }
        // Agreed before, on another kind of certificate: that one ends, and they agree anew, on both.
        uses["kinds"] = json!(["server", "token"]);
        let path = format!("/api/partners/{}/consent", play.partner);
        Act::new(&play.people["sato"], "withdrawConsent", Method::DELETE, path)
            .on(play.partner.clone())
            .done(&mut play.record)
            .await?;
    }
    Ok(())
}

/// Whether the two agreed before on other kinds of certificate than this run uses.
async fn agreed_otherwise(play: &mut Play, kinds: &Value) -> Result<bool, Failure> {
    let lines = play.people["sato"]
        .send(Method::GET, "/api/partners", &Content::Nothing)
        .await?
        .json();
    let line = lines
        .as_array()
        .into_iter()
        .flatten()
        .find(|line| line["id"] == json!(play.partner))
        .cloned()
        .unwrap_or_default();
    let stands = line["answered"].is_string() && line["ended"].is_null();
    let lacks = |side: &str| {
        let known = line[side]["kinds"].as_array();
        kinds
            .as_array()
            .into_iter()
            .flatten()
            .any(|kind| !known.is_some_and(|known| known.contains(kind)))
    };
    Ok(stands && (lacks("asker_uses") || lacks("partner_uses")))
}

/// B answers; both keep the record.
pub async fn consent(play: &mut Play) -> Result<(), Failure> {
    play.sign_in("yamamoto").await?;
    let mut uses = uses(play, "yamamoto").await?;
    let lines = Act::new(&play.people["yamamoto"], "listPartners", Method::GET, "/api/partners")
        .done(&mut play.record)
        .await?
        .json();
    let asked = lines
        .as_array()
        .into_iter()
        .flatten()
        .find(|line| line["id"] == json!(play.partner));
    let Some(asked) = asked else {
        return Err(Failure::new("listPartners", "依頼が届いていません"));
    };
    // At a demo with its first cases the two agreed before.
    let agreed = asked["answered"].is_string() && asked["ended"].is_null();
    let path = format!("/api/partners/{}/consent", play.partner);
    if !agreed {
        uses["kinds"] = asked["asker_uses"]["kinds"].clone();
        Act::new(&play.people["yamamoto"], "answerConsent", Method::POST, path.clone())
            .json(json!({ "agree": true, "uses": uses }))
            .on(play.partner.clone())
            .done_already(&["consent_answered"])
            .done(&mut play.record)
            .await?;
    }
    for (key, file) in [("yamamoto", "papers/consent-b.txt"), ("sato", "papers/consent-a.txt")] {
        Act::new(&play.people[key], "getConsent", Method::GET, path.clone())
            .on(play.partner.clone())
            .keeping(file)
            .done(&mut play.record)
            .await?;
    }
    Ok(())
}
