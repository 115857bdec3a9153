//! What must not stop the program: many requests of one session at once on one core; a book of ten thousand pages; a drawing of A0.
//! Each part prints its figures and fails if somebody else had to wait, or if memory grows with every look.

use crate::contract::Parties;
use crate::figures::{Figures, p95};
use crate::house::House;
use crate::visitor::{Stage, Visitor};
use reqwest::StatusCode;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const AT_ONCE: usize = 100;
const BOOK: usize = 10_000;

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())
}

async fn timed(who: &Visitor, path: &str) -> Result<(f64, usize), String> {
    let begun = Instant::now();
    let (status, bytes) = who.page(path).await?;
    if status == StatusCode::OK {
        Ok((begun.elapsed().as_secs_f64() * 1e3, bytes.len()))
    } else {
        Err(format!("{path}: {status}"))
    }
}

/// Three times a hundred requests of one session at once, the server on one core: a list, the sign page, drawn pages.
pub fn parallel(folder: &Path, document: &[u8]) -> Result<Figures, String> {
    let mut figures = Figures::default();
    let house = House::open(folder, false, Some(0))?;
    runtime()?.block_on(async {
        let stage = Stage::at(&house.url).await?;
        let mut parties = Parties::of(&stage).await?;
        let id = parties.wait_at_second(document).await?;
        let second = parties.visitors()[2].clone();
        let read = format!("/cases/{id}/read");
        let picture = picture(&second, &read).await?;
        let kinds = [
            ("the list", "/cases".to_owned()),
            ("the sign page", read),
            ("a drawn page", picture),
        ];
        for (_, path) in &kinds {
            timed(&second, path).await?;
        }
        let alone = house.memory().0;
        let begun = Instant::now();
        let mut all = JoinSet::new();
        for nth in 0..AT_ONCE {
            for (kind, (_, path)) in kinds.iter().enumerate() {
                let (second, path) = (second.clone(), path.clone());
                all.spawn(async move { (kind, nth, timed(&second, &path).await) });
            }
        }
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        while let Some(done) = all.join_next().await {
            let (kind, _, time) = done.map_err(|error| error.to_string())?;
            times[kind].push(time?.0);
        }
        figures.told(
            "300 requests of one session on one core, all answered in",
            format!("{:.2} s", begun.elapsed().as_secs_f64()),
        );
        for ((words, _), times) in kinds.iter().zip(&mut times) {
            let slowest = times.iter().copied().fold(0.0, f64::max);
            let p95 = p95(times);
            figures.told(&format!("  {words}: p95 (slowest)"), format!("{p95:.0} ({slowest:.0}) ms"));
        }
        // Nobody waits for all: what is light overtakes what is drawn.
        figures.at_most("  the list, p95, while pages are drawn", p95(&mut times[0]), "ms", 5_000.0);
        figures.at_most("  memory they took", house.memory().0 - alone, "MB", 200.0);
        Ok::<_, String>(())
    })?;
    Ok(figures)
}

/// The address of the first drawn page in a sign page.
async fn picture(who: &Visitor, read: &str) -> Result<String, String> {
    let (_, page) = who.page(read).await?;
    let page = String::from_utf8_lossy(&page).into_owned();
    let case = read.trim_end_matches("/read");
    let mut found = page
        .split(&['"', ' ', ','][..])
        .filter(|word| word.starts_with(&format!("{case}/page/")));
    // The largest: not a thumbnail.
    let width = |address: &&str| address.rsplit('/').next().and_then(|last| last.parse::<u32>().ok()).unwrap_or(0);
    let widest = found.by_ref().max_by_key(width);
    widest.map(str::to_owned).ok_or_else(|| "no drawn page in the sign page".to_owned())
}

/// A book of ten thousand pages is registered, opened at both ends and concluded; a drawing of A0 is opened and drawn; meanwhile somebody
/// else leafs through his list.
pub fn large(folder: &Path) -> Result<Figures, String> {
    let mut figures = Figures::default();
    let house = House::open(folder, false, None)?;
    runtime()?.block_on(async {
        let stage = Stage::at(&house.url).await?;
        let mut parties = Parties::of(&stage).await?;
        let over = Arc::new(AtomicBool::new(false));
        let other = stage.sign_in("mori").await?;
        let waiting = tokio::spawn(leafing(other, over.clone()));
        for (words, pdf) in [("book of 10 000 pages", book(BOOK)), ("drawing of A0", drawing())] {
            #[expect(clippy::cast_precision_loss, reason = "megabytes")]
            figures.told(&format!("a {words}"), format!("{:.1} MB", pdf.len() as f64 / 1e6));
            let begun = Instant::now();
            let id = parties.wait_at_second(&pdf).await?;
            let seconds = |begun: Instant| begun.elapsed().as_secs_f64();
            figures.told("  registered, signed by A, sent", format!("{:.2} s", seconds(begun)));
            let second = parties.visitors()[2].clone();
            let read = format!("/cases/{id}/read");
            let (first, _) = timed(&second, &read).await?;
            figures.at_most("  its sign page, the first time", first, "ms", 10_000.0);
            let (again, bytes) = timed(&second, &read).await?;
            figures.at_most(
                &format!("  its sign page, again ({} kB)", bytes.div_ceil(1000)),
                again,
                "ms",
                2_000.0,
            );
            if words.starts_with("book") {
                let (end, _) = timed(&second, &format!("{read}?from={}", BOOK - 39)).await?;
                figures.at_most("  its last forty pages", end, "ms", 10_000.0);
            }
            let address = picture(&second, &read).await?;
            let (drawn, bytes) = timed(&second, &address).await?;
            figures.at_most(
                &format!("  a page of it, drawn ({} kB)", bytes.div_ceil(1000)),
                drawn,
                "ms",
                15_000.0,
            );
            for _ in 0..3 {
                timed(&second, &read).await?;
                timed(&second, &address).await?;
            }
            let settled = house.memory().0;
            for _ in 0..10 {
                timed(&second, &read).await?;
                timed(&second, &address).await?;
            }
            figures.at_most("  memory that ten further looks took", house.memory().0 - settled, "MB", 60.0);
        }
        let begun = Instant::now();
        parties.conclude(&book(BOOK)).await?;
        figures.told(
            "  such a book from draft to 保管",
            format!("{:.2} s", begun.elapsed().as_secs_f64()),
        );
        over.store(true, Ordering::SeqCst);
        let mut waits = waiting.await.map_err(|error| error.to_string())??;
        let slowest = waits.iter().copied().fold(0.0, f64::max);
        figures.told("somebody else's list meanwhile, slowest", format!("{slowest:.0} ms"));
        figures.at_most("somebody else's list meanwhile, p95", p95(&mut waits), "ms", 500.0);
        let (now, most) = house.memory();
        figures.told("memory afterwards (at its most)", format!("{now:.0} MB ({most:.0})"));
        Ok::<_, String>(())
    })?;
    Ok(figures)
}

async fn leafing(who: Visitor, over: Arc<AtomicBool>) -> Result<Vec<f64>, String> {
    let mut times = Vec::new();
    while !over.load(Ordering::SeqCst) {
        times.push(timed(&who, "/company").await?.0);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(times)
}

/// A book: its pages in a tree, a line of text on each.
pub fn book(pages: usize) -> Vec<u8> {
    const BRANCH: usize = 100;
    let branches = pages.div_ceil(BRANCH);
    let (first_branch, first_page) = (5, 5 + branches);
    let kids =
        |from: usize, to: usize, step: usize| -> String { (from..to).step_by(step).map(|number| format!("{number} 0 R ")).collect() };
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!(
            "<< /Type /Pages /Kids [{}] /Count {pages} >>",
            kids(first_branch, first_branch + branches, 1)
        ),
        "<< /Font << /F1 4 0 R >> >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    for branch in 0..branches {
        let (from, to) = (branch * BRANCH, ((branch + 1) * BRANCH).min(pages));
        objects.push(format!(
            "<< /Type /Pages /Parent 2 0 R /Kids [{}] /Count {} >>",
            kids(first_page + 2 * from, first_page + 2 * to, 2),
            to - from
        ));
    }
    for page in 0..pages {
        let content = format!("BT /F1 12 Tf 72 770 Td (Page {} of {pages}) Tj ET", page + 1);
        objects.push(format!(
            "<< /Type /Page /Parent {} 0 R /MediaBox [0 0 595 842] /Resources 3 0 R /Contents {} 0 R >>",
            first_branch + page / BRANCH,
            first_page + 2 * page + 1
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    crate::document::file(&objects)
}

/// A plan as a plotter gets it: one page of A0 with a hundred thousand strokes.
pub fn drawing() -> Vec<u8> {
    let mut content = "0.3 w\n".to_owned();
    // Pseudo-random, the same each time.
    let mut chance = 2_026_u64;
    let mut next = |most: u64| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) % most
    };
    for _ in 0..100_000 {
        let (x, y) = (next(2_384), next(3_370));
        content.push_str(&format!("{x} {y} m {} {} l S\n", x + next(60), y + next(60)));
    }
    crate::document::file(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 2384 3370] /Contents 4 0 R /Resources << >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ])
}
