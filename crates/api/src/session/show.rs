//! `GET /api/session`

use axum::Json;
use foundation::{Actor, OperatorRole, Seat};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Problem, caller::Caller};

/// Who is signed in, and what he may do where he sits.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// The person.
    person: Option<String>,
    /// `desk`, `company` (企業ID), `screener` (審査) or `approver` (承認).
    seat: &'static str,
    /// May register, send, return (事務).
    registers: bool,
    /// May be named as signer (署名者).
    signs: bool,
    /// 電子契約サービス was applied for.
    contracts: bool,
    /// 原本保管サービス was applied for.
    custody: bool,
}

/// だれとして、どのIDでサインインしているか。
#[utoipa::path(get, path = "/api/session", operation_id = "getSession", tag = "session",
    responses((status = 200, body = Session), (status = 401, body = Problem)))]
pub async fn show_session(Caller(actor): Caller) -> Json<Session> {
    let person = actor.person().map(|person| person.to_string());
    Json(match actor {
        Actor::Member(member) => {
            let (seat, registers, signs) = match member.seat {
                Seat::Department => ("company", false, false),
                Seat::Desk { registers, signs, .. } => ("desk", registers, signs),
            };
            Session {
                person,
                seat,
                registers,
                signs,
                contracts: member.services.contracts,
                custody: member.services.custody,
            }
        }
        Actor::Operator(operator) => {
            let seat = match operator.role {
                OperatorRole::Screener => "screener",
                OperatorRole::Approver => "approver",
            };
            Session {
                person,
                seat,
                registers: false,
                signs: false,
                contracts: false,
                custody: false,
            }
        }
        Actor::Nobody | Actor::System { .. } => Session {
            person: None,
            seat: "nobody",
            registers: false,
            signs: false,
            contracts: false,
            custody: false,
        },
    })
}
