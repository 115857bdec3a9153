//! The document security store: certificates, CRLs and OCSP responses as objects of the file. No VRI (rulings).

use crate::revision::{self, DerivedId};
use crate::{Error, Material};
use pdf::{Delta, Dict, Document, Obj, Stream, View};
use std::borrow::Cow;

/// More entries than this are not looked at.
const MANY: usize = 4096;

/// Adds `material` to /DSS in one revision, leaving out what is there already. Returns the bytes to append; empty when nothing is new.
///
/// # Errors
/// See [`Error`].
pub fn add_dss(pdf: &[u8], material: &Material) -> Result<Vec<u8>, Error> {
    let present = dss_of(pdf)?;
    let document = revision::open(pdf)?;
    let mut delta = Delta::on(&document)?;
    let root = delta.base().root()?;
    let mut added = false;
    // An object of its own: later revisions then write it again and not the catalog.
    let dss = match delta.base().catalog()?.get("DSS").and_then(Obj::reference) {
        Some(dss) => dss,
        None => {
            let old = delta.base().catalog()?.get("DSS").and_then(Obj::dict).cloned().unwrap_or_default();
            let dss = delta.add(old);
            delta.set(root, &["DSS"], dss)?;
            dss
        }
    };
    for (key, items, present) in [
        ("Certs", &material.certificates, &present.certificates),
        ("CRLs", &material.crls, &present.crls),
        ("OCSPs", &material.ocsps, &present.ocsps),
    ] {
        let mut here: Vec<&Vec<u8>> = Vec::new();
        for item in items {
            if present.contains(item) || here.contains(&item) {
                continue;
            }
            here.push(item);
            let stream = delta.add(Stream {
                dict: Dict::new(),
                data: Cow::Owned(item.clone()),
            });
            delta.push(dss, &[key], stream)?;
            added = true;
        }
    }
    if !added {
        return Ok(Vec::new());
    }
    Ok(delta.finish(&DerivedId::of(pdf, "dss"))?.bytes)
}

/// What /DSS of the last revision holds.
///
/// # Errors
/// A file that cannot be read.
pub fn dss_of(pdf: &[u8]) -> Result<Material, Error> {
    let document = Document::open(pdf)?;
    Ok(dss_at(&document.last())?)
}

/// What /DSS holds as of one revision. Entries that are no readable stream are left out.
pub(crate) fn dss_at(view: &View<'_>) -> Result<Material, pdf::Error> {
    let mut material = Material::default();
    let catalog = view.catalog()?;
    let Obj::Dict(dss) = view.value(&catalog, "DSS")? else {
        return Ok(material);
    };
    for (key, into) in [
        ("Certs", &mut material.certificates),
        ("CRLs", &mut material.crls),
        ("OCSPs", &mut material.ocsps),
    ] {
        let array = view.value(&dss, key)?;
        for item in array.array().unwrap_or_default().iter().take(MANY) {
            if let Ok(Obj::Stream(stream)) = view.resolve(item)
                && let Ok(bytes) = view.decode(&stream)
            {
                into.push(bytes);
            }
        }
    }
    Ok(material)
}
