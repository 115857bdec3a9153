//! NIST PKITS: 405 certificates and 173 CRLs made to mislead. The name of each end certificate says the verdict.

use foundation::Instant;
use pki::{Certificate, Crl, Evidence, PathQuestion, Purpose, validate_path};

/// Refused although they are valid, because the means they need are left out on purpose (refusing is the safe side).
const LEFT_OUT: [(&str, &str); 15] = [
    (
        "ValidBasicSelfIssuedCRLSigningKeyTest6EE",
        "a CRL key whose certificate is not on the path",
    ),
    (
        "ValidBasicSelfIssuedNewWithOldTest4EE",
        "a CRL key whose certificate is not on the path",
    ),
    (
        "ValidSeparateCertificateandCRLKeysTest19EE",
        "a CRL key whose certificate is not on the path",
    ),
    ("ValidDSAParameterInheritanceTest5EE", "DSA"),
    ("ValidDSASignaturesTest4EE", "DSA"),
    ("ValidIDPwithindirectCRLTest22EE", "indirect CRL"),
    ("ValidIDPwithindirectCRLTest24EE", "indirect CRL"),
    ("ValidIDPwithindirectCRLTest25EE", "indirect CRL"),
    ("ValidcRLIssuerTest28EE", "indirect CRL"),
    ("ValidcRLIssuerTest29EE", "indirect CRL"),
    ("ValidcRLIssuerTest30EE", "indirect CRL"),
    ("ValidcRLIssuerTest33EE", "indirect CRL"),
    ("ValiddeltaCRLTest5EE", "a delta CRL that takes back"),
    ("ValidonlySomeReasonsTest18EE", "CRLs for some reasons only"),
    ("ValidonlySomeReasonsTest19EE", "CRLs for some reasons only"),
];

#[test]
fn of_pkits_nothing_invalid_passes_and_nothing_valid_falls_unnamed() {
    let (mut certificates, mut crls) = (Vec::new(), Vec::new());
    for part in include_str!("pkits.pem").split("\n# ").skip(1) {
        let (name, pem) = part.split_once('\n').unwrap();
        let block = pki::pem::decode(pem).unwrap().remove(0);
        match block.label.as_str() {
            "CERTIFICATE" => certificates.push((name, Certificate::parse(&block.der).unwrap())),
            _ => crls.push(Crl::parse(&block.der).unwrap()),
        }
    }
    assert_eq!((certificates.len(), crls.len()), (405, 173));
    let anchors: Vec<_> = certificates
        .iter()
        .filter(|(name, _)| *name == "TrustAnchorRootCertificate")
        .map(|(_, c)| c.clone())
        .collect();
    let candidates: Vec<_> = certificates.iter().map(|(_, c)| c.clone()).filter(Certificate::is_ca).collect();
    let evidence = Evidence { crls, ocsps: Vec::new() };
    let mut judged = 0;
    for (name, leaf) in certificates.iter().filter(|(name, _)| name.ends_with("EE")) {
        let expected = match (name.starts_with("Valid"), name.starts_with("Invalid")) {
            (true, _) => !LEFT_OUT.iter().any(|(exception, _)| exception == name),
            (_, true) => false,
            // The verdict depends on the policies the caller starts with.
            _ => continue,
        };
        let at = Instant::parse_rfc3339("2014-05-13T00:00:00Z").unwrap();
        let question = PathQuestion {
            candidates: &candidates,
            evidence: &evidence,
            purpose: Purpose::Any,
            ..PathQuestion::new(leaf, &anchors, at)
        };
        let result = validate_path(&question);
        assert_eq!(result.is_ok(), expected, "{name}: {:?}", result.err());
        judged += 1;
    }
    assert_eq!(judged, 203);
}
