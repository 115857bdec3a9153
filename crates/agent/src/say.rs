//! What is printed: one JSON object a line, or Japanese sentences.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::failure::Failure;

/// The voice of the program.
#[derive(Debug, Clone, Copy)]
pub struct Say {
    json: bool,
}

impl Say {
    pub const fn new(json: bool) -> Self {
        Self { json }
    }
    pub const fn is_json(self) -> bool {
        self.json
    }
    /// Something happened: `sentence` for people, `facts` for programs.
    pub fn event(self, event: &str, sentence: &str, facts: Value) {
        if self.json {
            let mut line = json!({ "event": event });
            if let (Some(line), Value::Object(facts)) = (line.as_object_mut(), facts) {
                line.extend(facts);
            }
            self.line(&line.to_string());
        } else {
            self.line(sentence);
        }
    }
    pub fn failed(self, failure: &Failure) {
        if self.json {
            let Failure { code, detail, next, .. } = failure;
            self.line(&json!({ "event": "error", "code": code, "detail": detail, "next": next }).to_string());
        } else {
            eprintln!("{}\n→ {}", failure.detail, failure.next);
        }
    }
    pub fn line(self, text: &str) {
        // A closed pipe is no reason to stop in the middle of an act.
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    }
}
