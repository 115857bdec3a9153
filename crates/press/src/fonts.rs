//! The fonts of this machine.

use std::path::{Path, PathBuf};

use typst::foundations::Bytes;
use typst::text::{Font, FontInfo};
use typst_kit::fonts::{FontSource, FontStore};

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
        let mut files = fontdb::Database::new();
        files.load_fonts_dir(place);
        for found in files.faces().filter(|found| may_be_wanted(found)) {
            let fontdb::Source::File(path) = &found.source else { continue };
            let info = files.with_face_data(found.id, FontInfo::new).flatten();
            let Some(info) = info.filter(|info| FAMILIES.iter().any(|family| info.family.eq_ignore_ascii_case(family))) else {
                continue;
            };
            if seen.insert((path.canonicalize().unwrap_or_else(|_| path.clone()), found.index)) {
                faces.push(Face {
                    path: path.clone(),
                    index: found.index,
                    info,
                });
            }
        }
    }
    faces
}

/// Whether the names of a face leave it possible that typst counts it to a wanted family (it strips styles from a name). Counting the letters of
/// a face is by far the dearest part of a look for fonts, and of the fifteen faces in Noto's collections one is printed with.
fn may_be_wanted(found: &fontdb::FaceInfo) -> bool {
    let begins = |name: &str, with: &str| name.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    let mut names = found.families.iter().map(|(name, _)| name.trim());
    names.any(|name| FAMILIES.iter().any(|family| begins(name, family) || begins(family, name)))
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

    #[test]
    fn no_face_is_lost_to_the_look_at_its_name() {
        let places = places(None);
        let mut whole: Vec<(PathBuf, u32)> = places
            .iter()
            .flat_map(|place| typst_kit::fonts::scan(place))
            .filter(|(_, info)| FAMILIES.contains(&info.family.as_str()))
            .map(|(at, _)| (at.path, at.index))
            .collect();
        let mut found: Vec<(PathBuf, u32)> = scan(&places).into_iter().map(|face| (face.path, face.index)).collect();
        whole.sort();
        found.sort();
        assert!(!whole.is_empty(), "no fonts to print with on this machine");
        assert_eq!(found, whole);
    }
}
