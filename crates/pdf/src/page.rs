//! The pages of a document.

use std::collections::HashSet;

use crate::object::{Dict, Obj, Ref};
use crate::{Error, View};

/// One page.
#[derive(Debug, Clone)]
pub struct Page<'d> {
    /// Its object.
    pub object: Ref,
    /// Its dictionary (without what it inherits).
    pub dict: Dict<'d>,
    /// /MediaBox, its own or inherited: left, bottom, right, top.
    pub media_box: [f64; 4],
    /// /CropBox if there is one, else the media box.
    pub crop_box: [f64; 4],
    /// /Rotate: 0, 90, 180 or 270.
    pub rotate: i64,
}

#[derive(Clone, Copy)]
struct Inherited {
    media_box: Option<[f64; 4]>,
    crop_box: Option<[f64; 4]>,
    rotate: i64,
}

impl<'d> View<'d> {
    /// The pages in reading order.
    ///
    /// # Errors
    /// The page tree is broken, or has no page.
    pub fn pages(&self) -> Result<Vec<Page<'d>>, Error> {
        let catalog = self.catalog()?;
        let root = catalog.get("Pages").and_then(Obj::reference).ok_or(Error::NoPages)?;
        let mut pages = Vec::new();
        let mut seen = HashSet::new();
        let inherited = Inherited {
            media_box: None,
            crop_box: None,
            rotate: 0,
        };
        self.walk_pages(root, inherited, &mut seen, self.document().limits().depth, &mut pages)?;
        if pages.is_empty() { Err(Error::NoPages) } else { Ok(pages) }
    }

    fn walk_pages(
        &self,
        node: Ref,
        mut inherited: Inherited,
        seen: &mut HashSet<Ref>,
        depth: usize,
        pages: &mut Vec<Page<'d>>,
    ) -> Result<(), Error> {
        if depth == 0 {
            return Err(Error::TooMuch { of: "depth" });
        }
        if !seen.insert(node) {
            return Err(Error::Circle { object: node });
        }
        let dict = self.dict(node)?;
        inherited.media_box = self.rectangle(&dict, "MediaBox")?.or(inherited.media_box);
        inherited.crop_box = self.rectangle(&dict, "CropBox")?.or(inherited.crop_box);
        inherited.rotate = self.value(&dict, "Rotate")?.int().unwrap_or(inherited.rotate);
        let kids = self.value(&dict, "Kids")?;
        if dict.is("Type", "Page") || kids.is_null() {
            let media_box = inherited.media_box.unwrap_or([0.0, 0.0, 595.0, 842.0]);
            let crop_box = inherited.crop_box.unwrap_or(media_box);
            pages.push(Page {
                object: node,
                dict,
                media_box,
                crop_box,
                rotate: inherited.rotate.rem_euclid(360),
            });
            return Ok(());
        }
        for kid in kids.array().ok_or(Error::WrongType {
            object: Some(node),
            expected: "page tree node with /Kids",
        })? {
            let kid = kid.reference().ok_or(Error::WrongType {
                object: Some(node),
                expected: "page tree node with references",
            })?;
            self.walk_pages(kid, inherited, seen, depth - 1, pages)?;
        }
        Ok(())
    }

    /// A rectangle with its corners in order: left, bottom, right, top.
    ///
    /// # Errors
    /// A reference inside does not resolve.
    pub fn rectangle(&self, dict: &Dict<'d>, key: &str) -> Result<Option<[f64; 4]>, Error> {
        let value = self.value(dict, key)?;
        let Some([a, b, c, d]) = value.array() else { return Ok(None) };
        let numbers = [
            self.resolve(a)?.number(),
            self.resolve(b)?.number(),
            self.resolve(c)?.number(),
            self.resolve(d)?.number(),
        ];
        let [Some(a), Some(b), Some(c), Some(d)] = numbers else {
            return Ok(None);
        };
        Ok(Some([a.min(c), b.min(d), a.max(c), b.max(d)]))
    }
}
