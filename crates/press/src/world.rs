//! What a template can see: itself, its data, the fonts. No clock, no files, no packages.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_kit::fonts::FontStore;

// Names of files are kept by typst for ever and counted in 16 bits: these two and no others.
static MAIN: LazyLock<FileId> = LazyLock::new(|| named("main.typ"));
static DATA: LazyLock<FileId> = LazyLock::new(|| named("data.json"));
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

fn named(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("a plain name is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// One paper's world.
pub struct Desk<'a> {
    fonts: &'a FontStore,
    source: Source,
    data: Bytes,
}

impl<'a> Desk<'a> {
    pub fn new(fonts: &'a FontStore, template: &str, data: &serde_json::Value) -> Self {
        Self {
            fonts,
            source: Source::new(*MAIN, template.to_owned()),
            data: Bytes::from_string(data.to_string()),
        }
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }
    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }
    fn main(&self) -> FileId {
        *MAIN
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == *MAIN { Ok(self.source.clone()) } else { Err(unknown(id)) }
    }
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == *DATA { Ok(self.data.clone()) } else { Err(unknown(id)) }
    }
    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn unknown(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}
