//! Figures of the whole program beside their goals.

/// Lines of the second table.
#[derive(Default)]
pub struct Figures(Vec<[String; 4]>);

impl Figures {
    /// A figure that should be at most `goal`.
    pub fn at_most(&mut self, what: &str, figure: f64, unit: &str, goal: f64) {
        let verdict = if figure <= goal { "reached" } else { "MISSED" };
        let shown = |number: f64| {
            if number < 1.0 {
                format!("{number:.3}")
            } else {
                format!("{number:.1}")
            }
        };
        self.0.push([
            what.to_owned(),
            format!("{} {unit}", shown(figure)),
            format!("≤ {goal} {unit}"),
            verdict.to_owned(),
        ]);
    }
    /// A figure without a goal, or why there is none.
    pub fn told(&mut self, what: &str, words: impl Into<String>) {
        self.0.push([what.to_owned(), words.into(), String::new(), String::new()]);
    }
    /// Prints them.
    pub fn print(&self) {
        println!("\n{:<58} {:>14}   {:<14} ", "the whole program", "ours", "goal");
        for [what, figure, goal, verdict] in &self.0 {
            println!("{what:<58} {figure:>14}   {goal:<14} {verdict}");
        }
    }
    /// Whether all goals are reached.
    pub fn is_good(&self) -> bool {
        self.0.iter().all(|line| line[3] != "MISSED")
    }
}

/// The value below which 95 of 100 lie.
pub fn p95(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values
        .get((values.len() * 95).div_ceil(100).saturating_sub(1))
        .copied()
        .unwrap_or(f64::NAN)
}

/// The middle one.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
