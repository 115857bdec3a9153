//! An authority made by openssl: a foreign oracle for requests and signatures.

use std::path::Path;
use std::process::Command;

pub struct Authority {
    folder: tempfile::TempDir,
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let done = Command::new("openssl")
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("openssl is missing: run cargo xtask test");
    assert!(
        done.status.success(),
        "openssl {arguments:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

impl Authority {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        openssl(
            folder.path(),
            &[
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-384",
                "-nodes",
                "-keyout",
                "ca.key",
                "-out",
                "ca.der",
                "-outform",
                "DER",
                "-subj",
                "/C=JP/O=Test/CN=Test Root",
                "-days",
                "30",
            ],
        );
        Self { folder }
    }
    pub fn certificate(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("ca.der")).unwrap()
    }
    /// openssl verifies the request and issues.
    pub fn issue(&self, request: &[u8]) -> Vec<u8> {
        let folder = self.folder.path();
        std::fs::write(folder.join("request.der"), request).unwrap();
        openssl(folder, &["req", "-in", "request.der", "-inform", "DER", "-verify", "-noout"]);
        openssl(
            folder,
            &[
                "x509",
                "-req",
                "-in",
                "request.der",
                "-inform",
                "DER",
                "-CA",
                "ca.der",
                "-CAform",
                "DER",
                "-CAkey",
                "ca.key",
                "-set_serial",
                "4711",
                "-days",
                "10",
                "-out",
                "person.der",
                "-outform",
                "DER",
            ],
        );
        std::fs::read(folder.join("person.der")).unwrap()
    }
    /// A certificate for another key.
    pub fn foreign(&self) -> Vec<u8> {
        let folder = self.folder.path();
        openssl(
            folder,
            &[
                "req",
                "-new",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-keyout",
                "other.key",
                "-out",
                "other.der",
                "-outform",
                "DER",
                "-subj",
                "/CN=x",
            ],
        );
        self.issue(&std::fs::read(folder.join("other.der")).unwrap())
    }
}
