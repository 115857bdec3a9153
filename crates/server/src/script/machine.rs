//! What the script needs on this machine besides the program itself, by the way of signing.

use std::path::{Path, PathBuf};

use crate::command::demo::{Credential, Options};

/// What is missing, each with what to do; empty when all is there.
pub fn lacking(options: &Options) -> Vec<String> {
    let mut lacking = Vec::new();
    if options.credential != Credential::Server {
        if agent().is_none() {
            lacking.push("cecsign-agent（cectrust と同じフォルダに要ります。cargo build --workspace --bins で作れます）".to_owned());
        }
        if softhsm_module().is_none() {
            lacking.push("SoftHSM2 のモジュール libsofthsm2.so（apt-get install softhsm2）".to_owned());
        }
        if on_path("softhsm2-util").is_none() {
            lacking.push("softhsm2-util（apt-get install softhsm2）".to_owned());
        }
    }
    if options.credential == Credential::Outside && python().is_none() {
        lacking.push("pyHanko の入った Python（cargo xtask test が target/tools/venv に用意します）".to_owned());
    }
    lacking
}

/// The agent's program, beside this one.
pub fn agent() -> Option<PathBuf> {
    let here = std::env::current_exe().ok()?;
    // Test programs lie one folder deeper, in `deps`.
    let beside = here.parent()?.join("cecsign-agent");
    let above = here.parent()?.parent()?.join("cecsign-agent");
    [beside, above].into_iter().find(|path| path.is_file())
}

/// SoftHSM's PKCS#11 module.
pub fn softhsm_module() -> Option<PathBuf> {
    [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
    ]
    .into_iter()
    .map(PathBuf::from)
    .find(|path| path.is_file())
}

/// The Python that has pyHanko: `$CECTRUST_TOOLS/venv`, or `target/tools/venv` near this program or this folder.
pub fn python() -> Option<PathBuf> {
    let mut places: Vec<PathBuf> = Vec::new();
    if let Some(tools) = std::env::var_os("CECTRUST_TOOLS") {
        places.push(PathBuf::from(tools));
    }
    if let Ok(here) = std::env::current_exe() {
        places.extend(here.ancestors().skip(1).take(3).map(|folder| folder.join("tools")));
    }
    places.push(PathBuf::from("target/tools"));
    places
        .into_iter()
        .map(|tools| tools.join("venv/bin/python"))
        .find(|python| python.is_file() && has_pyhanko(python))
}

fn has_pyhanko(python: &Path) -> bool {
    python.parent().and_then(Path::parent).is_some_and(|venv| {
        std::fs::read_dir(venv.join("lib"))
            .into_iter()
            .flatten()
            .flatten()
            .any(|version| version.path().join("site-packages/pyhanko").is_dir())
    })
}

fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}
