//! `cargo xtask test`: all that decides whether a change may land.

use crate::engine::Postgres;
use crate::run::{Done, built, cargo, run, step};
use crate::{check, demo, journeys, machine, tools};

/// Kills in a run of the tests; a hundred in `cargo xtask soak`.
const KILLS: usize = 20;

/// Tools, check, tests on both engines, journeys with foreign judges, kills. `--quick` leaves out the last two.
pub fn test(words: &[String]) -> Done {
    let quick = words.iter().any(|word| word == "--quick");
    machine::check()?;
    step("1/6 tools of others", tools::install)?;
    step("2/6 check", check::check)?;
    demo::build()?;
    step("3/6 PostgreSQL of our own", || Ok(()))?;
    let postgres = Postgres::start()?;
    step("4/6 tests on SQLite and PostgreSQL", || {
        run(cargo(&["test", "--quiet", "--workspace", "--no-fail-fast"])
            .env("CECTRUST_TEST_POSTGRES", &postgres.url)
            .env("CECTRUST_BIN", built("cectrust"))
            .env("CECTRUST_AGENT_BIN", built("cecsign-agent")))
    })?;
    if quick {
        println!("quick: journeys and kills were left out");
        return Ok(());
    }
    step("5/6 journeys, judged by the tools of others", || journeys::pairs(&postgres))?;
    step("6/6 kill -9", || journeys::killed(KILLS, &postgres))
}
