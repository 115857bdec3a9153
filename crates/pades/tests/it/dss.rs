//! EU DSS about what comes after a signature: it knows a rule for each of our changes, however the page lies.

use super::mark::{MARKS, signed, signed_in, turned};
use super::oracle;
use super::world::world;

#[test]
fn eu_dss_knows_every_change_that_comes_after_a_signature() {
    let world = world();
    let mut files = Vec::new();
    for degrees in [0, 90, 180, 270] {
        let pdf = turned(degrees);
        let plane = pades::Plane::all(&pdf).unwrap()[0];
        let field = |name: &str, top: f64| plane.field(name, 0, [60.0, top]);
        let laid = pades::lay_fields(&pdf, &[field("SignatureA", 20.0), field("SignatureB", 120.0)]).unwrap();
        let laid = [pdf.as_slice(), &laid].concat();
        // A signs with a mark in a field that was laid, B in another, somebody in a field that comes with his signature; then it is sealed.
        let once = world.with_dss(&signed(world, &laid, "SignatureA", MARKS[0]));
        let twice = world.with_dss(&signed(world, &once, "SignatureB", MARKS[1]));
        let thrice = signed_in(world, &twice, "SignatureC", Some(field("SignatureC", 220.0)), MARKS[0]);
        let sealed = world.with_document_stamp(&world.with_dss(&thrice), world.time());
        files.push(oracle::write(world, &format!("dss-{degrees}.pdf"), &sealed));
    }
    let said = oracle::dss(world, &files);
    let signatures: Vec<_> = said.iter().filter(|line| line[0] == "signature").collect();
    assert_eq!(signatures.len(), 12, "{said:#?}");
    for line in &signatures {
        assert_eq!(line[3], "TOTAL_PASSED", "{line:?}");
    }
    // The certificates of these tests say nothing of where their issuer's lies; that alone is not about the file.
    let findings = signatures
        .iter()
        .flat_map(|line| line[5].split("; ").map(|finding| format!("{}: {finding}", line[1])));
    let about_files: Vec<String> = findings
        .filter(|finding| !finding.contains("AIA_PRES") && !finding.ends_with(": "))
        .collect();
    assert!(about_files.is_empty(), "{about_files:#?}");
}
