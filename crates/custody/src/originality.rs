//! 原本性証明書 and 預かり証: what is certified of a kept original, on paper. A certificate is numbered, printed, e-sealed and kept.

use std::sync::Arc;

use cms::tsp::Token;
use evidence::Checkpoint;
use foundation::{Action, Actor, Authorized, Instant, Random, Refused};
use papers::{CaseFacts, DepositReceipt, FileFacts, LogFacts, OriginalityCertificate, Paper, Printer};
use serde_json::json;
use store::{Database, Objects, Record, sql, unit};

use crate::{Deposit, DepositId, Error, Notary, Reading, Result, evidences::damaged, note, right::Certifying, standing};

foundation::id!(
    /// One 原本性証明書.
    pub OriginalityId
);
store::column_as!(OriginalityId(uuid::Uuid));

/// How far a certificate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Its number is drawn; it is being printed and sealed.
    Begun,
    /// It was given out.
    Issued,
    /// It was never given out; its number stays unused.
    Failed,
}
store::column_as!(State { Begun = "begun", Issued = "issued", Failed = "failed" });

/// Who asks again within so many seconds gets the same paper: a second click is not a second certificate.
const SAME_SECONDS: i64 = 60;
/// How long printing and sealing may take; what took longer was broken off.
const LEASE_SECONDS: i64 = 5 * 60;

/// What papers of custody are made with.
pub struct Desk {
    /// Rows.
    pub db: Database,
    /// Files.
    pub objects: Objects,
    /// Makes the PDF.
    pub printer: Arc<dyn Printer>,
    /// Judges signatures and seals.
    pub notary: Arc<dyn Notary>,
    /// Where random bytes come from.
    pub random: Arc<dyn Random>,
    /// Who issues, by name.
    pub issuer: String,
    /// Where everybody can check without signing in.
    pub verify_url: String,
    /// 「デモ環境」 stands on every paper.
    pub demo: bool,
}

/// Issues papers on kept originals. Cheap to clone.
#[derive(Clone)]
pub struct Certifier(Arc<Desk>);

impl std::fmt::Debug for Certifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certifier").field("issuer", &self.0.issuer).finish_non_exhaustive()
    }
}

/// What the depositor's side knows and custody does not.
#[derive(Clone, Debug)]
pub struct About {
    /// Company of who asks.
    pub requester: String,
    /// The case, if the original is a contract's.
    pub case: Option<CaseOf>,
}

/// The case of a contract, and when its first two facts came true.
#[derive(Clone, Debug)]
pub struct CaseOf {
    /// What stands in it.
    pub facts: CaseFacts,
    /// 成立.
    pub concluded: Option<Instant>,
    /// 封緘.
    pub sealed: Option<Instant>,
}

/// A paper that is ready to be handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Its number.
    pub number: String,
    /// The PDF.
    pub pdf: Vec<u8>,
}

#[derive(Record)]
struct Row {
    year: i64,
    number: i64,
    object: Option<String>,
    sha256: Option<[u8; 32]>,
}

#[derive(Record)]
struct Round {
    checkpoint: Option<String>,
    token: Option<Vec<u8>>,
    place: Option<u64>,
}

impl Certifier {
    /// A certifier.
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self(Arc::new(desk))
    }

    /// A 原本性証明書 on a kept original: the original is read again and compared now, its signatures are judged now. Three steps:
    /// the number is drawn (unit); the paper is printed, sealed and stored; it counts as issued (unit). Who asks again within a
    /// minute gets the same paper.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Refused`], [`Error::NotYet`], [`Error::Damaged`], [`Error::NotPrinted`], [`Error::NotSealed`], the stores.
    pub async fn originality(&self, by: &Actor, id: DepositId, about: &About, now: Instant) -> Result<Printed> {
        let desk = &*self.0;
        let deposit = Deposit::open::<Certifying>(&desk.db, by, id).await?;
        let standing = standing(&desk.db, by, id).await?;
        let Some(kept) = standing.kept else {
            return Err(Error::NotYet {
                state: standing.state,
                reason: standing.reason,
                next_try: standing.next_try,
            });
        };
        // Nothing is certified of what is damaged, not even by handing out an older paper.
        let (_, original) = crate::original(&desk.db, &desk.objects, by, id).await?;
        if let Some(issued) = self.just_issued(&deposit, now).await? {
            return Ok(issued);
        }
        self.ready().await?;
        let signatures = if deposit.media == "application/pdf" {
            desk.notary.signatures(original, now).await?
        } else {
            Vec::new()
        };
        let log = self.log(id).await?;
        let (certificate, number) = self.begin(&deposit, now).await?;
        let data = OriginalityCertificate {
            number: number.clone(),
            issued: now,
            requester: about.requester.clone(),
            record: id.to_string(),
            case: about.case.as_ref().map(|case| case.facts.clone()),
            file: FileFacts {
                name: deposit.file_name.clone(),
                bytes: deposit.size,
                sha256: hex::encode(deposit.sha256),
                sha512: hex::encode(deposit.sha512),
            },
            concluded: about.case.as_ref().and_then(|case| case.concluded),
            sealed: about.case.as_ref().and_then(|case| case.sealed),
            kept: Some(kept),
            signatures,
            log: Some(log),
            fixity_checked: Some(now),
            keep_until: deposit.retain_until,
            issuer: desk.issuer.clone(),
            verify_url: desk.verify_url.clone(),
            demo: desk.demo,
        };
        match self.make(&data, certificate, now).await {
            Ok((pdf, object)) => {
                self.issued(&deposit, certificate, &number, &object, &pdf, now).await?;
                Ok(Printed { number, pdf })
            }
            Err(error) => {
                end_badly(&desk.db, deposit.by(), certificate, error.code(), now).await?;
                Err(error)
            }
        }
    }

    /// The 預かり証 of a deposit, as a PDF; it can be had again and again.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Refused`], [`Error::NotPrinted`], the database.
    pub async fn receipt(&self, by: &Actor, id: DepositId, requester: &str) -> Result<Printed> {
        let desk = &*self.0;
        let deposit = Deposit::open::<Reading>(&desk.db, by, id).await?;
        let receipt = deposit.receipt();
        let number = id.to_string();
        let paper = papers::deposit_receipt(&DepositReceipt {
            number: number.clone(),
            company: requester.to_owned(),
            file_name: deposit.file_name.clone(),
            sha256: receipt.sha256,
            bytes: receipt.size,
            deposited: receipt.received,
            keep_until: receipt.retain_until,
            demo: desk.demo,
        });
        let pdf = self.print(paper).await?;
        Ok(Printed { number, pdf })
    }

    async fn ready(&self) -> Result<()> {
        let printer = self.0.printer.clone();
        Ok(jobs::work(move || printer.ready()).await?)
    }

    async fn print(&self, paper: Paper) -> Result<Vec<u8>> {
        let printer = self.0.printer.clone();
        Ok(jobs::work(move || printer.print(&paper)).await?)
    }

    async fn just_issued(&self, deposit: &Authorized<Deposit, Certifying>, now: Instant) -> Result<Option<Printed>> {
        let (id, since, issued) = (deposit.id, now.plus_seconds(-SAME_SECONDS), State::Issued);
        let Some(person) = deposit.by().person() else { return Ok(None) };
        let found = self.0.db.all::<Row>(sql!(
            "SELECT year, number, object, sha256 FROM custody_originality
             WHERE deposit = {id} AND person = {person} AND state = {issued} AND begun > {since} AND begun <= {now} ORDER BY begun DESC LIMIT 1"
        ));
        let Some(row) = found.await?.into_iter().next() else {
            return Ok(None);
        };
        let (Some(object), Some(sha256)) = (row.object, row.sha256) else {
            return Ok(None);
        };
        let pdf = self.0.objects.get(&object).await?;
        Ok((evidence::sha256(&pdf) == sha256).then(|| Printed {
            number: number_of(row.year, row.number),
            pdf,
        }))
    }

    /// Where the record stands in the log, and what stamped its round.
    async fn log(&self, id: DepositId) -> Result<LogFacts> {
        let round = self
            .0
            .db
            .only::<Round>(sql!(
                "SELECT custody_round.checkpoint AS checkpoint, custody_round.token AS token, log_entry.place AS place FROM custody_deposit
                 JOIN custody_round ON custody_round.number = custody_deposit.round
                 JOIN log_entry ON log_entry.id = custody_deposit.log_entry WHERE custody_deposit.id = {id}"
            ))
            .await?;
        let lost = || damaged(format!("evidence of deposit {id} is missing"));
        let checkpoint = Checkpoint::parse(&round.checkpoint.ok_or_else(lost)?).map_err(damaged)?;
        let token = Token::parse(&round.token.ok_or_else(lost)?).map_err(damaged)?;
        let unit = token.verify(&[]).ok().and_then(|verified| verified.unit.subject().common_name());
        Ok(LogFacts {
            origin: checkpoint.origin,
            index: round.place.ok_or_else(lost)?,
            size: checkpoint.size,
            root: hex::encode(checkpoint.root),
            round_stamped: Some(token.info.gen_time),
            round_unit: unit,
        })
    }

    /// Intent: the number is drawn.
    async fn begin(&self, deposit: &Authorized<Deposit, Certifying>, now: Instant) -> Result<(OriginalityId, String)> {
        let certificate = OriginalityId::new(now, &*self.0.random);
        let Actor::Member(member) = deposit.by() else {
            return Err(Refused::NotYours.into());
        };
        let (id, year, state) = (deposit.id, i64::from(now.date_in_japan().year()), State::Begun);
        unit!(self.0.db, |unit| {
            let number = unit
                .only::<i64>(sql!(
                    "SELECT COALESCE(MAX(number), 0) + 1 FROM custody_originality WHERE year = {year}"
                ))
                .await?;
            unit.one(sql!(
                "INSERT INTO custody_originality (id, deposit, year, number, state, person, department, begun)
                 VALUES ({certificate}, {id}, {year}, {number}, {state}, {member.person}, {member.department}, {now})"
            ))
            .await?;
            let number = number_of(year, number);
            let facts = json!({ "number": number, "certificate": certificate.to_string() });
            note::note(unit, deposit.by(), "originality.begin", id.0, facts, now).await?;
            Ok((certificate, number))
        })
        .await
    }

    /// Act: printed, sealed, stored. Nobody has it yet.
    async fn make(&self, data: &OriginalityCertificate, certificate: OriginalityId, now: Instant) -> Result<(Vec<u8>, String)> {
        let desk = &*self.0;
        let printed = self.print(papers::originality_certificate(data)).await?;
        let pdf = desk.notary.seal(printed, now).await?;
        let object = format!("originality/{certificate}/{}.pdf", hex::encode(evidence::sha256(&pdf)));
        desk.objects.put(&object, pdf.clone()).await?;
        Ok((pdf, object))
    }

    /// Outcome.
    async fn issued(
        &self,
        deposit: &Authorized<Deposit, Certifying>,
        certificate: OriginalityId,
        number: &str,
        object: &str,
        pdf: &[u8],
        now: Instant,
    ) -> Result<()> {
        let (from, to, sha256) = (State::Begun, State::Issued, evidence::sha256(pdf));
        unit!(self.0.db, |unit| {
            // Whatever was broken off meanwhile was never issued.
            unit.one(sql!(
                "UPDATE custody_originality SET state = {to}, ended = {now}, object = {object}, sha256 = {sha256}
                 WHERE id = {certificate} AND state = {from}"
            ))
            .await?;
            crate::watch(unit, object, certificate.0, &hex::encode(sha256), now).await?;
            let facts = json!({
                "number": number, "certificate": certificate.to_string(), "sha256": hex::encode(sha256), "size": pdf.len(),
            });
            note::note(unit, deposit.by(), <Certifying as Action<Deposit>>::DEED, deposit.id.0, facts, now).await
        })
        .await
    }
}

fn number_of(year: i64, number: i64) -> String {
    format!("GC-{year}-{number:06}")
}

async fn end_badly(db: &Database, by: &Actor, certificate: OriginalityId, code: &str, now: Instant) -> Result<()> {
    let (from, to) = (State::Begun, State::Failed);
    unit!(db, |unit| {
        let changed = unit
            .run(sql!(
                "UPDATE custody_originality SET state = {to}, ended = {now}, failure = {code} WHERE id = {certificate} AND state = {from}"
            ))
            .await?;
        if changed == 1 {
            note::note(unit, by, "originality.fail", certificate.0, json!({ "code": code }), now).await?;
        }
        Ok(())
    })
    .await
}

/// The resolver: certificates that were broken off are failed; nobody has them, and their numbers stay unused. Gives how many.
///
/// # Errors
/// The database.
pub async fn resolve_certificates(db: &Database, now: Instant) -> Result<usize> {
    let (state, before) = (State::Begun, now.plus_seconds(-LEASE_SECONDS));
    let open = db
        .all::<OriginalityId>(sql!(
            "SELECT id FROM custody_originality WHERE ended IS NULL AND state = {state} AND begun < {before} ORDER BY begun LIMIT 200"
        ))
        .await?;
    for id in &open {
        end_badly(
            db,
            &Actor::System {
                cause: "custody.originality",
            },
            *id,
            "broken_off",
            now,
        )
        .await?;
    }
    Ok(open.len())
}
