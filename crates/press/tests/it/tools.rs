//! Papers to print, and the tools that judge them.

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use foundation::{Date, Instant, Secret};
use papers::{
    ApprovalNotice, CaseFacts, CertificateReceipt, DepositReceipt, FileFacts, LogFacts, OriginalityCertificate, Paper, PartyFacts, Printer,
    SignatureFacts,
};
use press::Press;

pub static PRESS: LazyLock<Press> = LazyLock::new(|| {
    let configured = fonts_folder();
    let press = Press::on_this_machine(configured.is_dir().then_some(configured.as_path()));
    press.ready().expect("fonts are missing: run `cargo xtask test`");
    press
});

/// Where `cargo xtask` puts fonts when it may not install packages.
pub fn fonts_folder() -> PathBuf {
    let tools = std::env::var_os("CECTRUST_TOOLS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/tools"),
        PathBuf::from,
    );
    tools.join("fonts")
}

pub fn at(text: &str) -> Instant {
    Instant::parse_rfc3339(text).unwrap()
}

/// As long as ours are: twenty octets.
pub const SERIAL: &str = "5f3c9a7712e04bd8a1c6370f9be2d4185ca90b67";
pub const PIN: &str = "7K3Q-9XWM-2HTV-D";

pub fn letter(name: &str) -> Paper {
    papers::approval_notice(&ApprovalNotice {
        number: "CN-2026-000123".into(),
        date: Date::constant(2026, 11, 24),
        company: "あおば建設株式会社".into(),
        address: "〒100-0001 東京都千代田区千代田一丁目1番1号".into(),
        name: name.into(),
        enrolment: "EN-2026-000045".into(),
        application_pin: Secret::new(PIN.into()),
        url: "http://127.0.0.1:8080/enrolments".into(),
        credential: "PKCS#11トークン".into(),
        demo: true,
    })
}

pub fn deposit() -> Paper {
    papers::deposit_receipt(&DepositReceipt {
        number: "DP-2026-000007".into(),
        company: "あおば建設株式会社".into(),
        file_name: "施工計画書_第2版（㈱みどり工務店①）.pdf".into(),
        sha256: "c85e07f13ad96b20e41792bc05fd8e63d1a42f79b06c55389ce241d7f80b6a15".into(),
        bytes: 1_234_567,
        deposited: at("2026-11-24T15:58:18+09:00"),
        keep_until: Date::constant(2036, 11, 24),
        demo: true,
    })
}

pub fn receipt() -> Paper {
    papers::certificate_receipt(&CertificateReceipt {
        number: "RC-2026-000001".into(),
        company: "株式会社みどり工務店".into(),
        name: "髙﨑 德郎".into(),
        certificate_serial: SERIAL.into(),
        certificate_sha256: "ab".repeat(32),
        received: at("2026-11-24T15:58:18+09:00"),
        demo: false,
    })
}

pub fn originality(signatures: usize) -> Paper {
    let signature = |at_time: &str, company: &str, name: &str| SignatureFacts {
        name: name.into(),
        company: company.into(),
        issuer: "CECSIGN Issuing CA G1 (DEMO)".into(),
        serial: if name == "田中 一郎" { SERIAL } else { "7c4190ab12ff03" }.into(),
        stamped: Some(at(at_time)),
        stamp_unit: Some("CECSIGN TSU".into()),
        level: "PAdES-BASELINE-LTA".into(),
        verdict: "有効".into(),
    };
    let both = [
        signature("2026-11-23T10:12:08+09:00", "あおば建設株式会社", "田中 一郎"),
        signature("2026-11-23T14:32:08+09:00", "株式会社みどり工務店", "山本 健太"),
    ];
    papers::originality_certificate(&OriginalityCertificate {
        number: "GC-2026-000001".into(),
        issued: at("2026-11-24T15:58:18+09:00"),
        requester: "あおば建設株式会社".into(),
        record: "019ab3f2-7c41-7aaa-9b6e-1234567890ab".into(),
        case: Some(CaseFacts {
            name: "みなと第二倉庫改修工事のうち空調設備工事".into(),
            contract_number: "MNT-2026-0457".into(),
            contract_date: Date::constant(2026, 11, 23),
            amount: Some("¥48,950,000".into()),
            parties: vec![
                PartyFacts {
                    role: "甲".into(),
                    company: "あおば建設株式会社".into(),
                },
                PartyFacts {
                    role: "乙".into(),
                    company: "株式会社みどり工務店".into(),
                },
            ],
        }),
        file: FileFacts {
            name: "工事下請負契約書.pdf".into(),
            bytes: 226_123,
            sha256: "c85e07f13ad96b20e41792bc05fd8e63d1a42f79b06c55389ce241d7f80b6a15".into(),
            sha512: "0123456789abcdef".repeat(8),
        },
        concluded: Some(at("2026-11-23T14:32:08+09:00")),
        sealed: Some(at("2026-11-23T14:32:32+09:00")),
        kept: Some(at("2026-11-23T14:32:33+09:00")),
        signatures: both.iter().cycle().take(signatures).cloned().collect(),
        log: Some(LogFacts {
            origin: "cectrust.example".into(),
            index: 1023,
            size: 2048,
            root: "fe".repeat(32),
            round_stamped: Some(at("2026-11-23T14:32:33+09:00")),
            round_unit: Some("CECSIGN TSU".into()),
        }),
        fixity_checked: Some(at("2026-11-24T15:58:17+09:00")),
        keep_until: Date::constant(2036, 11, 23),
        issuer: "CECTRUST運営株式会社".into(),
        verify_url: "http://127.0.0.1:8080/verify".into(),
        demo: true,
    })
}

/// All papers, with a name for each.
pub fn all() -> Vec<(&'static str, Paper)> {
    vec![
        ("letter", letter("田中 一郎")),
        ("deposit", deposit()),
        ("receipt", receipt()),
        ("originality", originality(2)),
        ("originality-many", originality(7)),
    ]
}

/// `program args… file`, its output; the test fails with the program's words.
pub fn run(program: &str, args: &[&str], pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    let at = args.iter().position(|arg| *arg == "FILE");
    let mut all: Vec<&str> = args.to_vec();
    match at {
        Some(at) => all[at] = file.to_str().unwrap(),
        None => all.push(file.to_str().unwrap()),
    }
    let output = Command::new(program).args(&all).output();
    let output = output.unwrap_or_else(|why| panic!("{program} does not run ({why}): run `cargo xtask test`"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{program}: {said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said
}

/// The text as pdftotext reads it in the order of the file, without blanks.
pub fn text(pdf: &[u8]) -> String {
    run("pdftotext", &["-raw", "FILE", "-"], pdf).split_whitespace().collect()
}

/// If `CECTRUST_LOOK` names a folder, the file is put there to be looked at.
pub fn look(name: &str, pdf: &[u8]) {
    if let Some(folder) = std::env::var_os("CECTRUST_LOOK") {
        let folder = PathBuf::from(folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.pdf")), pdf).unwrap();
    }
}

/// Asks veraPDF whether the files keep the rules of PDF/A.
pub fn verapdf(flavour: &str, files: &[PathBuf]) {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../oracles/verapdf.py");
    let output = testkit::python_tool("python")
        .arg(script)
        .arg(flavour)
        .args(files)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.lines().filter(|line| line.starts_with("PASS ")).count(), files.len(), "{said}");
}
