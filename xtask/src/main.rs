//! `cargo xtask …`: what a developer and CI run. The standard library only, so that it builds in a second.

mod bench;
mod browser;
mod check;
mod demo;
mod engine;
mod journeys;
mod machine;
mod run;
mod soak;
mod test;
mod tools;

use run::Failed;

const HELP: &str = "\
cargo xtask COMMAND

  demo [--script OUTDIR …]   build, then play the first journey (two companies conclude a contract);
                             without --script the server goes on running and tells what to try
  test [--quick]             everything that decides whether a change may land: tools, check, tests on
                             SQLite and PostgreSQL, the journeys and the foreign judges (about 25 minutes cold)
  check                      format, lints, layers, sizes, documentation
  e2e [--only WORDS] [--pictures]
                             the pages in Debian's Chromium: every journey by clicking, axe, three widths, keyboard;
                             --pictures makes the pictures of README and guides again (docs/pictures)
  bench                      the table of speeds, beside openssl and pyHanko in the same run
  soak [--matrix] [--only-kills] [--kills N] [--parallel] [--large] [--papers]
                             these parts, or all: every key, credential and engine; kill -9 at N points (100);
                             300 requests at once on one core; 10 000 pages and A0; 70 000 papers
  tools                      only install the tools of others that the tests need

Options after `demo --script OUTDIR`: --engine sqlite|postgres=URL  --credential token|server|outside
  --key rsa2048|rsa3072|p256|p384  --stop-after STEP  --at URL  --no-screens
";

fn main() -> std::process::ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    let end = match command.as_str() {
        "demo" => demo::demo(&rest),
        "test" => test::test(&rest),
        "check" => check::check(),
        "e2e" => browser::browser(&rest),
        "bench" => bench::bench(&rest),
        "soak" => soak::soak(&rest),
        "tools" => tools::install(),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            return std::process::ExitCode::SUCCESS;
        }
        other => Err(Failed(format!("unknown command {other:?}\n\n{HELP}"))),
    };
    match end {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(Failed(why)) => {
            eprintln!("\nxtask: {why}");
            std::process::ExitCode::FAILURE
        }
    }
}
