//! Whose turn it is, told over HTTP on both engines: what each side may do and see at each moment, and that a repeated act does no harm.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Person, Served, object};

const SAMPLE: &[u8] = include_bytes!("../../../../samples/chumon.pdf");

struct Stage {
    served: Served,
    sato: Person,
    tanaka: Person,
    yamamoto: Person,
    partner: String,
    secrets: [Value; 2],
}

async fn stage(engine: &str) -> Stage {
    let served = Served::start_on(engine).await;
    let out = tempfile::tempdir().unwrap();
    let journey = served.play("enrol-b", out.path());
    let cast = served.nobody().get("/demo/people").await.body;
    let secret = |key: &str| cast.as_array().unwrap().iter().find(|person| person["key"] == key).unwrap()["sealing_secret"].clone();
    Stage {
        sato: served.person("sato").await,
        tanaka: served.person("tanaka").await,
        yamamoto: served.person("yamamoto").await,
        partner: object(&journey, "getConsent"),
        secrets: [secret("tanaka"), secret("yamamoto")],
        served,
    }
}

impl Stage {
    async fn draft(&self, number: &str) -> String {
        let entry = json!({
            "title": "試験", "contract_number": number, "contract_date": "2026-11-24", "amount": null, "partner": self.partner,
            "signer": self.tanaka.person_id, "partner_signer": self.yamamoto.person_id,
        });
        let created = self.sato.json(Method::POST, "/api/cases", &entry).await;
        assert_eq!(created.status.as_u16(), 201, "{}", created.body);
        let case = format!("/api/cases/{}", created.body["id"].as_str().unwrap());
        let put = self
            .sato
            .send(Method::PUT, &format!("{case}/document"), "application/pdf", SAMPLE.to_vec())
            .await;
        assert!(put.status.is_success(), "{}", put.body);
        case
    }
    /// Signs, twice with the same act: the second answer is the first.
    async fn sign(&self, who: &Person, case: &str) {
        let secret = &self.secrets[usize::from(who.person_id == self.yamamoto.person_id)];
        let prepared = who.json(Method::POST, &format!("{case}/signature/prepare"), &json!({})).await.body;
        let entry = json!({ "act": prepared["act"], "secret": secret });
        let complete = format!("{case}/signature/complete");
        let signed = who.json(Method::POST, &complete, &entry).await;
        assert!(signed.status.is_success(), "{}", signed.body);
        let again = who.json(Method::POST, &complete, &entry).await;
        assert_eq!(
            (again.status, &again.body),
            (signed.status, &signed.body),
            "the answer that was lost is given again"
        );
    }
    async fn sent(&self, number: &str) -> String {
        let case = self.draft(number).await;
        self.sign(&self.tanaka, &case).await;
        let sent = self.sato.post(&format!("{case}/send")).await;
        assert!(sent.status.is_success(), "{}", sent.body);
        case
    }
}

/// Tries an act that must be refused with this status and code.
async fn refused(who: &Person, path: &str, body: &Value, status: u16, code: &str) {
    let answer = if body.is_null() {
        who.post(path).await
    } else {
        who.json(Method::POST, path, body).await
    };
    assert_eq!(
        (answer.status.as_u16(), answer.problem()),
        (status, code),
        "{path}: {}",
        answer.body
    );
}

async fn the_turns_hold(engine: &str) {
    let stage = &stage(engine).await;
    let (sato, yamamoto) = (&stage.sato, &stage.yamamoto);
    let why = &json!({ "reason": "試験です" });
    let none = &Value::Null;

    // Before sending: B must not learn that there is a case; a case that is none answers in the same words.
    let case = stage.draft("TURN-1").await;
    let hidden = yamamoto.get(&case).await;
    let absent = yamamoto.get("/api/cases/00000000-0000-7000-8000-000000000000").await;
    assert_eq!((hidden.status.as_u16(), &hidden.body), (404, &absent.body));
    refused(sato, &format!("{case}/send"), none, 409, "wrong_state").await;
    let method = sato.send(Method::PATCH, &case, "", Vec::new()).await;
    assert_eq!((method.status.as_u16(), method.problem()), (405, "method_not_allowed"));

    // Sent: the other side's acts are refused to each; A may withdraw.
    let case = stage.sent("TURN-2").await;
    for act in ["return", "send-back", "refuse"] {
        refused(sato, &format!("{case}/{act}"), why, 403, "not_your_side").await;
    }
    refused(yamamoto, &format!("{case}/withdraw"), why, 403, "not_your_side").await;
    refused(yamamoto, &format!("{case}/return"), none, 409, "wrong_state").await;
    refused(yamamoto, &format!("{case}/send-back"), &json!({ "reason": "" }), 422, "bad_entry").await;
    let withdrawn = sato.json(Method::POST, &format!("{case}/withdraw"), why).await;
    assert_eq!(withdrawn.body["state"], "withdrawn", "{}", withdrawn.body);
    refused(yamamoto, &format!("{case}/signature/prepare"), &json!({}), 409, "wrong_state").await;

    // Signed by B, not returned: no 取下げ any more, and A sees nothing of the signature.
    let case = stage.sent("TURN-3").await;
    stage.sign(yamamoto, &case).await;
    refused(sato, &format!("{case}/withdraw"), why, 409, "wrong_state").await;
    let shown = sato.get(&case).await.body;
    assert_eq!((&shown["state"], &shown["b_signed"]), (&json!("waiting"), &Value::Null));
    let early = sato.get(&format!("{case}/document?stage=2-returned-b")).await;
    assert_eq!((early.status.as_u16(), early.problem()), (404, "not_found"));

    // Sent back: that file is closed for ever.
    let file = yamamoto.get(&format!("{case}/document?stage=1-signed-a")).await.bytes;
    let back = yamamoto.json(Method::POST, &format!("{case}/send-back"), why).await;
    assert_eq!(back.body["state"], "sent_back", "{}", back.body);
    assert_eq!(sato.get(&case).await.body["reason"], "試験です");
    let other = stage.draft("TURN-4").await;
    let closed = sato.send(Method::PUT, &format!("{other}/document"), "application/pdf", file).await;
    assert_eq!((closed.status.as_u16(), closed.problem()), (409, "file_closed"));

    // Returned: the contract is formed, and nothing of this is possible any more.
    let case = stage.sent("TURN-5").await;
    stage.sign(yamamoto, &case).await;
    let returned = yamamoto.post(&format!("{case}/return")).await;
    assert!(returned.status.is_success(), "{}", returned.body);
    refused(sato, &format!("{case}/withdraw"), why, 409, "contract_formed").await;
    refused(yamamoto, &format!("{case}/send-back"), why, 409, "contract_formed").await;
    refused(yamamoto, &format!("{case}/refuse"), why, 409, "contract_formed").await;
    let company = stage.served.person("suzuki").await;
    refused(&company, &format!("{case}/confirm"), none, 403, "company_id_cannot_contract").await;
    let keeper = stage.served.person("kimura").await;
    refused(&keeper, &format!("{case}/confirm"), none, 403, "service_not_applied_for").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_side_acts_only_in_its_turn_on_sqlite() {
    the_turns_hold("sqlite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_side_acts_only_in_its_turn_on_postgresql() {
    testkit::on_postgres(|bench| async move {
        the_turns_hold(&format!("postgres={}", bench.url)).await;
    })
    .await;
}
