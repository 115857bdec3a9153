//! 返送の期限: a wish of A that stands in draft, mail and lists, may be moved while the case waits, and closes nothing.

use contracts::{Case, CaseId, Error, Fields, MovingDeadline, Part, Reading, Registering, Withdrawing, state::State};
use foundation::{Actor, Date};
use store::unit;
use testkit::{Bench, both};

use crate::fixture::{agreed, create, fields, world};
use crate::holders::{CONTRACT, Life};

const DAY: i64 = 86_400;

const fn day(month: i8, day: i8) -> Date {
    Date::constant(2026, month, day)
}

async fn moved(bench: &Bench, by: &Actor, id: CaseId, to: Option<Date>) -> Result<State, Error> {
    let (db, now) = (&bench.db, bench.now());
    unit!(db, |unit| {
        let case = Case::open::<MovingDeadline>(unit, by, id).await?;
        Case::move_deadline(&case, unit, to, now).await
    })
    .await
}

async fn kept(bench: &Bench, by: &Actor, id: CaseId) -> Case {
    let db = &bench.db;
    unit!(db, |unit| Ok::<_, Error>(Case::open::<Reading>(unit, by, id).await?.into_inner()))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_has_a_deadline_changes_it_or_has_none() {
    both(|bench| async move {
        let world = world(&bench).await;
        let partner = agreed(&bench, &world).await;
        let until = |reply_by| Fields {
            reply_by,
            ..fields(&world, partner, "K-1")
        };
        let id = create(&bench, &world.sato, &until(Some(day(12, 1)))).await.unwrap();
        assert_eq!(kept(&bench, &world.sato, id).await.reply_by, Some(day(12, 1)));
        let (db, now) = (&bench.db, bench.now());
        for wanted in [Some(day(12, 4)), None, Some(day(11, 20))] {
            let fields = &until(wanted);
            unit!(db, |unit| {
                let case = Case::open::<Registering>(unit, &world.sato, id).await?;
                Case::edit(&case, unit, fields, now).await
            })
            .await
            .unwrap();
            assert_eq!(kept(&bench, &world.sato, id).await.reply_by, wanted);
        }
        // A slip of the hand, and the other way to change a draft.
        let slip = create(&bench, &world.sato, &until(Some(Date::constant(2206, 12, 1))))
            .await
            .unwrap_err();
        assert!(slip.sentence().starts_with("返送の期限"), "{}", slip.sentence());
        let draft = moved(&bench, &world.sato, id, None).await.unwrap_err();
        assert_eq!((draft.code(), draft.sentence().contains("下書きの期限")), ("wrong_state", true));
        assert_eq!(contracts::examine(db, &bench.objects).await.unwrap().len(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_is_asked_for_in_the_one_mail_moved_by_a_and_closes_nothing() {
    both(|bench| async {
        let life = Life::new(bench).await;
        let (bench, world) = (&life.bench, &life.world);
        let db = &bench.db;
        let until = Fields {
            reply_by: Some(day(11, 26)),
            ..fields(world, life.partner, "K-1")
        };
        let id = create(bench, &world.sato, &until).await.unwrap();
        Case::put_document(&life.tools, &world.sato, id, CONTRACT.to_vec(), None, bench.now())
            .await
            .unwrap();
        life.sign_a(id).await.unwrap();

        // Three days later it has passed: it is not sent, and the way on is named. The day itself would still do.
        bench.clock.advance(3 * DAY);
        let late = life.send(id).await.unwrap_err();
        assert_eq!(late.code(), "deadline_past");
        assert!(late.sentence().contains("2026年11月26日(木)"), "{}", late.sentence());
        assert!(late.next().contains("期限を変える"));
        let past = moved(bench, &world.sato, id, Some(day(11, 26))).await.unwrap_err();
        assert_eq!((past.code(), past.sentence().contains("過ぎた日")), ("bad_entry", true));
        assert_eq!(moved(bench, &world.sato, id, Some(day(11, 27))).await.unwrap(), State::Signed);
        assert_eq!(life.send(id).await.unwrap(), State::Waiting);

        let mails = async || mail::about(db, &id.to_string()).await.unwrap();
        let sent = mails().await;
        assert_eq!(
            sent[0].subject, "【あおば建設株式会社】「みなと橋補修工事」への署名のお願い（期限 11月27日(金)）",
            "T10"
        );
        life.work().await;
        let letter = bench
            .outbox
            .mails()
            .into_iter()
            .rev()
            .find(|mail| mail.kind == "contracts.sent")
            .unwrap();
        assert!(letter.text.contains("返送の期限: 2026年11月27日(金)"), "{}", letter.text);

        // Only A's clerk moves it.
        for (who, by, refusal) in [
            ("B", &world.yamamoto, "not_your_side"),
            ("A's signer", &world.tanaka, "not_a_clerk"),
            ("企業ID", &world.aoba_company, "company_id_cannot_contract"),
        ] {
            let refused = moved(bench, by, id, Some(day(12, 4))).await.unwrap_err();
            assert_eq!(refused.code(), refusal, "{who}");
        }
        for (who, stranger) in world.strangers() {
            let refused = moved(bench, stranger, id, None).await.unwrap_err();
            assert!(
                ["not_signed_in", "not_found", "service_not_applied_for"].contains(&refused.code()),
                "{who}"
            );
        }
        assert_eq!(kept(bench, &world.sato, id).await.reply_by, Some(day(11, 27)));

        // It passes: nothing is closed. A extends it; the same day once more is no second entry; none at all is possible.
        bench.clock.advance(2 * DAY);
        for (by, may_move) in [
            (&world.sato, true),
            (&world.tanaka, false),
            (&world.yamamoto, false),
            (&world.midori_company, false),
        ] {
            let case = kept(bench, by, id).await;
            assert_eq!((case.state, case.may(by).contains(&"moveDeadline")), (State::Waiting, may_move));
        }
        let entries = async || {
            let facts = journal::facts_about(db, &id.to_string()).await.unwrap();
            facts.iter().filter(|(deed, _)| deed == "case.move_deadline").count()
        };
        for to in [Some(day(12, 4)), Some(day(12, 4)), None] {
            assert_eq!(moved(bench, &world.sato, id, to).await.unwrap(), State::Waiting);
            assert_eq!(kept(bench, &world.yamamoto, id).await.reply_by, to);
        }
        assert_eq!(entries().await, 3, "one before it was sent, and two");
        assert_eq!(moved(bench, &world.sato, id, Some(day(11, 30))).await.unwrap(), State::Waiting);

        // Passed again: B signs all the same; A may move it and does not learn of the signature; B returns.
        bench.clock.advance(3 * DAY);
        life.sign_b(id).await.unwrap();
        assert_eq!(
            moved(bench, &world.sato, id, Some(day(12, 3))).await.unwrap(),
            State::Waiting,
            "before 返送 B's signature is not shown to A"
        );
        assert_eq!(kept(bench, &world.yamamoto, id).await.state, State::Countersigned);
        assert_eq!(life.return_it(id).await.unwrap(), State::Sealing);
        let formed = moved(bench, &world.sato, id, None).await.unwrap_err();
        assert_eq!((formed.code(), formed.sentence().contains("成立")), ("contract_formed", true));
        // No mail but the one that asked: moving it costs none of the four.
        assert_eq!(mails().await.len(), 1);
        assert_eq!(
            contracts::examine(db, &bench.objects).await.unwrap().len(),
            0,
            "row and journal agree"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nearest_deadline_comes_first_then_who_waits_longest() {
    both(|bench| async move {
        let world = world(&bench).await;
        let partner = agreed(&bench, &world).await;
        let mut ids = Vec::new();
        for (number, reply_by) in [
            ("K-1", None),
            ("K-2", Some(day(12, 10))),
            ("K-3", Some(day(11, 26))),
            ("K-4", None),
            ("K-5", Some(day(12, 10))),
        ] {
            let wanted = Fields {
                reply_by,
                ..fields(&world, partner, number)
            };
            ids.push(create(&bench, &world.sato, &wanted).await.unwrap());
            bench.clock.advance(1);
        }
        let read = async |part| {
            let mut read: Vec<String> = Vec::new();
            let mut last = None;
            loop {
                let lines = Case::page(&bench.db, &world.sato, part, last, 2).await.unwrap();
                let Some(line) = lines.last() else { return read };
                last = Some(line.id);
                read.extend(lines.iter().map(|line| line.contract_number.clone()));
            }
        };
        assert_eq!(read(Part::Open).await, ["K-3", "K-2", "K-5", "K-1", "K-4"]);
        assert_eq!(read(Part::All).await, ["K-3", "K-5", "K-2", "K-4", "K-1"]);
        // What is closed waits for nobody: its deadline counts no more.
        let (db, now, third) = (&bench.db, bench.now(), ids[2]);
        unit!(db, |unit| {
            let case = Case::open::<Withdrawing>(unit, &world.sato, third).await?;
            Case::withdraw(&case, unit, "", now).await
        })
        .await
        .unwrap();
        assert_eq!(read(Part::Open).await, ["K-2", "K-5", "K-1", "K-4"]);
        assert_eq!(read(Part::All).await, ["K-5", "K-2", "K-4", "K-3", "K-1"]);
        // Where a page begins tells a stranger nothing of a case that is not his.
        let foreign = Case::page(&bench.db, &world.stranger, Part::All, Some(third), 2).await.unwrap_err();
        assert_eq!(foreign.code(), "not_found");
        // The list of programs stays newest first.
        let list = Case::list(&bench.db, &world.sato, None, 50).await.unwrap();
        let numbers: Vec<&str> = list.iter().map(|line| line.contract_number.as_str()).collect();
        assert_eq!(numbers, ["K-5", "K-4", "K-3", "K-2", "K-1"]);
        assert_eq!(list[0].reply_by, Some(day(12, 10)));
    })
    .await;
}
