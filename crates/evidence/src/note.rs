//! Signed notes of C2SP: a text, an empty line, signature lines `— <name> <base64(key id ‖ signature)>`; and verification keys
//! `<name>+<hex key id>+<base64(type ‖ key)>`. Only Ed25519 (type 0x01) so far; lines of other types are kept and not judged.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::digest::{sha256, unhex};

const ED25519_TYPE: u8 = 0x01;

/// The public key of a log, as a file of trust holds it (`log.vkey`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    /// The log's name; it is also the origin of its checkpoints.
    pub name: String,
    /// The first four bytes of SHA-256(name ‖ LF ‖ type ‖ key).
    pub id: [u8; 4],
    /// The Ed25519 public key.
    pub public: [u8; 32],
}

/// Why a text is no key or no note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteError {
    /// The name is empty or holds a space or `+`.
    Name,
    /// No text of the form `name+id+key`.
    Key,
    /// A key of a kind that is not known here.
    KeyType(u8),
    /// The id does not belong to name and key.
    KeyId,
    /// No empty line between text and signatures, a control character, or no text.
    Shape,
    /// A line among the signatures that is none.
    SignatureLine,
}

impl std::fmt::Display for NoteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name => f.write_str("the key's name is empty or holds a space or a plus sign"),
            Self::Key => f.write_str("not a verification key of the form name+id+key"),
            Self::KeyType(kind) => write!(f, "keys of type {kind} are not known"),
            Self::KeyId => f.write_str("the key id does not belong to the key"),
            Self::Shape => f.write_str("not a signed note"),
            Self::SignatureLine => f.write_str("a line among the signatures is no signature"),
        }
    }
}
impl std::error::Error for NoteError {}

impl VerifierKey {
    /// The key of a log named `name`.
    ///
    /// # Errors
    /// [`NoteError::Name`].
    pub fn new(name: &str, public: [u8; 32]) -> Result<Self, NoteError> {
        if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+') {
            return Err(NoteError::Name);
        }
        let mut hashed = format!("{name}\n").into_bytes();
        hashed.push(ED25519_TYPE);
        hashed.extend(public);
        let [a, b, c, d, ..] = sha256(&hashed);
        Ok(Self {
            name: name.to_owned(),
            id: [a, b, c, d],
            public,
        })
    }
    /// Reads the text of a key file (a line end is allowed).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.trim_end().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        let id: [u8; 4] = unhex(id).ok_or(NoteError::Key)?;
        let key = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let (&kind, public) = key.split_first().ok_or(NoteError::Key)?;
        if kind != ED25519_TYPE {
            return Err(NoteError::KeyType(kind));
        }
        let key = Self::new(name, public.try_into().map_err(|_| NoteError::Key)?)?;
        if key.id == id { Ok(key) } else { Err(NoteError::KeyId) }
    }
    /// Whether `signature` by this key over `message` holds.
    #[must_use]
    pub fn holds(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.public).verify(message, signature).is_ok()
    }
    /// The line that carries `signature` (64 bytes of Ed25519 over the note's text), with its end of line.
    #[must_use]
    pub fn signature_line(&self, signature: &[u8]) -> String {
        format!("\u{2014} {} {}\n", self.name, STANDARD.encode([&self.id[..], signature].concat()))
    }
}

impl std::fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let key = [&[ED25519_TYPE][..], &self.public].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id), STANDARD.encode(key))
    }
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// Whose it says it is.
    pub name: String,
    /// Which key of his.
    pub id: [u8; 4],
    /// The signature's bytes.
    pub signature: Vec<u8>,
}

/// A note: a text that ends in LF, and its signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is signed, with its last LF.
    pub text: String,
    /// The signature lines in their order.
    pub signatures: Vec<NoteSignature>,
}

impl Note {
    /// Reads a signed note.
    ///
    /// # Errors
    /// What is wrong with it. At most 100 signatures and 1 MB are looked at.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        if text.len() > 1_000_000 || text.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteError::Shape);
        }
        let at = text.rfind("\n\n").ok_or(NoteError::Shape)?;
        let (body, lines) = (&text[..=at], &text[at + 2..]);
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Shape)?;
        let signatures = lines.split('\n').take(101).map(Self::signature).collect::<Result<Vec<_>, _>>()?;
        if signatures.len() > 100 {
            Err(NoteError::Shape)
        } else {
            Ok(Self {
                text: body.to_owned(),
                signatures,
            })
        }
    }
    fn signature(line: &str) -> Result<NoteSignature, NoteError> {
        let (name, blob) = line
            .strip_prefix("\u{2014} ")
            .and_then(|rest| rest.split_once(' '))
            .ok_or(NoteError::SignatureLine)?;
        let blob = STANDARD.decode(blob).map_err(|_| NoteError::SignatureLine)?;
        let (id, signature) = blob.split_first_chunk::<4>().ok_or(NoteError::SignatureLine)?;
        if name.is_empty() || name.contains('+') || signature.is_empty() {
            return Err(NoteError::SignatureLine);
        }
        Ok(NoteSignature {
            name: name.to_owned(),
            id: *id,
            signature: signature.to_vec(),
        })
    }
    /// The first of `keys` that signed the text; `None` when none did, or when a line of a known key does not hold.
    #[must_use]
    pub fn signer<'k>(&self, keys: &'k [VerifierKey]) -> Option<&'k VerifierKey> {
        let mut found = None;
        for line in &self.signatures {
            if let Some(key) = keys.iter().find(|key| key.name == line.name && key.id == line.id) {
                if !key.holds(self.text.as_bytes(), &line.signature) {
                    return None;
                }
                found = found.or(Some(key));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    fn pair() -> (Ed25519KeyPair, VerifierKey) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let key = VerifierKey::new("log.example/x", pair.public_key().as_ref().try_into().unwrap()).unwrap();
        (pair, key)
    }

    #[test]
    fn the_key_of_the_specification_reads_and_writes_the_same() {
        // The key of transparency-dev/tessera's test log.
        let text = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
        assert_eq!(VerifierKey::parse(text).unwrap().to_string(), text);
        assert_eq!(VerifierKey::parse(&text.replace("33d7", "33d8")), Err(NoteError::KeyId));
    }

    #[test]
    fn a_signed_note_is_opened_by_its_key_and_no_changed_byte_survives() {
        let (pair, key) = pair();
        let text = "log.example/x\n3\nAAAA\n".to_owned();
        let note = format!("{text}\n{}", key.signature_line(pair.sign(text.as_bytes()).as_ref()));
        let keys = [key];
        assert!(Note::parse(&note).unwrap().signer(&keys).is_some());
        assert!(Note::parse(&note).unwrap().signer(&[]).is_none());
        for at in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= 1;
            let opened = String::from_utf8(bytes).ok().and_then(|text| Note::parse(&text).ok());
            assert!(opened.is_none_or(|note| note.signer(&keys).is_none()), "byte {at}");
        }
    }
}
