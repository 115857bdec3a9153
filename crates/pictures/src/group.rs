//! Groups that knock each other out: the renderer paints them one over the other, so their overlaps look different elsewhere.

use hayro::hayro_syntax::object::{Dict, Stream};
use hayro::hayro_syntax::page::Page;

/// Forms looked into, and how deep.
const MOST: usize = 500;
const DEEP: usize = 8;

/// Whether the page, or a form that it may draw, is a knockout group (ISO 32000-2, 11.6.6).
pub fn has_knockout(page: &Page<'_>) -> bool {
    let mut left = MOST;
    knocks(page.raw()) || forms(&page.resources().x_objects, DEEP, &mut left)
}

fn knocks(dict: &Dict<'_>) -> bool {
    dict.get::<Dict<'_>>(b"Group")
        .is_some_and(|group| group.get::<bool>(b"K").unwrap_or(false))
}

fn forms(objects: &Dict<'_>, deep: usize, left: &mut usize) -> bool {
    objects.keys().any(|name| {
        if deep == 0 || *left == 0 {
            return false;
        }
        *left -= 1;
        let Some(form) = objects.get::<Stream<'_>>(&name) else {
            return false;
        };
        let inner = || form.dict().get::<Dict<'_>>(b"Resources")?.get::<Dict<'_>>(b"XObject");
        knocks(form.dict()) || inner().is_some_and(|objects| forms(&objects, deep - 1, left))
    })
}
