//! The list in parts, page by page.

use contracts::{Case, CaseId, Part, SendingBack};
use foundation::Actor;
use store::{sql, unit};
use testkit::{Bench, both, on_sqlite};

use crate::fixture::{agreed, create, fields, world};
use crate::holders::Life;

async fn page(bench: &Bench, by: &Actor, part: Part, before: Option<CaseId>) -> Vec<CaseId> {
    let lines = Case::page(&bench.db, by, part, before, 2).await.unwrap();
    lines.into_iter().map(|line| line.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_without_a_gap_or_a_double() {
    both(|bench| async move {
        let world = world(&bench).await;
        let partner = agreed(&bench, &world).await;
        let mut made = Vec::new();
        for number in ["K-1", "K-2", "K-3", "K-4", "K-5"] {
            made.push(create(&bench, &world.sato, &fields(&world, partner, number)).await.unwrap());
            bench.clock.advance(1);
        }
        made.reverse();
        let mut read = Vec::new();
        loop {
            let next = page(&bench, &world.sato, Part::All, read.last().copied()).await;
            if next.is_empty() {
                break;
            }
            read.extend(next);
        }
        assert_eq!(read, made);
        assert!(page(&bench, &world.stranger, Part::All, None).await.is_empty());
        assert!(Case::page(&bench.db, &Actor::Nobody, Part::All, None, 2).await.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_stands_in_the_part_of_whose_turn_it_is_and_the_numbers_agree() {
    both(|bench| async move {
        let world = world(&bench).await;
        let partner = agreed(&bench, &world).await;
        let id = create(&bench, &world.sato, &fields(&world, partner, "K-1")).await.unwrap();
        let db = &bench.db;
        // The states themselves are walked elsewhere; here only where a row in each of them is listed.
        let walk: [(&str, bool, bool, [&[Part]; 3]); 7] = [
            (
                "draft",
                false,
                false,
                [&[Part::Draft, Part::Open, Part::Rest], &[Part::Draft, Part::Open, Part::Rest], &[]],
            ),
            (
                "draft",
                true,
                false,
                [&[Part::Others, Part::Open, Part::Rest], &[Part::Mine, Part::Open], &[]],
            ),
            (
                "signed",
                true,
                false,
                [&[Part::Mine, Part::Open], &[Part::Others, Part::Open, Part::Rest], &[]],
            ),
            (
                "waiting",
                true,
                true,
                [
                    &[Part::Others, Part::Open, Part::Rest],
                    &[Part::Others, Part::Open, Part::Rest],
                    &[Part::Mine, Part::Open],
                ],
            ),
            (
                "keeping",
                true,
                true,
                [&[Part::Done, Part::Rest], &[Part::Done, Part::Rest], &[Part::Done, Part::Rest]],
            ),
            (
                "concluded",
                true,
                true,
                [&[Part::Done, Part::Rest], &[Part::Done, Part::Rest], &[Part::Done, Part::Rest]],
            ),
            (
                "sent_back",
                true,
                true,
                [
                    &[Part::Closed, Part::Rest],
                    &[Part::Closed, Part::Rest],
                    &[Part::Closed, Part::Rest],
                ],
            ),
        ];
        const EVERY: [Part; 7] = [
            Part::Mine,
            Part::Rest,
            Part::Others,
            Part::Open,
            Part::Done,
            Part::Draft,
            Part::Closed,
        ];
        let signer = world.yamamoto.person().unwrap();
        for (state, with_file, sent, wanted) in walk {
            let field = with_file.then_some("Signature1");
            let at = sent.then(|| bench.now());
            store::unit!(db, |unit| unit
                .one(sql!(
                    "UPDATE contracts_case SET state = {state}, a_field = {field}, sent = {at}, b_signer = {signer} WHERE id = {id}"
                ))
                .await)
            .await
            .unwrap();
            for (by, wanted) in [&world.sato, &world.tanaka, &world.yamamoto].into_iter().zip(wanted) {
                let counts = Case::counts(db, by).await.unwrap();
                for part in EVERY {
                    let found = page(&bench, by, part, None).await.contains(&id);
                    assert_eq!(found, wanted.contains(&part), "{state} {with_file} {part:?} {by:?}");
                    let count = match part {
                        Part::Mine => counts.mine,
                        Part::Others => counts.others,
                        Part::Open => counts.open,
                        Part::Done => counts.done,
                        Part::Draft => counts.draft,
                        Part::Closed => counts.closed,
                        Part::All | Part::Rest => continue,
                    };
                    assert_eq!(count == 1, found, "{state} {part:?}");
                }
            }
        }
        let open = Case::open_by_desk(db, &world.aoba_company).await.unwrap();
        assert!(open.is_empty(), "{open:?}");
        assert_eq!(Case::counts(db, &world.aoba_company).await.unwrap().closed, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_b_signed_before_he_refused_is_told_to_him_alone() {
    on_sqlite(|bench| async {
        let life = Life::new(bench).await;
        let (db, now, world) = (&life.bench.db, life.bench.now(), &life.world);
        let id = life.sent("K-1").await;
        life.sign_b(id).await.unwrap();
        unit!(db, |unit| {
            let case = Case::open::<SendingBack>(unit, &world.yamamoto, id).await?;
            Case::send_back(&case, unit, "工期が違います。", now).await
        })
        .await
        .unwrap();
        for (who, knows) in [(&world.sato, false), (&world.yamamoto, true)] {
            let lines = Case::list(db, who, None, 10).await.unwrap();
            assert_eq!((lines[0].closed, lines[0].b_signed.is_some()), (Some(now), knows));
        }
    })
    .await;
}
