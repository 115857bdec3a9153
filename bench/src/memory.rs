//! What the program keeps after work, and what a large file takes while it is worked on.

use crate::contract::Parties;
use crate::figures::Figures;
use crate::house::House;
use crate::journey;
use crate::visitor::Stage;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// How long the program rests before its memory is looked at: fonts, files that were read and unused arenas are put away meanwhile.
pub const REST: Duration = Duration::from_secs(60);
/// Whole scripts after which it may be at its size; so many more must not add to it.
const SETTLED: usize = 5;
/// Scripts of the long run.
const MANY: usize = 20;
/// A large file, in bytes; the largest that is taken is a little larger.
const LARGE: usize = 45_000_000;

/// Plays `times` scripts, one after the other.
///
/// # Errors
/// A script did not get to its end.
pub fn play(house: &House, times: usize) -> Result<(), String> {
    for _ in 0..times {
        journey::play(house)?;
    }
    Ok(())
}

/// Idle memory after five whole scripts and after fifteen more: what grows with use would show.
///
/// # Errors
/// The program does not run.
pub fn growth(folder: &Path) -> Result<Figures, String> {
    let mut figures = Figures::default();
    let house = House::open(folder, false, None)?;
    let mut settled = 0.0;
    for script in 1..=MANY {
        play(&house, 1)?;
        eprintln!("script {script}: {:.0} MB", house.memory().0);
        if script == SETTLED {
            std::thread::sleep(2 * REST);
            settled = house.memory().0;
            figures.at_most(&format!("idle memory after {SETTLED} scripts"), settled, "MB", 100.0);
        }
    }
    std::thread::sleep(2 * REST);
    figures.at_most(
        &format!("  what {} more added to it", MANY - SETTLED),
        house.memory().0 - settled,
        "MB",
        10.0,
    );
    Ok(figures)
}

/// A file of 45 MB from the upload to the bundle: the most memory each step takes, as multiples of the file.
///
/// # Errors
/// The program does not run, or refuses the file.
pub fn heavy(folder: &Path) -> Result<Figures, String> {
    let mut figures = Figures::default();
    let house = House::open(folder, false, None)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let stage = Stage::at(&house.url).await?;
        let mut parties = Parties::of(&stage).await?;
        let pdf = picture_book();
        #[expect(clippy::cast_precision_loss, reason = "megabytes")]
        let size = pdf.len() as f64 / 1e6;
        figures.told("a file with a picture", format!("{size:.0} MB"));
        let mut step = Step {
            figures: &mut figures,
            house: &house,
            size,
            before: 0.0,
        };
        step.begin().await?;
        let id = parties.register(&pdf).await?;
        drop(pdf);
        step.end("put", 2.0);
        let [clerk, first, second] = parties.visitors().map(Clone::clone);
        step.begin().await?;
        parties.sign(&first, &id).await?;
        step.end("signed by the first", 1.5);
        clerk.api(Method::POST, &format!("/api/cases/{id}/send"), None).await?;
        step.begin().await?;
        second.page(&format!("/cases/{id}/read")).await?;
        step.end("read", 1.5);
        step.begin().await?;
        second.page(&format!("/cases/{id}/read")).await?;
        step.end("read again, while it is at hand", 0.5);
        step.begin().await?;
        parties.sign(&second, &id).await?;
        step.end("signed by the second", 1.5);
        step.begin().await?;
        second.api(Method::POST, &format!("/api/cases/{id}/return"), None).await?;
        let case = format!("/api/cases/{id}");
        for _ in 0..600 {
            if clerk.api(Method::GET, &case, None).await?["kept"].is_string() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        step.end("sealed and deposited", 1.5);
        step.begin().await?;
        let (status, file) = clerk.page(&format!("/cases/{id}/file/newest")).await?;
        step.end("received", 1.5);
        if status != StatusCode::OK {
            return Err(format!("the file: {status}"));
        }
        step.begin().await?;
        clerk.page(&format!("/cases/{id}/bundle")).await?;
        step.end("bundled", 1.5);
        step.begin().await?;
        stage.verify(file).await?;
        step.end("verified", 1.5);
        Ok::<_, String>(())
    })?;
    Ok(figures)
}

/// One step and the most memory it takes.
struct Step<'a> {
    figures: &'a mut Figures,
    house: &'a House,
    size: f64,
    before: f64,
}

impl Step<'_> {
    /// From here on. What the step before has freed goes back to the system first.
    async fn begin(&mut self) -> Result<(), String> {
        tokio::time::sleep(Duration::from_secs(3)).await;
        self.house.forget_peak()?;
        self.before = self.house.memory().0;
        Ok(())
    }
    /// Up to here.
    fn end(&mut self, what: &str, goal: f64) {
        let most = (self.house.memory().1 - self.before) / self.size;
        self.figures.at_most(&format!("  {what}: memory, in files"), most, "×", goal);
    }
}

/// A page and a picture that does not pack.
fn picture_book() -> Vec<u8> {
    let mut chance = 2_026_u64;
    let mut next = || {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        // Letters, so that the file is text that a string can hold.
        char::from(b'A' + u8::try_from((chance >> 33) % 26).unwrap_or_default())
    };
    let side = 3_840;
    let picture: String = (0..LARGE.min(side * side * 3)).map(|_| next()).collect();
    let text = "q 500 0 0 500 40 200 cm /P Do Q BT /F1 12 Tf 72 770 Td (A page with a picture) Tj ET";
    crate::document::file(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /P 6 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!(
            "<< /Type /XObject /Subtype /Image /Width {side} /Height {side} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Length {} >>\nstream\n{picture}\nendstream",
            picture.len()
        ),
    ])
}

impl Stage {
    async fn verify(&self, file: Vec<u8>) -> Result<(), String> {
        let report = self.post("/api/verify", file).await?;
        match report["verdict"] == json!("valid") {
            true => Ok(()),
            false => Err(format!("the sealed file is {}", report["verdict"])),
        }
    }
}
