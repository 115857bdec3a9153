//! A page of another file as a form `XObject` of this one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::object::{Array, Dict, Name, Obj, Ref, Stream};
use crate::{Delta, Document, Error, Page, View};

/// Objects one imported page may bring.
const MOST_OBJECTS: usize = 500;

/// A page that is now a form in an update.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Imported {
    /// The form.
    pub form: Ref,
    /// Its /BBox: left, bottom, right, top.
    pub bbox: [f64; 4],
}

/// Puts the first page of `other` into `delta` as a form: content, resources and what they point at get fresh numbers; nothing
/// else of the other file comes along (no structure, no annotations, no metadata). `shape` is width and height of the place where
/// it will be shown: its /BBox is widened to that proportion, so that nothing is distorted. On a page that is turned clockwise by `turned`
/// degrees it stands upright as that page is read: its /Matrix turns it the other way.
///
/// # Errors
/// The other file does not read, or brings more than a page should.
pub fn import_page(delta: &mut Delta<'_>, other: &[u8], shape: Option<[f64; 2]>, turned: i64) -> Result<Imported, Error> {
    let document = Document::open(other)?;
    let view = document.last();
    let page = view.pages()?.into_iter().next().ok_or(Error::NoPages)?;
    let mut copy = Copy {
        view,
        names: BTreeMap::new(),
    };
    let resources = inherited_resources(&view, &page)?;
    let resources = copy.value(delta, &resources, 0)?;
    let (data, filter) = content(&view, &page.dict)?;
    let matrix = turned_back(turned);
    let shape = shape.map(|[width, height]| {
        if matrix.is_some_and(|[a, ..]| a == 0) {
            [height, width]
        } else {
            [width, height]
        }
    });
    let bbox = shape.map_or(page.crop_box, |shape| widened(page.crop_box, shape));
    let corners: Vec<Obj<'static>> = bbox.iter().map(|side| Obj::Real(Cow::Owned(trim(*side).into_bytes()))).collect();
    let mut dict = Dict::new()
        .with("Type", Name::new("XObject"))
        .with("Subtype", Name::new("Form"))
        .with("BBox", corners)
        .with("Resources", resources);
    if let Some(matrix) = matrix {
        dict.set("Matrix", matrix.map(Obj::Int).to_vec());
    }
    for (key, value) in filter {
        dict.set(key, value);
    }
    let form = delta.add(Stream {
        dict,
        data: Cow::Owned(data),
    });
    Ok(Imported { form, bbox })
}

/// The matrix by which a form stands upright on a page that is turned clockwise by so many degrees; none if nothing is turned. Where the
/// result begins is of no matter: a widget's appearance is moved into its rectangle (ISO 32000-2 §12.5.5, algorithm 8.1).
#[must_use]
pub const fn turned_back(turned: i64) -> Option<[i64; 6]> {
    match turned.rem_euclid(360) {
        90 => Some([0, 1, -1, 0, 0, 0]),
        180 => Some([-1, 0, 0, -1, 0, 0]),
        270 => Some([0, -1, 1, 0, 0, 0]),
        _ => None,
    }
}

/// `inside` with as much room on both sides, or above and below, as gives it the proportion of `shape`.
fn widened(inside: [f64; 4], shape: [f64; 2]) -> [f64; 4] {
    let [left, bottom, right, top] = inside;
    let (width, height, [wide, high]) = (right - left, top - bottom, shape);
    if !(width > 0.0 && height > 0.0 && wide > 0.0 && high > 0.0) {
        return inside;
    }
    let sides = (height * wide / high - width).max(0.0) / 2.0;
    let ends = (width * high / wide - height).max(0.0) / 2.0;
    [left - sides, bottom - ends, right + sides, top + ends]
}

/// The page's own /Resources or those of the nearest node above it.
fn inherited_resources<'d>(view: &View<'d>, page: &Page<'d>) -> Result<Obj<'d>, Error> {
    let mut node = page.dict.clone();
    for _ in 0..view.document().limits().depth {
        match node.get("Resources") {
            Some(resources) if !resources.is_null() => return Ok(resources.clone()),
            _ => {}
        }
        match node.get("Parent").and_then(Obj::reference) {
            Some(parent) => node = view.dict(parent)?,
            None => return Ok(Dict::new().into()),
        }
    }
    Err(Error::TooMuch { of: "depth" })
}

type Filter = Vec<(&'static str, Obj<'static>)>;

/// The page's content as one stream: as it stands if it is one, else joined.
fn content(view: &View<'_>, page: &Dict<'_>) -> Result<(Vec<u8>, Filter), Error> {
    match view.value(page, "Contents")? {
        Obj::Null => Ok((Vec::new(), Filter::new())),
        Obj::Stream(stream) => {
            let mut filter = Filter::new();
            for key in ["Filter", "DecodeParms"] {
                let value = view.value(&stream.dict, key)?;
                if !value.is_null() {
                    filter.push((key, value.into_owned()));
                }
            }
            Ok((stream.data.into_owned(), filter))
        }
        Obj::Array(parts) => {
            let mut data = Vec::new();
            for part in &parts.items {
                if let Obj::Stream(stream) = view.resolve(part)? {
                    data.extend(view.decode(&stream)?);
                    data.push(b'\n');
                }
            }
            Ok((data, Filter::new()))
        }
        _ => Err(Error::WrongType {
            object: None,
            expected: "content stream",
        }),
    }
}

/// Copying with new numbers.
struct Copy<'o> {
    view: View<'o>,
    names: BTreeMap<Ref, Ref>,
}

impl Copy<'_> {
    fn value(&mut self, delta: &mut Delta<'_>, value: &Obj<'_>, depth: usize) -> Result<Obj<'static>, Error> {
        if depth > self.view.document().limits().depth {
            return Err(Error::TooMuch { of: "depth" });
        }
        Ok(match value {
            Obj::Ref(reference) => Obj::Ref(self.object(delta, *reference, depth)?),
            Obj::Array(array) => Obj::Array(self.array(delta, array, depth)?),
            Obj::Dict(dict) => Obj::Dict(self.dict(delta, dict, depth)?),
            Obj::Stream(stream) => {
                let mut dict = stream.dict.clone();
                // The structure of the other file stays there; /Length is written anew.
                for key in ["Length", "StructParent", "StructParents"] {
                    dict.remove(key);
                }
                Obj::Stream(Stream {
                    dict: self.dict(delta, &dict, depth)?,
                    data: Cow::Owned(stream.data.to_vec()),
                })
            }
            plain => plain.clone().into_owned(),
        })
    }

    fn object(&mut self, delta: &mut Delta<'_>, old: Ref, depth: usize) -> Result<Ref, Error> {
        if let Some(new) = self.names.get(&old) {
            return Ok(*new);
        }
        if self.names.len() >= MOST_OBJECTS {
            return Err(Error::TooMuch { of: "objects" });
        }
        let new = delta.reserve();
        self.names.insert(old, new);
        let value = self.view.object(old)?;
        let value = self.value(delta, &value, depth + 1)?;
        delta.put(new, value);
        Ok(new)
    }

    fn array(&mut self, delta: &mut Delta<'_>, array: &Array<'_>, depth: usize) -> Result<Array<'static>, Error> {
        let items = array
            .items
            .iter()
            .map(|item| self.value(delta, item, depth + 1))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(items.into())
    }

    fn dict(&mut self, delta: &mut Delta<'_>, dict: &Dict<'_>, depth: usize) -> Result<Dict<'static>, Error> {
        let mut out = Dict::new();
        for (name, value) in dict.iter() {
            let value = self.value(delta, value, depth + 1)?;
            out.entries.push((Name(Cow::Owned(name.0.to_vec())), value));
        }
        Ok(out)
    }
}

fn trim(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
