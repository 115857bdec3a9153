//! The life of a case with real certificates.

use contracts::{
    Case, Confirming, Ending, Partner, Reading, Refusing, Returning, Sealing, SendingBack, SignatureBy, Signing, StageName, Withdrawing,
    state::State,
};
use keys::HolderSecret;
use responder::TsaFault;
use store::unit;
use testkit::{both, on_sqlite};

use crate::fixture::{PROGRAM, create, fields};
use crate::holders::{CONTRACT, Life};

#[tokio::test(flavor = "multi_thread")]
async fn two_companies_conclude_a_contract() {
    both(|bench| async {
        let life = Life::new(bench).await;
        let (db, now, world) = (&life.bench.db, life.bench.now(), &life.world);
        let id = life.draft("K-1").await;
        assert_eq!(life.send(id).await.unwrap_err().code(), "wrong_state");
        let done = life.sign_a(id).await.unwrap();
        assert_eq!(
            (done.state, done.report.indication),
            (State::Signed, pades::Indication::TotalPassed)
        );
        assert_eq!(life.sign_a(id).await.unwrap_err().code(), "wrong_state", "once is enough");
        life.case::<Reading>(&world.yamamoto, id).await.expect_err("not sent yet");
        life.send(id).await.unwrap();

        // B reads; A cannot act for him, whatever he can read.
        assert_eq!(life.case::<Signing>(&world.tanaka, id).await.unwrap_err().code(), "not_your_side");
        assert_eq!(life.case::<Returning>(&world.sato, id).await.unwrap_err().code(), "not_your_side");
        assert_eq!(life.case::<Reading>(&world.midori_company, id).await.unwrap().state, State::Waiting);
        assert_eq!(
            life.case::<Signing>(&world.midori_company, id).await.unwrap_err().code(),
            "company_id_cannot_contract"
        );
        for (who, stranger) in world.strangers() {
            for refused in [
                life.case::<Reading>(stranger, id).await.unwrap_err(),
                life.case::<Signing>(stranger, id).await.unwrap_err(),
                life.case::<Returning>(stranger, id).await.unwrap_err(),
                life.case::<Withdrawing>(stranger, id).await.unwrap_err(),
            ] {
                assert!(
                    ["not_signed_in", "not_found", "service_not_applied_for"].contains(&refused.code()),
                    "{who}"
                );
            }
        }
        let read = life.bytes(&world.yamamoto, id, None).await.unwrap();
        assert!(read.starts_with(CONTRACT));
        assert!(life.case::<Reading>(&world.sato, id).await.unwrap().viewed.is_some());
        assert_eq!(life.return_it(id).await.unwrap_err().code(), "wrong_state", "not signed");

        let done = life.sign_b(id).await.unwrap();
        assert_eq!(
            (done.state, done.report.indication),
            (State::Countersigned, pades::Indication::TotalPassed)
        );
        // Before 返送 A sees nothing of it.
        let view = unit!(db, |unit| {
            let case = Case::open::<Reading>(unit, &world.sato, id).await?;
            Case::view(&case, unit).await
        })
        .await
        .unwrap();
        assert_eq!((view.line.state, view.b_signed), (State::Waiting, None));
        // Two of one act have the same moment; they follow each other all the same.
        let names: Vec<StageName> = view.stages.iter().map(|stage| stage.name).collect();
        assert_eq!(names, [StageName::Uploaded, StageName::Registered, StageName::SignedA]);
        assert_eq!(
            life.bytes(&world.sato, id, Some(StageName::ReturnedB)).await.unwrap_err().code(),
            "not_found"
        );
        let late = unit!(db, |unit| {
            let case = Case::open::<Withdrawing>(unit, &world.sato, id).await?;
            Case::withdraw(&case, unit, "やめます", now).await
        })
        .await
        .unwrap_err();
        assert!(late.sentence().contains("署名した後"), "{}", late.sentence());

        assert_eq!(life.return_it(id).await.unwrap(), State::Sealing);
        let formed = life.case::<Reading>(&world.sato, id).await.unwrap();
        assert_eq!(formed.formed, formed.a_signed.max(formed.b_signed));
        let confirm = async || {
            unit!(db, |unit| {
                let case = Case::open::<Confirming>(unit, &world.sato, id).await?;
                Case::confirm(&case, unit, now).await
            })
            .await
        };
        let waiting = confirm().await.unwrap_err();
        assert_eq!(
            (waiting.code(), waiting.sentence().as_str()),
            ("seal_waiting", "契約は成立しています。原本の封緘を待っています。")
        );
        let late = unit!(db, |unit| {
            let case = Case::open::<Refusing>(unit, &world.yamamoto, id).await?;
            Case::refuse(&case, unit, "やめます", now).await
        })
        .await
        .unwrap_err();
        assert_eq!(late.code(), "contract_formed");

        life.work().await;
        assert_eq!(life.case::<Reading>(&world.sato, id).await.unwrap().state, State::Keeping);
        assert_eq!(confirm().await.unwrap_err().code(), "custody_waiting");
        life.kept(id).await;
        life.work().await;
        let concluded = life.case::<Reading>(&world.sato, id).await.unwrap();
        assert_eq!(concluded.state, State::Concluded);
        assert!(concluded.formed <= concluded.sealed && concluded.sealed.is_some() && concluded.kept.is_some());
        assert_eq!(confirm().await.unwrap(), State::Concluded);
        assert_eq!(confirm().await.unwrap(), State::Concluded, "again does no harm");

        // Each stage is a byte prefix of the next; the last is B-LTA for both.
        let mut before = CONTRACT.to_vec();
        for name in [
            StageName::Registered,
            StageName::SignedA,
            StageName::ReturnedB,
            StageName::Concluded,
        ] {
            let stage = life.bytes(&world.sato, id, Some(name)).await.unwrap();
            assert!(stage.len() > before.len() && stage.starts_with(&before), "{name:?}");
            before = stage;
        }
        let report = pades::validate(&before, life.tools.signing.trust(), life.bench.now().plus_seconds(5), None).unwrap();
        assert_eq!(report.signatures.len(), 2);
        for signature in &report.signatures {
            assert_eq!(
                (signature.indication, signature.level),
                (pades::Indication::TotalPassed, pades::Level::BLTA),
                "{:?}",
                signature.reasons
            );
        }
        // At most four mails a contract: one to B, the notice of completion to both.
        let mails = mail::about(db, &id.to_string()).await.unwrap();
        assert_eq!(
            mails.iter().map(|mail| mail.kind.as_str()).collect::<Vec<_>>(),
            ["contracts.sent", "contracts.concluded", "contracts.concluded"]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_time_stamping_service_delays_and_loses_nothing() {
    both(|bench| async {
        let life = Life::new(bench).await;
        let id = life.draft("K-1").await;
        life.faults.set_tsa(TsaFault::Down);
        assert_eq!(life.sign_a(id).await.unwrap_err().code(), "tsa_failed");
        assert_eq!(life.case::<Reading>(&life.world.sato, id).await.unwrap().state, State::Draft);
        life.faults.clear();
        life.sign_a(id).await.unwrap();
        life.send(id).await.unwrap();
        life.sign_b(id).await.unwrap();
        life.faults.set_tsa(TsaFault::Down);
        assert_eq!(life.return_it(id).await.unwrap(), State::Sealing);
        life.work().await;
        let db = &life.bench.db;
        let view = unit!(db, |unit| {
            let case = Case::open::<Reading>(unit, &life.world.yamamoto, id).await?;
            Case::view(&case, unit).await
        })
        .await
        .unwrap();
        let failure = view.seal_failure.unwrap();
        assert_eq!(
            (view.line.state, failure.code.as_str(), failure.tries),
            (State::SealFailed, "seal_failed_tsa", 1)
        );
        assert!(failure.next_try.unwrap() > life.bench.now());
        assert!(view.sentence.contains("契約は成立しています"));
        life.later(10).await;
        assert_eq!(life.case::<Sealing>(&PROGRAM, id).await.unwrap().seal_tries, 2);
        life.faults.clear();
        life.later(60).await;
        assert_eq!(life.case::<Sealing>(&PROGRAM, id).await.unwrap().state, State::Keeping);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_revoked_between_view_and_sign_does_not_sign() {
    on_sqlite(|bench| async {
        let life = Life::new(bench).await;
        let id = life.sent("K-1").await;
        let (by, db, now) = (&life.world.yamamoto, &life.bench.db, life.bench.now());
        let prepared = Case::prepare_signature(&life.tools, by, id, None, now).await.unwrap();
        unit!(db, |unit| {
            let certificate = certification::Certificate::open::<certification::Revoking>(unit, by, prepared.certificate).await?;
            certification::Certificate::request_revocation(&certificate, unit, certification::Reason::KeyCompromise, now).await
        })
        .await
        .unwrap();
        life.work().await;
        let secret = SignatureBy::Secret(life.yamamoto_secret.clone());
        let refused = Case::complete_signature(&life.tools, by, id, prepared.act.id, secret, now)
            .await
            .unwrap_err();
        assert!(!refused.sentence().is_empty() && refused.code() != "internal", "{refused}");
        assert_eq!(life.case::<Reading>(by, id).await.unwrap().state, State::Waiting);
        assert_eq!(life.sign_b(id).await.unwrap_err().code(), "no_usable_certificate");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_words_and_wrong_values_sign_nothing() {
    on_sqlite(|bench| async {
        let life = Life::new(bench).await;
        let (now, tools) = (life.bench.now(), &life.tools);
        let id = life.draft("K-1").await;
        let prepared = Case::prepare_signature(tools, &life.world.tanaka, id, None, now).await.unwrap();
        let value = life.tanaka_key.sign(b"something else").unwrap();
        let wrong = Case::complete_signature(tools, &life.world.tanaka, id, prepared.act.id, SignatureBy::Value(value), now)
            .await
            .unwrap_err();
        assert_eq!(wrong.code(), "signature_wrong");
        // Somebody else's act is none.
        let other = Case::complete_signature(tools, &life.world.yamamoto, id, prepared.act.id, SignatureBy::Value(vec![1]), now)
            .await
            .unwrap_err();
        assert_eq!(other.code(), "not_found");
        life.sign_a(id).await.unwrap();
        life.send(id).await.unwrap();
        let prepared = Case::prepare_signature(tools, &life.world.yamamoto, id, None, now).await.unwrap();
        let words = SignatureBy::Secret(HolderSecret::generate(&*life.bench.random));
        let wrong = Case::complete_signature(tools, &life.world.yamamoto, id, prepared.act.id, words, now)
            .await
            .unwrap_err();
        assert!(wrong.code().contains("secret"), "{}", wrong.code());
        life.sign_b(id).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_back_is_no_offer_any_more() {
    both(|bench| async {
        let life = Life::new(bench).await;
        let (db, now, world) = (&life.bench.db, life.bench.now(), &life.world);
        let id = life.sent("K-1").await;
        let send_back = async |reason: &str| {
            unit!(db, |unit| {
                let case = Case::open::<SendingBack>(unit, &world.yamamoto, id).await?;
                Case::send_back(&case, unit, reason, now).await
            })
            .await
        };
        assert_eq!(send_back(" ").await.unwrap_err().code(), "bad_entry");
        assert_eq!(send_back("工期が違います。").await.unwrap(), State::SentBack);
        assert_eq!(life.sign_b(id).await.unwrap_err().code(), "wrong_state");
        // Both can still read it.
        let closed = life.bytes(&world.sato, id, None).await.unwrap();
        assert_eq!(life.bytes(&world.yamamoto, id, None).await.unwrap(), closed);
        // Putting it into a new case is refused with that sentence; the unsigned original is not.
        let again = create(&life.bench, &world.sato, &fields(world, life.partner, "K-2")).await.unwrap();
        let refused = Case::put_document(&life.tools, &world.sato, again, closed, None, now)
            .await
            .unwrap_err();
        assert_eq!(refused.code(), "file_closed");
        assert!(refused.sentence().contains("申込みではありません"));
        Case::put_document(&life.tools, &world.sato, again, CONTRACT.to_vec(), None, now)
            .await
            .unwrap();
        life.work().await;
        let mails = mail::about(db, &id.to_string()).await.unwrap();
        assert_eq!(mails.last().unwrap().kind, "contracts.closed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_consent_stops_a_running_case() {
    on_sqlite(|bench| async {
        let life = Life::new(bench).await;
        let (db, now, world) = (&life.bench.db, life.bench.now(), &life.world);
        let id = life.sent("K-1").await;
        life.sign_b(id).await.unwrap();
        unit!(db, |unit| {
            let partner = Partner::open::<Ending>(unit, &world.sato, life.partner).await?;
            Partner::withdraw(&partner, unit, now).await
        })
        .await
        .unwrap();
        assert_eq!(life.return_it(id).await.unwrap_err().code(), "consent_missing");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_files_are_named_and_change_nothing() {
    on_sqlite(|bench| async {
        let life = Life::new(bench).await;
        let (now, world, tools) = (life.bench.now(), &life.world, &life.tools);
        let id = create(&life.bench, &world.sato, &fields(world, life.partner, "K-1")).await.unwrap();
        assert_eq!(life.sign_a(id).await.unwrap_err().code(), "no_document");
        let put = async |bytes: Vec<u8>| Case::put_document(tools, &world.sato, id, bytes, None, now).await.unwrap_err();
        assert_eq!(put(Vec::new()).await.code(), "pdf_empty");
        assert_eq!(put(b"hello".to_vec()).await.code(), "pdf_broken");
        assert_eq!(put(CONTRACT[..CONTRACT.len() / 2].to_vec()).await.code(), "pdf_broken");
        assert_eq!(put(vec![0; 50 * 1024 * 1024 + 1]).await.code(), "file_too_large");
        assert_eq!(life.case::<Reading>(&world.sato, id).await.unwrap().version, 1);
        Case::put_document(tools, &world.sato, id, CONTRACT.to_vec(), None, now)
            .await
            .unwrap();
        life.sign_a(id).await.unwrap();
        life.send(id).await.unwrap();
        // Uploads that are no continuation of what was sent.
        let sent = life.bytes(&world.yamamoto, id, None).await.unwrap();
        let put = async |bytes: Vec<u8>| Case::put_signed_document(tools, &world.yamamoto, id, bytes, now).await.unwrap_err();
        assert_eq!(put(CONTRACT.to_vec()).await.code(), "not_a_continuation");
        assert_eq!(put(sent.clone()).await.code(), "nothing_added");
        let stranger = Case::put_signed_document(tools, &world.stranger, id, sent, now).await.unwrap_err();
        assert_eq!(stranger.code(), "not_found");
        assert_eq!(life.case::<Reading>(&world.yamamoto, id).await.unwrap().state, State::Waiting);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_can_be_signed_outside() {
    on_sqlite(|bench| async {
        let life = Life::new(bench).await;
        let (db, now, world, tools) = (&life.bench.db, life.bench.now(), &life.world, &life.tools);
        let tanaka = unit!(db, |unit| certification::Certificate::usable_by(unit, &world.tanaka, now).await)
            .await
            .unwrap()
            .remove(0)
            .into_inner();
        let sign = |pdf: &[u8], field: &str| {
            let plan = pades::Plan {
                field: field.to_owned(),
                new_field: None,
                certificate: tanaka.der.clone(),
                chain: Vec::new(),
                claimed_at: now,
                name: None,
                reason: None,
                timestamp_reserve: 0,
            };
            let prepared = pades::prepare(pdf, &plan).unwrap();
            let value = life.tanaka_key.sign(&prepared.to_sign).unwrap();
            [pdf, &pades::complete(&prepared, pdf, &value, None).unwrap()].concat()
        };
        // Downloaded, signed, uploaded by the clerk: the signature is the named signer's.
        let id = life.draft("K-1").await;
        let laid = life.bytes(&world.sato, id, None).await.unwrap();
        let done = Case::put_signed_document(tools, &world.sato, id, sign(&laid, "SignatureA"), now)
            .await
            .unwrap();
        assert_eq!(done.state, State::Signed);
        // Signed before it was registered (the seed's road).
        let id = create(&life.bench, &world.sato, &fields(world, life.partner, "K-2")).await.unwrap();
        let fields_laid = pades::lay_fields(
            CONTRACT,
            &[pades::FieldSpec {
                name: "Sig1".to_owned(),
                page: 0,
                rect: [0.0; 4],
            }],
        )
        .unwrap();
        let signed = sign(&[CONTRACT, &fields_laid].concat(), "Sig1");
        let put = Case::put_document(tools, &world.sato, id, signed.clone(), None, now).await.unwrap();
        assert_eq!(put.state, State::Signed);
        life.send(id).await.unwrap();
        life.sign_b(id).await.unwrap();
        assert_eq!(life.return_it(id).await.unwrap(), State::Sealing);
        life.work().await;
        assert_eq!(life.case::<Reading>(&world.sato, id).await.unwrap().state, State::Keeping);
        let sealed = life.bytes(&world.sato, id, None).await.unwrap();
        assert!(sealed.starts_with(&signed));
        // B cannot sign for A: the signer is another.
        let id = life.draft("K-3").await;
        let laid = life.bytes(&world.sato, id, None).await.unwrap();
        life.sign_a(id).await.unwrap();
        let _ = laid;
        life.send(id).await.unwrap();
        let sent = life.bytes(&world.yamamoto, id, None).await.unwrap();
        let wrong = Case::put_signed_document(tools, &world.yamamoto, id, sign(&sent, "SignatureB"), now)
            .await
            .unwrap_err();
        assert_eq!(wrong.code(), "wrong_signer");
    })
    .await;
}
