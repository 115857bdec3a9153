//! Checkpoints (C2SP tlog-checkpoint), inclusion proofs as files (C2SP tlog-proof), and the text of an entry.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    digest::{sha256, sha512, unhex},
    merkle::{Hash, inclusion_holds, leaf_hash},
    note::{Note, NoteError, VerifierKey},
};

/// What a checkpoint says: so many entries, this root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// Why a text is no checkpoint or proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointError {
    /// Its note.
    Note(NoteError),
    /// The lines of the checkpoint.
    Body,
    /// The lines of the proof before the checkpoint.
    Proof,
    /// No known key signed it.
    NotSigned,
    /// The name it begins with is not the name of the key.
    Origin,
    /// The proof does not lead from the entry to the root.
    NotIncluded,
}

impl std::fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Note(error) => error.fmt(f),
            Self::Body => f.write_str("not the three lines of a checkpoint"),
            Self::Proof => f.write_str("not an inclusion proof of the form c2sp.org/tlog-proof@v1"),
            Self::NotSigned => f.write_str("no known key of the log signed it"),
            Self::Origin => f.write_str("the checkpoint's origin is not the name of its key"),
            Self::NotIncluded => f.write_str("the proof does not lead from the entry to the root"),
        }
    }
}
impl std::error::Error for CheckpointError {}
impl From<NoteError> for CheckpointError {
    fn from(error: NoteError) -> Self {
        Self::Note(error)
    }
}

impl Checkpoint {
    /// The text to sign (Ed25519 over exactly these bytes).
    #[must_use]
    pub fn to_sign(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }
    /// The signed note, once `signature` over [`Checkpoint::to_sign`] is there. The signature is checked.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`], [`CheckpointError::NotSigned`].
    pub fn complete(&self, key: &VerifierKey, signature: &[u8]) -> Result<String, CheckpointError> {
        let text = self.to_sign();
        if key.name != self.origin {
            return Err(CheckpointError::Origin);
        }
        if !key.holds(text.as_bytes(), signature) {
            return Err(CheckpointError::NotSigned);
        }
        Ok(format!("{text}\n{}", key.signature_line(signature)))
    }
    /// Reads a signed checkpoint without judging its signatures.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(note: &str) -> Result<Self, CheckpointError> {
        Self::read(&Note::parse(note)?)
    }
    fn read(note: &Note) -> Result<Self, CheckpointError> {
        let mut lines = note.text.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Body);
        };
        let number: u64 = size.parse().map_err(|_| CheckpointError::Body)?;
        let root = STANDARD
            .decode(root)
            .ok()
            .and_then(|bytes| Hash::try_from(bytes).ok())
            .ok_or(CheckpointError::Body)?;
        if origin.is_empty() || number.to_string() != size {
            return Err(CheckpointError::Body);
        }
        Ok(Self {
            origin: origin.to_owned(),
            size: number,
            root,
        })
    }
    /// Reads a signed checkpoint and demands the signature of one of `keys`, whose name must be the origin.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn open(note: &str, keys: &[VerifierKey]) -> Result<Self, CheckpointError> {
        let note = Note::parse(note)?;
        let checkpoint = Self::read(&note)?;
        let key = note.signer(keys).ok_or(CheckpointError::NotSigned)?;
        if key.name == checkpoint.origin {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Origin)
        }
    }
}

/// An inclusion proof with the checkpoint it leads to (`proof.txt`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Where the entry stands.
    pub index: u64,
    /// The siblings from below.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint, byte for byte.
    pub checkpoint: String,
}

const PROOF_HEAD: &str = "c2sp.org/tlog-proof@v1";

impl Proof {
    /// Reads a proof file.
    ///
    /// # Errors
    /// [`CheckpointError::Proof`]; the checkpoint inside is not judged.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(CheckpointError::Proof)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(PROOF_HEAD) {
            return Err(CheckpointError::Proof);
        }
        lines.next_if(|line| line.starts_with("extra "));
        let number = lines
            .next()
            .and_then(|line| line.strip_prefix("index "))
            .ok_or(CheckpointError::Proof)?;
        let index: u64 = number.parse().map_err(|_| CheckpointError::Proof)?;
        let hashes = lines
            .take(65)
            .map(|line| {
                STANDARD
                    .decode(line)
                    .ok()
                    .and_then(|bytes| Hash::try_from(bytes).ok())
                    .ok_or(CheckpointError::Proof)
            })
            .collect::<Result<Vec<_>, _>>()?;
        if index.to_string() != number || hashes.len() > 64 {
            return Err(CheckpointError::Proof);
        }
        Ok(Self {
            index,
            hashes,
            checkpoint: checkpoint.to_owned(),
        })
    }
    /// Whether `entry` is in the tree of `checkpoint`.
    ///
    /// # Errors
    /// [`CheckpointError::NotIncluded`].
    pub fn verify(&self, entry: &[u8], checkpoint: &Checkpoint) -> Result<(), CheckpointError> {
        if inclusion_holds(&leaf_hash(entry), self.index, checkpoint.size, &self.hashes, &checkpoint.root) {
            Ok(())
        } else {
            Err(CheckpointError::NotIncluded)
        }
    }
}

impl std::fmt::Display for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{PROOF_HEAD}\nindex {}\n", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", STANDARD.encode(hash))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

/// A log entry: the hashes of something that stays outside the log (`entry.txt`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What kind of fact: `ingest`, `journal-head`, …
    pub kind: String,
    /// SHA-256 of the thing.
    pub sha256: [u8; 32],
    /// SHA-512 of the thing.
    pub sha512: [u8; 64],
}

const ENTRY_HEAD: &str = "cectrust-entry/1";

impl Entry {
    /// The entry of `kind` (`[a-z0-9-]+`) over `bytes`.
    #[must_use]
    pub fn of(kind: &str, bytes: &[u8]) -> Self {
        Self {
            kind: kind.to_owned(),
            sha256: sha256(bytes),
            sha512: sha512(bytes),
        }
    }
    /// Reads an entry; `None` when the text is not exactly one.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let mut lines = text.split('\n');
        if lines.next()? != ENTRY_HEAD {
            return None;
        }
        let kind = lines
            .next()
            .filter(|kind| !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))?;
        let entry = Self {
            kind: kind.to_owned(),
            sha256: unhex(lines.next()?.strip_prefix("sha256:")?)?,
            sha512: unhex(lines.next()?.strip_prefix("sha512:")?)?,
        };
        (entry.to_string() == text).then_some(entry)
    }
    /// Whether it is the entry of `bytes`.
    #[must_use]
    pub fn commits_to(&self, bytes: &[u8]) -> bool {
        self.sha256 == sha256(bytes) && self.sha512 == sha512(bytes)
    }
}

impl std::fmt::Display for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{ENTRY_HEAD}\n{}\nsha256:{}\nsha512:{}\n",
            self.kind,
            hex::encode(self.sha256),
            hex::encode(self.sha512)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    #[test]
    fn an_entry_reads_only_in_its_one_form() {
        let entry = Entry::of("ingest", b"{}");
        let text = entry.to_string();
        assert_eq!(Entry::parse(text.as_bytes()), Some(entry.clone()));
        assert!(entry.commits_to(b"{}") && !entry.commits_to(b"{ }"));
        for wrong in [
            text.to_uppercase(),
            text.replace("ingest", "In gest"),
            format!("{text}\n"),
            text.replacen('\n', "\r\n", 1),
        ] {
            assert_eq!(Entry::parse(wrong.as_bytes()), None);
        }
    }

    #[test]
    fn a_proof_file_goes_round_and_its_tail_is_the_checkpoint() {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
        let key = VerifierKey::new("demo.example", pair.public_key().as_ref().try_into().unwrap()).unwrap();
        let leaves = [b"a".as_slice(), b"b", b"c"];
        let mut tiles = crate::merkle::Tiles::new();
        for (size, leaf) in leaves.iter().enumerate() {
            tiles.append(size as u64, leaf_hash(leaf)).unwrap();
        }
        let checkpoint = Checkpoint {
            origin: "demo.example".to_owned(),
            size: 3,
            root: tiles.root(3).unwrap(),
        };
        let note = checkpoint
            .complete(&key, pair.sign(checkpoint.to_sign().as_bytes()).as_ref())
            .unwrap();
        assert_eq!(checkpoint.complete(&key, &[0; 64]), Err(CheckpointError::NotSigned));
        let proof = Proof {
            index: 1,
            hashes: tiles.inclusion(1, 3).unwrap(),
            checkpoint: note.clone(),
        };
        let text = proof.to_string();
        assert!(text.ends_with(&note));
        let read = Proof::parse(&text).unwrap();
        assert_eq!(read, proof);
        let opened = Checkpoint::open(&read.checkpoint, &[key]).unwrap();
        assert_eq!(read.verify(b"b", &opened), Ok(()));
        assert_eq!(read.verify(b"c", &opened), Err(CheckpointError::NotIncluded));
    }
}
