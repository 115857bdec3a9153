//! The matrix: every operation of the OpenAPI document × every kind of stranger. An operation without a line here fails the test.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Person, Served, object};

/// Nobody, other company, other desk, 企業ID, 原本保管 ID, operator (審査).
const STRANGERS: [&str; 6] = ["nobody", "takahashi", "ito", "suzuki", "kimura", "nakamura"];

/// What each stranger gets from each operation on things of the case from あおば (U100001) to みどり (U200001).
/// `2` stands for any success: an act on things of his own, or a list in which the others' things must not stand.
const MATRIX: &[(&str, [u16; 6])] = &[
    // signing in and out belongs to everybody
    ("signIn", [401, 401, 401, 401, 401, 401]),
    ("acceptInvitation", [404, 404, 404, 404, 404, 404]),
    ("getSession", [401, 2, 2, 2, 2, 2]),
    ("verifyDocument", [422, 422, 422, 422, 422, 422]),
    // 取引先
    ("registerPartner", [401, 2, 2, 403, 403, 403]),
    ("listPartners", [401, 2, 2, 2, 403, 403]),
    ("listSigners", [401, 2, 2, 2, 403, 403]),
    ("answerConsent", [401, 404, 404, 403, 403, 403]),
    ("getConsent", [401, 404, 404, 2, 403, 403]),
    ("withdrawConsent", [401, 404, 404, 403, 403, 403]),
    // 案件
    ("createCase", [401, 404, 404, 403, 403, 403]),
    ("listCases", [401, 2, 2, 2, 403, 403]),
    ("getCase", [401, 404, 404, 2, 403, 403]),
    ("editCase", [401, 404, 404, 403, 403, 403]),
    ("putDocument", [401, 404, 404, 403, 403, 403]),
    ("getDocument", [401, 404, 404, 2, 403, 403]),
    ("listFindings", [401, 404, 404, 2, 403, 403]),
    ("prepareSignature", [401, 404, 404, 403, 403, 403]),
    ("completeSignature", [401, 404, 404, 404, 404, 404]),
    ("putSignedDocument", [401, 404, 404, 403, 403, 403]),
    ("moveDeadline", [401, 404, 404, 403, 403, 403]),
    ("nameSigner", [401, 404, 404, 403, 403, 403]),
    ("sendCase", [401, 404, 404, 403, 403, 403]),
    ("returnCase", [401, 404, 404, 403, 403, 403]),
    ("sendBackCase", [401, 404, 404, 403, 403, 403]),
    ("refuseCase", [401, 404, 404, 403, 403, 403]),
    ("withdrawCase", [401, 404, 404, 403, 403, 403]),
    ("confirmCase", [401, 404, 404, 403, 403, 403]),
    ("getEvidenceBundle", [401, 404, 404, 409, 403, 403]),
    ("getOriginalityCertificate", [401, 404, 404, 409, 403, 403]),
    // CECSIGN: an enrolment is its person's alone; a certificate is seen by its company
    ("listEnrolments", [401, 2, 2, 2, 2, 2]),
    ("beginEnrolment", [401, 404, 404, 404, 404, 401]),
    ("submitRequest", [401, 404, 404, 404, 404, 404]),
    ("confirmDownloadPin", [401, 404, 404, 404, 404, 404]),
    ("resendDownloadPin", [401, 404, 404, 404, 404, 404]),
    ("confirmReceipt", [401, 404, 404, 404, 404, 404]),
    ("makeEnrolmentAgentCode", [401, 404, 404, 404, 404, 404]),
    ("listCertificates", [401, 2, 2, 2, 2, 2]),
    ("getCertificate", [401, 404, 2, 2, 2, 2]),
    // the company's 企業ID and the operator may; they are asked last
    ("requestRevocation", [401, 404, 403, 2, 403, 409]),
    // 原本保管サービス
    ("deposit", [401, 403, 403, 403, 2, 403]),
    ("listDeposits", [401, 403, 403, 403, 2, 403]),
    ("getDeposit", [401, 403, 403, 403, 2, 403]),
    ("getDepositOriginal", [401, 403, 403, 403, 2, 403]),
    ("getDepositEvidenceBundle", [401, 403, 403, 403, 2, 403]),
    ("getDepositReceipt", [401, 403, 403, 403, 2, 403]),
    ("getDepositOriginalityCertificate", [401, 403, 403, 403, 2, 403]),
    // the operator
    ("proposeSubject", [401, 403, 403, 403, 403, 2]),
    ("listProposals", [401, 403, 403, 403, 403, 2]),
    ("approveProposal", [401, 403, 403, 403, 403, 403]),
    ("refuseProposal", [401, 403, 403, 403, 403, 403]),
    ("orderLetter", [401, 403, 403, 403, 403, 409]),
    // the agent speaks with its own session only
    ("agentHello", [401, 401, 401, 401, 401, 401]),
    ("agentSubmitRequest", [401, 401, 401, 401, 401, 401]),
    ("agentGetCertificate", [401, 401, 401, 401, 401, 401]),
    ("agentSelfTest", [401, 401, 401, 401, 401, 401]),
    ("agentToSign", [401, 401, 401, 401, 401, 401]),
    ("agentGetDocument", [401, 401, 401, 401, 401, 401]),
    ("agentSignature", [401, 401, 401, 401, 401, 401]),
    ("signOut", [401, 2, 2, 2, 2, 2]),
];

struct Things {
    case: String,
    partner: String,
    enrolment: String,
    certificate: String,
    deposit: String,
    proposal: String,
    signer: String,
}

impl Things {
    fn path(&self, template: &str) -> String {
        let id = match template.split('/').nth(2) {
            Some("cases") => &self.case,
            Some("partners") => &self.partner,
            Some("enrolments") => &self.enrolment,
            Some("certificates") => &self.certificate,
            Some("deposits") => &self.deposit,
            Some("agent") => &self.case,
            Some("operator") if template.contains("enrolments") => &self.enrolment,
            _ => &self.proposal,
        };
        template.replace("{id}", id)
    }
    fn body(&self, operation: &str) -> Option<Value> {
        let uses = json!({ "kinds": ["server"], "signers": [self.signer] });
        Some(match operation {
            "signIn" => json!({ "sign_in": "sato", "password": "not the password" }),
            "acceptInvitation" => json!({ "code": "unknown", "password": "a long new password 2026" }),
            "registerPartner" => json!({ "mail": "nobody@nowhere.example.jp", "uses": uses }),
            "answerConsent" => json!({ "agree": false }),
            "createCase" | "editCase" => json!({
                "title": "t", "contract_number": "STRANGER-1", "contract_date": "2026-11-24", "partner": self.partner, "signer": self.signer
            }),
            "prepareSignature" => json!({}),
            "completeSignature" => json!({ "act": self.case, "secret": "a b c d e" }),
            "moveDeadline" => json!({ "reply_by": null }),
            "nameSigner" => json!({ "person": self.signer }),
            "sendBackCase" | "refuseCase" | "withdrawCase" | "refuseProposal" => json!({ "reason": "r" }),
            "beginEnrolment" => json!({ "number": "A-000000", "pin": "0000-0000-0000-0" }),
            "submitRequest" => json!({ "make_key": "p256" }),
            "confirmDownloadPin" => json!({ "pin": "00000000" }),
            "confirmReceipt" => json!({ "secret": "a b c d e" }),
            "requestRevocation" => json!({ "reason": "superseded" }),
            "proposeSubject" => json!({ "person": self.signer, "romaji": "TANAKA Ichiro", "address": "東京都", "credential": "server" }),
            "approveProposal" => json!({ "payload_hash": "00" }),
            "agentHello" => json!({ "code": "00000000" }),
            "agentSubmitRequest" => json!({ "csr": "" }),
            "agentSelfTest" => json!({ "signature": "" }),
            "agentSignature" => json!({ "id": self.case, "signature": "" }),
            _ => return None,
        })
    }
}

async fn things(served: &Served, out: &std::path::Path) -> Things {
    let journey = served.play("send", out);
    let kimura = served.person("kimura").await;
    let deposit = kimura
        .send(Method::POST, "/api/deposits?file_name=a.txt", "text/plain", b"kept".to_vec())
        .await;
    let tanaka = served.person("tanaka").await;
    let things = Things {
        case: object(&journey, "sendCase"),
        partner: object(&journey, "answerConsent"),
        enrolment: object(&journey, "confirmReceipt"),
        certificate: object(&journey, "getCertificate"),
        deposit: deposit.body["id"].as_str().unwrap().to_owned(),
        proposal: String::new(),
        signer: tanaka.person_id,
    };
    let screener = served.person("nakamura").await;
    let proposed = screener
        .json(Method::POST, "/api/operator/subjects", &things.body("proposeSubject").unwrap())
        .await;
    // Its evidence must be there before the matrix asks for the bundle.
    for _ in 0..200 {
        if kimura.get(&format!("/api/deposits/{}", things.deposit)).await.body["kept"].is_string() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    Things {
        proposal: proposed.body["proposal"].as_str().unwrap().to_owned(),
        ..things
    }
}

/// operationId → (method, path).
async fn operations(served: &Served) -> BTreeMap<String, (Method, String)> {
    let document = served.nobody().get("/api/openapi.json").await.body;
    assert_eq!(document["openapi"].as_str().map(|version| version.starts_with("3.1")), Some(true));
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"]
                .as_str()
                .unwrap_or_else(|| panic!("{method} {path} has no operationId"));
            operations.insert(id.to_owned(), (method.to_uppercase().parse().unwrap(), path.clone()));
        }
    }
    operations
}

async fn ask(who: &Person, things: &Things, operation: &str, method: &Method, template: &str) -> crate::harness::Answer {
    let path = things.path(template);
    match (operation, things.body(operation)) {
        // His own people are what a stranger may name.
        ("registerPartner", Some(mut body)) => {
            body["uses"]["signers"] = json!([if who.person_id.is_empty() { &things.signer } else { &who.person_id }]);
            who.json(method.clone(), &path, &body).await
        }
        ("deposit", _) => {
            who.send(Method::POST, "/api/deposits?file_name=b.txt", "text/plain", b"x".to_vec())
                .await
        }
        ("putDocument" | "putSignedDocument" | "verifyDocument", _) => {
            who.send(method.clone(), &path, "application/pdf", b"%PDF-1.7\n".to_vec()).await
        }
        (_, Some(body)) => who.json(method.clone(), &path, &body).await,
        (_, None) => who.send(method.clone(), &path, "", Vec::new()).await,
    }
}

async fn the_matrix_holds(engine: &str) {
    let served = Served::start_on(engine).await;
    let out = tempfile::tempdir().unwrap();
    let things = things(&served, out.path()).await;
    let operations = operations(&served).await;
    let forgotten: Vec<&String> = operations
        .keys()
        .filter(|id| !MATRIX.iter().any(|line| line.0 == id.as_str()))
        .collect();
    assert!(forgotten.is_empty(), "no line in the matrix for {forgotten:?}");
    let mut people = Vec::new();
    for stranger in STRANGERS {
        people.push(if stranger == "nobody" {
            served.nobody()
        } else {
            served.person(stranger).await
        });
    }
    let before = state_of(&served, &things).await;
    let mut wrong = Vec::new();
    for (operation, wanted) in MATRIX {
        let (method, path) = operations.get(*operation).unwrap_or_else(|| panic!("{operation} is gone"));
        for ((stranger, who), wanted) in STRANGERS.iter().zip(&people).zip(wanted) {
            let answer = ask(who, &things, operation, method, path).await;
            let got = answer.status.as_u16();
            if *wanted == 2 {
                if !answer.status.is_success() {
                    wrong.push(format!("{operation} × {stranger}: {got} {}", answer.body));
                }
                let stranger_to_all = matches!(*stranger, "takahashi");
                let text = String::from_utf8_lossy(&answer.bytes);
                if stranger_to_all
                    && [&things.case, &things.partner, &things.certificate, &things.enrolment]
                        .iter()
                        .any(|id| text.contains(id.as_str()))
                {
                    wrong.push(format!("{operation} × {stranger}: shows what is not his: {text}"));
                }
            } else if got != *wanted {
                wrong.push(format!("{operation} × {stranger}: {got} instead of {wanted}: {}", answer.body));
            } else {
                answer.problem();
            }
        }
        assert_eq!(
            state_of(&served, &things).await,
            before,
            "{operation} by a stranger has changed the case"
        );
    }
    assert!(wrong.is_empty(), "on {engine}:\n{}", wrong.join("\n"));
}

async fn state_of(served: &Served, things: &Things) -> String {
    let sato = served.person("sato").await;
    let case = sato.get(&format!("/api/cases/{}", things.case)).await.body;
    format!("{} {} {} {}", case["state"], case["title"], case["reply_by"], case["stages"])
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_refuses_every_stranger_on_sqlite() {
    the_matrix_holds("sqlite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_refuses_every_stranger_on_postgresql() {
    testkit::on_postgres(|bench| async move {
        // The bench's database has the tables already; the program finds them migrated.
        the_matrix_holds(&format!("postgres={}", bench.url)).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_the_sender_can_read_lets_him_act_as_the_recipient() {
    let served = Served::start().await;
    let out = tempfile::tempdir().unwrap();
    let things = things(&served, out.path()).await;
    let operations = operations(&served).await;
    for sender in ["sato", "tanaka"] {
        let sender = served.person(sender).await;
        let read = sender.get(&format!("/api/cases/{}", things.case)).await;
        let text = String::from_utf8_lossy(&read.bytes).into_owned();
        for word in ["token", "secret", "pin\"", "agent_code", "http"] {
            assert!(!text.contains(word), "the sender reads {word}: {text}");
        }
        for operation in [
            "returnCase",
            "sendBackCase",
            "refuseCase",
            "nameSigner",
            "answerConsent",
            "putSignedDocument",
            "prepareSignature",
        ] {
            let (method, path) = &operations[operation];
            let answer = ask(&sender, &things, operation, method, path).await;
            assert!(answer.status.is_client_error(), "{operation}: {}", answer.status);
            assert!(
                matches!(answer.problem(), "not_your_side" | "not_a_clerk" | "not_the_signer"),
                "{operation}: {}",
                answer.body
            );
        }
    }
    // A clerk cannot sign, and a signer cannot send.
    let sato = served.person("sato").await;
    let answer = sato
        .json(Method::POST, &format!("/api/cases/{}/signature/prepare", things.case), &json!({}))
        .await;
    assert!(answer.status.is_client_error());
    let tanaka = served.person("tanaka").await;
    assert_eq!(
        tanaka.post(&format!("/api/cases/{}/send", things.case)).await.problem(),
        "not_a_clerk"
    );
}
