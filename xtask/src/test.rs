//! `cargo xtask test`: all that decides whether a change may land.

use crate::engine::Postgres;
use crate::run::{Done, built, cargo, run, step};
use crate::{browser, check, demo, journeys, machine, tools};

/// Kills in a run of the tests; a hundred in `cargo xtask soak`.
const KILLS: usize = 20;

/// Tools, check, tests on both engines, the pages in a browser, journeys with foreign judges, kills. `--quick` leaves out the last three.
pub fn test(words: &[String]) -> Done {
    let quick = words.iter().any(|word| word == "--quick");
    machine::check()?;
    step("1/7 tools of others", tools::install)?;
    step("2/7 check", check::check)?;
    demo::build()?;
    step("3/7 PostgreSQL of our own", || Ok(()))?;
    let postgres = Postgres::start()?;
    step("4/7 tests on SQLite and PostgreSQL", || {
        run(cargo(&["test", "--quiet", "--workspace", "--no-fail-fast"])
            .env("CECTRUST_TEST_POSTGRES", &postgres.url)
            .env("CECTRUST_BIN", built("cectrust"))
            .env("CECTRUST_AGENT_BIN", built("cecsign-agent")))
    })?;
    if quick {
        println!("quick: browser, journeys and kills were left out");
        return Ok(());
    }
    step("5/7 the pages in a browser", || browser::play(&[]))?;
    step("6/7 journeys, judged by the tools of others", || journeys::pairs(&postgres))?;
    step("7/7 kill -9", || journeys::killed(KILLS, &postgres))
}
