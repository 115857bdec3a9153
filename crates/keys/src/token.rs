//! A key on a PKCS#11 token (HSM of the authority). The subscriber's token is the agent's affair.

use std::path::Path;
use std::sync::Mutex;

use asn1::Writer;
use aws_lc_rs::digest;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as TokenError, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType as TokenKeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use foundation::Secret;
use pki::{KeyType, PublicKey};

use crate::KeyError;

/// A loaded PKCS#11 module. One per module and process: the standard allows one initialisation.
#[derive(Debug)]
pub struct TokenModule(Pkcs11);

/// A private key on a token, with a session of its own.
#[derive(Debug)]
pub struct TokenKey {
    session: Mutex<Session>,
    key: ObjectHandle,
    key_type: KeyType,
    public: Vec<u8>,
}

impl TokenModule {
    /// Loads and initialises the shared object.
    ///
    /// # Errors
    /// What the module said.
    pub fn load(module: &Path) -> Result<Self, KeyError> {
        let module = Pkcs11::new(module).map_err(said)?;
        match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(TokenError::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(Self(module)),
            Err(error) => Err(said(error)),
        }
    }

    /// Opens the key labelled `label` on the token labelled `token`.
    ///
    /// # Errors
    /// No such token or key, wrong PIN, a kind of key not used here.
    pub fn key(&self, token: &str, pin: &Secret<String>, label: &str) -> Result<TokenKey, KeyError> {
        let session = self.session(token, pin)?;
        let find = |class| -> Result<ObjectHandle, KeyError> {
            let found = session
                .find_objects(&[Attribute::Class(class), Attribute::Label(label.as_bytes().to_vec())])
                .map_err(said)?;
            found
                .first()
                .copied()
                .ok_or_else(|| KeyError::NoSuchKey { label: label.to_owned() })
        };
        let (key, public) = (find(ObjectClass::PRIVATE_KEY)?, find(ObjectClass::PUBLIC_KEY)?);
        let (key_type, public) = public_key(&session, public)?;
        Ok(TokenKey {
            session: Mutex::new(session),
            key,
            key_type,
            public,
        })
    }

    /// What a person's token holds: every signing key that has its certificate beside it (tied by CKA_ID), and all certificates.
    ///
    /// # Errors
    /// No such token, wrong PIN, or what the token said.
    pub fn holder(&self, token: &str, pin: &Secret<String>) -> Result<TokenContents, KeyError> {
        let session = self.session(token, pin)?;
        let mut certificates = Vec::new();
        for object in session.find_objects(&[Attribute::Class(ObjectClass::CERTIFICATE)]).map_err(said)? {
            let (mut id, mut der) = (Vec::new(), Vec::new());
            for attribute in session
                .get_attributes(object, &[AttributeType::Id, AttributeType::Value])
                .map_err(said)?
            {
                match attribute {
                    Attribute::Id(bytes) => id = bytes,
                    Attribute::Value(bytes) => der = bytes,
                    _ => {}
                }
            }
            if !der.is_empty() {
                certificates.push((id, der));
            }
        }
        let mut keys = Vec::new();
        for (id, der) in &certificates {
            let wanted = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Id(id.clone())];
            let Some(key) = session.find_objects(&wanted).map_err(said)?.first().copied() else {
                continue;
            };
            // The certificate says which public key it is: many tokens keep no public key object.
            let Ok(certificate) = pki::Certificate::parse(der) else { continue };
            let Some(key_type) = certificate.public_key().ok().and_then(|key| key.key_type()) else {
                continue;
            };
            let key = TokenKey {
                session: Mutex::new(self.session(token, pin)?),
                key,
                key_type,
                public: certificate.spki_der().to_vec(),
            };
            keys.push((key, der.clone()));
        }
        Ok(TokenContents {
            keys,
            certificates: certificates.into_iter().map(|(_, der)| der).collect(),
        })
    }

    fn session(&self, token: &str, pin: &Secret<String>) -> Result<Session, KeyError> {
        let slot = self
            .0
            .get_slots_with_initialized_token()
            .map_err(said)?
            .into_iter()
            .find(|slot| self.0.get_token_info(*slot).is_ok_and(|info| info.label() == token))
            .ok_or_else(|| KeyError::NoSuchToken { label: token.to_owned() })?;
        let session = self.0.open_ro_session(slot).map_err(said)?;
        // The login belongs to the token, not to the session: the second key of a token finds it done.
        match session.login(UserType::User, Some(&AuthPin::new(pin.reveal().clone().into()))) {
            Ok(()) | Err(TokenError::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
            Err(TokenError::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _)) => Err(KeyError::WrongPin),
            Err(TokenError::Pkcs11(RvError::PinLocked, _)) => Err(KeyError::PinLocked),
            Err(error) => Err(said(error)),
        }
    }
}

/// What a person's token holds.
#[derive(Debug)]
pub struct TokenContents {
    /// Keys, each with its certificate (DER).
    pub keys: Vec<(TokenKey, Vec<u8>)>,
    /// All certificates on it, DER.
    pub certificates: Vec<Vec<u8>>,
}

impl TokenKey {
    pub(crate) const fn key_type(&self) -> KeyType {
        self.key_type
    }
    pub(crate) fn public_key_der(&self) -> &[u8] {
        &self.public
    }
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let session = self.session.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let raw = match self.key_type {
            KeyType::P256 | KeyType::P384 => {
                let algorithm = if self.key_type == KeyType::P256 {
                    &digest::SHA256
                } else {
                    &digest::SHA384
                };
                session
                    .sign(&Mechanism::Ecdsa, self.key, digest::digest(algorithm, message).as_ref())
                    .map_err(said)?
            }
            _ => return session.sign(&Mechanism::Sha256RsaPkcs, self.key, message).map_err(said),
        };
        // PKCS#11 answers r || s; X.509 wants SEQUENCE { r, s }.
        let (r, s) = raw.split_at(raw.len() / 2);
        let mut writer = Writer::new();
        writer.sequence(|w| {
            w.integer_be(r);
            w.integer_be(s);
        });
        Ok(writer.finish())
    }
}

fn public_key(session: &Session, public: ObjectHandle) -> Result<(KeyType, Vec<u8>), KeyError> {
    let wanted = [
        AttributeType::KeyType,
        AttributeType::Modulus,
        AttributeType::PublicExponent,
        AttributeType::EcPoint,
    ];
    let (mut kind, mut modulus, mut exponent, mut point) = (None, vec![], vec![], vec![]);
    for attribute in session.get_attributes(public, &wanted).map_err(said)? {
        match attribute {
            Attribute::KeyType(found) => kind = Some(found),
            Attribute::Modulus(bytes) => modulus = bytes,
            Attribute::PublicExponent(bytes) => exponent = bytes,
            Attribute::EcPoint(bytes) => point = bytes,
            _ => {}
        }
    }
    let spki = if kind == Some(TokenKeyType::RSA) {
        pki::rsa_spki(&modulus, &exponent)
    } else {
        // CKA_EC_POINT is the point inside an OCTET STRING; both curves fit into one length byte.
        let point = match point.as_slice() {
            [0x04, length, rest @ ..] if usize::from(*length) == rest.len() => rest,
            bare => bare,
        };
        pki::ec_spki(point).map_err(|_| KeyError::Unreadable)?
    };
    let key_type = PublicKey::parse(&spki)
        .ok()
        .and_then(|key| key.key_type())
        .ok_or(KeyError::Unreadable)?;
    Ok((key_type, spki))
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function value in map_err")]
fn said(error: TokenError) -> KeyError {
    KeyError::Token(error.to_string())
}
