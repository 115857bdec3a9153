//! The state tables, from the code (law 9).

use serde_json::{Value, json};

/// One table: its states, and every pair of state and event that it knows.
#[derive(Debug)]
pub struct Table {
    /// `case`, `certificate`, `enrolment`.
    pub name: &'static str,
    /// Its states.
    pub states: Vec<&'static str>,
    /// Its events.
    pub events: Vec<&'static str>,
    /// (from, event, to, effects).
    pub steps: Vec<(&'static str, &'static str, &'static str, Vec<String>)>,
}

macro_rules! table {
    ($name:literal, $state:ty, $did:ty, $step:path) => {{
        let mut steps = Vec::new();
        for from in <$state>::EVERY {
            for did in <$did>::EVERY {
                if let Ok((to, effects)) = $step(*from, *did) {
                    steps.push((
                        from.word(),
                        did.word(),
                        to.word(),
                        effects.iter().map(|effect| snake(&format!("{effect:?}"))).collect(),
                    ));
                }
            }
        }
        Table {
            name: $name,
            states: <$state>::EVERY.iter().map(|state| state.word()).collect(),
            events: <$did>::EVERY.iter().map(|did| did.word()).collect(),
            steps,
        }
    }};
}

/// All tables.
#[must_use]
pub fn tables() -> Vec<Table> {
    vec![
        table!("case", contracts::state::State, contracts::state::Did, contracts::state::step),
        table!(
            "certificate",
            certification::certificate_states::State,
            certification::certificate_states::Did,
            certification::certificate_states::step
        ),
        table!(
            "enrolment",
            certification::enrolment_states::State,
            certification::enrolment_states::Did,
            certification::enrolment_states::step
        ),
    ]
}

/// As one JSON document.
#[must_use]
pub fn json() -> Value {
    let tables: Vec<Value> = tables()
        .into_iter()
        .map(|table| {
            let steps: Vec<Value> = table
                .steps
                .iter()
                .map(|(from, event, to, effects)| json!({ "from": from, "event": event, "to": to, "effects": effects }))
                .collect();
            json!({ "name": table.name, "states": table.states, "events": table.events, "steps": steps })
        })
        .collect();
    Value::Array(tables)
}

/// As Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::new();
    for table in tables() {
        text.push_str(&format!("# {}\n\n| from | event | to | effects |\n|---|---|---|---|\n", table.name));
        for (from, event, to, effects) in table.steps {
            text.push_str(&format!("| {from} | {event} | {to} | {} |\n", effects.join(", ")));
        }
        text.push('\n');
    }
    text
}

/// `TellBoth` → `tell_both`.
fn snake(name: &str) -> String {
    let mut word = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(c.to_ascii_lowercase());
    }
    word
}
