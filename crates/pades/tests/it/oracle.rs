//! Other people's programs: pyHanko, qpdf, pdfsig, openssl, EU DSS. A missing one fails the test.

use super::world::{World, run};
use std::path::{Path, PathBuf};
use std::process::Command;

fn tools() -> PathBuf {
    std::env::var_os("CECTRUST_TOOLS").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools"), PathBuf::from)
}

pub fn tool(name: &str) -> PathBuf {
    let path = tools().join("venv/bin").join(name);
    assert!(path.exists(), "{} is missing: run `cargo xtask test`", path.display());
    path
}

pub fn write(world: &World, name: &str, pdf: &[u8]) -> PathBuf {
    let path = world.dir.path().join(name);
    std::fs::write(&path, pdf).unwrap();
    path
}

/// What EU DSS says of these files, in one process: the lines of `oracles/dss/Dss.java`, split at their tabs.
pub fn dss(world: &World, files: &[PathBuf]) -> Vec<Vec<String>> {
    let jars = tools().join("dss/jars");
    assert!(
        jars.exists(),
        "{} is missing: run `cargo xtask tools` with a network",
        jars.display()
    );
    let mut command = Command::new("java");
    command.args(["-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp"]).arg(jars.join("*"));
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../oracles/dss/Dss.java"));
    command.arg("--trust").arg(world.dir.path().join("root.pem")).args(files);
    let said = run(&mut command);
    said.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// `qpdf --check` finds nothing.
pub fn qpdf(path: &Path) {
    let text = run(Command::new("qpdf").arg("--check").arg(path));
    assert!(!text.to_lowercase().contains("warning"), "{text}");
}

const SCRIPT: &str = r#"
import sys, json, warnings, logging
warnings.simplefilter('ignore'); logging.disable(logging.CRITICAL)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext
from pyhanko.keys import load_cert_from_pemder
root = load_cert_from_pemder(sys.argv[2])
crls = [open(p,'rb').read() for p in sys.argv[3:] if p.endswith('.crl')]
others = [load_cert_from_pemder(p) for p in sys.argv[3:] if not p.endswith('.crl')]
out = []
with open(sys.argv[1],'rb') as f:
    r = PdfFileReader(f, strict=True)
    for s in r.embedded_signatures:
        vc = ValidationContext(trust_roots=[root], crls=crls, other_certs=others, allow_fetching=False, revocation_mode='require' if crls else 'soft-fail')
        if s.sig_object_type == '/DocTimeStamp':
            st = validate_pdf_timestamp(s, vc)
            out.append(dict(field=s.field_name, kind='stamp', intact=st.intact, valid=st.valid, trusted=st.trusted, coverage=st.coverage.name, level=(st.modification_level.name if st.modification_level else None), bottom=st.intact and st.valid and st.trusted))
        else:
            st = validate_pdf_signature(s, vc, ts_validation_context=vc)
            out.append(dict(field=s.field_name, kind='signature', intact=st.intact, valid=st.valid, trusted=st.trusted, coverage=st.coverage.name, level=(st.modification_level.name if st.modification_level else None), bottom=st.bottom_line, ts=(st.timestamp_validity.valid and st.timestamp_validity.trusted) if st.timestamp_validity else None))
print(json.dumps(out))
"#;

/// What pyHanko says of every signature, as JSON.
pub fn pyhanko(world: &World, path: &Path, with: &[&str]) -> Vec<serde_json::Value> {
    let dir = world.dir.path();
    let mut command = Command::new(tool("python"));
    command.arg("-c").arg(SCRIPT).arg(path).arg(dir.join("root.pem"));
    command.args(with.iter().map(|name| dir.join(name)));
    let text = run(&mut command);
    serde_json::from_str(text.lines().last().unwrap_or_default()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// pyHanko's verdict by EN 319 102-1 with nothing but the root and what is in the file.
pub fn pyhanko_lta(world: &World, path: &Path) -> String {
    let mut command = Command::new(tool("pyhanko"));
    command
        .args(["sign", "adesverify", "--trust"])
        .arg(world.dir.path().join("root.pem"))
        .arg("--trust-replace")
        .arg(path);
    run(&mut command)
}

/// Signs outside, as a party with other software would: `pades` or adbe.pkcs7.detached.
pub fn pyhanko_sign(world: &World, pdf: &[u8], field: &str, kind: pki::KeyType, pades: bool) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (dir.path().join("in.pdf"), dir.path().join("out.pdf"));
    std::fs::write(&from, pdf).unwrap();
    let at = world.dir.path();
    let mut command = Command::new(tool("pyhanko"));
    command.args(["sign", "addsig", "--field", field]);
    if pades {
        command.arg("--use-pades");
    }
    command.args(["pemder", "--no-pass", "--key"]).arg(&world.signer(kind).key);
    command
        .arg("--cert")
        .arg(at.join(format!("{kind}.pem")))
        .arg("--chain")
        .arg(at.join("issuing.pem"));
    run(command.arg(&from).arg(&to));
    std::fs::read(to).unwrap()
}

/// Signs a new field with a certification (DocMDP `permission`) or, without one, with a /Lock over all fields.
pub fn pyhanko_lock(world: &World, pdf: &[u8], field: &str, permission: Option<u8>) -> Vec<u8> {
    let script = r"
import sys
from pyhanko.sign import signers, fields
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
src, dst, key, cert, name, perm = sys.argv[1:7]
signer = signers.SimpleSigner.load(key, cert)
w = IncrementalPdfFileWriter(open(src, 'rb'))
lock = None if perm != '0' else fields.FieldMDPSpec(fields.FieldMDPAction.ALL)
fields.append_signature_field(w, fields.SigFieldSpec(name, box=(60, 400, 200, 440), field_mdp_spec=lock))
meta = dict(field_name=name, subfilter=fields.SigSeedSubFilter.PADES)
if perm != '0':
    meta.update(certify=True, docmdp_permissions=fields.MDPPerm(int(perm)))
signers.sign_pdf(w, signers.PdfSignatureMetadata(**meta), signer, output=open(dst, 'wb'))
";
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (dir.path().join("in.pdf"), dir.path().join("out.pdf"));
    std::fs::write(&from, pdf).unwrap();
    let holder = world.signer(pki::KeyType::P256);
    let mut command = Command::new(tool("python"));
    command
        .arg("-c")
        .arg(script)
        .args([&from, &to, &holder.key, &world.dir.path().join("p256.pem")]);
    run(command.arg(field).arg(permission.unwrap_or(0).to_string()));
    std::fs::read(to).unwrap()
}
