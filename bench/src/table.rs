//! The lines, and which of them are wanted.

use crate::cpu;

const SECONDS: f64 = 1.0;

/// A line of the table.
struct Line {
    what: String,
    ours: f64,
    beside: String,
    goal: Option<(f64, &'static str)>,
}

/// The table.
pub struct Table {
    words: Vec<String>,
    lines: Vec<Line>,
}

impl Table {
    /// Only lines with all of `words` are measured.
    pub const fn new(words: Vec<String>) -> Self {
        Self { words, lines: Vec::new() }
    }
    /// Whether everything is wanted, so that the peers are measured too.
    pub const fn peers(&self) -> bool {
        self.words.is_empty()
    }
    /// Measures `act` as a line.
    pub fn measure(&mut self, what: String, beside: &str, goal: Option<(f64, &'static str)>, act: impl FnMut()) {
        if self.wanted(&what) {
            let ours = cpu::rate(SECONDS, act);
            let beside = beside.to_owned();
            self.lines.push(Line { what, ours, beside, goal });
        }
    }
    /// A line whose figure `rate` finds out itself.
    pub fn told(&mut self, what: String, rate: impl FnOnce() -> Result<f64, String>) {
        if self.wanted(&what) {
            let (ours, beside) = rate().map_or_else(|why| (0.0, why), |rate| (rate, String::new()));
            let goal = None;
            self.lines.push(Line { what, ours, beside, goal });
        }
    }
    fn wanted(&self, what: &str) -> bool {
        let wanted = self.words.iter().all(|word| what.contains(word.as_str()));
        if wanted {
            eprintln!("measuring {what} …");
        }
        wanted
    }
    /// Prints all lines.
    pub fn print(&self) {
        println!("\n{:<52} {:>12}   {:<38} goal", "per CPU-second of one core", "ours", "beside it");
        for line in &self.lines {
            let goal = line.goal.map_or_else(String::new, |(least, words)| {
                format!("{words}: {}", if line.ours >= least { "reached" } else { "MISSED" })
            });
            println!("{:<52} {:>12.0}   {:<38} {goal}", line.what, line.ours, line.beside);
        }
    }
}
