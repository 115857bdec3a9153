//! The attacker at the wire: one running program, everything that can be said to its two ports. Facts are functions; all of them share
//! the one server, and each that does not hold is told by its name.

mod attacker;
mod bodies;
mod crowd;
mod everywhere;
mod guessing;
mod heads;
mod sessions;
mod status;
mod strangers;

use std::sync::Arc;

use crate::{bar::scene::Scene, harness::Served};

use attacker::Wire;

/// Runs facts beside each other, and names those that do not hold.
macro_rules! facts {
    ($wire:expr; $($room:ident :: $fact:ident),* $(,)?) => {{
        let running = [$({
            let wire = $wire.clone();
            (concat!(stringify!($room), "::", stringify!($fact)), tokio::task::spawn_local(async move { $room::$fact(&wire).await }))
        }),*];
        let mut fallen = Vec::new();
        for (name, fact) in running {
            if fact.await.is_err() {
                fallen.push(name);
            }
        }
        fallen
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn the_running_program_stands_against_an_attacker() {
    tokio::task::LocalSet::new().run_until(everything()).await;
}

async fn everything() {
    let mut wire = Arc::new(Wire::to(Scene::open().await));
    let mut fallen = facts![wire;
        heads::one_request_is_never_two,
        heads::what_is_no_request_is_refused_and_the_connection_closed,
        heads::no_path_leads_out_of_the_program,
        heads::a_socket_closed_on_one_side_holds_nothing,
        bodies::forms_that_are_bombs_are_refused_in_words,
        bodies::json_that_is_a_bomb_is_refused_in_words,
        bodies::nothing_that_comes_packed_is_taken,
        sessions::no_form_of_another_site_is_taken,
        sessions::no_write_of_another_site_reaches_the_api,
        sessions::a_planted_session_is_worth_nothing_and_an_older_one_ends,
        sessions::signing_out_ends_it_everywhere,
        sessions::nobody_is_sent_elsewhere,
        sessions::a_foreign_host_stands_in_no_mail_and_on_no_page,
        guessing::what_cannot_be_known_is_refused_alike,
        everywhere::every_answer_is_guarded,
        everywhere::every_page_is_private_and_every_file_a_download,
        strangers::what_is_not_yours_is_answered_as_what_is_not_there,
        strangers::pages_of_others_are_answered_as_pages_that_are_not_there,
        status::garbage_is_answered_by_its_protocol,
        status::what_is_too_large_is_refused_and_the_rest_is_still_served,
    ];
    // What fills the program, or locks a person, comes last and alone.
    fallen.extend(facts![wire; bodies::what_is_too_large_is_not_kept]);
    fallen.extend(facts![wire; crowd::thousands_of_silent_connections_keep_nobody_out]);
    fallen.extend(facts![wire; guessing::tries_at_the_same_time_lock_known_and_unknown_alike]);
    let wire = Arc::get_mut(&mut wire).expect("every fact is over");
    let (status, _) = wire.scene.served.end();
    assert_eq!(status, 0);
    let again = Served::start_in(wire.scene.served.data(), "sqlite").await;
    guessing::the_lock_is_there_after_a_restart(&again).await;
    assert!(fallen.is_empty(), "these do not hold: {fallen:#?}");
}
