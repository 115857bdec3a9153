//! Signing a case: prepare → signature → complete, with a token, with a server-held key, or outside.

use bytes::Bytes;
use certification::{Certificate, Credential};
use foundation::{Actor, CertificateId, Instant};
use keys::HolderSecret;
use signing::{Act, ActId, ActState, Order, Original, Signed};
use store::{Unit, sql, unit};

use crate::{
    Case, CaseId, Error, Partner, Tools,
    document::{FIELD_B, closed_files, kind_fits, refuse_closed, signer_fits},
    limits::Limits,
    partner::Standing,
    right::{PuttingSigned, Reading, Side, Signing},
    stage::{self, Stage, StageName},
    state::{Did, State, step},
};

/// What `prepareSignature` gives to the credential.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The act.
    pub act: Act,
    /// With which certificate.
    pub certificate: CertificateId,
    /// Its kind: a token signs `to_sign` or `digest`, for a server-held key the 合言葉 is asked.
    pub credential: Credential,
    /// The stage that is signed.
    pub stage: Stage,
}

/// How the signature comes.
#[derive(Clone, Debug)]
pub enum SignatureBy {
    /// The value, from the token (RSA PKCS#1 v1.5, or ECDSA as DER).
    Value(Vec<u8>),
    /// The 署名の合言葉 of a server-held key.
    Secret(HolderSecret),
}

/// A signature that is part of the case now.
#[derive(Clone, Debug)]
pub struct Done {
    /// Where the case stands now.
    pub state: State,
    /// The proven time.
    pub signed_at: Instant,
    /// SHA-256 of the new stage.
    pub sha256: String,
    /// What was found about the signature.
    pub report: pades::SignatureReport,
}

/// The side whose turn it is to sign; B only while the consent stands.
async fn turn(unit: &mut Unit, case: &Case) -> Result<(Side, Did), Error> {
    let side = match case.state {
        State::Draft => Side::A,
        _ => Side::B,
    };
    let did = if side == Side::A { Did::SignedByA } else { Did::SignedByB };
    step(case.state, did)?;
    if side == Side::B && Partner::of_case(unit, case.partner).await?.state != Standing::Agreed {
        return Err(Error::ConsentMissing);
    }
    Ok((side, did))
}

async fn current(unit: &mut Unit, case: &Case) -> Result<Stage, Error> {
    stage::newest(unit, case.id).await
}

impl Case {
    /// The certificate with which `by` would sign now: what the page names before the signature is what is used. None: he has none that is
    /// usable and of an agreed kind.
    ///
    /// # Errors
    /// Not the signer, not his turn, or the database did not answer.
    pub async fn signs_with(unit: &mut Unit, by: &Actor, id: CaseId, now: Instant) -> Result<Option<Certificate>, Error> {
        let case = Self::open::<Signing>(unit, by, id).await?;
        let (side, _) = turn(unit, &case).await?;
        match choose(unit, by, &case, side, None, now).await {
            Ok(certificate) => Ok(Some(certificate)),
            Err(Error::NoCertificate | Error::CertificateNotAgreed) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Intent: chooses the certificate (the newest usable of an agreed kind, if none is named) and prepares the act on the stored original.
    ///
    /// # Errors
    /// Not the signer, not his turn, no document, no usable certificate, or something did not answer.
    pub async fn prepare_signature(
        tools: &Tools,
        by: &Actor,
        id: CaseId,
        wanted: Option<CertificateId>,
        now: Instant,
    ) -> Result<Prepared, Error> {
        let (case, side, certificate, stage) = unit!(tools.db, |unit| {
            let case = Self::open::<Signing>(unit, by, id).await?;
            let (side, _) = turn(unit, &case).await?;
            let stage = current(unit, &case).await?;
            let certificate = choose(unit, by, &case, side, wanted, now).await?;
            Ok::<_, Error>((case.into_inner(), side, certificate, stage))
        })
        .await?;
        let person = case.signer_of(side).ok_or(Error::SignerNotAgreed)?;
        let (field, new_field) = match side {
            Side::A => (case.a_field.clone().ok_or(Error::NoDocument)?, None),
            Side::B => match case.b_field.clone() {
                Some(field) => (field, None),
                // Signed outside without a further field: it is added, invisible, in the revision of the signature.
                None => (
                    FIELD_B.to_owned(),
                    Some(pades::FieldSpec {
                        name: FIELD_B.to_owned(),
                        page: 0,
                        rect: [0.0; 4],
                    }),
                ),
            },
        };
        let pdf = tools.bytes_of(&stage).await?;
        let order = Order {
            purpose: "case",
            subject: id.0,
            person,
            certificate: certificate.der.clone(),
            field,
            new_field,
            pdf,
        };
        let act = signing::prepare(&tools.db, &tools.signing, by, order, now, &*tools.random).await?;
        Ok(Prepared {
            act,
            certificate: certificate.id,
            credential: certificate.credential,
            stage,
        })
    }

    /// Act and outcome; an act that is completed gives its answer again (the first one may have been lost). The certificate's status is asked again, fresh: one that was revoked between view and sign does not sign.
    ///
    /// # Errors
    /// Not the signer, the act is over, the file changed, the certificate is not usable, the signature is wrong, or something did not answer.
    pub async fn complete_signature(
        tools: &Tools,
        by: &Actor,
        id: CaseId,
        act: ActId,
        signature: SignatureBy,
        now: Instant,
    ) -> Result<Done, Error> {
        let act = signing::open_act(&tools.db, by, act).await?;
        if act.purpose != "case" || act.subject != id.0 {
            return Err(Error::Unknown);
        }
        if act.state == ActState::Completed {
            return earlier(tools, by, id, &act, signature, now).await;
        }
        let der = act
            .prepared
            .certificates
            .first()
            .and_then(|text| hex::decode(text).ok())
            .ok_or(Error::Unknown)?;
        let der = &der;
        let (certificate, stage) = unit!(tools.db, |unit| {
            let case = Self::open::<Signing>(unit, by, id).await?;
            let (side, _) = turn(unit, &case).await?;
            let certificate = Certificate::by_der(unit, by, der).await?.ok_or(Error::NoCertificate)?;
            usable(unit, &case, side, &certificate, now).await?;
            Ok::<_, Error>((certificate, current(unit, &case).await?))
        })
        .await?;
        let original = Original {
            act: act.id,
            pdf: tools.bytes_of(&stage).await?,
        };
        let signed = match signature {
            SignatureBy::Value(value) => {
                signing::complete_with_signature(&tools.db, &tools.signing, by, original, value, now, &*tools.random).await?
            }
            SignatureBy::Secret(secret) => {
                let (_, key) = certification::open_key(&tools.db, by, certificate.id, &secret, now).await?;
                signing::complete_with_key(&tools.db, &tools.signing, by, original, key, now, &*tools.random).await?
            }
        };
        outcome::<Signing>(tools, by, id, signed, now).await
    }

    /// Takes a continuation that was signed outside: `sent` plus one signature of the named signer, and nothing else.
    ///
    /// # Errors
    /// Not his side or turn, the upload is no continuation or changes more than it may, the signer is another, or something did not answer.
    pub async fn put_signed_document(
        tools: &Tools,
        by: &Actor,
        id: CaseId,
        uploaded: impl Into<Bytes>,
        now: Instant,
    ) -> Result<Done, Error> {
        let uploaded: Bytes = uploaded.into();
        if uploaded.len() > Limits::at(now).file.saturating_mul(2) {
            return Err(Error::TooLarge);
        }
        let (case, side, stage, closed) = unit!(tools.db, |unit| {
            let case = Self::open::<PuttingSigned>(unit, by, id).await?;
            let (side, _) = turn(unit, &case).await?;
            let (stage, closed) = (current(unit, &case).await?, closed_files(unit, &case).await?);
            Ok::<_, Error>((case.into_inner(), side, stage, closed))
        })
        .await?;
        refuse_closed(&closed, &uploaded).await?;
        let sent = tools.bytes_of(&stage).await?;
        let field = if side == Side::A {
            case.a_field.clone()
        } else {
            case.b_field.clone()
        };
        let expected = pades::Expected { field, certificate: None };
        let signed = signing::accept_continuation(&tools.signing, sent, uploaded, expected, now, &*tools.random).await?;
        outcome::<PuttingSigned>(tools, by, id, signed, now).await
    }
}

/// What the completed act answered: the stage that it made is there, whatever happened to the case afterwards.
async fn earlier(tools: &Tools, by: &Actor, id: CaseId, act: &Act, again: SignatureBy, now: Instant) -> Result<Done, Error> {
    if let SignatureBy::Value(value) = again {
        let prepared = act.prepared.clone();
        jobs::work(move || pades::check_signature(&prepared, &value))
            .await
            .map_err(signing::Error::from)?;
    }
    let field = &act.prepared.field;
    let (state, signed_at, stage) = unit!(tools.db, |unit| {
        let case = Case::open::<Reading>(unit, by, id).await?;
        let (name, state, signed_at) = if case.a_field.as_ref() == Some(field) {
            (StageName::SignedA, State::Signed, case.a_signed)
        } else {
            (StageName::ReturnedB, State::Countersigned, case.b_signed)
        };
        let stage = stage::all(unit, id).await?.into_iter().find(|stage| stage.name == name);
        Ok::<_, Error>((state, signed_at.ok_or(Error::NoSuchStage)?, stage.ok_or(Error::NoSuchStage)?))
    })
    .await?;
    let (pdf, trust) = (tools.bytes_of(&stage).await?, tools.signing.trust().clone());
    let report = jobs::work(move || pades::validate(&pdf, &trust, now.plus_seconds(5), None))
        .await
        .map_err(signing::Error::from)?
        .signatures
        .into_iter()
        .find(|report| report.field == *field)
        .ok_or(Error::NoSuchStage)?;
    Ok(Done {
        state,
        signed_at,
        sha256: stage.sha256,
        report,
    })
}

/// Makes the signature a part of the case, or gives the act back: whoever could not be served (a full disk) tries again at once, not after
/// the act's lease.
async fn outcome<A: foundation::Action<Case>>(tools: &Tools, by: &Actor, id: CaseId, signed: Signed, now: Instant) -> Result<Done, Error> {
    let stored = store_stage::<A>(tools, by, id, &signed, now).await;
    if let Err(error) = &stored {
        let passing = matches!(error, Error::Objects(_) | Error::Store(_) | Error::Changed);
        if let Err(error) = signing::give_back(&tools.db, by, &signed, error.code(), passing, now).await {
            tracing::error!(%error, case = %id, "an act of signing waits for the end of its lease");
        }
    }
    stored
}

/// The new stage durable, then row, journal and the act's end in one unit.
async fn store_stage<A: foundation::Action<Case>>(
    tools: &Tools,
    by: &Actor,
    id: CaseId,
    signed: &Signed,
    now: Instant,
) -> Result<Done, Error> {
    let name = {
        let db = &tools.db;
        unit!(db, |unit| {
            let case = Case::open::<A>(unit, by, id).await?;
            let (side, _) = turn(unit, &case).await?;
            // Before anything is stored: whose signature it is.
            signer_fits(unit, &case, side, signed, now).await?;
            Ok::<_, Error>(if side == Side::A {
                StageName::SignedA
            } else {
                StageName::ReturnedB
            })
        })
        .await?
    };
    let kept = stage::keep(&tools.objects, &*tools.random, id, name, signed.pdf.clone(), now).await?;
    let kept = &kept;
    let state = unit!(tools.db, |unit| {
        let case = Case::open::<A>(unit, by, id).await?;
        let (side, did) = turn(unit, &case).await?;
        signer_fits(unit, &case, side, signed, now).await?;
        if signed.act.is_some() {
            signing::settle(unit, by, signed, now).await?;
        }
        stage::write(unit, id, by, kept, now).await?;
        let at = signed.signed_at;
        let field = &signed.field;
        match side {
            Side::A => unit.one(sql!("UPDATE contracts_case SET a_signed = {at}, a_field = {field} WHERE id = {id} AND version = {case.version}")).await?,
            Side::B => unit.one(sql!("UPDATE contracts_case SET b_signed = {at}, b_field = {field} WHERE id = {id} AND version = {case.version}")).await?,
        }
        let facts = serde_json::json!({
            "signer": signed.signer, "field": field, "signed_at": at.rfc3339(), "sha256": signed.sha256, "act": signed.act, "outside": signed.act.is_none(),
        });
        Case::moved(&case, unit, did, facts, now).await
    })
    .await?;
    Ok(Done {
        state,
        signed_at: signed.signed_at,
        sha256: signed.sha256.clone(),
        report: signed.report.clone(),
    })
}

async fn usable(unit: &mut Unit, case: &Case, side: Side, certificate: &Certificate, now: Instant) -> Result<(), Error> {
    if case.signer_of(side) != Some(certificate.person) {
        return Err(Error::SignerNotAgreed);
    }
    certificate.usable(now)?;
    kind_fits(unit, case, side, certificate.credential).await
}

async fn choose(
    unit: &mut Unit,
    by: &Actor,
    case: &Case,
    side: Side,
    wanted: Option<CertificateId>,
    now: Instant,
) -> Result<Certificate, Error> {
    let mut not_agreed = false;
    for certificate in Certificate::usable_by(unit, by, now).await? {
        if wanted.is_some_and(|id| id != certificate.id) {
            continue;
        }
        match usable(unit, case, side, &certificate, now).await {
            Ok(()) => return Ok(certificate.into_inner()),
            Err(Error::CertificateNotAgreed) => not_agreed = true,
            Err(other) => return Err(other),
        }
    }
    Err(if not_agreed {
        Error::CertificateNotAgreed
    } else {
        Error::NoCertificate
    })
}
