//! Laying signature fields: one incremental revision before the first signature (law 4).

use crate::Error;
use crate::revision::{self, DerivedId};
use pdf::Delta;

/// Width of a visible signature, 62 mm in points.
pub const SIGNATURE_WIDTH: f64 = 62.0 * 72.0 / 25.4;
/// Height of a visible signature, 22 mm in points.
pub const SIGNATURE_HEIGHT: f64 = 22.0 * 72.0 / 25.4;

/// A signature field to lay.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FieldSpec {
    /// Its name, e.g. `SignatureA`; no `.`.
    pub name: String,
    /// The page, counted from 0.
    pub page: usize,
    /// `[left, bottom, right, top]` in points of the page; `[0, 0, 0, 0]` is an invisible field.
    pub rect: [f64; 4],
}

/// Lays `fields` in one revision: /AcroForm, the fields with their widgets and plain frames, /Extensions ESIC. Returns the bytes to append.
///
/// # Errors
/// A file that cannot be read or signed, a name that exists, a page that does not.
pub fn lay_fields(pdf: &[u8], fields: &[FieldSpec]) -> Result<Vec<u8>, Error> {
    let document = revision::open(pdf)?;
    let mut delta = Delta::on(&document)?;
    for (at, field) in fields.iter().enumerate() {
        if fields[..at].iter().any(|before| before.name == field.name) {
            return Err(Error::FieldExists(field.name.clone()));
        }
        revision::add_field(&mut delta, field)?;
    }
    revision::mark_signed(&mut delta)?;
    Ok(delta.finish(&DerivedId::of(pdf, "fields"))?.bytes)
}
