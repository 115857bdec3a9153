//! Is the stored log what was signed? Every entry is hashed again; nothing that the database says of the tree is believed.

use evidence::{
    Checkpoint, VerifierKey,
    merkle::{Hash, empty_root, leaf_hash, node_hash},
};
use store::{Database, sql};

use crate::{Result, State, state};

/// Entries and checkpoints that are read at once.
const PAGE: u64 = 2_000;

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untrue {
    /// No entry stands at this place, though the log is longer.
    Missing {
        /// Where.
        place: u64,
    },
    /// The entries do not give the root that the log says it has.
    Root {
        /// How many entries.
        size: u64,
    },
    /// A checkpoint was not signed by the log's key, or its root is not that of the entries before it.
    Checkpoint {
        /// Its size.
        size: u64,
    },
    /// A checkpoint from outside (a bundle, a witness, a copy) tells of another log: this one was rewritten, or shows two faces.
    Outside {
        /// Its size.
        size: u64,
    },
}

impl std::fmt::Display for Untrue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing { place } => write!(f, "the log lacks its entry {place}"),
            Self::Root { size } => write!(f, "the root over {size} entries is another one"),
            Self::Checkpoint { size } => write!(f, "the checkpoint of size {size} does not fit the entries or its key"),
            Self::Outside { size } => write!(f, "the checkpoint of size {size} from outside is that of another log"),
        }
    }
}

/// Compares all entries with the log's root, with every checkpoint it ever signed, and with `outside`.
///
/// # Errors
/// The database, a log that was not begun.
pub async fn examine(db: &Database, outside: &[Checkpoint]) -> Result<Vec<Untrue>> {
    // Read before the entries: the log only grows meanwhile.
    let state = state(db).await?;
    let mut untrue = Vec::new();
    let mut tree = Frontier::default();
    let mut checkpoints = signed(db, 0).await?.into_iter().peekable();
    let mut known: Vec<&Checkpoint> = outside.iter().collect();
    known.sort_by_key(|checkpoint| checkpoint.size);
    let mut known = known.into_iter().peekable();
    while tree.size < state.size {
        let (from, to) = (tree.size, state.size.min(tree.size + PAGE));
        let page = db
            .all::<(u64, Vec<u8>)>(sql!(
                "SELECT place, entry FROM log_entry WHERE place >= {from} AND place < {to} ORDER BY place"
            ))
            .await?;
        for place in from..to {
            let Some((_, entry)) = page
                .get(usize::try_from(place - from).unwrap_or(usize::MAX))
                .filter(|row| row.0 == place)
            else {
                untrue.push(Untrue::Missing { place });
                return Ok(untrue);
            };
            tree.push(leaf_hash(entry));
            while let Some((size, note)) = checkpoints.next_if(|(size, _)| *size <= tree.size) {
                if size != tree.size || !holds(&state, &tree, &note) {
                    untrue.push(Untrue::Checkpoint { size });
                }
            }
            if checkpoints.peek().is_none() {
                checkpoints = signed(db, tree.size).await?.into_iter().peekable();
            }
            while let Some(checkpoint) = known.next_if(|checkpoint| checkpoint.size <= tree.size) {
                if checkpoint.origin != state.origin || checkpoint.root != tree.root() {
                    untrue.push(Untrue::Outside { size: checkpoint.size });
                }
            }
        }
    }
    if tree.root() != state.root {
        untrue.push(Untrue::Root { size: state.size });
    }
    // Longer than the log: it was cut off.
    untrue.extend(known.map(|checkpoint| Untrue::Outside { size: checkpoint.size }));
    untrue.extend(
        checkpoints
            .filter(|(size, _)| *size > state.size)
            .map(|(size, _)| Untrue::Checkpoint { size }),
    );
    Ok(untrue)
}

async fn signed(db: &Database, after: u64) -> Result<Vec<(u64, String)>> {
    Ok(db
        .all(sql!(
            "SELECT size, note FROM log_checkpoint WHERE size > {after} ORDER BY size LIMIT {PAGE}"
        ))
        .await?)
}

fn holds(state: &State, tree: &Frontier, note: &str) -> bool {
    VerifierKey::parse(&state.verifier_key).is_ok_and(|key| {
        Checkpoint::open(note, &[key])
            .is_ok_and(|checkpoint| checkpoint.origin == state.origin && checkpoint.size == tree.size && checkpoint.root == tree.root())
    })
}

/// The right edge of a growing tree (RFC 6962 §2.1): one hash for each bit of its size.
#[derive(Default)]
struct Frontier {
    size: u64,
    full: Vec<Hash>,
}

impl Frontier {
    fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.full.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.full.push(hash);
        self.size += 1;
    }
    fn root(&self) -> Hash {
        let mut parts = self.full.iter().rev();
        let Some(last) = parts.next() else { return empty_root() };
        parts.fold(*last, |right, left| node_hash(left, &right))
    }
}
