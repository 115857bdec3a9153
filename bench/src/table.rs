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
        if self.words.iter().all(|word| what.contains(word.as_str())) {
            eprintln!("measuring {what} …");
            self.lines.push(Line {
                ours: cpu::rate(SECONDS, act),
                what,
                beside: beside.to_owned(),
                goal,
            });
        }
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
