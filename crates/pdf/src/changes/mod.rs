//! What later revisions changed compared to a signed one, by small named rules.
//!
//! Each later revision is compared with the signed one, so a change hidden by a still later one is found.

mod catalog;
mod dss;
mod form;
mod page;
mod rules;
mod uses;

use crate::{Document, Error, Ref};

/// How far changes go; the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing that a reader could see or a validator would use.
    None,
    /// Validation data, document time-stamps, metadata, unused objects.
    LtaUpdates,
    /// A signature in a field, a filled field, a new visible signature field.
    FormFilling,
    /// Comments.
    Annotations,
    /// Anything else: the signed content may be another one now.
    Other,
}

/// What an object that a later revision wrote is in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// The catalog.
    Catalog,
    /// The document information dictionary.
    Info,
    /// XMP metadata.
    Metadata,
    /// The DSS dictionary.
    Dss,
    /// A certificate, CRL or OCSP response in the DSS, or an array of them.
    DssData,
    /// The form's dictionary, or its /Fields array, or its resources.
    Form,
    /// A field that was not there.
    NewField {
        /// Its full name.
        name: String,
    },
    /// A field that was there.
    Field {
        /// Its full name.
        name: String,
    },
    /// A new value of a signature field.
    SignatureValue {
        /// The field's full name.
        field: String,
    },
    /// A widget of a field that is an object of its own.
    Widget {
        /// The field's full name.
        field: String,
    },
    /// An appearance stream, or what it uses.
    Appearance {
        /// The field's full name.
        field: String,
    },
    /// A page (its /Annots) or its /Annots array.
    PageAnnots {
        /// Index of the page, from 0.
        page: usize,
    },
    /// An annotation that is no widget.
    Annotation {
        /// Index of the page, from 0.
        page: usize,
    },
    /// A cross-reference stream.
    XrefStream,
    /// An object stream.
    ObjectStream,
    /// New, and nothing leads to it.
    Unused,
    /// Written again, the same, and of no role that matters here.
    Repetition,
    /// None of these.
    Unexplained,
}

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It did not exist.
    Added,
    /// It existed and is another one now.
    Replaced,
    /// Written again, the same.
    Repeated,
    /// Deleted.
    Freed,
}

/// An object that a later revision wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// The revision that wrote it.
    pub revision: usize,
    /// The object.
    pub object: Ref,
    /// What happened to it.
    pub deed: Deed,
    /// What it is.
    pub role: Role,
    /// How far that goes.
    pub level: Level,
}

/// The rule that spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// Objects may not be deleted.
    Freed,
    /// What may change in the catalog.
    Catalog,
    /// What may change in the information dictionary.
    Info,
    /// What may change in the metadata.
    Metadata,
    /// What may change in the DSS.
    Dss,
    /// What may change in the form's dictionary.
    Form,
    /// Which fields may come.
    NewField,
    /// Which fields may be signed, and how.
    Sign,
    /// Which fields may be filled, and how.
    Fill,
    /// What may change in a page.
    Page,
    /// Which annotations may come.
    Annotation,
    /// Streams that hold objects may come, not change.
    Containers,
    /// What no rule explains.
    Unexplained,
}

/// One thing a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The revision in which it was found.
    pub revision: usize,
    /// The rule.
    pub rule: Rule,
    /// How far it goes; `Other` is a veto.
    pub level: Level,
    /// The object, where there is one.
    pub object: Option<Ref>,
    /// What it is, for people: a short Japanese clause, e.g. `ページ1の内容が変更されています`.
    pub what: String,
}

/// What later revisions changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The greatest level of all findings.
    pub level: Level,
    /// What the rules found, older revisions first.
    pub findings: Vec<Finding>,
    /// Every object that a later revision wrote, with its role.
    pub touched: Vec<Touched>,
    /// Full names of fields that were filled or signed.
    pub fields: Vec<String>,
}

/// Pages, fields and written objects that one question may make the comparison look at. An honest file of ten signatures, forty
/// revisions and a thousand pages needs a fifth of it; who builds a file for its cost alone is refused.
pub const MOST_WORK: usize = 2_000_000;

/// How much [`since`] will look at, before it does.
///
/// # Errors
/// An object does not parse.
pub fn work(document: &Document<'_>, signed: usize) -> Result<usize, Error> {
    let later = &document.revisions()[signed + 1..];
    if later.is_empty() {
        return Ok(0);
    }
    let view = document.last();
    let each = view.pages()?.len() + view.fields()?.len();
    let written: usize = later
        .iter()
        .enumerate()
        .map(|(at, revision)| revision.entries().count() * (later.len() - at))
        .sum();
    Ok((each * later.len()).saturating_add(written))
}

/// What all revisions after `signed` changed, compared to it.
///
/// # Errors
/// An object does not parse; it would be more than [`MOST_WORK`].
pub fn since(document: &Document<'_>, signed: usize) -> Result<Changes, Error> {
    let mut changes = Changes {
        level: Level::None,
        findings: Vec::new(),
        touched: Vec::new(),
        fields: Vec::new(),
    };
    if signed + 1 >= document.revisions().len() {
        return Ok(changes);
    }
    // What cannot be read is found, and told, by the comparison itself.
    if work(document, signed).is_ok_and(|work| work > MOST_WORK) {
        return Err(Error::TooMuch { of: "comparisons" });
    }
    let uses = uses::Uses::in_signed_state(document, signed)?;
    for later in signed + 1..document.revisions().len() {
        let found = rules::compare(document, signed, later, &uses);
        changes.level = changes.level.max(found.level);
        // The same thing is found again in every later revision; it is told once.
        for finding in found.findings {
            if !changes.findings.contains(&finding) {
                changes.findings.push(finding);
            }
        }
        for touched in found.touched {
            match changes
                .touched
                .iter_mut()
                .find(|known| (known.revision, known.object) == (touched.revision, touched.object))
            {
                Some(known) if touched.level > known.level => *known = touched,
                Some(_) => {}
                None => changes.touched.push(touched),
            }
        }
        for field in found.fields {
            if !changes.fields.contains(&field) {
                changes.fields.push(field);
            }
        }
    }
    Ok(changes)
}

/// What the state as of `later` changed, compared to `signed`.
///
/// # Errors
/// An object does not parse.
pub fn between(document: &Document<'_>, signed: usize, later: usize) -> Result<Changes, Error> {
    let uses = uses::Uses::in_signed_state(document, signed)?;
    Ok(rules::compare(document, signed, later, &uses))
}
