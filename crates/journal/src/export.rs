//! Reading the chain: for pages, for the export, and to check it.

use serde_json::Value;
use store::{Database, Result, sql};

use crate::line::{Line, START, canonical, hash};
use crate::sequencer::log_entry;

/// How many entries are read at once: an export never holds one long snapshot.
const PAGE: i64 = 1_000;

/// A chain that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries.
    pub entries: i64,
    /// The hash of the last.
    pub head: String,
}

/// Where a chain breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The line at this place (from 1) is no entry.
    NoEntry {
        /// Where.
        place: i64,
    },
    /// The entry at this place was changed, or another was before it.
    Changed {
        /// Where.
        place: i64,
    },
    /// An entry is missing or stands twice.
    Missing {
        /// Where.
        place: i64,
    },
    /// The end of the chain is not where the journal says it is: entries were cut off.
    CutOff {
        /// Where the journal says it ends.
        place: i64,
    },
    /// What was anchored in the log at this place is something else.
    NotAnchored {
        /// Where.
        place: i64,
    },
    /// It could not be read.
    Store(store::Error),
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoEntry { place } => write!(f, "line {place} is no entry"),
            Self::Changed { place } => write!(f, "entry {place} was changed"),
            Self::Missing { place } => write!(f, "entry {place} is missing"),
            Self::CutOff { place } => write!(f, "the chain does not end at {place}"),
            Self::NotAnchored { place } => write!(f, "the log holds something else for entry {place}"),
            Self::Store(error) => error.fmt(f),
        }
    }
}
impl std::error::Error for Broken {}
impl From<store::Error> for Broken {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

/// What happened to `subject`, the oldest first, at most 1 000 entries. Whoever shows it has asked for the right on the subject.
///
/// # Errors
/// The database refuses.
pub async fn about(db: &Database, subject: &str) -> Result<Vec<Line>> {
    db.all(sql!(
        "SELECT id, at, actor, deed, subject, facts, place, hash FROM journal_entry WHERE subject = {subject} ORDER BY at, id LIMIT {PAGE}"
    ))
    .await
}

/// Gives every chained entry as a line without its newline to `take`, in order; how many.
///
/// # Errors
/// The database refuses.
pub async fn export_jsonl(db: &Database, mut take: impl FnMut(&str) + Send) -> Result<i64> {
    let mut previous = START.to_owned();
    let mut place = 0;
    loop {
        let page = page(db, place).await?;
        if page.is_empty() {
            return Ok(place);
        }
        for line in page {
            place = line.place.unwrap_or(place);
            let hash = line.hash.clone().unwrap_or_default();
            take(&line.written(place, &previous, &hash));
            previous = hash;
        }
    }
}

/// Checks the stored chain: every hash, every place, the end, every anchor.
///
/// # Errors
/// Where it breaks first.
pub async fn verify_chain(db: &Database) -> Result<Verified, Broken> {
    // read before the entries: what is chained meanwhile only makes the chain longer
    let (end, head) = db
        .only::<(i64, String)>(sql!("SELECT place, hash FROM journal_head WHERE one = 1"))
        .await?;
    // with what the log holds for each: the journal's own rows alone would prove nothing to whoever can write them
    let anchors = db
        .all::<(i64, Option<Vec<u8>>)>(sql!(
            "SELECT journal_anchor.place AS place, log_entry.entry AS entry FROM journal_anchor
             LEFT JOIN log_entry ON log_entry.id = journal_anchor.entry WHERE journal_anchor.place <= {end} ORDER BY journal_anchor.place"
        ))
        .await?;
    let mut anchors = anchors.into_iter().peekable();
    let (mut place, mut previous) = (0, START.to_owned());
    while place < end {
        let page = page(db, place).await?;
        if page.is_empty() {
            return Err(Broken::CutOff { place: end });
        }
        for line in page.into_iter().take_while(|line| line.place.is_some_and(|place| place <= end)) {
            place += 1;
            if line.place != Some(place) {
                return Err(Broken::Missing { place });
            }
            previous = line.hash_at(place, &previous);
            if line.hash.as_ref() != Some(&previous) {
                return Err(Broken::Changed { place });
            }
            if let Some((_, anchored)) = anchors.next_if(|anchor| anchor.0 == place)
                && anchored.as_deref() != Some(log_entry(place, &previous).as_bytes())
            {
                return Err(Broken::NotAnchored { place });
            }
        }
    }
    match anchors.next() {
        Some((place, _)) => Err(Broken::NotAnchored { place }),
        None if previous == head => Ok(Verified { entries: place, head }),
        None => Err(Broken::CutOff { place: end }),
    }
}

/// Checks an export without the database.
///
/// # Errors
/// Where it breaks first.
pub fn verify_lines<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Verified, Broken> {
    let (mut place, mut previous) = (0, START.to_owned());
    for line in lines {
        place += 1;
        let Ok(Value::Object(mut body)) = serde_json::from_str::<Value>(line) else {
            return Err(Broken::NoEntry { place });
        };
        if canonical(&Value::Object(body.clone())) != line {
            return Err(Broken::NoEntry { place });
        }
        let said = body.shift_remove("hash");
        if body.get("place") != Some(&Value::from(place)) || body.get("previous") != Some(&Value::from(previous.as_str())) {
            return Err(Broken::Missing { place });
        }
        previous = hash(body);
        if said != Some(Value::from(previous.as_str())) {
            return Err(Broken::Changed { place });
        }
    }
    Ok(Verified {
        entries: place,
        head: previous,
    })
}

async fn page(db: &Database, after: i64) -> Result<Vec<Line>> {
    db.all(sql!(
        "SELECT id, at, actor, deed, subject, facts, place, hash FROM journal_entry WHERE place > {after} ORDER BY place LIMIT {PAGE}"
    ))
    .await
}
