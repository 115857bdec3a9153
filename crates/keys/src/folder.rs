//! The online keys of an installation: `keys/<name>.key`, one file each, mode 0600.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use foundation::{Random, Secret};

use crate::{LogKey, OpenError, SealedKey, Signer, SoftwareKey};

/// A folder of key files, all sealed under the same unlock secret.
#[derive(Debug, Clone)]
pub struct KeyFolder {
    folder: PathBuf,
    unlock: Secret<Vec<u8>>,
}

impl KeyFolder {
    /// Names the folder; nothing is read yet.
    #[must_use]
    pub fn new(folder: &Path, unlock: Secret<Vec<u8>>) -> Self {
        Self {
            folder: folder.to_owned(),
            unlock,
        }
    }
    /// The file of a key.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.key"))
    }
    /// Whether the file of a key is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.path(name).is_file()
    }
    /// Seals a key into its file; durable when it returns. An existing file is never overwritten. Runs Argon2id.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub fn put(&self, name: &str, key: &SoftwareKey, random: &dyn Random) -> Result<(), OpenError> {
        self.write(name, &SealedKey::seal(key, self.unlock.reveal(), name.as_bytes(), random))
    }
    /// Opens a key. Runs Argon2id.
    ///
    /// # Errors
    /// Missing, wrong unlock secret, damaged.
    pub fn open(&self, name: &str) -> Result<Signer, OpenError> {
        self.read(name)?.open(self.unlock.reveal(), name.as_bytes())
    }
    /// Seals the log key into its file. Runs Argon2id.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub fn put_log(&self, name: &str, key: &LogKey, random: &dyn Random) -> Result<(), OpenError> {
        self.write(name, &SealedKey::seal_log(key, self.unlock.reveal(), name.as_bytes(), random))
    }
    /// Opens the log key. Runs Argon2id.
    ///
    /// # Errors
    /// Missing, wrong unlock secret, damaged.
    pub fn open_log(&self, name: &str) -> Result<LogKey, OpenError> {
        self.read(name)?.open_log(self.unlock.reveal(), name.as_bytes())
    }

    fn read(&self, name: &str) -> Result<SealedKey, OpenError> {
        match std::fs::read(self.path(name)) {
            Ok(bytes) => Ok(SealedKey::from_bytes(bytes)),
            Err(said) if said.kind() == std::io::ErrorKind::NotFound => Err(OpenError::Missing { name: name.to_owned() }),
            Err(said) => Err(OpenError::File {
                name: name.to_owned(),
                said,
            }),
        }
    }

    fn write(&self, name: &str, sealed: &SealedKey) -> Result<(), OpenError> {
        let file = |said| OpenError::File {
            name: name.to_owned(),
            said,
        };
        std::fs::create_dir_all(&self.folder).map_err(file)?;
        // Written beside its place and linked into it: a crash on the way leaves no half key under the name, and a link replaces nothing.
        let unfinished = self.folder.join(format!(".{name}.unfinished"));
        drop(std::fs::remove_file(&unfinished));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut open = options.open(&unfinished).map_err(file)?;
        open.write_all(sealed.as_bytes()).and_then(|()| open.sync_all()).map_err(file)?;
        let linked = std::fs::hard_link(&unfinished, self.path(name));
        drop(std::fs::remove_file(&unfinished));
        linked.map_err(file)?;
        let above = self.folder.parent().filter(|above| !above.as_os_str().is_empty());
        for folder in above.into_iter().chain([self.folder.as_path()]) {
            std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(file)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use foundation::OsRandom;
    use pki::KeyType;

    #[test]
    fn a_missing_key_is_named_and_a_wrong_unlock_secret_opens_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyFolder::new(folder.path(), Secret::new(b"unlock".to_vec()));
        keys.put("ocsp", &SoftwareKey::generate(KeyType::P256).unwrap(), &OsRandom).unwrap();
        keys.open("ocsp").unwrap().self_test().unwrap();
        assert!(matches!(keys.open("tsu"), Err(OpenError::Missing { name }) if name == "tsu"));
        let other = KeyFolder::new(folder.path(), Secret::new(b"other".to_vec()));
        assert!(matches!(other.open("ocsp"), Err(OpenError::WrongSecret)));
    }

    #[test]
    fn a_key_file_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyFolder::new(folder.path(), Secret::new(b"unlock".to_vec()));
        let key = SoftwareKey::generate(KeyType::P256).unwrap();
        keys.put("root", &key, &OsRandom).unwrap();
        assert!(keys.put("root", &key, &OsRandom).is_err());
        keys.open("root").unwrap().self_test().unwrap();
    }

    #[test]
    fn a_key_that_was_half_written_when_the_program_died_is_no_key_and_stops_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyFolder::new(folder.path(), Secret::new(b"unlock".to_vec()));
        std::fs::write(folder.path().join(".root.unfinished"), b"CECSE").unwrap();
        assert!(!keys.has("root"));
        keys.put("root", &SoftwareKey::generate(KeyType::P256).unwrap(), &OsRandom).unwrap();
        keys.open("root").unwrap().self_test().unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }
}
