//! V12: the signatures inside a PDF. A contract must be signed and its signatures must pass; in a company's own document they are told,
//! and decide nothing: it is what was deposited either way.

use foundation::Instant;
use pades::{Material, Report};

use super::{
    Checks, Ended, Trust,
    parts::Files,
    say::{both, with},
};
use crate::{bundle::unpem, record::Subject};

pub(super) fn judge(files: &Files<'_>, trust: &Trust, at: Instant, checks: &mut Checks) -> Option<Report> {
    if files.record.content.media != "application/pdf" {
        return None;
    }
    let repeat = format!(
        "pdfsig {name}; pyhanko sign validate --trust root.pem {name}",
        name = files.record.content.file
    );
    let within = |folder: &'static str, ending: &'static str| {
        files
            .members
            .iter()
            .filter(move |(name, _)| name.starts_with(folder) && name.ends_with(ending))
            .map(|(_, bytes)| bytes)
    };
    let material = Material {
        certificates: within("chain/", ".pem").filter_map(|pem| unpem(pem)).collect(),
        crls: within("status/", ".crl").chain(&trust.crls).cloned().collect(),
        ocsps: within("status/", ".ocsp").cloned().collect(),
    };
    let contract = files.record.subject == Subject::Contract;
    let grave = |ended| if contract { ended } else { Ended::Warning };
    let report = match pades::validate(files.original, &pades::Trust::new(trust.roots.clone()), at, Some(&material)) {
        Ok(report) => report,
        Err(error) => {
            checks.end(
                "V12",
                grave(Ended::Fails),
                with("PDFとして読めません", "cannot be read as a PDF", &error),
                &repeat,
            );
            return None;
        }
    };
    let count = report.signatures.len();
    let (ended, said) = match report.verdict() {
        pades::Verdict::Valid => (
            Ended::Holds,
            (
                format!("PDFの電子署名 {count} 件はすべて有効です"),
                format!("all {count} signatures of the PDF are valid"),
            ),
        ),
        pades::Verdict::Altered => (
            grave(Ended::Fails),
            with(
                "PDFの電子署名に無効なものがあります",
                "a signature of the PDF is invalid",
                &reasons(&report),
            ),
        ),
        pades::Verdict::Undecidable => (
            grave(Ended::Unknown),
            with(
                "PDFの電子署名を判断できません",
                "a signature of the PDF cannot be decided",
                &reasons(&report),
            ),
        ),
        pades::Verdict::Unsigned if contract => (Ended::Fails, both("契約書に電子署名がありません", "the contract is not signed")),
        pades::Verdict::Unsigned => (Ended::Holds, both("PDFに電子署名はありません", "the PDF is not signed")),
    };
    checks.end("V12", ended, said, &repeat);
    Some(report)
}

fn reasons(report: &Report) -> String {
    let signatures = report
        .signatures
        .iter()
        .flat_map(|signature| signature.reasons.iter().map(|reason| format!("{}: {reason}", signature.field)));
    let stamps = report
        .timestamps
        .iter()
        .flat_map(|stamp| stamp.reasons.iter().map(|reason| format!("{}: {reason}", stamp.field)));
    signatures.chain(stamps).collect::<Vec<_>>().join("; ")
}
