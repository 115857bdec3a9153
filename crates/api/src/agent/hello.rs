//! `POST /api/agent/hello`

use axum::{Json, extract::State};
use certification::{Enrolment, EnrolmentId, LaunchSecret, Purpose, redeem};
use foundation::Secret;
use serde::{Deserialize, Serialize};
use store::unit;
use utoipa::ToSchema;

use crate::{Body, House, Problem};

/// The code, and who asks.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Hello {
    /// From the page.
    #[schema(value_type = String)]
    code: Secret<String>,
    /// Version and system of the agent.
    #[serde(default)]
    #[schema(value_type = Object)]
    agent: serde_json::Value,
}

/// A session for this one act.
#[derive(Debug, Serialize, ToSchema)]
pub struct Welcome {
    /// To be sent as bearer token.
    #[schema(value_type = String)]
    session: crate::once::Once,
    /// `enrol` or `sign`.
    kind: &'static str,
    /// Until when.
    expires_at: String,
    /// To be shown before anything is done.
    display: Display,
    /// Only for `enrol`.
    #[serde(skip_serializing_if = "Option::is_none")]
    enrol: Option<Enrol>,
}

/// For people.
#[derive(Debug, Serialize, ToSchema)]
pub struct Display {
    /// Who.
    person: String,
    /// Of which company.
    company: String,
    /// What is to be done.
    what: String,
}

/// Where the enrolment stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Enrol {
    /// 発行申請番号.
    application: String,
    /// `key`, `download_pin`, `issuing`, `certificate`, `done`.
    state: &'static str,
}

/// 署名ツールが、符号を接続に換えます（一度だけ）。
#[utoipa::path(post, path = "/api/agent/hello", operation_id = "agentHello", tag = "agent",
    request_body = Hello,
    responses((status = 200, body = Welcome), (status = 401, body = Problem)))]
pub async fn hello(State(house): State<House>, Body(entry): Body<Hello>) -> Result<Json<Welcome>, Problem> {
    let now = house.now();
    let token = LaunchSecret::token(house.random());
    let code = entry.code.reveal();
    let launched = unit!(house.db, |unit| redeem(unit, code, &token, now).await).await?;
    // Only who has a code is written down, and only as much as a version and a system need.
    let agent: String = entry.agent.to_string().chars().take(200).collect();
    tracing::info!(%agent, "an agent says hello");
    let by = &launched.actor;
    let person = by.person().ok_or_else(Problem::not_signed_in)?;
    let card = unit!(house.db, |unit| accounts::person(unit, by, person).await).await?;
    let (kind, what, enrol) = match launched.purpose {
        Purpose::Enrol => {
            let id = EnrolmentId(launched.subject);
            let enrolment = unit!(house.db, |unit| {
                Ok::<_, certification::Error>(Enrolment::open::<certification::Applying>(unit, by, id).await?.into_inner())
            })
            .await?;
            let enrol = Enrol {
                application: enrolment.number.clone(),
                state: super::step(enrolment.state),
            };
            ("enrol", format!("CECSIGN電子証明書の申請 {}", enrolment.number), Some(enrol))
        }
        Purpose::Sign => (
            "sign",
            super::to_sign::title(&house, by, signing::ActId(launched.subject)).await?,
            None,
        ),
    };
    Ok(Json(Welcome {
        session: crate::once::Once::of(token.reveal()),
        kind,
        expires_at: now.plus_seconds(certification::Terms::at(now).agent).rfc3339(),
        display: Display {
            person: card.name,
            company: card.company_name,
            what,
        },
        enrol,
    }))
}
