//! The running program: how soon it is ready, what its pages weigh and cost, what a contract costs, how soon it is sealed, how much a file
//! grows, how much memory it keeps.

use crate::contract::Parties;
use crate::figures::{Figures, median, p95};
use crate::house::House;
use crate::journey;
use crate::memory::{self, REST};
use crate::visitor::{Stage, Visitor};
use crate::weight;
use std::path::Path;

/// How many contracts are concluded.
const CONTRACTS: usize = 24;
/// How often a page is asked for.
const TIMES: u32 = 30;
/// Measures all of it in `folder`.
pub fn measure(folder: &Path, document: &[u8]) -> Result<Figures, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let mut figures = Figures::default();
    let folder = folder.join("whole");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    {
        let house = House::open(&folder, false, None)?;
        runtime.block_on(Stage::at(&house.url)).map(drop)?;
    }
    let mut starts = Vec::new();
    for _ in 0..3 {
        starts.push(House::open(&folder, false, None)?.ready_after.as_secs_f64());
    }
    figures.at_most("start to ready on an existing folder", median(&mut starts), "s", 1.0);

    let house = House::open(&folder, false, None)?;
    runtime.block_on(async {
        let stage = Stage::at(&house.url).await?;
        let mut parties = Parties::of(&stage).await?;
        contracts(&mut figures, &house, &mut parties, document).await?;
        let id = parties.concluded().await?;
        let [before, after] = parties.files(&id).await?;
        growth(&mut figures, &before, &after)?;
        let waiting = parties.wait_at_second(document).await?;
        times(&mut figures, &house, &parties, &waiting, &id).await?;
        weights(&mut figures, &folder, &house, parties.visitors()[2], &waiting)
    })?;
    match journey::play(&house) {
        Ok(spent) => {
            figures.at_most(
                "CPU of one contract as the script plays it, with sign-ins",
                spent.contract,
                "s",
                0.1,
            );
            figures.told("CPU of one own deposit with its round", format!("{:.3} s", spent.deposit));
        }
        Err(why) => figures.told("CPU of one contract as the script plays it", why),
    }
    // The script was played once above; what it leaves behind would show after some more.
    memory::play(&house, 4)?;
    let (now, most) = house.memory();
    figures.told("memory after five scripts (at its most)", format!("{now:.0} MB ({most:.0})"));
    eprintln!("measuring idle memory: a minute …");
    let before = house.cpu_in_all();
    std::thread::sleep(REST);
    let spent = (house.cpu_in_all() - before) / REST.as_secs_f64();
    figures.at_most("idle memory after five scripts, a minute later", house.memory().0, "MB", 100.0);
    figures.told("CPU while idle", format!("{:.2} %", spent * 100.0));
    Ok(figures)
}

async fn contracts(figures: &mut Figures, house: &House, parties: &mut Parties, document: &[u8]) -> Result<(), String> {
    eprintln!("measuring {CONTRACTS} contracts …");
    parties.conclude(document).await?;
    let before = house.cpu_in_all();
    let mut all = Vec::new();
    for _ in 0..CONTRACTS {
        all.push(parties.conclude(document).await?);
    }
    #[expect(clippy::cast_precision_loss, reason = "a small count")]
    let each = (house.cpu_in_all() - before) / CONTRACTS as f64;
    figures.at_most("CPU of one contract, people signed in before, mean", each, "s", 0.05);
    let of = |time: fn(&crate::contract::Times) -> f64| all.iter().map(time).collect::<Vec<f64>>();
    figures.at_most(
        "last signature to sealed, with its time-stamps, p95",
        p95(&mut of(|t| t.sealed)),
        "ms",
        150.0,
    );
    figures.told("  median", format!("{:.0} ms", median(&mut of(|t| t.sealed))));
    figures.told(
        "B's signature, asked to answered, median",
        format!("{:.0} ms", median(&mut of(|t| t.signed))),
    );
    figures.told("返送, asked to 成立, median", format!("{:.0} ms", median(&mut of(|t| t.formed))));
    figures.told(
        "返送 to 保管 (its round closes a second later), median",
        format!("{:.0} ms", median(&mut of(|t| t.kept))),
    );
    Ok(())
}

/// What the revisions of two signatures (marks, time-stamps) and of the seal's time-stamp add. The other revisions hold validation data.
fn growth(figures: &mut Figures, before: &[u8], after: &[u8]) -> Result<(), String> {
    let document = pdf::Document::open(after).map_err(|error| error.to_string())?;
    let signatures = document.signatures().map_err(|error| error.to_string())?;
    let signed: usize = document
        .revisions()
        .iter()
        .filter(|revision| signatures.iter().any(|signature| signature.revision == revision.index))
        .map(|revision| revision.end - revision.start)
        .sum();
    #[expect(clippy::cast_precision_loss, reason = "kilobytes")]
    let kb = |bytes: usize| bytes as f64 / 1000.0;
    figures.at_most("growth by two signatures, their marks and the seal", kb(signed), "kB", 40.0);
    figures.told(
        "  validation data beside it",
        format!("{:.1} kB", kb(after.len() - before.len() - signed)),
    );
    Ok(())
}

async fn times(figures: &mut Figures, house: &House, parties: &Parties, waiting: &str, concluded: &str) -> Result<(), String> {
    let [clerk, _, second] = parties.visitors();
    let pages: [(&str, &Visitor, String); 8] = [
        ("the list of cases", clerk, "/cases".to_owned()),
        ("a new case", clerk, "/cases/new".to_owned()),
        ("a concluded case", clerk, format!("/cases/{concluded}")),
        ("a case that waits", second, format!("/cases/{waiting}")),
        ("the sign page", second, format!("/cases/{waiting}/read")),
        ("partners", clerk, "/partners".to_owned()),
        ("one's certificate", second, "/certificate".to_owned()),
        ("the verify page", clerk, "/verify".to_owned()),
    ];
    for (words, who, path) in pages {
        for _ in 0..2 {
            who.page(&path).await?;
        }
        let before = house.cpu_of_threads();
        let mut bytes = 0;
        for _ in 0..TIMES {
            let (status, page) = who.page(&path).await?;
            if !status.is_success() {
                return Err(format!("{path}: {status}"));
            }
            bytes = page.len();
        }
        let each = (house.cpu_of_threads() - before) / f64::from(TIMES) * 1e3;
        figures.at_most(&format!("server time of {words} ({} kB)", bytes.div_ceil(1000)), each, "ms", 20.0);
    }
    Ok(())
}

fn weights(figures: &mut Figures, folder: &Path, house: &House, second: &Visitor, waiting: &str) -> Result<(), String> {
    let sign = format!("/cases/{waiting}/read");
    let pages = [
        ("first page", None, "/", (1280, 800), None, 50.0),
        ("sign page, 1280 px", Some(second), sign.as_str(), (1280, 800), Some(15.0), 300.0),
        ("sign page, a phone", Some(second), sign.as_str(), (375, 740), Some(15.0), 300.0),
    ];
    for (words, who, path, size, most, kb) in pages {
        let token = who.map(|who| who.token.as_str());
        let Some(weight) = weight::of(folder, &house.url, token, path, size)? else {
            figures.told(&format!("weight of the {words}"), "no Chromium here");
            continue;
        };
        #[expect(clippy::cast_precision_loss, reason = "kilobytes")]
        let (requests, bytes) = (weight.requests as f64, weight.bytes as f64 / 1000.0);
        match most {
            Some(most) => figures.at_most(&format!("requests of the {words}"), requests, "", most),
            None => figures.told(&format!("requests of the {words}"), weight.requests.to_string()),
        }
        figures.at_most(&format!("weight of the {words}, first view"), bytes, "kB", kb);
        if std::env::var_os("BENCH_PATHS").is_some() {
            eprintln!("{words}: {:#?}", weight.paths);
        }
    }
    Ok(())
}
