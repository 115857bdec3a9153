//! The visible side of a signature: a page of another PDF (the mark) in the signature's widget, put there in the revision of the
//! signature itself, so that nothing shows before somebody signed.

use crate::Error;
use pdf::{Delta, Dict};

/// Puts `mark` (a PDF of one page, fonts embedded) into the widget `field`; an invisible widget stays as it is.
///
/// # Errors
/// The mark does not read.
pub fn lay(delta: &mut Delta<'_>, field: &mut Dict<'_>, mark: &[u8]) -> Result<(), Error> {
    let rect = delta.base().rectangle(&plain(field), "Rect")?;
    let Some([left, bottom, right, top]) = rect else { return Ok(()) };
    let shape = [right - left, top - bottom];
    if shape.iter().any(|side| *side <= 0.0) {
        return Ok(());
    }
    let imported = pdf::import_page(delta, mark, Some(shape)).map_err(|error| Error::Pdf(format!("mark: {error}")))?;
    field.set("AP", Dict::new().with("N", imported.form));
    Ok(())
}

/// The dictionary without its borrow, so that it can be read while the update is written.
fn plain(dict: &Dict<'_>) -> Dict<'static> {
    dict.clone().into_owned()
}
