//! What the world may know: certificates of the authority, lists, the status of every serial. The responder reads these tables.

use foundation::Instant;
use pki::{CrlDraft, CrlEntry, RevocationReason, Serial};
use store::{Database, Record, Unit, sql, unit};

use crate::{Error, Hierarchy, Terms};

/// The one generation there is so far; it stands in the addresses.
pub(crate) const GENERATION: i64 = 1;

#[derive(Record)]
struct Authority {
    root_sha256: String,
    status_url: String,
    arc: String,
}
#[derive(Record)]
struct Number {
    serial_number: i64,
}
#[derive(Record)]
struct ListState {
    serial_number: i64,
    published: Instant,
}
#[derive(Record)]
struct Revoked {
    serial: Vec<u8>,
    revoked: Instant,
    reason: Option<i64>,
}
#[derive(Record)]
struct Change {
    change: i64,
}

/// Whether the database belongs to an authority already; then no other one fits it any more.
///
/// # Errors
/// The database did not answer.
pub async fn is_adopted(db: &Database) -> Result<bool, Error> {
    let kept: Option<String> = db
        .find(sql!(
            "SELECT root_sha256 FROM certification_authority WHERE generation = {GENERATION}"
        ))
        .await?;
    Ok(kept.is_some())
}

/// Binds the database to the authority at its first start and publishes what it has; later only checks that they still belong together.
///
/// # Errors
/// The database belongs to another authority or another status address; or it did not answer.
pub async fn adopt(db: &Database, authority: &Hierarchy, now: Instant) -> Result<(), Error> {
    let (root_sha256, status_url, arc) = (
        hex::encode(authority.root().sha256()),
        authority.addresses().status_url().to_owned(),
        authority.arc().to_string(),
    );
    let root_crl = pki::Crl::parse(authority.root_crl()).map_err(|_| crate::BootError::Broken { name: "root.crl" })?;
    let root_number = root_crl.this_update().unix_seconds();
    let own = [authority.ocsp(), authority.seal()].map(|certificate| (certificate.serial().content().to_vec(), certificate.not_after()));
    unit!(db, |unit| {
        let kept: Option<Authority> = unit.find(sql!("SELECT root_sha256, status_url, arc FROM certification_authority WHERE generation = {GENERATION}")).await?;
        if let Some(kept) = kept {
            for (kept, given) in [(&kept.root_sha256, &root_sha256), (&kept.status_url, &status_url), (&kept.arc, &arc)] {
                if kept != given {
                    return Err(Error::OtherAuthority { kept: kept.clone(), given: given.clone() });
                }
            }
        } else {
            unit.one(sql!(
                "INSERT INTO certification_authority (generation, root_sha256, status_url, arc, began) VALUES ({GENERATION}, {root_sha256}, {status_url}, {arc}, {now})"
            ))
            .await?;
            unit.one(sql!("INSERT INTO certification_change (generation, change) VALUES ({GENERATION}, 0)")).await?;
            put(unit, "root.cer", authority.root().der(), 1, now, None).await?;
            put(unit, "issuing.cer", authority.issuing().der(), 1, now, None).await?;
            let facts = serde_json::json!({ "root_sha256": root_sha256, "status_url": status_url, "arc": arc });
            crate::note(unit, &crate::SYSTEM, "authority.adopt", format!("g{GENERATION}"), facts, now).await?;
        }
        // Its own certificates have a status too; a renewed OCSP signer is new here.
        for (serial, not_after) in &own {
            let known: Option<i64> = unit.find(sql!("SELECT changed FROM certification_status WHERE serial = {serial}")).await?;
            if known.is_none() {
                issued(unit, serial, *not_after).await?;
            }
        }
        // A root list renewed by the custodian replaces the older one.
        let known: Option<Number> = unit.find(sql!("SELECT serial_number FROM certification_publication WHERE name = 'root.crl'")).await?;
        if known.is_none_or(|known| known.serial_number < root_number) {
            put(unit, "root.crl", authority.root_crl(), root_number, now, root_crl.next_update()).await?;
            change(unit).await?;
        }
        Ok::<_, Error>(())
    })
    .await?;
    refresh_list(db, authority, now).await
}

async fn put(unit: &mut Unit, name: &str, body: &[u8], number: i64, now: Instant, next_update: Option<Instant>) -> Result<(), Error> {
    unit.run(sql!("DELETE FROM certification_publication WHERE name = {name}")).await?;
    unit.one(sql!(
        "INSERT INTO certification_publication (name, body, serial_number, published, next_update) VALUES ({name}, {body}, {number}, {now}, {next_update})"
    ))
    .await?;
    Ok(())
}

/// Raises the change counter: the responder reads on.
async fn change(unit: &mut Unit) -> Result<i64, Error> {
    unit.one(sql!(
        "UPDATE certification_change SET change = change + 1 WHERE generation = {GENERATION}"
    ))
    .await?;
    let change: Option<Change> = unit
        .find(sql!("SELECT change FROM certification_change WHERE generation = {GENERATION}"))
        .await?;
    Ok(change.ok_or(Error::Unknown)?.change)
}

/// A serial of the issuing CA exists from now on.
pub(crate) async fn issued(unit: &mut Unit, serial: &[u8], not_after: Instant) -> Result<(), Error> {
    let change = change(unit).await?;
    unit.one(sql!(
        "INSERT INTO certification_status (serial, not_after, changed) VALUES ({serial}, {not_after}, {change})"
    ))
    .await?;
    Ok(())
}

/// A serial is revoked from now on, for ever.
pub(crate) async fn revoked(unit: &mut Unit, serial: &[u8], at: Instant, reason: Option<i64>) -> Result<(), Error> {
    let change = change(unit).await?;
    unit.one(sql!(
        "UPDATE certification_status SET revoked = {at}, reason = {reason}, changed = {change} WHERE serial = {serial} AND revoked IS NULL"
    ))
    .await?;
    Ok(())
}

/// Signs a new list unless the published one is young; runs every ten minutes and at boot.
pub(crate) async fn refresh_list(db: &Database, authority: &Hierarchy, now: Instant) -> Result<(), Error> {
    let kept: Option<ListState> = db
        .find(sql!(
            "SELECT serial_number, published FROM certification_publication WHERE name = 'ca.crl'"
        ))
        .await?;
    if kept.is_none_or(|kept| kept.serial_number == 0 || now.seconds_since(kept.published) >= Terms::at(now).crl_every) {
        publish_list(db, authority, now).await?;
    }
    Ok(())
}

/// Signs the full list of the issuing CA with all revocations there are, expired certificates too, and publishes it. If another
/// node was faster, its list stands and this one is thrown away, unless it lacks something: then once more.
pub(crate) async fn publish_list(db: &Database, authority: &Hierarchy, now: Instant) -> Result<(), Error> {
    for _ in 0..5 {
        let number: Option<Number> = db
            .find(sql!("SELECT serial_number FROM certification_publication WHERE name = 'ca.crl'"))
            .await?;
        let before = number.map_or(0, |number| number.serial_number);
        let rows: Vec<Revoked> = db
            .all(sql!(
                "SELECT serial, revoked, reason FROM certification_status WHERE revoked IS NOT NULL ORDER BY serial"
            ))
            .await?;
        let entries: Vec<CrlEntry> = rows
            .iter()
            .map(|row| CrlEntry {
                serial: Serial::from_content(&row.serial),
                revoked_at: row.revoked,
                reason: row.reason.and_then(reason),
                invalidity_date: None,
            })
            .collect();
        // RFC 5280 §5.1.2.4: a list never claims to be older than what it carries.
        let this_update = rows.iter().map(|row| row.revoked).max().unwrap_or(now).max(now).floor_second();
        let draft = CrlDraft {
            issuer: authority.issuing(),
            number: u64::try_from(before + 1).unwrap_or(1),
            this_update,
            next_update: this_update.plus_seconds(Terms::at(now).crl_life),
            expired_certs_since: Some(authority.issuing().not_before()),
            entries: &entries,
        };
        let to_sign = pki::crl::prepare(&draft).map_err(|_| Error::Signer(keys::KeyError::Unreadable))?;
        let der = authority.sign_by_issuing(&to_sign).await?;
        let (next, next_update) = (before + 1, draft.next_update);
        let placed = unit!(db, |unit| {
            let number: Option<Number> = unit.find(sql!("SELECT serial_number FROM certification_publication WHERE name = 'ca.crl'")).await?;
            if number.map_or(0, |number| number.serial_number) != before {
                return Ok(false);
            }
            put(unit, "ca.crl", &der, next, now, Some(next_update)).await?;
            change(unit).await?;
            let facts = serde_json::json!({ "number": next, "entries": entries.len(), "sha256": hex::encode(pki::DigestAlgorithm::Sha256.digest(&der)) });
            crate::note(unit, &crate::SYSTEM, "list.publish", format!("ca.crl {next}"), facts, now).await?;
            Ok::<_, Error>(true)
        })
        .await?;
        if placed {
            return Ok(());
        }
    }
    Err(Error::Changed)
}

fn reason(code: i64) -> Option<RevocationReason> {
    u64::try_from(code).ok().map(RevocationReason::from_code)
}
