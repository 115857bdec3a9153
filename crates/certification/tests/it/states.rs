//! All pairs, random walks, and the pages under docs/states.

use std::fmt::Write as _;

use certification::{certificate_states as certificate, enrolment_states as enrolment};
use foundation::{Random, SeededRandom};

macro_rules! table {
    ($module:ident, $start:expr, $title:literal, $file:literal, $last:pat) => {{
        use $module::{Did, State, step};
        let mut page = format!("# {}\n\nWritten by the tests from the table in the code; do not edit.\n\n| from | what happened | to | what follows |\n|---|---|---|---|\n", $title);
        let (mut legal, mut illegal) = (0, 0);
        for at in State::EVERY {
            for did in Did::EVERY {
                match step(*at, *did) {
                    Ok((to, effects)) => {
                        legal += 1;
                        assert!(!matches!(at, $last), "{at:?} is a last state");
                        let effects: Vec<String> = effects.iter().map(|effect| format!("{effect:?}")).collect();
                        writeln!(page, "| `{}` {} | `{}` | `{}` | {} |", at.word(), at.japanese(), did.word(), to.word(), effects.join(", ")).unwrap();
                    }
                    Err(error) => {
                        illegal += 1;
                        assert_eq!((error.at, error.did), (*at, *did));
                    }
                }
            }
        }
        assert_eq!(legal + illegal, State::EVERY.len() * Did::EVERY.len());
        // 2 000 walks of 40 steps: an illegal event never moves, a last state never leaves, every state is reached by some walk.
        let random = SeededRandom::new(9);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..2_000 {
            let mut at = $start;
            seen.insert(at);
            let mut events = [0u8; 40];
            random.fill(&mut events);
            for event in events {
                // Half of the events are drawn from all, half from those that are legal here.
                let legal: Vec<Did> = Did::EVERY.iter().copied().filter(|did| event % 2 == 0 || step(at, *did).is_ok()).collect();
                let Some(did) = legal.get(usize::from(event / 2) % legal.len().max(1)).copied() else { break };
                if let Ok((to, _)) = step(at, did) {
                    assert!(!matches!(at, $last));
                    at = to;
                    seen.insert(at);
                }
            }
        }
        for state in State::EVERY {
            assert!(seen.contains(state), "no walk reaches {state:?}");
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/states/", $file);
        if std::fs::read_to_string(path).ok().as_ref() != Some(&page) {
            std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/states")).unwrap();
            std::fs::write(path, page).unwrap();
        }
    }};
}

#[test]
fn the_table_of_enrolments_holds_under_random_walks() {
    table!(
        enrolment,
        State::Approved,
        "Enrolment",
        "enrolment.md",
        State::Active | State::Lapsed | State::Ended
    );
}

#[test]
fn the_table_of_certificates_holds_under_random_walks() {
    table!(
        certificate,
        State::Issued,
        "Certificate",
        "certificate.md",
        State::Revoked | State::Expired
    );
}
