//! `cectrust sign` with every kind of credential at every level, under a certification authority of somebody else's (openssl); pyHanko judges.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use crate::harness::{Served, cectrust};

const LEVELS: [&str; 4] = ["B-B", "B-T", "B-LT", "B-LTA"];

/// A folder with an authority, its list and its certificate on the web, and two holders.
struct Outside {
    folder: tempfile::TempDir,
}

impl Outside {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = on_the_web(folder.path());
        let outside = Self { folder };
        outside.write(
            "ca.cnf",
            "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_crl_days=30\ndefault_md=sha256\ncrl_extensions=c\n\
             [c]\nauthorityKeyIdentifier=keyid\n",
        );
        outside.write("index.txt", "");
        outside.write("crlnumber", "01\n");
        outside.write("password", "合言葉 7\n");
        outside.write("pin", "1234\n");
        outside.write(
            "leaf.cnf",
            &format!(
                "keyUsage=critical,nonRepudiation\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n\
                 crlDistributionPoints=URI:http://127.0.0.1:{port}/ca.crl\nauthorityInfoAccess=caIssuers;URI:http://127.0.0.1:{port}/ca.cer\n"
            ),
        );
        let ca = "req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=Other_CA -addext keyUsage=critical,keyCertSign,cRLSign -keyout ca.key -out ca.pem";
        outside.openssl(ca);
        outside.openssl("x509 -in ca.pem -outform DER -out ca.cer");
        list(outside.folder.path());
        for (name, key) in [("rsa", "rsa:2048"), ("p256", "ec -pkeyopt ec_paramgen_curve:P-256")] {
            outside.openssl(&format!(
                "req -newkey {key} -nodes -subj /CN=Holder_{name} -keyout {name}.key -out {name}.csr"
            ));
            outside.openssl(&format!(
                "x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile leaf.cnf -out {name}.pem"
            ));
        }
        outside.openssl("pkcs12 -export -inkey rsa.key -in rsa.pem -passout file:password -out rsa.p12");
        outside.openssl("pkcs12 -export -legacy -inkey rsa.key -in rsa.pem -passout file:password -out old.p12");
        outside
    }
    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.at(name), text).unwrap();
    }
    fn openssl(&self, words: &str) {
        self.run(testkit::tool("openssl").args(words.split_whitespace()));
    }
    fn run(&self, command: &mut Command) -> Output {
        let ended = command.current_dir(self.folder.path()).output().unwrap();
        assert!(
            ended.status.success(),
            "{}{}",
            String::from_utf8_lossy(&ended.stdout),
            String::from_utf8_lossy(&ended.stderr)
        );
        ended
    }
    /// A token with the P-256 key and its certificate.
    fn token(&self) {
        std::fs::create_dir(self.at("tokens")).unwrap();
        self.write(
            "softhsm2.conf",
            &format!("directories.tokendir = {}\n", self.at("tokens").display()),
        );
        let module = module();
        for (tool, words) in [
            (
                "softhsm2-util",
                "--init-token --free --label holder --pin 1234 --so-pin 5678".to_owned(),
            ),
            ("openssl", "pkcs8 -topk8 -nocrypt -in p256.key -out p256.pk8".to_owned()),
            (
                "softhsm2-util",
                "--import p256.pk8 --token holder --label holder --id 01 --pin 1234".to_owned(),
            ),
            ("openssl", "x509 -in p256.pem -outform DER -out p256.cer".to_owned()),
            (
                "pkcs11-tool",
                format!(
                    "--module {} --token-label holder --login --pin 1234 --write-object p256.cer --type cert --id 01 --label holder",
                    module.display()
                ),
            ),
        ] {
            self.run(
                testkit::tool(tool)
                    .args(words.split_whitespace())
                    .env("SOFTHSM2_CONF", self.at("softhsm2.conf")),
            );
        }
    }
    /// Signs with these words; standard input of the shell brings secrets as descriptor 3.
    fn sign(&self, words: &str, secret: &str) -> Output {
        let program = cectrust();
        Command::new("sh")
            .arg("-c")
            .arg(format!("exec \"$0\" sign {words} 3<{secret}"))
            .arg(program.get_program())
            .env("SOFTHSM2_CONF", self.at("softhsm2.conf"))
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }
}

fn module() -> PathBuf {
    [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    ]
    .into_iter()
    .map(PathBuf::from)
    .find(|module| module.is_file())
    .expect("libsofthsm2.so is not here: run `cargo xtask test`")
}

/// The authority signs a new list.
fn list(folder: &Path) {
    for words in [
        "ca -config ca.cnf -gencrl -keyfile ca.key -cert ca.pem -out crl.pem",
        "crl -in crl.pem -outform DER -out ca.crl",
    ] {
        let ended = testkit::tool("openssl").args(words.split_whitespace()).current_dir(folder).output();
        assert!(ended.unwrap().status.success(), "{words}");
    }
}

/// Serves the files of a folder over plain HTTP, the list always a fresh one unless the authority is `asleep`; ends with the test program.
fn on_the_web(folder: &Path) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, folder) = (listener.local_addr().unwrap().port(), folder.to_owned());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut request = [0; 2_048];
            let length = stream.read(&mut request).unwrap_or_default();
            let path = String::from_utf8_lossy(&request[..length])
                .split(' ')
                .nth(1)
                .unwrap_or("/")
                .to_owned();
            if path == "/ca.crl" && !folder.join("asleep").exists() {
                list(&folder);
            }
            let body = std::fs::read(folder.join(path.trim_start_matches('/'))).unwrap_or_default();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)));
        }
    });
    port
}

/// The signature, its stamp and their roots: what B-B and B-T have.
const PYHANKO: &str = r#"
import sys, warnings, logging
warnings.simplefilter('ignore'); logging.disable(logging.CRITICAL)
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
roots = [load_cert_from_pemder(p) for p in sys.argv[1:3]]
for path in sys.argv[3:]:
    context = lambda: ValidationContext(trust_roots=roots, allow_fetching=False)
    with open(path, 'rb') as f:
        signature, = PdfFileReader(f, strict=True).embedded_regular_signatures
        status = validate_pdf_signature(signature, context(), ts_validation_context=context())
        stamp = status.timestamp_validity
        assert status.intact and status.valid and status.trusted and status.bottom_line, (path, status.pretty_print_details())
        assert (stamp is not None and stamp.valid and stamp.trusted) == ('B-T' in path), (path, stamp)
        print('good', path)
"#;

#[tokio::test(flavor = "multi_thread")]
async fn every_credential_signs_at_every_level_and_pyhanko_finds_it_so() {
    let served = Served::shared().await;
    let outside = Outside::new();
    outside.token();
    for name in ["a.pdf", "b.pdf"] {
        std::fs::write(outside.at(name), include_bytes!("../../../../samples/koji-ukeoi.pdf")).unwrap();
    }
    let tsa = format!("{}/g1/tsa", served.status_url);
    let root = reqwest::get(format!("{}/g1/root.cer", served.status_url))
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    std::fs::write(outside.at("tsa.cer"), &root).unwrap();
    outside.openssl("x509 -inform DER -in tsa.cer -out tsa.pem");
    let module = module();
    let credentials = [
        ("key", "--key rsa.key --cert rsa.pem".to_owned(), "pin"),
        ("p12", "--pkcs12 rsa.p12 --pin-fd 3".to_owned(), "password"),
        ("token", format!("--pkcs11 {} --token holder --pin-fd 3", module.display()), "pin"),
    ];
    let mut signed = Vec::new();
    for (name, words, secret) in &credentials {
        for level in LEVELS.iter().filter(|level| *name != "key" || **level == "B-T") {
            let out = format!("{level}_{name}");
            // Two files in one process: the second finds the authorities known.
            let ended = outside.sign(&format!("a.pdf b.pdf --out {out} {words} --level {level} --tsa {tsa}"), secret);
            assert!(ended.status.success(), "{out}: {}", String::from_utf8_lossy(&ended.stderr));
            for file in ["a.pdf", "b.pdf"] {
                signed.push((level, outside.at(&out).join(file)));
            }
        }
    }
    assert_eq!(signed.len(), 18);
    // A list that is older than the stamp says nothing about the moment of signing: no B-LT, and nothing is written.
    outside.write("asleep", "");
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    for level in ["B-LT", "B-LTA"] {
        let words = format!("a.pdf --out late --key rsa.key --cert rsa.pem --level {level} --tsa {tsa}");
        let ended = outside.sign(&words, "pin");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(said.contains("古すぎます") && !outside.at("late/a.pdf").exists(), "{said}");
    }
    for (level, file) in &signed {
        let ended = cectrust()
            .args(["verify", "--json", "--trust"])
            .args([outside.at("ca.pem"), "--trust".into(), outside.at("tsa.pem")])
            .arg(file)
            .output()
            .unwrap();
        let line: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
        if **level == "B-T" {
            // A stamp proves a time only with the status of its unit, which comes with the next level.
            assert_eq!(line["timestamps"][0]["intact"], true, "{line}");
        } else {
            assert_eq!(line["signatures"][0]["level"], **level, "{line}");
        }
        assert_eq!(line["signatures"][0]["intact"], true, "{line}");
        if level.starts_with("B-L") {
            assert_eq!(line["signatures"][0]["indication"], "TOTAL-PASSED", "{line}");
        }
    }
    let (short, long): (Vec<_>, Vec<_>) = signed.iter().partition(|(level, _)| !level.starts_with("B-L"));
    let judged = outside.run(
        testkit::python_tool("python")
            .args(["-c", PYHANKO])
            .args([outside.at("ca.pem"), outside.at("tsa.pem")])
            .args(short.iter().map(|(_, file)| file)),
    );
    assert_eq!(String::from_utf8_lossy(&judged.stdout).matches("good").count(), 10);
    // By EN 319 102-1, with the roots and what lies in the file; one of each kind, all at once.
    let asked: Vec<_> = long
        .iter()
        .filter(|(_, file)| file.ends_with("a.pdf"))
        .map(|(_, file)| {
            testkit::python_tool("pyhanko")
                .args(["sign", "adesverify", "--trust-replace", "--trust"])
                .args([outside.at("ca.pem"), "--trust".into(), outside.at("tsa.pem")])
                .arg(file)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    assert_eq!(asked.len(), 4);
    for one in asked {
        let judged = one.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&judged.stdout).into_owned();
        assert!(said.contains(":INTACT:TRUSTED,TIMESTAMP_TOKEN<INTACT:TRUSTED>"), "{said}");
    }
}

#[test]
fn what_cannot_sign_says_why_and_what_to_do() {
    let outside = Outside::new();
    outside.token();
    outside.write("a.pdf", "not a PDF");
    std::fs::write(outside.at("b.pdf"), include_bytes!("../../../../samples/koji-ukeoi.pdf")).unwrap();
    let module = module();
    let token = |more: &str| format!("b.pdf --out out --pkcs11 {} --token {more}", module.display());
    for (words, secret, status, says) in [
        (
            "b.pdf --out out --pkcs12 old.p12 --pin-fd 3",
            "password",
            3,
            "openssl pkcs12 -export",
        ),
        ("b.pdf --out out --pkcs12 rsa.p12 --pin-fd 3", "pin", 3, "パスワードが違います"),
        ("b.pdf --out out --pkcs12 rsa.p12", "pin", 3, "--pin-fd"),
        (token("holder").as_str(), "pin", 3, "--pin-fd"),
        (token("holder --pin-fd 3").as_str(), "password", 3, "PINが違います"),
        (token("nobody --pin-fd 3").as_str(), "pin", 3, "「nobody」が見つかりません"),
        ("b.pdf --out out --key rsa.key --cert rsa.pem --level B-LT", "pin", 3, "--tsa"),
        ("b.pdf --out out --key rsa.key --cert p256.pem", "pin", 1, "鍵と証明書が合いません"),
        ("b.pdf --out out --key rsa.key --cert rsa.pem --field 印", "pin", 1, "「印」"),
        (
            "a.pdf b.pdf --out out --key rsa.key --cert rsa.pem",
            "pin",
            1,
            "1件に署名できませんでした",
        ),
    ] {
        let ended = outside.sign(words, secret);
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(status), "{words}: {said}");
        assert!(said.contains(says), "{words}: {said}");
    }
    assert!(outside.at("out/b.pdf").is_file(), "the file that can be signed is signed");
}

#[test]
fn a_field_that_waits_is_signed_once() {
    let outside = Outside::new();
    let mut pdf = include_bytes!("../../../../samples/koji-ukeoi.pdf").to_vec();
    let field = pades::FieldSpec {
        name: "Seal".to_owned(),
        page: 0,
        rect: [60.0, 60.0, 200.0, 120.0],
    };
    let delta = pades::lay_fields(&pdf, &[field]).unwrap();
    pdf.extend_from_slice(&delta);
    std::fs::write(outside.at("laid.pdf"), &pdf).unwrap();
    let words = "--key p256.key --cert p256.pem --field Seal";
    let ended = outside.sign(&format!("laid.pdf --out once {words}"), "pin");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(std::fs::read(outside.at("once/laid.pdf")).unwrap().starts_with(&pdf));
    let shown = cectrust()
        .arg("inspect")
        .arg(outside.at("laid.pdf"))
        .arg(outside.at("once/laid.pdf"))
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("署名欄「Seal」：空き") && shown.contains("Holder_p256"), "{shown}");
    let again = outside.sign(&format!("once/laid.pdf --out twice {words}"), "pin");
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("もう署名があります"));
}
