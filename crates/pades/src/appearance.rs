//! The visible side of a signature: a page of another PDF (the mark) in the signature's widget, put there in the revision of the
//! signature itself, so that nothing shows before somebody signed.

use crate::Error;
use pdf::{Delta, Dict, Obj, Ref};

/// Puts `mark` (a PDF of one page, fonts embedded) into the widget `field`, upright as the page is read; an invisible widget stays as it is.
///
/// # Errors
/// The mark does not read.
pub fn lay(delta: &mut Delta<'_>, (object, field): (Ref, &mut Dict<'_>), mark: &[u8]) -> Result<(), Error> {
    let rect = delta.base().rectangle(&plain(field), "Rect")?;
    let Some([left, bottom, right, top]) = rect else { return Ok(()) };
    let shape = [right - left, top - bottom];
    if shape.iter().any(|side| *side <= 0.0) {
        return Ok(());
    }
    let turned = turned(delta, object, field)?;
    let imported = pdf::import_page(delta, mark, Some(shape), turned).map_err(|error| Error::Pdf(format!("mark: {error}")))?;
    field.set("AP", Dict::new().with("N", imported.form));
    Ok(())
}

/// By how many degrees the page of a widget is turned clockwise when it is shown. /P may be left out (ISO 32000-2 table 166): then it is the page
/// that names the widget.
fn turned(delta: &Delta<'_>, object: Ref, field: &Dict<'_>) -> Result<i64, Error> {
    let view = delta.base();
    let named = field.get("P").and_then(Obj::reference);
    for page in view.pages()? {
        let is_its = match named {
            Some(named) => page.object == named,
            None => {
                let annotations = view.value(&page.dict, "Annots")?;
                annotations
                    .array()
                    .unwrap_or_default()
                    .iter()
                    .any(|one| one.reference() == Some(object))
            }
        };
        if is_its {
            return Ok(page.rotate);
        }
    }
    Ok(0)
}

/// The dictionary without its borrow, so that it can be read while the update is written.
fn plain(dict: &Dict<'_>) -> Dict<'static> {
    dict.clone().into_owned()
}
