use contracts::state::{Did, Illegal, State, step};
use std::fmt::Write;

/// The states from which nothing leads on.
const CLOSED: [State; 3] = [State::SentBack, State::Refused, State::Withdrawn];

#[test]
fn all_pairs_are_decided_and_closed_ones_stay_closed() {
    for at in State::EVERY {
        for did in Did::EVERY {
            match step(*at, *did) {
                Ok((to, _)) => assert!(!CLOSED.contains(at), "{at:?} {did:?} → {to:?}"),
                Err(illegal) => {
                    assert_eq!(illegal, Illegal { at: *at, did: *did });
                    assert!(!illegal.sentence().is_empty());
                }
            }
        }
    }
}

#[test]
fn a_formed_contract_can_never_be_unformed() {
    for at in State::EVERY.iter().filter(|state| state.is_formed()) {
        for did in Did::EVERY {
            if let Ok((to, _)) = step(*at, *did) {
                assert!(to.is_formed(), "{at:?} {did:?} → {to:?}");
            }
        }
        for did in [Did::Withdrew, Did::SentBack, Did::Refused] {
            assert!(step(*at, did).unwrap_err().sentence().contains("成立"), "{at:?} {did:?}");
        }
    }
}

#[test]
fn a_may_withdraw_until_b_has_signed() {
    for at in State::EVERY {
        let may = matches!(at, State::Draft | State::Signed | State::Waiting);
        assert_eq!(step(*at, Did::Withdrew).is_ok(), may, "{at:?}");
    }
}

#[test]
fn a_may_move_the_deadline_until_b_has_returned_and_nothing_else_changes() {
    for at in State::EVERY {
        let may = matches!(at, State::Signed | State::Waiting | State::Countersigned);
        match step(*at, Did::DeadlineMoved) {
            Ok((to, effects)) => assert!(may && to == *at && effects.is_empty(), "{at:?} → {to:?}"),
            Err(_) => assert!(!may, "{at:?}"),
        }
    }
}

#[test]
fn random_walks_never_conclude_without_every_step() {
    let mut seed = 7_u64;
    let mut next = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for _ in 0..20_000 {
        let (mut at, mut done) = (State::Draft, Vec::new());
        for _ in 0..40 {
            let did = Did::EVERY[next(Did::EVERY.len())];
            match step(at, did) {
                Ok((to, _)) => {
                    done.push(did);
                    at = to;
                }
                Err(illegal) => assert_eq!(illegal.at, at),
            }
            let has = |did| done.contains(&did);
            assert!(!at.is_formed() || (has(Did::SignedByA) && has(Did::Sent) && has(Did::SignedByB) && has(Did::Returned)));
            assert!(at != State::Concluded || (has(Did::Sealed) && has(Did::Kept)));
        }
    }
}

#[test]
fn the_table_is_written_for_people() {
    let mut page = String::from(
        "# 案件 (case)\n\nWritten by the test `the_table_is_written_for_people` of `contracts`; do not edit.\n\n| state | 日本語 |\n|---|---|\n",
    );
    for state in State::EVERY {
        let _ = writeln!(page, "| `{}` | {} |", state.word(), state.japanese());
    }
    page.push_str("\n| from | what happened | to | effects |\n|---|---|---|---|\n");
    for at in State::EVERY {
        for did in Did::EVERY {
            if let Ok((to, effects)) = step(*at, *did) {
                let effects: Vec<&str> = effects.iter().map(|effect| effect.word()).collect();
                let _ = writeln!(
                    page,
                    "| `{}` | `{}` | `{}` | {} |",
                    at.word(),
                    did.word(),
                    to.word(),
                    effects.join(", ")
                );
            }
        }
    }
    page.push_str("\nEvery other pair is illegal.\n");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/states");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("case.md");
    if std::fs::read_to_string(&file).ok().as_ref() != Some(&page) {
        std::fs::write(file, page).unwrap();
    }
}
