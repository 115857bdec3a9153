//! With what is signed: a key file, a PKCS#12 file, a token.

use std::{io::BufRead as _, path::Path};

use foundation::Secret;
use keys::{KeyError, Pkcs12, Pkcs12Error, Signer, SoftwareKey, TokenModule};
use pki::Certificate;

use super::Options;
use crate::words;

/// A key that signs, its certificate, and what is above it.
pub(super) struct Credential {
    pub(super) signer: Signer,
    /// DER.
    pub(super) certificate: Vec<u8>,
    /// DER; may be incomplete, and may hold more than the chain.
    pub(super) above: Vec<Vec<u8>>,
}

impl Credential {
    /// Opens what the options name.
    pub(super) fn open(options: &Options) -> Result<Self, String> {
        let given = match &options.cert {
            Some(file) => crate::trust::certificates(&read(file)?),
            None => Vec::new(),
        };
        if let Some(file) = &options.pkcs12 {
            return pkcs12(file, options.pin_fd, given);
        }
        if let Some(module) = &options.pkcs11 {
            let token = options.token.as_deref().unwrap_or_default();
            return pkcs11(module, token, options.pin_fd, given);
        }
        let Some(file) = &options.key else {
            return Err("鍵がありません。--key と --cert、--pkcs12、--pkcs11 と --token のどれかを渡してください。".to_owned());
        };
        let Some((certificate, above)) = given.split_first() else {
            return Err("--cert に証明書がありません。署名者の証明書を先頭に書いたPEMを渡してください。".to_owned());
        };
        Ok(Self {
            signer: key(file)?,
            certificate: certificate.clone(),
            above: above.to_vec(),
        })
    }
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| format!("{}：{}", file.display(), words::of_disk(&error)))
}

fn key(file: &Path) -> Result<Signer, String> {
    let bytes = read(file)?;
    let pkcs8 = if bytes.first() == Some(&0x30) {
        bytes
    } else {
        pki::pem::der_of(&bytes, "PRIVATE KEY").map_err(|_| {
            format!(
                "{} に PKCS#8 の秘密鍵（BEGIN PRIVATE KEY）がありません。openssl pkcs8 -topk8 -nodes で変換できます。",
                file.display()
            )
        })?
    };
    SoftwareKey::from_pkcs8(&pkcs8).map(Signer::from).map_err(|_| {
        format!(
            "{} の秘密鍵は使えません。RSA 2048〜4096、P-256、P-384 の鍵を渡してください。",
            file.display()
        )
    })
}

fn pkcs12(file: &Path, pin_fd: Option<u32>, given: Vec<Vec<u8>>) -> Result<Credential, String> {
    let password = match pin_fd {
        Some(number) => secret(number)?,
        None => Secret::new(String::new()),
    };
    let name = file.display();
    let opened = Pkcs12::open(&read(file)?, &password).map_err(|error| match error {
        Pkcs12Error::Unreadable => format!("{name} は PKCS#12 のファイルではないか、壊れています。"),
        Pkcs12Error::WrongPassword if pin_fd.is_none() => {
            format!("{name} にはパスワードがあります。--pin-fd 3 3<パスワードのファイル のように渡してください。")
        }
        Pkcs12Error::WrongPassword => format!("{name} のパスワードが違います。"),
        Pkcs12Error::Legacy => format!(
            "{name} は、古い方式（RC2 または 3DES）で暗号化されているため、使いません。次のように作り直してください。\n  \
             openssl pkcs12 -legacy -in {name} -out all.pem && openssl pkcs12 -export -in all.pem -out new.p12"
        ),
        Pkcs12Error::Unknown { oid } => {
            format!("{name} は、使えない方式（{oid}）で暗号化されています。openssl pkcs12 -export で作り直してください。")
        }
        Pkcs12Error::Keys { found: 0 } => format!("{name} に秘密鍵がありません。"),
        Pkcs12Error::Keys { found } => format!("{name} に秘密鍵が{found}個あります。1個だけのファイルを渡してください。"),
        Pkcs12Error::KeyUnusable => format!("{name} の秘密鍵は使えません。RSA 2048〜4096、P-256、P-384 の鍵を渡してください。"),
        Pkcs12Error::NoCertificate => format!("{name} に、秘密鍵と組になる証明書がありません。"),
    })?;
    let mut certificates = opened.certificates.into_iter();
    let certificate = certificates.next().unwrap_or_default();
    Ok(Credential {
        signer: opened.key.into(),
        certificate,
        above: certificates.chain(given).collect(),
    })
}

fn pkcs11(module: &Path, token: &str, pin_fd: Option<u32>, given: Vec<Vec<u8>>) -> Result<Credential, String> {
    let Some(number) = pin_fd else {
        return Err("トークンのPINがありません。--pin-fd 3 3<PINのファイル のように渡してください。".to_owned());
    };
    let pin = secret(number)?;
    let loaded = TokenModule::load(module).map_err(|error| {
        format!(
            "{} を PKCS#11 のモジュールとして使えません。{}",
            module.display(),
            words::detail(&error)
        )
    })?;
    let contents = loaded.holder(token, &pin).map_err(|error| match error {
        KeyError::NoSuchToken { label } => {
            format!("トークン「{label}」が見つかりません。差し込まれているか、名前が正しいか確かめてください。")
        }
        KeyError::WrongPin => "トークンのPINが違います。間違え続けるとロックされます。".to_owned(),
        KeyError::PinLocked => "トークンのPINがロックされています。トークンの発行元に相談してください。".to_owned(),
        other => format!("トークンを読めません。{}", words::detail(&other)),
    })?;
    let now = foundation::Clock::now(&foundation::SystemClock);
    let wanted = given.first().filter(|first| contents.keys.iter().any(|(_, der)| der == *first));
    let mut fitting: Vec<_> = contents
        .keys
        .into_iter()
        .filter(|(_, der)| match wanted {
            Some(wanted) => der == wanted,
            None => Certificate::parse(der).is_ok_and(|certificate| certificate.is_valid_at(now)),
        })
        .collect();
    match (fitting.pop(), fitting.as_slice()) {
        (Some((key, certificate)), []) => Ok(Credential {
            signer: key.into(),
            certificate,
            above: contents.certificates.into_iter().chain(given).collect(),
        }),
        (None, _) => Err(format!("トークン「{token}」に、いま署名に使える証明書と秘密鍵の組がありません。")),
        (Some(last), others) => {
            let names: Vec<String> = others
                .iter()
                .chain([&last])
                .filter_map(|(_, der)| Certificate::parse(der).ok())
                .map(|certificate| format!("  {}（シリアル番号 {}）", certificate.subject(), certificate.serial()))
                .collect();
            Err(format!(
                "トークン「{token}」に、使える証明書が{}枚あります。署名に使う証明書（PEM）を --cert に渡してください。\n{}",
                names.len(),
                names.join("\n")
            ))
        }
    }
}

/// The first line of a file descriptor: a PIN or password never stands in an argument or the environment.
fn secret(number: u32) -> Result<Secret<String>, String> {
    let wrong = |error: std::io::Error| {
        format!(
            "--pin-fd {number} から読めません：{}。--pin-fd 3 3<ファイル のように、開いた番号を渡してください。",
            words::of_disk(&error)
        )
    };
    let file = std::fs::File::open(format!("/dev/fd/{number}")).map_err(wrong)?;
    let mut line = String::new();
    std::io::BufReader::new(file).read_line(&mut line).map_err(wrong)?;
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(Secret::new(line))
}
