//! Signatures that stand in the bytes of a file and that its newest state does not list any more.
//!
//! Whoever appends a revision can leave the form out, put a field back, or go on at an older revision as if a signature had never
//! been. The remaining signatures would still verify; so what is missing is looked for.

use crate::Error;
use pdf::{Coverage, Dict, Document, FieldKind, Obj, Signature, View};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A signature that is not listed any more.
pub struct Removed {
    pub field: String,
    pub sub_filter: String,
    /// Where its signed bytes end.
    pub covered_len: u64,
    /// Whether somebody signed the state from which it was gone: then he agreed.
    pub agreed: bool,
}

const KEY: &[u8] = b"/ByteRange";

pub fn removed(document: &Document<'_>, listed: &[Signature<'_>]) -> Result<Vec<Removed>, Error> {
    let inside = |spans: &[Range<usize>], at: usize| spans.iter().any(|span| span.contains(&at));
    let mut spans: Vec<Range<usize>> = listed.iter().filter_map(|signature| signature.span.clone()).collect();
    let mut unlisted: Vec<usize> = document.occurrences(KEY).collect();
    unlisted.retain(|at| !inside(&spans, *at));
    if unlisted.is_empty() {
        return Ok(Vec::new());
    }
    let still: BTreeSet<usize> = listed
        .iter()
        .filter_map(|signature| signature.hole.as_ref())
        .map(|hole| hole.start)
        .collect();
    let signers = || listed.iter().filter(|signature| !signature.is_document_timestamp());
    let mut looked = 0;
    let mut gone: BTreeMap<usize, (usize, Removed)> = BTreeMap::new();
    for revision in 0..document.revisions().len() {
        let view = document.at(revision);
        spans.extend(usage_rights(&view)?);
        let fields = view.fields()?;
        looked += fields.len();
        if looked > pdf::changes::MOST_WORK {
            return Err(pdf::Error::TooMuch { of: "comparisons" }.into());
        }
        for field in fields {
            let Some(value) = field.value.as_ref().filter(|_| field.kind == FieldKind::Signature) else {
                continue;
            };
            let place = value.reference().unwrap_or(field.object);
            let Some(found) = view.locate(place)? else { continue };
            let (Some(span), Obj::Dict(dict)) = (found.span, view.resolve(value)?) else {
                continue;
            };
            let Some(hole) = hole(document, &dict) else { continue };
            spans.push(span);
            if !still.contains(&hole) {
                let removed = Removed {
                    field: field.name,
                    sub_filter: dict
                        .get("SubFilter")
                        .and_then(Obj::name)
                        .map(|name| name.text().into_owned())
                        .unwrap_or_default(),
                    covered_len: covered(document.bytes(), &dict.get("ByteRange").map(numbers).unwrap_or_default()).unwrap_or(0),
                    agreed: false,
                };
                gone.insert(hole, (revision, removed));
            }
        }
    }
    let mut found: Vec<Removed> = gone
        .into_values()
        .map(|(last_seen, removed)| Removed {
            agreed: signers().any(|signature| signature.revision > last_seen),
            ..removed
        })
        .collect();
    // In revisions that the chain of cross-references passes over.
    let agreed_to = signers()
        .filter(|signature| !matches!(signature.coverage(document), Coverage::Unclear(_)))
        .filter_map(|signature| signature.signed_ranges(document.bytes().len()))
        .map(|[_, second]| second.end as u64)
        .max()
        .unwrap_or(0);
    for at in unlisted.into_iter().filter(|at| !inside(&spans, *at)) {
        if let Some(covered_len) = covered(document.bytes(), &written(&document.bytes()[at + KEY.len()..])) {
            found.push(Removed {
                field: format!("（{at}バイト目の署名）"),
                sub_filter: String::new(),
                covered_len,
                agreed: covered_len <= agreed_to,
            });
        }
    }
    Ok(found)
}

/// Usage rights (/Perms) look like signatures and stand in no field.
fn usage_rights(view: &View<'_>) -> Result<Vec<Range<usize>>, Error> {
    let permissions = view.value(&view.catalog()?, "Perms")?;
    let mut spans = Vec::new();
    for (_, value) in permissions.dict().into_iter().flat_map(Dict::iter) {
        if let Some(reference) = value.reference() {
            spans.extend(view.locate(reference)?.and_then(|found| found.span));
        }
    }
    Ok(spans)
}

fn hole(document: &Document<'_>, dict: &Dict<'_>) -> Option<usize> {
    let contents = dict.get("Contents").and_then(Obj::str).filter(|value| value.is_hex())?;
    Some(document.offset_of(contents.source())? - 1)
}

fn numbers(value: &Obj<'_>) -> Vec<u64> {
    let items = value.array().unwrap_or_default().iter();
    items.filter_map(Obj::int).filter_map(|value| u64::try_from(value).ok()).collect()
}

/// The numbers of `[0 1 2 3]` at the beginning of `text`.
fn written(text: &[u8]) -> Vec<u64> {
    let text = &text[..text.len().min(200)];
    let text = String::from_utf8_lossy(text.split(|byte| *byte == b']').next().unwrap_or_default());
    let Some(inside) = text.trim_start().strip_prefix('[') else {
        return Vec::new();
    };
    inside.split_whitespace().map_while(|number| number.parse().ok()).collect()
}

/// Where a /ByteRange ends, if it is one of this file: it begins at 0 and its hole is a hex string.
fn covered(file: &[u8], range: &[u64]) -> Option<u64> {
    let [0, first, second, rest] = *range else { return None };
    let end = second.checked_add(rest).filter(|end| *end <= file.len() as u64)?;
    let byte = |at: u64| file.get(usize::try_from(at).ok()?).copied();
    (first < second && byte(first) == Some(b'<') && byte(second - 1) == Some(b'>')).then_some(end)
}
