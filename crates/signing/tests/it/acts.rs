//! Acts of signing.

use super::world::{World, laid, member};
use foundation::PersonId;
use pades::{Level, Verdict};
use pki::KeyType;
use signing::{Act, ActState, Error, Order, Original, Signed};
use std::sync::atomic::Ordering;
use store::{sql, unit};
use testkit::both;
use uuid::Uuid;

use super::world::Party;

async fn prepare(world: &World, holder: &Party, field: &str, pdf: &[u8]) -> Result<Act, Error> {
    let order = Order {
        purpose: "test",
        subject: Uuid::nil(),
        person: world.person,
        certificate: holder.certificate.der().to_vec(),
        field: field.to_owned(),
        new_field: None,
        pdf: pdf.to_vec(),
    };
    signing::prepare(&world.bench.db, &world.signing, &world.by, order, world.now(), &*world.bench.random).await
}

async fn complete(world: &World, act: &Act, pdf: &[u8], signature: Vec<u8>) -> Result<Signed, Error> {
    let original = Original {
        act: act.id,
        pdf: pdf.to_vec(),
    };
    signing::complete_with_signature(
        &world.bench.db,
        &world.signing,
        &world.by,
        original,
        signature,
        world.now(),
        &*world.bench.random,
    )
    .await
}

async fn settle(world: &World, signed: &Signed) -> Result<(), Error> {
    unit!(world.bench.db, |unit| {
        signing::settle(unit, &world.by, signed, world.now()).await
    })
    .await
}

async fn state(world: &World, act: &Act) -> ActState {
    match signing::open_act(&world.bench.db, &world.by, act.id).await {
        Ok(act) => act.state,
        Err(Error::ActOver) => ActState::Failed,
        Err(error) => panic!("{error}"),
    }
}

/// What the row still holds of the preparation.
async fn kept(world: &World, act: &Act) -> serde_json::Value {
    let id = act.id;
    let found = world.bench.db.find(sql!("SELECT prepared FROM signing_act WHERE id = {id}")).await;
    found.unwrap().expect("the row is there")
}

async fn sign(world: &World, holder: &Party, field: &str, pdf: &[u8]) -> Signed {
    let act = prepare(world, holder, field, pdf).await.unwrap();
    world.advance(7);
    let signed = complete(world, &act, pdf, holder.key.sign(&act.prepared.to_sign).unwrap())
        .await
        .unwrap();
    settle(world, &signed).await.unwrap();
    assert_eq!(state(world, &act).await, ActState::Completed);
    assert!(signed.pdf.starts_with(pdf));
    signed
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sign_and_the_seal_makes_both_lta() {
    both(|bench| async {
        let world = World::new(bench).await;
        let (a, b) = (
            world.authority.subscriber(KeyType::P256),
            world.authority.subscriber(KeyType::Rsa2048),
        );
        let first = sign(&world, &a, "SignatureA", &laid()).await;
        assert_eq!(first.report.level, Level::BLT);
        world.advance(3600);
        let second = sign(&world, &b, "SignatureB", &first.pdf).await;
        assert_eq!(second.report.level, Level::BLT);
        assert!(second.signed_at > first.signed_at);
        world.advance(60);
        let sealed = signing::seal(&world.signing, second.pdf.clone(), world.now(), &*world.bench.random)
            .await
            .unwrap();
        assert!(sealed.pdf.starts_with(&second.pdf));
        assert_eq!(sealed.report.verdict(), Verdict::Valid);
        assert!(sealed.report.signatures.iter().all(|signature| signature.level == Level::BLTA));
        // A stranger with nothing but the root, a month later.
        let later = world.now().plus_days(5);
        let report = pades::validate(&sealed.pdf, world.signing.trust(), later, None).unwrap();
        assert_eq!(report.verdict(), Verdict::Valid, "{report:#?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_tsa_loses_nothing_and_the_same_signature_comes_again() {
    both(|bench| async {
        let world = World::new(bench).await;
        let holder = world.authority.subscriber(KeyType::P384);
        let pdf = laid();
        let act = prepare(&world, &holder, "SignatureA", &pdf).await.unwrap();
        let signature = holder.key.sign(&act.prepared.to_sign).unwrap();
        for fault in [&world.status.tsa_down, &world.status.tsa_wrong_time] {
            fault.store(true, Ordering::SeqCst);
            let error = complete(&world, &act, &pdf, signature.clone()).await.unwrap_err();
            assert_eq!(error.code(), "tsa_failed", "{error}");
            assert_eq!(state(&world, &act).await, ActState::Prepared);
            fault.store(false, Ordering::SeqCst);
        }
        let signed = complete(&world, &act, &pdf, signature.clone()).await.unwrap();
        // Not settled, so not completed; a second completion is refused meanwhile, and the resolver ends it.
        assert_eq!(complete(&world, &act, &pdf, signature).await.unwrap_err().code(), "signing_over");
        world.advance(1000);
        assert_eq!(signing::resolve(&world.bench.db, world.now()).await.unwrap(), 1);
        assert_eq!(state(&world, &act).await, ActState::Failed);
        assert_eq!(settle(&world, &signed).await.unwrap_err().code(), "signing_over");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_whose_outcome_could_not_be_stored_can_be_tried_again_at_once() {
    both(|bench| async {
        let world = World::new(bench).await;
        let (db, holder) = (&world.bench.db, world.authority.subscriber(KeyType::P256));
        let pdf = laid();
        let act = prepare(&world, &holder, "SignatureA", &pdf).await.unwrap();
        let signature = holder.key.sign(&act.prepared.to_sign).unwrap();
        let lost = complete(&world, &act, &pdf, signature.clone()).await.unwrap();
        signing::give_back(db, &world.by, &lost, "storage_full", true, world.now())
            .await
            .unwrap();
        assert_eq!(state(&world, &act).await, ActState::Prepared);
        assert_eq!(
            settle(&world, &lost).await.unwrap_err().code(),
            "signing_over",
            "what was given back is void"
        );
        let signed = complete(&world, &act, &pdf, signature).await.unwrap();
        settle(&world, &signed).await.unwrap();
        // Given back for good, nothing of the document stays.
        let other = prepare(&world, &holder, "SignatureB", &pdf).await.unwrap();
        let lost = complete(&world, &other, &pdf, holder.key.sign(&other.prepared.to_sign).unwrap())
            .await
            .unwrap();
        signing::give_back(db, &world.by, &lost, "wrong_state", false, world.now())
            .await
            .unwrap();
        assert_eq!(state(&world, &other).await, ActState::Failed);
        assert_eq!(kept(&world, &other).await, serde_json::json!({}));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_prepared_goes_when_an_act_lapses_and_the_act_some_time_after_its_end() {
    both(|bench| async {
        let world = World::new(bench).await;
        let (db, holder) = (&world.bench.db, world.authority.subscriber(KeyType::P256));
        let act = prepare(&world, &holder, "SignatureA", &laid()).await.unwrap();
        world.advance(16 * 60);
        signing::resolve(db, world.now()).await.unwrap();
        assert_eq!(state(&world, &act).await, ActState::Failed);
        assert_eq!(kept(&world, &act).await, serde_json::json!({}));
        assert_eq!(signing::clear(db, world.now()).await.unwrap(), 0);
        world.advance(2 * 86_400);
        assert_eq!(signing::clear(db, world.now()).await.unwrap(), 1);
        assert_eq!(signing::open_act(db, &world.by, act.id).await.unwrap_err().code(), "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_stamp_that_became_longer_signs_nothing_and_the_next_signature_has_room_for_it() {
    both(|bench| async {
        let world = World::new(bench).await;
        let holder = world.authority.subscriber(KeyType::P256);
        // How long tokens are is learnt from the first one, as at the start of the program.
        let now = world.now();
        world.signing.tsa().stamp([7; 32], now, &*world.bench.random).await.unwrap();
        let short = sign(&world, &holder, "SignatureA", &laid()).await;
        let pdf = laid();
        let act = prepare(&world, &holder, "SignatureA", &pdf).await.unwrap();
        world.status.tsa_long.store(true, Ordering::SeqCst);
        let error = complete(&world, &act, &pdf, holder.key.sign(&act.prepared.to_sign).unwrap())
            .await
            .unwrap_err();
        assert_eq!(error.code(), "stamp_too_long");
        assert_eq!(state(&world, &act).await, ActState::Failed);
        let long = sign(&world, &holder, "SignatureA", &pdf).await;
        assert_eq!(long.report.level, Level::BLT);
        assert!(long.pdf.len() > short.pdf.len());
        // Nobody has to sign again for a seal: it asks once more by itself.
        world.status.tsa_long.store(false, Ordering::SeqCst);
        let fresh = world.another_signing();
        fresh.tsa().stamp([8; 32], world.now(), &*world.bench.random).await.unwrap();
        world.status.tsa_long.store(true, Ordering::SeqCst);
        let sealed = signing::seal(&fresh, short.pdf, world.now(), &*world.bench.random).await.unwrap();
        assert_eq!(sealed.report.verdict(), Verdict::Valid);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_revoked_between_view_and_sign_does_not_sign() {
    both(|bench| async {
        let world = World::new(bench).await;
        let holder = world.authority.subscriber(KeyType::P256);
        let pdf = laid();
        let act = prepare(&world, &holder, "SignatureA", &pdf).await.unwrap();
        world.advance(30);
        world
            .status
            .revoked
            .lock()
            .unwrap()
            .push((holder.certificate.serial().clone(), world.now()));
        world.advance(30);
        let error = complete(&world, &act, &pdf, holder.key.sign(&act.prepared.to_sign).unwrap())
            .await
            .unwrap_err();
        assert_eq!(error.code(), "certificate_invalid");
        assert!(error.sentence().contains("失効"), "{}", error.sentence());
        assert_eq!(state(&world, &act).await, ActState::Failed);
        let again = prepare(&world, &holder, "SignatureA", &pdf).await.unwrap_err();
        assert_eq!(again.code(), "certificate_invalid");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_signer_sees_his_act_and_a_wrong_value_leaves_it_open() {
    both(|bench| async {
        let world = World::new(bench).await;
        let holder = world.authority.subscriber(KeyType::P256);
        let pdf = laid();
        let act = prepare(&world, &holder, "SignatureA", &pdf).await.unwrap();
        let stranger = member(PersonId::new(world.now(), &*world.bench.random), &world.bench);
        assert_eq!(
            signing::open_act(&world.bench.db, &stranger, act.id).await.unwrap_err().code(),
            "not_found"
        );
        let wrong = world.authority.tsu.key.sign(&act.prepared.to_sign).unwrap();
        assert_eq!(complete(&world, &act, &pdf, wrong).await.unwrap_err().code(), "signature_wrong");
        assert_eq!(state(&world, &act).await, ActState::Prepared);
        let good = holder.key.sign(&act.prepared.to_sign).unwrap();
        let error = complete(&world, &act, &[&pdf[..], b"\n"].concat(), good.clone()).await.unwrap_err();
        assert_eq!(error.code(), "document_changed");
        assert_eq!(state(&world, &act).await, ActState::Failed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_outside_is_stamped_and_extended() {
    both(|bench| async {
        let world = World::new(bench).await;
        let holder = world.authority.subscriber(KeyType::P256);
        let outside = |pdf: &[u8], field: &str| {
            let plan = pades::Plan {
                field: field.to_owned(),
                new_field: None,
                certificate: holder.certificate.der().to_vec(),
                chain: vec![],
                claimed_at: world.now(),
                name: None,
                reason: None,
                timestamp_reserve: 0,
            };
            let prepared = pades::prepare(pdf, &plan).unwrap();
            let delta = pades::complete(&prepared, pdf, &holder.key.sign(&prepared.to_sign).unwrap(), None).unwrap();
            [pdf, &delta].concat()
        };
        let random = &*world.bench.random;
        let (same, registered, none) = signing::accept_registered(&world.signing, laid(), world.now(), random)
            .await
            .unwrap();
        assert!(none.is_empty() && registered.empty_fields.len() == 2 && same == laid());
        let signed = outside(&laid(), "SignatureA");
        let (pdf, _, found) = signing::accept_registered(&world.signing, signed.clone(), world.now(), random)
            .await
            .unwrap();
        assert!(pdf.starts_with(&signed));
        assert_eq!(found[0].report.level, Level::BLT);
        world.advance(60);
        let uploaded = outside(&pdf, "SignatureB");
        let expected = pades::Expected {
            field: Some("SignatureB".to_owned()),
            certificate: None,
        };
        let continued = signing::accept_continuation(&world.signing, pdf, uploaded.clone(), expected, world.now(), random)
            .await
            .unwrap();
        assert!(continued.pdf.starts_with(&uploaded));
        assert_eq!(continued.report.level, Level::BLT);
        world.advance(60);
        let sealed = signing::seal(&world.signing, continued.pdf, world.now(), random).await.unwrap();
        assert!(sealed.report.signatures.iter().all(|signature| signature.level == Level::BLTA));
    })
    .await;
}

/// Prints the same page for everybody and remembers for whom.
struct Printer(std::sync::Mutex<Vec<papers::Mark>>, bool);

impl papers::Printer for Printer {
    fn print(&self, _: &papers::Paper) -> Result<Vec<u8>, papers::NotPrinted> {
        Err(papers::NotPrinted::NotBuiltIn)
    }
    fn mark(&self, mark: &papers::Mark) -> Result<Vec<u8>, papers::NotPrinted> {
        self.0.lock().unwrap().push(mark.clone());
        if self.1 {
            Ok(include_bytes!("../../../pades/tests/data/mark-b.pdf").to_vec())
        } else {
            Err(papers::NotPrinted::NoFonts)
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_names_whom_the_certificate_names_and_without_fonts_signing_goes_on() {
    both(|bench| async {
        let mut world = World::new(bench).await;
        let holder = world.authority.subscriber(KeyType::P256);
        // How long tokens are is known then, so that only the mark makes a difference.
        world.signing.tsa().stamp([7; 32], world.now(), &*world.bench.random).await.unwrap();
        let plain = sign(&world, &holder, "SignatureA", &laid()).await;
        for has_fonts in [true, false] {
            let printer = std::sync::Arc::new(Printer(std::sync::Mutex::default(), has_fonts));
            world.signing = world.signing.clone().with_marks(printer.clone(), true);
            let signed = sign(&world, &holder, "SignatureA", &laid()).await;
            assert_eq!(signed.report.level, Level::BLT);
            let grown = signed.pdf.len() > plain.pdf.len() + 5_000;
            assert_eq!(grown, has_fonts, "{} {}", signed.pdf.len(), plain.pdf.len());
            let marks = printer.0.lock().unwrap();
            let subject = holder.certificate.subject();
            assert_eq!(marks.len(), 1);
            assert_eq!(marks[0].company, "株式会社みどり工務店");
            assert_eq!(Some(&marks[0].name), subject.common_name().as_ref());
            assert!(marks[0].demo);
        }
    })
    .await;
}
