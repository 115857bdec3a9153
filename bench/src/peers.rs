//! The peers, measured in the same run: `openssl speed` as the limit, pyHanko as the product others use.

use std::process::Command;

/// Signatures and verifications a CPU-second, as `openssl speed` counts them.
pub struct Limit {
    /// Signatures.
    pub sign: f64,
    /// Verifications.
    pub verify: f64,
}

/// Runs `openssl speed` for one algorithm (`rsa2048`, `ecdsap256`, …) for two seconds each way.
pub fn openssl_speed(algorithm: &str) -> Option<Limit> {
    let output = Command::new("openssl")
        .args(["speed", "-seconds", "2", "-mr", algorithm])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // Machine-readable lines: +F2 (RSA), +F4 (ECDSA): …:bits:seconds per signature:seconds per verification
    let line = text.lines().find(|line| line.starts_with("+F2:") || line.starts_with("+F4:"))?;
    let numbers: Vec<f64> = line.split(':').filter_map(|word| word.parse().ok()).collect();
    let (sign, verify) = (numbers.get(numbers.len().checked_sub(2)?)?, numbers.last()?);
    Some(Limit {
        sign: per_second(*sign),
        verify: per_second(*verify),
    })
}

fn per_second(value: f64) -> f64 {
    if value < 1.0 { 1.0 / value } else { value }
}

/// pyHanko's rates a CPU-second on the same document: (sign B-B, validate B-B).
pub fn pyhanko(document: &std::path::Path, key: &std::path::Path, cert: &std::path::Path, root: &std::path::Path) -> Option<(f64, f64)> {
    let tools = std::env::var_os("CECTRUST_TOOLS")?;
    let python = std::path::Path::new(&tools).join("venv/bin/python");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/pyhanko_speed.py");
    let output = Command::new(python).arg(script).args([document, key, cert, root]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match numbers[..] {
        [sign, validate] => Some((sign, validate)),
        _ => {
            eprintln!("pyHanko: {}", String::from_utf8_lossy(&output.stderr));
            None
        }
    }
}
