//! The PKCS#11 token: keys made on it, signatures made on it, certificates written to it.

use std::path::Path;

use asn1::Writer;
use aws_lc_rs::digest;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as TokenError, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, CertificateType, KeyType as TokenKeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::AuthPin;
use foundation::Secret;
use pki::{Certificate, KeyType, PublicKey};

use crate::failure::Failure;

const P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];

/// A loaded module with its tokens.
pub struct Module(Pkcs11);

/// A token that the person opened with the PIN.
pub struct Token {
    session: Session,
    // The module must outlive its sessions.
    _module: Module,
}

/// A private key on the token.
#[derive(Debug, Clone)]
pub struct Key {
    private: ObjectHandle,
    pub label: String,
    pub id: Vec<u8>,
    pub key_type: KeyType,
    pub public: PublicKey,
    /// The certificate beside it.
    pub certificate: Option<Certificate>,
}

impl Module {
    pub fn load(path: &Path) -> Result<Self, Failure> {
        let failed = |error: TokenError| {
            let next = "トークンに付属のソフトウェアが入っているか確かめてください。";
            Failure::lacking(
                "module_unusable",
                format!("PKCS#11モジュール {} を使えません: {error}", path.display()),
                next,
            )
        };
        let module = Pkcs11::new(path).map_err(failed)?;
        module
            .initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))
            .map_err(failed)?;
        Ok(Self(module))
    }
    /// The tokens in reach.
    pub fn tokens(&self) -> Vec<(Slot, TokenInfo)> {
        let slots = self.0.get_slots_with_initialized_token().unwrap_or_default();
        slots
            .into_iter()
            .filter_map(|slot| Some((slot, self.0.get_token_info(slot).ok()?)))
            .collect()
    }
    /// The token of that label, or the only one.
    pub fn find(&self, label: Option<&str>) -> Result<(Slot, TokenInfo), Failure> {
        let mut tokens = self.tokens();
        if let Some(label) = label {
            tokens.retain(|(_, info)| info.label() == label);
        }
        match tokens.len() {
            1 => Ok(tokens.remove(0)),
            0 => Err(Failure::lacking(
                "token_missing",
                label.map_or_else(
                    || "トークンが見つかりません。".into(),
                    |label| format!("トークン「{label}」が見つかりません。"),
                ),
                "トークンを差し込み、ラベルを確かめてください（cecsign-agent doctor で一覧が出ます）。",
            )),
            _ => Err(Failure::lacking(
                "token_ambiguous",
                "トークンが2つ以上あります。",
                "--token で使うトークンのラベルを指定してください。",
            )),
        }
    }
    /// Opens it with the PIN.
    pub fn open(self, label: Option<&str>, pin: &Secret<String>) -> Result<Token, Failure> {
        let (slot, info) = self.find(label)?;
        if info.user_pin_locked() {
            return Err(pin_failure(
                &TokenError::Pkcs11(RvError::PinLocked, cryptoki::context::Function::Login),
                &info,
            ));
        }
        let session = self.0.open_rw_session(slot).map_err(|error| said(&error))?;
        session
            .login(UserType::User, Some(&AuthPin::new(pin.reveal().clone().into())))
            .map_err(|error| {
                let now = self.0.get_token_info(slot).unwrap_or(info);
                pin_failure(&error, &now)
            })?;
        Ok(Token { session, _module: self })
    }
}

impl Token {
    /// The signing keys on it.
    pub fn keys(&self) -> Result<Vec<Key>, Failure> {
        let found = self.find(&[
            Attribute::Class(ObjectClass::PRIVATE_KEY),
            Attribute::Token(true),
            Attribute::Sign(true),
        ])?;
        Ok(found.into_iter().filter_map(|private| self.key(private).ok()).collect())
    }
    /// Makes a key pair that never leaves the token.
    pub fn generate(&self, kind: KeyType, label: &str) -> Result<Key, Failure> {
        let mut public = vec![
            Attribute::Token(true),
            Attribute::Verify(true),
            Attribute::Label(label.into()),
            Attribute::Private(false),
        ];
        let private = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::Decrypt(false),
            Attribute::Unwrap(false),
            Attribute::Label(label.into()),
        ];
        let mechanism = match kind {
            KeyType::Rsa2048 | KeyType::Rsa3072 | KeyType::Rsa4096 => {
                let bits = match kind {
                    KeyType::Rsa2048 => 2048u64,
                    KeyType::Rsa3072 => 3072,
                    _ => 4096,
                };
                public.push(Attribute::ModulusBits(bits.into()));
                public.push(Attribute::PublicExponent(vec![1, 0, 1]));
                Mechanism::RsaPkcsKeyPairGen
            }
            KeyType::P384 => {
                public.push(Attribute::EcParams(P384.to_vec()));
                Mechanism::EccKeyPairGen
            }
            _ => {
                public.push(Attribute::EcParams(P256.to_vec()));
                Mechanism::EccKeyPairGen
            }
        };
        let (public, private) = self.session.generate_key_pair(&mechanism, &public, &private).map_err(|error| {
            Failure::refused(
                "key_not_made",
                format!("トークンで鍵（{kind}）を作れません: {error}"),
                "--key で別の種類の鍵を指定してください。",
            )
        })?;
        let key = self.public_key(public)?;
        let id = key.key_id();
        for object in [public, private] {
            self.session
                .update_attributes(object, &[Attribute::Id(id.clone())])
                .map_err(|error| said(&error))?;
        }
        self.demand_kept(private)?;
        self.key(private)
    }
    /// The token's word that the key was born on it and stays there.
    fn demand_kept(&self, private: ObjectHandle) -> Result<(), Failure> {
        let wanted = [
            AttributeType::Local,
            AttributeType::NeverExtractable,
            AttributeType::AlwaysSensitive,
        ];
        let found = self.session.get_attributes(private, &wanted).map_err(|error| said(&error))?;
        let kept = found.len() == wanted.len()
            && found.iter().all(|attribute| {
                matches!(
                    attribute,
                    Attribute::Local(true) | Attribute::NeverExtractable(true) | Attribute::AlwaysSensitive(true)
                )
            });
        if kept {
            Ok(())
        } else {
            Err(Failure::refused(
                "key_extractable",
                "このトークンは、鍵を外へ取り出せないことを保証しません。",
                "認証局が配ったトークンを使ってください。",
            ))
        }
    }
    /// Signs `message` with the key's usual algorithm; ECDSA comes as DER. Verified before it is handed out.
    pub fn sign(&self, key: &Key, message: &[u8]) -> Result<Vec<u8>, Failure> {
        let raw = match key.key_type {
            KeyType::P256 | KeyType::P384 => {
                let algorithm = if key.key_type == KeyType::P256 {
                    &digest::SHA256
                } else {
                    &digest::SHA384
                };
                self.session
                    .sign(&Mechanism::Ecdsa, key.private, digest::digest(algorithm, message).as_ref())
            }
            _ => self.session.sign(&Mechanism::Sha256RsaPkcs, key.private, message),
        };
        let raw = raw.map_err(|error| said(&error))?;
        let signature = if matches!(key.key_type, KeyType::P256 | KeyType::P384) {
            der(&raw)
        } else {
            raw
        };
        key.public
            .verify(key.key_type.signature_algorithm(), message, &signature)
            .map_err(|_| {
                Failure::refused(
                    "signature_wrong",
                    "トークンが作った署名を検証できません。",
                    "トークンを差し直して、もう一度お試しください。",
                )
            })?;
        Ok(signature)
    }
    /// Writes the certificate beside the key, reads it back and compares.
    pub fn write_certificate(&self, key: &Key, certificate: &Certificate) -> Result<(), Failure> {
        let known = [Attribute::Class(ObjectClass::CERTIFICATE), Attribute::Id(key.id.clone())];
        for object in self.find(&known)? {
            match self
                .session
                .get_attributes(object, &[AttributeType::Value])
                .map_err(|error| said(&error))?
                .as_slice()
            {
                [Attribute::Value(value)] if *value == certificate.der() => return Ok(()),
                _ => self.session.destroy_object(object).map_err(|error| said(&error))?,
            }
        }
        let mut serial = Writer::new();
        serial.integer_content(certificate.serial().content());
        let template = [
            Attribute::Class(ObjectClass::CERTIFICATE),
            Attribute::CertificateType(CertificateType::X_509),
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Label(key.label.clone().into_bytes()),
            Attribute::Id(key.id.clone()),
            Attribute::Subject(certificate.subject().der().to_vec()),
            Attribute::Issuer(certificate.issuer().der().to_vec()),
            Attribute::SerialNumber(serial.finish()),
            Attribute::Value(certificate.der().to_vec()),
        ];
        let written = self.session.create_object(&template).map_err(|error| {
            Failure::refused(
                "certificate_not_written",
                format!("トークンに証明書を書き込めません: {error}"),
                "トークンの空きを確かめて、もう一度お試しください。",
            )
        })?;
        match self
            .session
            .get_attributes(written, &[AttributeType::Value])
            .map_err(|error| said(&error))?
            .as_slice()
        {
            [Attribute::Value(value)] if *value == certificate.der() => Ok(()),
            _ => Err(Failure::refused(
                "certificate_not_written",
                "書き込んだ証明書を読み直すと違っていました。",
                "トークンを差し直して、もう一度お試しください。",
            )),
        }
    }

    fn find(&self, template: &[Attribute]) -> Result<Vec<ObjectHandle>, Failure> {
        self.session.find_objects(template).map_err(|error| said(&error))
    }
    fn key(&self, private: ObjectHandle) -> Result<Key, Failure> {
        let attributes = self
            .session
            .get_attributes(private, &[AttributeType::Id, AttributeType::Label])
            .map_err(|error| said(&error))?;
        let (mut id, mut label) = (Vec::new(), String::new());
        for attribute in attributes {
            match attribute {
                Attribute::Id(bytes) => id = bytes,
                Attribute::Label(bytes) => label = String::from_utf8_lossy(&bytes).into_owned(),
                _ => {}
            }
        }
        let public = self.find(&[Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::Id(id.clone())])?;
        let certificate = self.certificate(&id)?;
        let public = match (public.first(), &certificate) {
            (Some(object), _) => self.public_key(*object)?,
            (None, Some(certificate)) => certificate.public_key().map_err(|_| unknown_key())?,
            (None, None) => return Err(unknown_key()),
        };
        let key_type = public.key_type().ok_or_else(unknown_key)?;
        Ok(Key {
            private,
            label,
            id,
            key_type,
            public,
            certificate,
        })
    }
    fn certificate(&self, id: &[u8]) -> Result<Option<Certificate>, Failure> {
        let found = self.find(&[Attribute::Class(ObjectClass::CERTIFICATE), Attribute::Id(id.to_vec())])?;
        let Some(object) = found.first() else { return Ok(None) };
        match self
            .session
            .get_attributes(*object, &[AttributeType::Value])
            .map_err(|error| said(&error))?
            .as_slice()
        {
            [Attribute::Value(value)] => Ok(Certificate::parse(value).ok()),
            _ => Ok(None),
        }
    }
    fn public_key(&self, object: ObjectHandle) -> Result<PublicKey, Failure> {
        let kind = self
            .session
            .get_attributes(object, &[AttributeType::KeyType])
            .map_err(|error| said(&error))?;
        let spki = if kind.first() == Some(&Attribute::KeyType(TokenKeyType::RSA)) {
            let parts = self
                .session
                .get_attributes(object, &[AttributeType::Modulus, AttributeType::PublicExponent]);
            let (mut modulus, mut exponent) = (Vec::new(), Vec::new());
            for attribute in parts.map_err(|error| said(&error))? {
                match attribute {
                    Attribute::Modulus(bytes) => modulus = bytes,
                    Attribute::PublicExponent(bytes) => exponent = bytes,
                    _ => {}
                }
            }
            pki::rsa_spki(&modulus, &exponent)
        } else {
            let point = self
                .session
                .get_attributes(object, &[AttributeType::EcPoint])
                .map_err(|error| said(&error))?;
            let Some(Attribute::EcPoint(point)) = point.first() else {
                return Err(unknown_key());
            };
            // CKA_EC_POINT is the point inside an OCTET STRING; both curves fit into one length byte.
            let point = match point.as_slice() {
                [0x04, length, rest @ ..] if usize::from(*length) == rest.len() => rest,
                bare => bare,
            };
            pki::ec_spki(point).map_err(|_| unknown_key())?
        };
        PublicKey::parse(&spki).map_err(|_| unknown_key())
    }
}

/// PKCS#11 answers r || s; X.509 wants SEQUENCE { r, s }.
fn der(raw: &[u8]) -> Vec<u8> {
    let (r, s) = raw.split_at(raw.len() / 2);
    Writer::build(|w| {
        w.sequence(|w| {
            w.integer_be(r);
            w.integer_be(s);
        });
    })
}

fn unknown_key() -> Failure {
    Failure::refused(
        "key_unknown",
        "トークンの鍵の種類を扱えません。",
        "認証局が配ったトークンを使ってください。",
    )
}

fn pin_failure(error: &TokenError, info: &TokenInfo) -> Failure {
    match error {
        TokenError::Pkcs11(RvError::PinLocked, _) => Failure::refused(
            "token_pin_locked",
            "トークンのPINがロックされています。",
            "トークンの管理ソフトで解除するか、認証局に連絡してください。",
        ),
        TokenError::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _) => {
            let left = if info.user_pin_final_try() {
                "次に間違えるとロックされます。"
            } else if info.user_pin_count_low() {
                "残りの回数が少なくなっています。"
            } else {
                "間違え続けるとトークンがロックされます。"
            };
            Failure::refused(
                "token_pin_wrong",
                "トークンのPINが違います。",
                format!("PINを確かめてください。{left}"),
            )
        }
        error => said(error),
    }
}

fn said(error: &TokenError) -> Failure {
    match error {
        TokenError::Pkcs11(RvError::DeviceRemoved | RvError::TokenNotPresent | RvError::DeviceError, _) => Failure::refused(
            "token_removed",
            "トークンが外れました。",
            "トークンを差し直して、もう一度お試しください。",
        ),
        error => Failure::refused(
            "token_error",
            format!("トークンがエラーを返しました: {error}"),
            "トークンを差し直して、もう一度お試しください。",
        ),
    }
}
