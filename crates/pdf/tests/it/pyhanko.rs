//! pyHanko makes signed files and judges what came after; the rules here must not be milder.

use std::path::{Path, PathBuf};
use std::process::Command;

use pdf::changes::{Level, since};
use pdf::{Coverage, Document};

fn python() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let tools = std::env::var_os("CECTRUST_TOOLS").map_or_else(|| root.join("target/tools"), PathBuf::from);
    let python = tools.join("venv/bin/python");
    assert!(python.exists(), "pyHanko is missing: run cargo xtask test");
    python
}

/// The value of a text in a line of flat JSON.
fn text<'l>(line: &'l str, key: &str) -> &'l str {
    let from = line.find(&format!("\"{key}\": \"")).unwrap() + key.len() + 5;
    &line[from..from + line[from..].find('"').unwrap()]
}

#[test]
fn changes_are_judged_as_by_pyhanko() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for variant in ["--object-streams=disable", "--object-streams=generate"] {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().join("base.pdf");
        let sample = std::fs::read(here.join("../../samples/chumon.pdf")).unwrap();
        std::fs::write(&base, crate::build::qpdf(&sample, &[variant])).unwrap();
        let done = Command::new(python())
            .arg(here.join("tests/oracle/changes.py"))
            .arg(&base)
            .arg(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8(done.stdout).unwrap();
        assert!(
            done.status.success() && said.lines().count() == 15,
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        for line in said.lines() {
            let name = text(line, "name");
            let file = std::fs::read(text(line, "file")).unwrap();
            let document = Document::open(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
            let signature = document.signatures().unwrap().into_iter().next().unwrap();
            let changes = since(&document, signature.revision).unwrap();
            let theirs = match text(line, "level") {
                "NONE" => Level::None,
                "LTA_UPDATES" => Level::LtaUpdates,
                "FORM_FILLING" => Level::FormFilling,
                _ => Level::Other,
            };
            // pyHanko counts an unchanged catalog that is written again as an update.
            let ours = if name == "root again" {
                changes.level.max(Level::LtaUpdates)
            } else {
                changes.level
            };
            assert_eq!(ours, theirs, "{variant} {name}: {line}\n{changes:#?}");
            let covered = signature.coverage(&document);
            let whole = name == "signed";
            assert_eq!(
                covered,
                if whole {
                    Coverage::File
                } else {
                    Coverage::Revision(signature.revision)
                },
                "{name}"
            );
        }
    }
}
