//! PKCS#12 (RFC 7292): a private key and its certificates in one file under a password, as OpenSSL 3 and today's systems write it:
//! PBES2 with PBKDF2 and AES, a MAC over all. The old RC2 and triple-DES schemes are told apart and refused.

use std::num::NonZeroU32;

use asn1::{Oid, Reader, Tag};
use aws_lc_rs::cipher::{AES_128, AES_192, AES_256, Algorithm, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::{digest, hmac, pbkdf2};
use foundation::Secret;
use zeroize::Zeroizing;

use crate::SoftwareKey;

/// What lay in the file.
#[derive(Debug)]
pub struct Pkcs12 {
    /// The key.
    pub key: SoftwareKey,
    /// The certificates, DER, that of the key first.
    pub certificates: Vec<Vec<u8>>,
}

/// Why a file gives no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pkcs12Error {
    /// It is no PKCS#12 file, or a damaged one.
    Unreadable,
    /// The password is wrong (or the file was changed: the two cannot be told apart).
    WrongPassword,
    /// It is encrypted as it was done until about 2020 (RC2, triple-DES).
    Legacy,
    /// It uses an algorithm that is not known here.
    Unknown {
        /// Its OID.
        oid: String,
    },
    /// There is no key in it, or more than one.
    Keys {
        /// How many.
        found: usize,
    },
    /// The key is of a kind that is not used here.
    KeyUnusable,
    /// No certificate in it belongs to the key.
    NoCertificate,
}

impl std::fmt::Display for Pkcs12Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable => f.write_str("no PKCS#12 file"),
            Self::WrongPassword => f.write_str("the password is wrong, or the file was changed"),
            Self::Legacy => f.write_str("encrypted with RC2 or triple-DES"),
            Self::Unknown { oid } => write!(f, "unknown algorithm {oid}"),
            Self::Keys { found } => write!(f, "{found} keys where one was expected"),
            Self::KeyUnusable => f.write_str("a key of a kind that is not used here"),
            Self::NoCertificate => f.write_str("no certificate belongs to the key"),
        }
    }
}
impl std::error::Error for Pkcs12Error {}

impl From<asn1::Error> for Pkcs12Error {
    fn from(_: asn1::Error) -> Self {
        Self::Unreadable
    }
}

type Result<T> = std::result::Result<T, Pkcs12Error>;

const DATA: Oid = Oid::of("1.2.840.113549.1.7.1");
const ENCRYPTED_DATA: Oid = Oid::of("1.2.840.113549.1.7.6");
const KEY_BAG: Oid = Oid::of("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY_BAG: Oid = Oid::of("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE_BAG: Oid = Oid::of("1.2.840.113549.1.12.10.1.3");
const NESTED_BAG: Oid = Oid::of("1.2.840.113549.1.12.10.1.6");
const X509: Oid = Oid::of("1.2.840.113549.1.9.22.1");
const PBES2: Oid = Oid::of("1.2.840.113549.1.5.13");
const PBKDF2: Oid = Oid::of("1.2.840.113549.1.5.12");
/// pkcs-12PbeIds, and PBES1 of PKCS#5.
const OLD_SCHEMES: [Oid; 2] = [Oid::of("1.2.840.113549.1.12.1"), Oid::of("1.2.840.113549.1.5")];

/// More than any writer uses; who asks for more wants to keep the machine busy.
const MOST_ITERATIONS: u64 = 10_000_000;
/// A key and its chain.
const MOST_BAGS: usize = 64;

impl Pkcs12 {
    /// Opens the file. PBKDF2 takes its time: outside any unit.
    ///
    /// # Errors
    /// See [`Pkcs12Error`].
    pub fn open(file: &[u8], password: &Secret<String>) -> Result<Self> {
        let mut pfx = Reader::ber(file).sequence()?;
        if pfx.u64()? != 3 {
            return Err(Pkcs12Error::Unreadable);
        }
        let mut content = pfx.sequence()?;
        if content.oid()? != DATA {
            // signed with a certificate instead of a password: nobody writes that
            return Err(Pkcs12Error::Unreadable);
        }
        let safe = content.explicit(0)?.octet_string()?;
        if !pfx.is_empty() {
            check_mac(&safe, pfx.sequence()?, password)?;
        }
        let mut found = Found::default();
        let mut parts = Reader::ber(&safe).sequence()?;
        while !parts.is_empty() {
            let mut part = parts.sequence()?;
            match part.oid()? {
                DATA => found.bags(&part.explicit(0)?.octet_string()?, password)?,
                ENCRYPTED_DATA => {
                    let mut data = part.explicit(0)?.sequence()?;
                    data.u64()?;
                    let mut encrypted = data.sequence()?;
                    encrypted.oid()?;
                    let scheme = encrypted.sequence()?;
                    let bytes = encrypted.any()?.octets()?;
                    found.bags(&decrypt(scheme, &bytes, password)?, password)?;
                }
                other => return Err(Pkcs12Error::Unknown { oid: other.to_string() }),
            }
        }
        found.pair()
    }
}

#[derive(Default)]
struct Found {
    keys: Vec<Zeroizing<Vec<u8>>>,
    certificates: Vec<Vec<u8>>,
    bags: usize,
}

impl Found {
    fn bags(&mut self, contents: &[u8], password: &Secret<String>) -> Result<()> {
        let mut bags = Reader::ber(contents).sequence()?;
        while !bags.is_empty() {
            self.bags += 1;
            if self.bags > MOST_BAGS {
                return Err(Pkcs12Error::Unreadable);
            }
            let mut bag = bags.sequence()?;
            let kind = bag.oid()?;
            let mut value = bag.explicit(0)?;
            match kind {
                KEY_BAG => self.keys.push(Zeroizing::new(value.expect(Tag::SEQUENCE)?.raw.to_vec())),
                SHROUDED_KEY_BAG => {
                    let mut shrouded = value.sequence()?;
                    let scheme = shrouded.sequence()?;
                    self.keys.push(decrypt(scheme, &shrouded.octet_string()?, password)?);
                }
                CERTIFICATE_BAG => {
                    let mut certificate = value.sequence()?;
                    if certificate.oid()? == X509 {
                        self.certificates.push(certificate.explicit(0)?.octet_string()?.into_owned());
                    }
                }
                NESTED_BAG => self.bags(value.expect(Tag::SEQUENCE)?.raw, password)?,
                // lists and secrets beside the key are not asked for
                _ => {}
            }
        }
        Ok(())
    }
    /// The one key, its certificate first.
    fn pair(self) -> Result<Pkcs12> {
        let [key] = self.keys.as_slice() else {
            return Err(Pkcs12Error::Keys { found: self.keys.len() });
        };
        let key = SoftwareKey::from_pkcs8(key).map_err(|_| Pkcs12Error::KeyUnusable)?;
        let is_its_own = |der: &Vec<u8>| pki::Certificate::parse(der).is_ok_and(|parsed| parsed.spki_der() == key.public_key_der());
        let (own, others): (Vec<_>, Vec<_>) = self.certificates.into_iter().partition(is_its_own);
        if own.is_empty() {
            return Err(Pkcs12Error::NoCertificate);
        }
        Ok(Pkcs12 {
            certificates: own.into_iter().chain(others).collect(),
            key,
        })
    }
}

/// PBES2 (RFC 8018 §6.2).
fn decrypt(mut scheme: Reader<'_>, bytes: &[u8], password: &Secret<String>) -> Result<Zeroizing<Vec<u8>>> {
    let oid = scheme.oid()?;
    if oid != PBES2 {
        return Err(if OLD_SCHEMES.iter().any(|old| oid.is_under(old)) {
            Pkcs12Error::Legacy
        } else {
            Pkcs12Error::Unknown { oid: oid.to_string() }
        });
    }
    let mut parameters = scheme.sequence()?;
    let (mut derivation, mut cipher) = (parameters.sequence()?, parameters.sequence()?);
    let function = derivation.oid()?;
    if function != PBKDF2 {
        return Err(Pkcs12Error::Unknown { oid: function.to_string() });
    }
    let cipher_oid = cipher.oid()?;
    let (algorithm, length): (&'static Algorithm, usize) = match cipher_oid.to_string().as_str() {
        "2.16.840.1.101.3.4.1.2" => (&AES_128, 16),
        "2.16.840.1.101.3.4.1.22" => (&AES_192, 24),
        "2.16.840.1.101.3.4.1.42" => (&AES_256, 32),
        // DES, triple-DES, RC2, RC5
        old if old == "1.3.14.3.2.7" || old.starts_with("1.2.840.113549.3.") => return Err(Pkcs12Error::Legacy),
        other => return Err(Pkcs12Error::Unknown { oid: other.to_owned() }),
    };
    let iv = <[u8; 16]>::try_from(&*cipher.octet_string()?).map_err(|_| Pkcs12Error::Unreadable)?;
    let mut parameters = derivation.sequence()?;
    let salt = parameters.octet_string()?;
    let iterations = iterations(parameters.u64()?)?;
    if parameters.next_is(Tag::INTEGER) {
        parameters.u64()?;
    }
    let mut prf = pbkdf2::PBKDF2_HMAC_SHA1;
    if !parameters.is_empty() {
        let oid = parameters.sequence()?.oid()?;
        prf = match oid.to_string().as_str() {
            "1.2.840.113549.2.7" => pbkdf2::PBKDF2_HMAC_SHA1,
            "1.2.840.113549.2.9" => pbkdf2::PBKDF2_HMAC_SHA256,
            "1.2.840.113549.2.10" => pbkdf2::PBKDF2_HMAC_SHA384,
            "1.2.840.113549.2.11" => pbkdf2::PBKDF2_HMAC_SHA512,
            other => return Err(Pkcs12Error::Unknown { oid: other.to_owned() }),
        };
    }
    let mut key = Zeroizing::new(vec![0; length]);
    pbkdf2::derive(prf, iterations, &salt, password.reveal().as_bytes(), &mut key);
    let key = UnboundCipherKey::new(algorithm, &key).map_err(|_| Pkcs12Error::Unreadable)?;
    let mut plain = Zeroizing::new(bytes.to_vec());
    let length = PaddedBlockDecryptingKey::cbc_pkcs7(key)
        .and_then(|key| {
            key.decrypt(&mut plain, DecryptionContext::Iv128(FixedLength::from(iv)))
                .map(|plain| plain.len())
        })
        .map_err(|_| Pkcs12Error::WrongPassword)?;
    plain.truncate(length);
    Ok(plain)
}

fn iterations(wanted: u64) -> Result<NonZeroU32> {
    u32::try_from(wanted)
        .ok()
        .filter(|wanted| u64::from(*wanted) <= MOST_ITERATIONS)
        .and_then(NonZeroU32::new)
        .ok_or(Pkcs12Error::Unreadable)
}

/// RFC 7292 §4 and appendix B: HMAC under a key derived from the password.
fn check_mac(safe: &[u8], mut mac: Reader<'_>, password: &Secret<String>) -> Result<()> {
    let mut info = mac.sequence()?;
    let oid = info.sequence()?.oid()?;
    let (hash, keyed, block): (_, _, usize) = match oid.to_string().as_str() {
        "1.3.14.3.2.26" => (&digest::SHA1_FOR_LEGACY_USE_ONLY, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, 64),
        "2.16.840.1.101.3.4.2.1" => (&digest::SHA256, hmac::HMAC_SHA256, 64),
        "2.16.840.1.101.3.4.2.2" => (&digest::SHA384, hmac::HMAC_SHA384, 128),
        "2.16.840.1.101.3.4.2.3" => (&digest::SHA512, hmac::HMAC_SHA512, 128),
        other => return Err(Pkcs12Error::Unknown { oid: other.to_owned() }),
    };
    let tag = info.octet_string()?;
    let salt = mac.octet_string()?;
    let iterations = if mac.is_empty() { NonZeroU32::MIN } else { iterations(mac.u64()?)? };
    let key = mac_key(hash, block, password, &salt, iterations);
    hmac::verify(&hmac::Key::new(keyed, &key), safe, &tag).map_err(|_| Pkcs12Error::WrongPassword)
}

/// RFC 7292 appendix B.2 with ID 3; one block of output is a whole MAC key.
fn mac_key(
    hash: &'static digest::Algorithm,
    block: usize,
    password: &Secret<String>,
    salt: &[u8],
    iterations: NonZeroU32,
) -> Zeroizing<Vec<u8>> {
    // A BMPString with its two zero octets at the end (appendix B.1).
    let wide: Zeroizing<Vec<u8>> = Zeroizing::new(password.reveal().encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect());
    let filled = |bytes: &[u8]| {
        bytes
            .iter()
            .copied()
            .cycle()
            .take(bytes.len().div_ceil(block) * block)
            .collect::<Vec<u8>>()
    };
    let mut hashed = digest::Context::new(hash);
    hashed.update(&vec![3; block]);
    hashed.update(&filled(salt));
    hashed.update(&Zeroizing::new(filled(&wide)));
    let mut value = Zeroizing::new(hashed.finish().as_ref().to_vec());
    for _ in 1..iterations.get() {
        *value = digest::digest(hash, &value).as_ref().to_vec();
    }
    value
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// A key, its certificate and that of its issuer, packed by openssl.
    fn packed(new_key: &[&str], more: &[&str]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let run = |words: &[&str]| {
            let ended = Command::new("openssl")
                .args(words)
                .current_dir(folder.path())
                .output()
                .expect("openssl");
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        };
        let request = [
            "req",
            "-x509",
            "-nodes",
            "-days",
            "30",
            "-subj",
            "/CN=Holder",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
        ];
        run(&[&request[..], new_key].concat());
        run(&[
            "req",
            "-x509",
            "-nodes",
            "-newkey",
            "rsa:2048",
            "-days",
            "30",
            "-subj",
            "/CN=Above",
            "-keyout",
            "other.pem",
            "-out",
            "above.pem",
        ]);
        let export = [
            "pkcs12",
            "-export",
            "-inkey",
            "key.pem",
            "-in",
            "cert.pem",
            "-certfile",
            "above.pem",
            "-out",
            "out.p12",
            "-passout",
            "pass:合言葉 7",
        ];
        run(&[&export[..], more].concat());
        std::fs::read(folder.path().join("out.p12")).unwrap()
    }
    fn password() -> Secret<String> {
        Secret::new("合言葉 7".to_owned())
    }
    const RSA: &[&str] = &["-newkey", "rsa:2048"];
    const P256: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

    #[test]
    fn a_file_of_openssl_gives_its_key_and_the_certificates_with_that_of_the_key_first() {
        for (new_key, more) in [
            (RSA, &[][..]),
            (P256, &["-macalg", "sha512"][..]),
            (P256, &["-keypbe", "AES-128-CBC", "-certpbe", "NONE", "-macalg", "sha1"]),
            (RSA, &["-nomac"]),
        ] {
            let opened = Pkcs12::open(&packed(new_key, more), &password()).unwrap();
            assert_eq!(opened.certificates.len(), 2, "{more:?}");
            let own = pki::Certificate::parse(&opened.certificates[0]).unwrap();
            assert_eq!(own.spki_der(), opened.key.public_key_der());
        }
    }

    #[test]
    fn a_wrong_password_an_old_scheme_and_damage_are_told_apart() {
        let file = packed(P256, &[]);
        let wrong = Secret::new("other".to_owned());
        assert_eq!(Pkcs12::open(&file, &wrong).unwrap_err(), Pkcs12Error::WrongPassword);
        let old = packed(RSA, &["-legacy"]);
        assert_eq!(Pkcs12::open(&old, &password()).unwrap_err(), Pkcs12Error::Legacy);
        assert_eq!(Pkcs12::open(b"%PDF-1.7", &password()).unwrap_err(), Pkcs12Error::Unreadable);
        let mut changed = file.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        assert!(Pkcs12::open(&changed, &password()).is_err());
        for cut in 0..file.len() {
            assert!(Pkcs12::open(&file[..cut], &password()).is_err());
        }
        let keyless = packed(P256, &["-nokeys"]);
        assert_eq!(Pkcs12::open(&keyless, &password()).unwrap_err(), Pkcs12Error::Keys { found: 0 });
    }
}
