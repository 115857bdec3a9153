use contracts::{Among, Answering, Ending, Error, Known, Looking, Partner, PartnerId, Standing};
use foundation::{Actor, Refused};
use jobs::Registry;
use store::unit;
use testkit::{Bench, both};

use crate::fixture::{agreed, asked, uses, world};

async fn ask(bench: &Bench, by: &Actor, signer: &Actor, known: Known) -> Result<PartnerId, Error> {
    let (db, now, id) = (&bench.db, bench.now(), PartnerId::new(bench.now(), &*bench.random));
    let (wanted, known) = (&uses(signer), &known);
    Ok(unit!(db, |unit| Partner::register(unit, by, id, known, wanted, now).await)
        .await?
        .partner)
}

async fn answer(bench: &Bench, by: &Actor, id: PartnerId, yes: bool) -> Result<Standing, Error> {
    let (db, now, wanted) = (&bench.db, bench.now(), &uses(by));
    unit!(db, |unit| {
        let partner = Partner::open::<Answering>(unit, by, id).await?;
        Partner::answer(&partner, unit, yes.then_some(wanted), now).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_find_the_same_text_with_both_their_certificates() {
    both(|bench| async move {
        let world = world(&bench).await;
        agreed(&bench, &world).await;
        for by in [&world.sato, &world.yamamoto, &world.aoba_company, &world.midori_company] {
            let lines = Partner::list(&bench.db, by, Among::All, None, 100).await.unwrap();
            assert_eq!(lines.len(), 1);
            let text = lines[0].text.as_deref().unwrap();
            assert!(
                text.contains("建設業法第19条第3項")
                    && text.contains("田中 一郎")
                    && text.contains("山本 健太")
                    && text.contains("運営者の法務確認前"),
                "{text}"
            );
        }
        for (who, stranger) in world.strangers() {
            assert!(
                Partner::list(&bench.db, stranger, Among::All, None, 100)
                    .await
                    .map_or(true, |lines| lines.is_empty()),
                "{who}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_learns_nothing_before_the_answer() {
    both(|bench| async move {
        let world = world(&bench).await;
        let known = ask(&bench, &world.sato, &world.tanaka, Known::Mail("u200001@desk.example".to_owned()))
            .await
            .unwrap();
        let unknown = ask(&bench, &world.sato, &world.tanaka, Known::Mail("nobody@nowhere.example".to_owned()))
            .await
            .unwrap();
        assert_ne!(known, unknown);
        let lines = Partner::list(&bench.db, &world.sato, Among::All, None, 100).await.unwrap();
        assert_eq!(lines.len(), 2);
        for line in lines {
            assert_eq!((line.partner_name, line.partner_number, line.state), (None, None, Standing::Asked));
        }
        // Both got the same mail.
        bench.runner(Registry::new()).run_due(bench.now()).await.unwrap();
        let mails = bench.outbox.mails();
        assert_eq!(mails.len(), 2);
        let missing = ask(&bench, &world.sato, &world.tanaka, Known::UserId("U999999".to_owned()))
            .await
            .unwrap_err();
        assert_eq!(missing.code(), "partner_unknown");
        let own = ask(&bench, &world.sato, &world.tanaka, Known::UserId("Ｕ１００００１".to_owned()))
            .await
            .unwrap_err();
        assert_eq!(own.code(), "own_desk");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_again_changes_nothing_and_the_other_way_finds_the_same_pair() {
    both(|bench| async move {
        let world = world(&bench).await;
        let first = asked(&bench, &world).await;
        assert_eq!(asked(&bench, &world).await, first);
        assert_eq!(
            ask(&bench, &world.yamamoto, &world.yamamoto, Known::UserId("U100001".to_owned()))
                .await
                .unwrap(),
            first
        );
        assert_eq!(answer(&bench, &world.yamamoto, first, true).await.unwrap(), Standing::Agreed);
        assert_eq!(
            answer(&bench, &world.yamamoto, first, true).await.unwrap_err().code(),
            "consent_answered"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_by_mail_waits_for_who_joins_with_that_address() {
    both(|bench| async move {
        let world = world(&bench).await;
        // The stranger's desk has the address; to the asker it looks like any other.
        let id = ask(&bench, &world.sato, &world.tanaka, Known::Mail("U300001@DESK.example".to_owned()))
            .await
            .unwrap();
        assert_eq!(
            Partner::list(&bench.db, &world.stranger, Among::All, None, 100)
                .await
                .unwrap()
                .len(),
            1
        );
        assert_eq!(answer(&bench, &world.stranger, id, true).await.unwrap(), Standing::Agreed);
        let lines = Partner::list(&bench.db, &world.sato, Among::All, None, 100).await.unwrap();
        assert_eq!(lines[0].partner_name.as_deref(), Some("第三建設株式会社"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_asked_desk_s_clerk_answers() {
    both(|bench| async move {
        let world = world(&bench).await;
        let id = asked(&bench, &world).await;
        let code = |refused: Result<Standing, Error>| refused.unwrap_err().code();
        assert_eq!(code(answer(&bench, &world.sato, id, true).await), "not_your_side");
        assert_eq!(code(answer(&bench, &world.tanaka, id, true).await), "not_a_clerk");
        assert_eq!(
            code(answer(&bench, &world.aoba_company, id, true).await),
            "company_id_cannot_contract"
        );
        assert_eq!(
            code(answer(&bench, &world.midori_company, id, true).await),
            "company_id_cannot_contract"
        );
        assert_eq!(code(answer(&bench, &world.storage, id, true).await), "service_not_applied_for");
        assert_eq!(code(answer(&bench, &world.stranger, id, true).await), "not_found");
        assert_eq!(code(answer(&bench, &world.other_desk, id, true).await), "not_found");
        assert_eq!(code(answer(&bench, &world.screener, id, true).await), "service_not_applied_for");
        let (db, nobody) = (&bench.db, Actor::Nobody);
        let refused = unit!(db, |unit| Partner::open::<Looking>(unit, &nobody, id).await).await;
        assert!(matches!(refused, Err(Error::Refused(Refused::NotSignedIn))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_can_be_withdrawn_from_either_side_and_asked_for_anew() {
    both(|bench| async move {
        let world = world(&bench).await;
        let first = agreed(&bench, &world).await;
        let (db, now) = (&bench.db, bench.now());
        unit!(db, |unit| {
            let partner = Partner::open::<Ending>(unit, &world.yamamoto, first).await?;
            Partner::withdraw(&partner, unit, now).await
        })
        .await
        .unwrap();
        let second = agreed(&bench, &world).await;
        assert_ne!(first, second);
        assert_eq!(
            Partner::list(db, &world.sato, Among::All, None, 100).await.unwrap().len(),
            2,
            "the old one stays readable"
        );
        let newest = Partner::list(db, &world.sato, Among::All, None, 1).await.unwrap();
        let older = Partner::list(db, &world.sato, Among::All, Some(newest[0].id), 1).await.unwrap();
        let end = Partner::list(db, &world.sato, Among::All, Some(older[0].id), 1).await.unwrap();
        assert!(newest[0].id > older[0].id && end.is_empty(), "page by page, the newest first");
        assert_eq!(Partner::line(db, &world.sato, older[0].id).await.unwrap().id, older[0].id);
        assert!(matches!(Partner::line(db, &world.stranger, older[0].id).await, Err(Error::Unknown)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signer_is_one_of_the_company_s_own_people() {
    both(|bench| async move {
        let world = world(&bench).await;
        let other = ask(&bench, &world.sato, &world.yamamoto, Known::UserId("U200001".to_owned()))
            .await
            .unwrap_err();
        assert_eq!(other.code(), "signer_not_agreed");
        let clerk = ask(&bench, &world.sato, &world.sato, Known::UserId("U200001".to_owned()))
            .await
            .unwrap_err();
        assert_eq!(clerk.code(), "signer_not_agreed");
    })
    .await;
}
