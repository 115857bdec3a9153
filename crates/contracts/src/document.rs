//! The document of a case: an unsigned PDF gets its signature fields before the first signature (law 4); one that A signed outside is
//! verified. The uploaded bytes stay a prefix of everything after them.

use bytes::Bytes;
use foundation::{Actor, Instant};
use pades::{FieldSpec, Registered};
use signing::Signed;
use store::{Record, Unit, sql, unit};

use crate::{
    Case, CaseId, Error, Partner, Tools, blank,
    limits::Limits,
    right::{Registering, Side},
    stage::{self, StageName},
    state::{Did, State, step},
};

/// Where the two signatures stand; by default on the last page where it is blank.
#[derive(Clone, Debug, PartialEq)]
pub struct Places {
    /// A's.
    pub a: FieldSpec,
    /// B's.
    pub b: FieldSpec,
}

/// What became of a document.
#[derive(Clone, Debug)]
pub struct Put {
    /// Where the case stands now: `Draft`, or `Signed` if A had signed outside.
    pub state: State,
    /// Number of pages.
    pub pages: usize,
    /// SHA-256 of the uploaded bytes, hex.
    pub sha256: String,
    /// The verdict on each signature that it brought, after its time-stamp and its validation data were added.
    pub signatures: Vec<pades::SignatureReport>,
}

pub(crate) const FIELD_A: &str = "SignatureA";
pub(crate) const FIELD_B: &str = "SignatureB";

impl Case {
    /// Puts the document of a draft, in three steps: right and state (unit), checks and objects (no unit), rows (unit).
    ///
    /// # Errors
    /// The right is missing, the state does not allow it, the file is refused, or something did not answer; then nothing has changed.
    pub async fn put_document(
        tools: &Tools,
        by: &Actor,
        id: CaseId,
        bytes: impl Into<Bytes>,
        places: Option<&Places>,
        now: Instant,
    ) -> Result<Put, Error> {
        // One copy of the file in memory, shared by all that read it.
        let bytes: Bytes = bytes.into();
        if bytes.len() > Limits::at(now).file {
            return Err(Error::TooLarge);
        }
        let closed = unit!(tools.db, |unit| {
            let case = Self::open::<Registering>(unit, by, id).await?;
            step(case.state, Did::DocumentPut)?;
            closed_files(unit, &case).await
        })
        .await?;
        refuse_closed(&closed, &bytes).await?;
        let random = &*tools.random;
        let (pdf, registered, signatures) = signing::accept_registered(&tools.signing, bytes.clone(), now, random).await?;
        let keep = async |name, pdf| stage::keep(&tools.objects, random, id, name, pdf, now).await;
        let mut stages = vec![keep(StageName::Uploaded, bytes.clone()).await?];
        let sha256 = stages[0].sha256.clone();
        let fields;
        if signatures.is_empty() {
            // The very same bytes: `lay` continues them in their memory if nobody else holds them.
            drop(pdf);
            let (laid, a, b) = lay(bytes, &registered, places).await?;
            stages.push(keep(StageName::Registered, laid).await?);
            fields = (Some(a), Some(b));
        } else {
            stages.push(keep(StageName::Registered, bytes).await?);
            stages.push(keep(StageName::SignedA, pdf).await?);
            fields = (
                signatures.first().map(|one| one.field.clone()),
                registered.empty_fields.first().map(|field| field.name.clone()),
            );
        }
        let (stages, signatures, sha, fields) = (&stages, &signatures, &sha256, &fields);
        let state = unit!(tools.db, |unit| {
            let case = Self::open::<Registering>(unit, by, id).await?;
            let signed = signed_by_a(unit, &case, signatures, now).await?;
            let (a, b) = fields;
            unit.one(sql!(
                "UPDATE contracts_case SET a_field = {a}, b_field = {b}, a_signed = {signed} WHERE id = {id} AND version = {case.version}"
            ))
            .await?;
            for stage in stages {
                stage::write(unit, id, by, stage, now).await?;
            }
            let hashes: Vec<_> = stages
                .iter()
                .map(|stage| serde_json::json!({ "stage": stage.name, "sha256": stage.sha256 }))
                .collect();
            let did = if signatures.is_empty() { Did::DocumentPut } else { Did::SignedByA };
            let facts = serde_json::json!({ "uploaded_sha256": sha, "stages": hashes, "signed_outside": !signatures.is_empty() });
            Self::moved(&case, unit, did, facts, now).await
        })
        .await?;
        Ok(Put {
            state,
            pages: registered.pages,
            signatures: signatures.iter().map(|signed| signed.report.clone()).collect(),
            sha256,
        })
    }
}

/// Signed outside: every signature in it must be the named signer's, by an agreed kind of certificate of this authority.
async fn signed_by_a(unit: &mut Unit, case: &Case, signatures: &[Signed], now: Instant) -> Result<Option<Instant>, Error> {
    let mut last = None;
    for signed in signatures {
        signer_fits(unit, case, Side::A, signed, now).await?;
        last = last.max(Some(signed.signed_at));
    }
    Ok(last)
}

/// Whether a signature made outside is the named signer's, with a certificate of an agreed kind that is not revoked.
pub(crate) async fn signer_fits(unit: &mut Unit, case: &Case, side: Side, signed: &Signed, now: Instant) -> Result<(), Error> {
    let another = || Error::SignedByAnother {
        found: signed.signer.clone(),
    };
    let certificate = certification::Certificate::by_der(unit, &crate::PROGRAM, &signed.certificate)
        .await?
        .ok_or_else(another)?;
    if case.signer_of(side) != Some(certificate.person) {
        return Err(another());
    }
    certificate.usable(now)?;
    kind_fits(unit, case, side, certificate.credential).await
}

/// Whether the consent names this kind of certificate for this side.
pub(crate) async fn kind_fits(unit: &mut Unit, case: &Case, side: Side, kind: certification::Credential) -> Result<(), Error> {
    let partner = Partner::of_case(unit, case.partner).await?;
    let desk = case.desk_of(side).ok_or(Error::ConsentMissing)?;
    let uses = partner.uses_of(desk).ok_or(Error::ConsentMissing)?;
    if uses.kinds.contains(&kind) {
        Ok(())
    } else {
        Err(Error::CertificateNotAgreed)
    }
}

async fn lay(pdf: Bytes, registered: &Registered, places: Option<&Places>) -> Result<(Bytes, String, String), Error> {
    // A template may bring its own two empty fields; then nothing is laid.
    if let [a, b, ..] = registered.empty_fields.as_slice() {
        return Ok((pdf, a.name.clone(), b.name.clone()));
    }
    let places = match places {
        Some(places) => places.clone(),
        None => {
            let pdf = pdf.clone();
            jobs::work(move || blank::places(&pdf)).await
        }
    };
    let mut wanted = vec![places.a, places.b];
    // … or one, which is A's then.
    if let [a] = registered.empty_fields.as_slice() {
        wanted[0] = a.clone();
    }
    let (a, b) = (wanted[0].name.clone(), wanted[1].name.clone());
    let new: Vec<FieldSpec> = wanted
        .into_iter()
        .filter(|field| !registered.empty_fields.contains(field))
        .collect();
    let laid = jobs::work(move || {
        let delta = pades::lay_fields(&pdf, &new)?;
        let mut laid = Vec::from(pdf);
        laid.reserve_exact(delta.len());
        laid.extend_from_slice(&delta);
        Ok::<_, pades::Error>(Bytes::from(laid))
    })
    .await
    .map_err(|error| Error::Signing(error.into()))?;
    Ok((laid, a, b))
}

/// A file that was closed for ever by 差戻し.
#[derive(Record)]
pub(crate) struct ClosedFile {
    sha256: String,
    bytes: i64,
}

/// The signed files between this desk and anybody that were sent back.
pub(crate) async fn closed_files(unit: &mut Unit, case: &Case) -> Result<Vec<ClosedFile>, Error> {
    let (state, name) = (State::SentBack, StageName::SignedA);
    Ok(unit
        .all(sql!(
            "SELECT s.sha256 AS sha256, s.bytes AS bytes FROM contracts_stage s JOIN contracts_case c ON c.id = s.contract_case
             WHERE c.a_desk = {case.a_desk} AND c.state = {state} AND s.name = {name} AND s.replaced IS NULL"
        ))
        .await?)
}

/// rulings.md: a file that was sent back is not an offer any more; whatever continues it is refused.
pub(crate) async fn refuse_closed(closed: &[ClosedFile], bytes: &Bytes) -> Result<(), Error> {
    for file in closed {
        // Only a file at least as long can begin with it.
        let Some(head) = usize::try_from(file.bytes).ok().filter(|length| *length <= bytes.len()) else {
            continue;
        };
        let head = bytes.slice(..head);
        if jobs::work(move || crate::sha256_hex(&head)).await == file.sha256 {
            return Err(Error::FileClosed);
        }
    }
    Ok(())
}
