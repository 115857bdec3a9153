//! The fonts of this machine.

use std::path::{Path, PathBuf};

use typst::foundations::Bytes;
use typst::text::{Font, FontInfo};
use typst_kit::fonts::{FontPath, FontSource, FontStore};

use crate::thin::thin;

/// The families papers ask for, in order of preference; one 明朝 or ゴシック of them is needed to print at all.
pub const FAMILIES: [&str; 7] = [
    "BIZ UDMincho",
    "BIZ UDPMincho",
    "BIZ UDGothic",
    "IPAmjMincho",
    "Noto Serif CJK JP",
    "Noto Sans CJK JP",
    "BIZ UDPGothic",
];

/// Where fonts are looked for: the configured folder, then Debian's places.
#[must_use]
pub fn places(configured: Option<&Path>) -> Vec<PathBuf> {
    let debian = ["truetype/bizud-mincho", "truetype/bizud-gothic", "truetype/ipamj", "opentype/noto"];
    let own = configured.map(Path::to_path_buf);
    // As `dpkg-deb -x` lays them out below a folder of one's own.
    let roots = own
        .iter()
        .flat_map(|folder| [folder.join("usr/share/fonts"), folder.clone()])
        .chain([PathBuf::from("/usr/share/fonts"), PathBuf::from("/usr/local/share/fonts")])
        .collect::<Vec<_>>();
    own.into_iter()
        .chain(roots.iter().flat_map(|root| debian.map(|place| root.join(place))))
        .filter(|place| place.is_dir())
        .collect()
}

/// A font file of this machine for reading Japanese files that bring none along: 明朝 if `serif`, else ゴシック. Its first face is meant.
#[must_use]
pub fn reading_font(serif: bool, configured: Option<&Path>) -> Option<PathBuf> {
    let names = if serif {
        ["BIZUDMincho-Regular.ttf", "ipamjm.ttf", "NotoSerifCJK-Regular.ttc"]
    } else {
        ["BIZUDGothic-Regular.ttf", "NotoSansCJK-Regular.ttc", "ipamjm.ttf"]
    };
    let places = places(configured);
    let of_name = |name: &str| places.iter().map(|place| place.join(name)).find(|file| file.is_file());
    names.into_iter().find_map(of_name)
}

/// A face that was found, and what is known of it without keeping the file.
#[derive(Clone)]
pub struct Face {
    path: PathBuf,
    index: u32,
    info: FontInfo,
}

impl Face {
    /// Its family.
    pub fn family(&self) -> &str {
        &self.info.family
    }
}

/// All faces of the wanted families below `places`, each once.
pub fn scan(places: &[PathBuf]) -> Vec<Face> {
    let mut faces = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for place in places {
        for (FontPath { path, index }, info) in typst_kit::fonts::scan(place) {
            let wanted = FAMILIES.iter().any(|family| info.family.eq_ignore_ascii_case(family));
            if wanted && seen.insert((path.canonicalize().unwrap_or_else(|_| path.clone()), index)) {
                faces.push(Face { path, index, info });
            }
        }
    }
    faces
}

/// The faces for printing. A file is read when a letter of it is first needed, and held as long as the store.
pub fn store(faces: &[Face]) -> FontStore {
    let mut store = FontStore::new();
    for face in faces {
        let thinned = Thinned {
            path: face.path.clone(),
            index: face.index,
        };
        store.push((thinned, face.info.clone()));
    }
    store
}

/// A face, read when it is first needed, without what printing does not need.
struct Thinned {
    path: PathBuf,
    index: u32,
}

impl FontSource for Thinned {
    fn load(&self) -> Option<Font> {
        let data = std::fs::read(&self.path).ok()?;
        let data = thin(&data).unwrap_or(data);
        Font::new(Bytes::new(data), self.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_of_this_machine_loads_as_itself_when_thinned() {
        let store = store(&scan(&places(None)));
        let families: Vec<String> = store.book().families().map(|(name, _)| name.to_owned()).collect();
        assert!(families.len() >= 4, "{families:?}: run `cargo xtask test`");
        let mut at = 0;
        while let Some(info) = store.book().info(at) {
            let font = store.font(at).unwrap_or_else(|| panic!("{} does not load", info.family));
            assert_eq!(font.info().family, info.family);
            at += 1;
        }
    }
}
