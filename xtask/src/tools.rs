//! Tools of others that judge our output: Debian's packages, a Python venv and the jars of EU DSS in `target/tools`.

use crate::run::{Done, Failed, is_root, output, quiet, root, run, step, there, tools};
use std::path::Path;
use std::process::Command;

/// Debian packages: (a file that shows the package is there, its name).
const PACKAGES: &[(&str, &str)] = &[
    ("/usr/bin/openssl", "openssl"),
    ("/usr/bin/qpdf", "qpdf"),
    ("/usr/bin/pdfsig", "poppler-utils"),
    ("/usr/bin/certutil", "libnss3-tools"),
    ("/usr/bin/softhsm2-util", "softhsm2"),
    ("/usr/bin/pkcs11-tool", "opensc"),
    ("/usr/share/java/bcpkix.jar", "libbcpkix-java"),
    ("/usr/bin/faketime", "faketime"),
    ("/usr/bin/unzip", "unzip"),
    ("/usr/bin/chromium", "chromium"),
    ("/usr/share/java/jaxb-runtime.jar", "libjaxb-java"),
    ("/usr/share/fonts/truetype/bizud-mincho", "fonts-morisawa-bizud-mincho"),
    ("/usr/share/fonts/truetype/bizud-gothic", "fonts-morisawa-bizud-gothic"),
    ("/usr/share/fonts/truetype/ipamj", "fonts-ipamj-mincho"),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "fonts-noto-cjk"),
];
/// Programs that another installation may bring (a version manager); the package only where they are missing.
const PROGRAMS: &[(&str, &str)] = &[
    ("go", "golang-go"),
    ("java", "default-jdk-headless"),
    ("mvn", "maven"),
    ("python3", "python3-venv"),
    ("node", "nodejs"),
    ("npm", "npm"),
];

/// Installs what is missing. As root through `apt-get`; otherwise prints the one line to run.
pub fn install() -> Done {
    let mut missing: Vec<&str> = PACKAGES
        .iter()
        .filter(|(file, _)| !std::path::Path::new(file).exists())
        .map(|(_, package)| *package)
        .collect();
    missing.extend(PROGRAMS.iter().filter(|(program, _)| !there(program)).map(|(_, package)| *package));
    let postgres = !std::fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut folders| folders.next().is_some());
    if postgres {
        missing.push("postgresql");
    }
    if !missing.is_empty() {
        if !is_root() {
            return Err(Failed(format!(
                "the tests need tools of others. Please run:\n  sudo apt-get install -y {}\n(nothing here calls sudo by itself)",
                missing.join(" ")
            )));
        }
        step(&format!("apt-get install {}", missing.join(" ")), || packages(&missing, postgres))?;
    }
    venv()?;
    dss()
}

fn packages(names: &[&str], postgres: bool) -> Done {
    if postgres {
        // Debian would start a cluster of its own; the tests start theirs in a temporary folder.
        let folder = std::path::Path::new("/etc/postgresql-common");
        if !folder.join("createcluster.conf").exists() {
            std::fs::create_dir_all(folder)
                .and_then(|()| std::fs::write(folder.join("createcluster.conf"), "create_main_cluster = false\n"))
                .map_err(|error| Failed(format!("{}: {error}", folder.display())))?;
        }
    }
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    quiet(apt().args(["update", "-qq"]))?;
    quiet(
        apt()
            .args([
                "install",
                "-y",
                "-qq",
                "--no-install-recommends",
                "-o",
                "Dpkg::Options::=--force-confold",
            ])
            .args(names),
    )
}

fn venv() -> Done {
    let wanted = std::fs::read_to_string(root().join("oracles/requirements.txt")).map_err(|error| Failed(error.to_string()))?;
    let folder = tools().join("venv");
    let mark = folder.join("installed.txt");
    if is_there(&mark, &wanted) {
        return Ok(());
    }
    step("python tools (pyHanko, pkilint, veraPDF)", || {
        quiet(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        run(Command::new(folder.join("bin/pip"))
            .args(["install", "-q", "--disable-pip-version-check", "-r"])
            .arg(root().join("oracles/requirements.txt")))?;
        std::fs::write(&mark, &wanted).map_err(|error| Failed(error.to_string()))
    })
}

/// EU DSS from Maven Central, once for each version in `oracles/dss/pom.xml`.
fn dss() -> Done {
    let pom = root().join("oracles/dss/pom.xml");
    let wanted = std::fs::read_to_string(&pom).map_err(|error| Failed(format!("{}: {error}", pom.display())))?;
    let folder = tools().join("dss");
    let mark = folder.join("installed.txt");
    if is_there(&mark, &wanted) {
        return Ok(());
    }
    step("EU DSS (Maven Central, 21 MB)", || {
        let _old = std::fs::remove_dir_all(&folder);
        let mut command = Command::new("mvn");
        command.args(["-q", "-B", "-f"]).arg(&pom).arg("dependency:copy-dependencies");
        command.arg(format!("-DoutputDirectory={}", folder.join("jars").display()));
        let (ok, text) = output(&mut command)?;
        if !ok {
            let why = text.lines().find(|line| line.contains("[ERROR]")).unwrap_or(&text);
            return Err(Failed(format!(
                "EU DSS could not be fetched: {why}\nThe tests ask it about every signed file. Run `cargo xtask tools` once while Maven Central can be reached, \
                 or copy {} from a machine that has it.",
                folder.display()
            )));
        }
        std::fs::write(&mark, &wanted).map_err(|error| Failed(error.to_string()))
    })
}

/// Whether what the mark tells of was installed.
fn is_there(mark: &Path, wanted: &str) -> bool {
    std::fs::read_to_string(mark).is_ok_and(|installed| installed == wanted)
}
