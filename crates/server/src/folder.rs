//! The data folder: its lock, and what was fixed for this installation at its first start.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// An open data folder. While this lives, no second `serve` can open it.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

/// What is fixed at the first start and stands for decades.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// Written into certificates; a different value is refused later.
    pub status_url: String,
    /// A demo stays a demo, and the real thing stays real.
    pub demo: bool,
    /// The OID arc of policies.
    pub oid_arc: String,
    /// The name of the operator, as in the CA's names.
    pub operator: String,
    /// Ports of the first start: (pages, status). With port 0 the demo keeps them.
    pub ports: (u16, u16),
    /// The engine of the first start.
    pub engine: String,
}

/// Why a data folder cannot be used.
#[derive(Debug)]
pub enum FolderError {
    /// Another process has it.
    InUse(PathBuf),
    /// It cannot be made, read or written.
    Io(PathBuf, io::Error),
    /// A file in it is not what this program wrote.
    Garbled(PathBuf, String),
}

impl std::fmt::Display for FolderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InUse(path) => write!(
                f,
                "データフォルダ {} は、動いている別の cectrust が使っています。ひとつのフォルダを二つで動かすことはできません。",
                path.display()
            ),
            Self::Io(path, error) => write!(
                f,
                "データフォルダの {} を使えません：{}",
                path.display(),
                crate::words::of_disk(error)
            ),
            Self::Garbled(path, why) => write!(
                f,
                "データフォルダの {} の中身が、cectrust が書いた形ではありません。{}",
                path.display(),
                crate::words::detail(why)
            ),
        }
    }
}
impl std::error::Error for FolderError {}

impl FolderError {
    /// What to do now.
    #[must_use]
    pub fn next(&self) -> String {
        match self {
            Self::InUse(_) => "動いている cectrust を止めるか、別の --data を渡してください。".to_owned(),
            Self::Io(path, _) => format!(
                "{} という場所が正しいか、cectrust を動かす利用者がそこを読み書きできるか、ディスクに空きがあるかを確かめてください。",
                path.display()
            ),
            Self::Garbled(path, _) => format!("{} を控えから戻してください。", path.display()),
        }
    }
}

impl DataFolder {
    /// Opens (or makes) the folder and takes its lock.
    ///
    /// # Errors
    /// Another process holds it, or the disk says no.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let io = |error| FolderError::Io(path.to_owned(), error);
        fs::create_dir_all(path).map_err(io)?;
        let path = path.canonicalize().map_err(io)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path.join("cectrust.lock"))
            .map_err(io)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(fs::TryLockError::WouldBlock) => Err(FolderError::InUse(path)),
            Err(fs::TryLockError::Error(error)) => Err(FolderError::Io(path, error)),
        }
    }
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
    /// What was fixed at the first start; `None` on an empty folder.
    ///
    /// # Errors
    /// A file that cannot be read or was not written by this program.
    pub fn installation(&self) -> Result<Option<Installation>, FolderError> {
        let file = self.path.join("installation.json");
        match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|error| FolderError::Garbled(file, error.to_string())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(FolderError::Io(file, error)),
        }
    }
    /// Fixes it.
    ///
    /// # Errors
    /// The disk says no.
    pub fn fix(&self, installation: &Installation) -> Result<(), FolderError> {
        let file = self.path.join("installation.json");
        let text = serde_json::to_vec_pretty(installation).expect("plain strings serialise");
        write_durably(&file, &text).map_err(|error| FolderError::Io(file, error))
    }
}

/// Writes a file so that a crash leaves the old or the new content: temporary file, fsync, rename, fsync of the folder.
///
/// # Errors
/// What the disk says.
pub fn write_durably(file: &Path, content: &[u8]) -> io::Result<()> {
    write_with_mode(file, content, 0o644)
}

/// As [`write_durably`], readable for the owner only.
///
/// # Errors
/// What the disk says.
pub fn write_secretly(file: &Path, content: &[u8]) -> io::Result<()> {
    write_with_mode(file, content, 0o600)
}

fn write_with_mode(file: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let name = file
        .file_name()
        .ok_or_else(|| io::Error::other("a file needs a name"))?
        .to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.new", std::process::id()));
    let mut new = File::options()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(mode)
        .open(&temporary)?;
    new.write_all(content)?;
    new.sync_all()?;
    fs::rename(&temporary, file)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_start_on_one_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataFolder::open(folder.path()).unwrap();
        assert!(matches!(DataFolder::open(folder.path()), Err(FolderError::InUse(_))));
        drop(first);
        DataFolder::open(folder.path()).unwrap();
    }

    #[test]
    fn what_is_fixed_at_the_first_start_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        assert_eq!(data.installation().unwrap(), None);
        let fixed = Installation {
            status_url: "http://127.0.0.1:8081".to_owned(),
            demo: true,
            oid_arc: "2.999".to_owned(),
            operator: "デモ".to_owned(),
            ports: (8080, 8081),
            engine: "sqlite".to_owned(),
        };
        data.fix(&fixed).unwrap();
        assert_eq!(data.installation().unwrap(), Some(fixed));
    }
}
