//! Objects: bytes written once under a key, durable before `put` answers.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::outside_any_unit;

/// Where originals, stages and evidence lie. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Objects(Arc<Folder>);

#[derive(Debug)]
struct Folder {
    root: PathBuf,
    full: AtomicBool,
}

/// How a `put` ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is there now.
    New,
    /// The same bytes were there already.
    Same,
}

/// Why an object was not stored or read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ObjectError {
    /// A key is `a/b/c`: lower-case letters, digits, `-`, `_`, `.` (not first), at most 200 bytes.
    BadKey {
        /// The key.
        key: String,
    },
    /// Other bytes lie under this key; objects are never overwritten.
    Different {
        /// The key.
        key: String,
    },
    /// There is no such object.
    Missing {
        /// The key.
        key: String,
    },
    /// No room is left.
    Full,
    /// The disk failed.
    Disk {
        /// What it said.
        why: String,
    },
}

impl fmt::Display for ObjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadKey { key } => write!(f, "{key:?} is no key of an object"),
            Self::Different { key } => write!(f, "other bytes lie under {key}"),
            Self::Missing { key } => write!(f, "there is no object {key}"),
            Self::Full => f.write_str("no room is left for objects"),
            Self::Disk { why } => write!(f, "the disk failed: {why}"),
        }
    }
}
impl std::error::Error for ObjectError {}

impl From<io::Error> for ObjectError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Disk { why: error.to_string() },
        }
    }
}

impl Objects {
    /// Objects in a folder, made if missing.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn folder(root: impl Into<PathBuf>) -> Result<Self, ObjectError> {
        let root = root.into();
        fs::create_dir_all(&root)?;
        // its own name, too, must survive the power cut that comes after the first acknowledged object
        if let Some(parent) = root.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            File::open(parent)?.sync_all()?;
        }
        Ok(Self(Arc::new(Folder {
            root,
            full: AtomicBool::new(false),
        })))
    }
    /// A fault for the demo and for tests: every `put` says [`ObjectError::Full`].
    pub fn pretend_full(&self, full: bool) {
        self.0.full.store(full, Ordering::SeqCst);
    }
    /// Removes what a crash left of unfinished writes, if it is older than `age` (a younger one may be another process at its work); how
    /// many. Walks the whole folder: once, at the start, beside everything else.
    ///
    /// # Errors
    /// The disk failed.
    pub async fn clear_unfinished(&self, age: std::time::Duration) -> Result<u64, ObjectError> {
        outside_any_unit();
        let folder = self.0.clone();
        on_thread(move || Ok(clear_unfinished(&folder.root, age)?)).await
    }
    /// Stores `bytes` under `key`; when it answers, they survive a power cut. The same bytes again are fine.
    ///
    /// # Errors
    /// [`ObjectError::Different`], [`ObjectError::Full`], [`ObjectError::Disk`], [`ObjectError::BadKey`].
    pub async fn put(&self, key: &str, bytes: impl Into<bytes::Bytes>) -> Result<Stored, ObjectError> {
        let (path, folder, key, bytes) = (self.path(key)?, self.0.clone(), key.to_owned(), bytes.into());
        on_thread(move || {
            folder.has_room()?;
            let temporary = Temporary::new(&folder.root, &path)?;
            (&temporary.file).write_all(&bytes)?;
            temporary.keep(&path, &key)
        })
        .await
    }
    /// As [`Objects::put`], for what should not lie in memory whole.
    ///
    /// # Errors
    /// As there; reading `from` failed.
    pub async fn put_stream(&self, key: &str, mut from: impl AsyncRead + Unpin + Send) -> Result<Stored, ObjectError> {
        let (path, folder, key) = (self.path(key)?, self.0.clone(), key.to_owned());
        folder.has_room()?;
        let mut temporary = {
            let path = path.clone();
            on_thread(move || Ok(Temporary::new(&folder.root, &path)?)).await?
        };
        loop {
            let mut piece = Vec::with_capacity(1 << 20);
            if (&mut from).take(1 << 20).read_to_end(&mut piece).await? == 0 {
                break;
            }
            temporary = on_thread(move || (&temporary.file).write_all(&piece).map(|()| temporary).map_err(Into::into)).await?;
        }
        on_thread(move || temporary.keep(&path, &key)).await
    }
    /// The bytes under `key`.
    ///
    /// # Errors
    /// [`ObjectError::Missing`], [`ObjectError::Disk`], [`ObjectError::BadKey`].
    pub async fn get(&self, key: &str) -> Result<Vec<u8>, ObjectError> {
        let (path, key) = (self.path(key)?, key.to_owned());
        on_thread(move || fs::read(path).map_err(|error| missing(error, &key))).await
    }
    /// Goes through the bytes under `key` piece by piece, on a thread of its own: for what is only hashed or compared, and so need not lie in
    /// memory. Gives what `each` made of `state`.
    ///
    /// # Errors
    /// As [`Objects::get`].
    pub async fn fold<T: Send + 'static>(
        &self,
        key: &str,
        mut state: T,
        each: impl Fn(&mut T, &[u8]) + Send + 'static,
    ) -> Result<T, ObjectError> {
        let (path, key) = (self.path(key)?, key.to_owned());
        on_thread(move || {
            let mut file = File::open(path).map_err(|error| missing(error, &key))?;
            let mut piece = vec![0; PIECE];
            loop {
                match fill(&mut file, &mut piece)? {
                    0 => return Ok(state),
                    read => each(&mut state, &piece[..read]),
                }
            }
        })
        .await
    }
    /// A reader of the bytes under `key`.
    ///
    /// # Errors
    /// As [`Objects::get`].
    pub async fn read(&self, key: &str) -> Result<impl AsyncRead + Unpin + Send + use<>, ObjectError> {
        let path = self.path(key)?;
        tokio::fs::File::open(path).await.map_err(|error| missing(error, key))
    }
    /// How many bytes lie under `key`.
    ///
    /// # Errors
    /// As [`Objects::get`].
    pub async fn len(&self, key: &str) -> Result<u64, ObjectError> {
        let path = self.path(key)?;
        Ok(tokio::fs::metadata(path).await.map_err(|error| missing(error, key))?.len())
    }
    /// Whether an object lies under `key`.
    ///
    /// # Errors
    /// [`ObjectError::Disk`], [`ObjectError::BadKey`].
    pub async fn exists(&self, key: &str) -> Result<bool, ObjectError> {
        match self.len(key).await {
            Ok(_) => Ok(true),
            Err(ObjectError::Missing { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
    #[track_caller]
    fn path(&self, key: &str) -> Result<PathBuf, ObjectError> {
        outside_any_unit();
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.');
        let segment = |segment: &str| !segment.is_empty() && !segment.starts_with('.') && segment.bytes().all(letter);
        if key.len() > 200 || !key.split('/').all(segment) {
            return Err(ObjectError::BadKey { key: key.to_owned() });
        }
        Ok(self.0.root.join(key))
    }
}

impl Folder {
    fn has_room(&self) -> Result<(), ObjectError> {
        if self.full.load(Ordering::SeqCst) {
            Err(ObjectError::Full)
        } else {
            Ok(())
        }
    }
}

/// So much of an object is read at once where it is gone through.
const PIECE: usize = 1 << 18;
/// How the name of an unfinished file begins.
const UNFINISHED: &str = ".tmp-";

/// A file beside its future place; gone if it is not kept.
struct Temporary {
    file: File,
    path: PathBuf,
    /// Open from before the write on: an evicted folder could swallow the error of its fsync.
    folder: File,
}

impl Temporary {
    fn new(root: &Path, target: &Path) -> io::Result<Self> {
        let parent = target.parent().unwrap_or(root);
        make_folders(root, parent)?;
        let folder = File::open(parent)?;
        let path = parent.join(format!("{UNFINISHED}{}", uuid::Uuid::new_v4().simple()));
        let file = File::options().read(true).write(true).create_new(true).open(&path)?;
        Ok(Self { file, path, folder })
    }
    /// Durable file, then its name, then a durable folder. A hard link never replaces what is there.
    fn keep(self, target: &Path, key: &str) -> Result<Stored, ObjectError> {
        self.file.sync_all()?;
        let stored = match fs::hard_link(&self.path, target) {
            Ok(()) => Stored::New,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let there = File::open(target)?;
                if !same(&self.path, target)? {
                    return Err(ObjectError::Different { key: key.to_owned() });
                }
                // an earlier put may have died between the name and its fsync
                there.sync_all()?;
                Stored::Same
            }
            Err(error) => return Err(error.into()),
        };
        drop(fs::remove_file(&self.path));
        self.folder.sync_all()?;
        Ok(stored)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.path));
    }
}

/// Makes the folders from `root` down to `folder`, each durable in its parent. A folder that is there already may be one whose maker
/// died, or is still on his way, between making it and the fsync of its parent: so that is never left out.
fn make_folders(root: &Path, folder: &Path) -> io::Result<()> {
    if folder == root {
        return Ok(());
    }
    let parent = folder.parent().unwrap_or(root);
    make_folders(root, parent)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    File::open(parent)?.sync_all()
}

/// No key begins with a dot, so what is named so is nobody's object.
fn clear_unfinished(folder: &Path, age: std::time::Duration) -> io::Result<u64> {
    let mut cleared = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            cleared += clear_unfinished(&entry.path(), age)?;
        } else if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            // Gone meanwhile: its writer has ended.
            let old = entry
                .metadata()
                .and_then(|found| found.modified())
                .is_ok_and(|when| when.elapsed().is_ok_and(|since| since >= age));
            cleared += u64::from(old && fs::remove_file(entry.path()).is_ok());
        }
    }
    Ok(cleared)
}

fn same(one: &Path, other: &Path) -> io::Result<bool> {
    let (mut one, mut other) = (File::open(one)?, File::open(other)?);
    let (mut a, mut b) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let (read_a, read_b) = (fill(&mut one, &mut a)?, fill(&mut other, &mut b)?);
        if a[..read_a] != b[..read_b] {
            return Ok(false);
        }
        if read_a == 0 {
            return Ok(true);
        }
    }
}

fn fill(from: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match from.read(&mut into[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

fn missing(error: io::Error, key: &str) -> ObjectError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ObjectError::Missing { key: key.to_owned() },
        _ => error.into(),
    }
}

async fn on_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T, ObjectError> + Send + 'static) -> Result<T, ObjectError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ObjectError::Disk { why: error.to_string() })?
}
