//! `cargo xtask check`: format, lints, layers, sizes, documentation, words of the house.

use crate::run::{Done, Failed, cargo, root, run, step};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Floors from the ground up; a room may use rooms of lower floors, and of its own floor only what `BESIDE` says.
const FLOORS: &[&[&str]] = &[
    &["foundation", "japan"],
    &["asn1", "pki", "cms", "pdf", "pades", "evidence", "pictures"],
    &[
        "sql", "store", "jobs", "log", "journal", "keys", "mail", "papers", "press", "testkit",
    ],
    &["accounts", "certification", "signing", "custody", "contracts"],
    &["responder", "api", "web", "agent", "server"],
];
/// Allowed uses within a floor: (room, rooms beside it that it may use).
const BESIDE: &[(&str, &[&str])] = &[
    ("japan", &["foundation"]),
    ("pki", &["asn1"]),
    ("cms", &["asn1", "pki"]),
    ("pades", &["asn1", "pki", "cms", "pdf"]),
    ("evidence", &["asn1", "pki", "cms", "pades"]),
    ("store", &["sql"]),
    ("jobs", &["store"]),
    ("log", &["store"]),
    ("journal", &["store", "log"]),
    ("mail", &["store", "jobs", "journal", "keys"]),
    ("pictures", &["pdf"]),
    ("press", &["papers"]),
    ("testkit", &["store", "jobs", "journal", "log", "mail", "keys"]),
    ("certification", &["accounts"]),
    ("signing", &["accounts", "certification"]),
    ("custody", &["accounts"]),
    ("contracts", &["accounts", "certification", "signing", "custody"]),
    ("server", &["responder", "api", "web"]),
];
const LONGEST_FILE: usize = 600;

/// All of it; the first failure ends.
pub fn check() -> Done {
    step("layers, sizes and words", house)?;
    step("format", || run(&mut cargo(&["fmt", "--all", "--check"])))?;
    step("lints", || {
        run(&mut cargo(&[
            "clippy",
            "--quiet",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    step("documentation", || {
        run(cargo(&["doc", "--quiet", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
    })
}

fn house() -> Done {
    let mut findings = layers()?;
    for file in sources(&root().join("crates"))? {
        let text = std::fs::read_to_string(&file).map_err(|error| Failed(error.to_string()))?;
        let shown = file.strip_prefix(root()).unwrap_or(&file).display().to_string();
        let lines = text.lines().count();
        if lines > LONGEST_FILE {
            findings.push(format!("{shown}: {lines} lines, at most {LONGEST_FILE}: a file is one thought"));
        }
        findings.extend(doors(&shown, &text));
    }
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Failed(format!("the house is not in order:\n  {}", findings.join("\n  "))))
    }
}

/// Rule: no room uses a room of a higher floor, nor one beside it that is not listed.
fn layers() -> Result<Vec<String>, Failed> {
    let floor: BTreeMap<&str, usize> = FLOORS
        .iter()
        .enumerate()
        .flat_map(|(number, rooms)| rooms.iter().map(move |room| (*room, number)))
        .collect();
    let mut findings = Vec::new();
    for entry in std::fs::read_dir(root().join("crates")).map_err(|error| Failed(error.to_string()))? {
        let path = entry.map_err(|error| Failed(error.to_string()))?.path();
        let room = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(&here) = floor.get(room.as_str()) else {
            findings.push(format!(
                "crates/{room} stands on no floor: add it to xtask/src/check.rs and ARCHITECTURE.md"
            ));
            continue;
        };
        let manifest = std::fs::read_to_string(path.join("Cargo.toml")).map_err(|error| Failed(error.to_string()))?;
        for used in dependencies(&manifest) {
            let Some(&there) = floor.get(used.as_str()) else { continue };
            let beside = BESIDE
                .iter()
                .find(|(name, _)| *name == room)
                .is_some_and(|(_, rooms)| rooms.contains(&used.as_str()));
            if there > here || (there == here && !beside) {
                findings.push(format!("crates/{room} must not use {used} (floor {there} from floor {here})"));
            }
        }
    }
    Ok(findings)
}

/// Names in `[dependencies]` (not in `[dev-dependencies]`: tests may use more).
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == "[dependencies]";
        } else if inside && !line.is_empty() && !line.starts_with('#') {
            names.push(line.split(['.', ' ', '=']).next().unwrap_or_default().to_owned());
        }
    }
    names
}

/// Law 8: in a service no public function takes an id without someone who acts.
fn doors(shown: &str, text: &str) -> Vec<String> {
    let service = FLOORS[3].iter().any(|room| shown.starts_with(&format!("crates/{room}/src/")));
    if !service {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("pub async fn ") {
        let signature: String = rest[at..].chars().take_while(|character| *character != '{').collect();
        let body = signature.split_once('(').map_or("", |(_, arguments)| arguments);
        let takes_id = ["Id,", "Id)", "Id\n"].iter().any(|end| body.contains(end));
        let someone = ["Actor", "Authorized", "Seen", "Member", "cause:"]
            .iter()
            .any(|word| body.contains(word));
        if takes_id && body.contains("unit") && !someone {
            let name = signature.trim_start_matches("pub async fn ").split('(').next().unwrap_or_default();
            findings.push(format!("{shown}: `{name}` takes an id without an actor (law 8)"));
        }
        rest = &rest[at + 13..];
    }
    findings
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>, Failed> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| Failed(error.to_string()))? {
        let path = entry.map_err(|error| Failed(error.to_string()))?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}
