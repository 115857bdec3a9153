//! The fonts of this machine.

use std::path::{Path, PathBuf};

use typst::foundations::Bytes;
use typst::text::Font;
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

/// The Debian packages that bring them. The first two and one of the others make every paper complete: 𠮷 is in none of the first two.
pub const PACKAGES: [&str; 4] = [
    "fonts-morisawa-bizud-mincho",
    "fonts-morisawa-bizud-gothic",
    "fonts-ipamj-mincho",
    "fonts-noto-cjk",
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

/// All faces of the wanted families below `places`, each path once. Files are read when a letter of them is first needed.
pub fn scan(places: &[PathBuf]) -> FontStore {
    let mut store = FontStore::new();
    let mut seen = std::collections::HashSet::new();
    for place in places {
        for (face, info) in typst_kit::fonts::scan(place) {
            let wanted = FAMILIES.iter().any(|family| info.family.eq_ignore_ascii_case(family));
            let path = face.path.canonicalize().unwrap_or_else(|_| face.path.clone());
            if wanted && seen.insert((path, face.index)) {
                store.push((Thinned(face), info));
            }
        }
    }
    store
}

/// A face, read when it is first needed, without what printing does not need.
struct Thinned(FontPath);

impl FontSource for Thinned {
    fn load(&self) -> Option<Font> {
        let data = std::fs::read(&self.0.path).ok()?;
        let data = thin(&data).unwrap_or(data);
        Font::new(Bytes::new(data), self.0.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_of_this_machine_loads_as_itself_when_thinned() {
        let store = scan(&places(None));
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
