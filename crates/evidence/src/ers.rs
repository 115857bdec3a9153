//! Evidence records of RFC 4998: the hash tree of a round, its reduced trees, the record as DER, and what a record proves.

use asn1::{Oid, Reader, Tag, Writer};
use foundation::Instant;

use crate::{digest::sha512, stamp::Stamp};

/// A digest that evidence records use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512; what is built here uses it, so that a break of the log's SHA-256 leaves the records standing, and the other way round.
    Sha512,
}

impl Hash {
    /// By its object identifier.
    #[must_use]
    pub fn of(oid: &Oid) -> Option<Self> {
        match oid.content() {
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, kind] => match kind {
                1 => Some(Self::Sha256),
                2 => Some(Self::Sha384),
                3 => Some(Self::Sha512),
                _ => None,
            },
            _ => None,
        }
    }
    /// The hash of `parts` one after the other.
    #[must_use]
    pub fn over(self, parts: &[&[u8]]) -> Vec<u8> {
        use aws_lc_rs::digest::{Context, SHA256, SHA384, SHA512};
        let mut context = Context::new(match self {
            Self::Sha256 => &SHA256,
            Self::Sha384 => &SHA384,
            Self::Sha512 => &SHA512,
        });
        for part in parts {
            context.update(part);
        }
        context.finish().as_ref().to_vec()
    }
    /// The hash of `hashes`, sorted and joined (RFC 4998 §4.2).
    fn node(self, hashes: &[Vec<u8>]) -> Vec<u8> {
        let mut sorted: Vec<&[u8]> = hashes.iter().map(Vec::as_slice).collect();
        sorted.sort_unstable();
        self.over(&sorted)
    }
}

/// A reduced hash tree: lists of hashes from the group's own to the last siblings.
pub type ReducedTree = Vec<Vec<Vec<u8>>>;

/// The hash tree of a round: one leaf for each data group, binary, SHA-512; a lone node moves up unchanged.
#[derive(Clone, Debug)]
pub struct HashTree {
    groups: Vec<Vec<Vec<u8>>>,
    levels: Vec<Vec<Vec<u8>>>,
}

impl HashTree {
    /// The tree over `groups`, each the SHA-512 hashes of its members. At least one group of at least two members.
    ///
    /// # Errors
    /// [`ErsError::Empty`].
    pub fn over(groups: &[Vec<[u8; 64]>]) -> Result<Self, ErsError> {
        // RFC 4998 and its implementations read a list of one hash in two ways; a group of two has one reading.
        if groups.is_empty() || groups.iter().any(|group| group.len() < 2) {
            return Err(ErsError::Empty);
        }
        let sorted = |group: &Vec<[u8; 64]>| {
            let mut hashes: Vec<Vec<u8>> = group.iter().map(|hash| hash.to_vec()).collect();
            hashes.sort_unstable();
            hashes
        };
        let groups: Vec<_> = groups.iter().map(sorted).collect();
        let mut level: Vec<Vec<u8>> = groups.iter().map(|group| Hash::Sha512.node(group)).collect();
        let mut levels = vec![level.clone()];
        while level.len() > 1 {
            level = level
                .chunks(2)
                .map(|pair| {
                    if pair.len() == 2 {
                        Hash::Sha512.node(pair)
                    } else {
                        pair[0].clone()
                    }
                })
                .collect();
            levels.push(level.clone());
        }
        Ok(Self { groups, levels })
    }
    /// The root: what is time-stamped.
    #[must_use]
    pub fn root(&self) -> [u8; 64] {
        let top = &self.levels.last().expect("a tree has a level")[0];
        top.as_slice().try_into().expect("SHA-512 has 64 bytes")
    }
    /// The reduced tree of group number `group`.
    #[must_use]
    pub fn reduced(&self, group: usize) -> Option<ReducedTree> {
        let mut lists = vec![self.groups.get(group)?.clone()];
        let mut at = group;
        for level in &self.levels[..self.levels.len() - 1] {
            lists.extend(level.get(at ^ 1).map(|sibling| vec![sibling.clone()]));
            at /= 2;
        }
        Some(lists)
    }
}

/// Why bytes are no evidence record, or one that does not prove the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErsError {
    /// Not the DER it should be.
    Der(asn1::Error),
    /// A version other than 1.
    Version(u64),
    /// No group, a group of one, no chain, or a chain without a time-stamp.
    Empty,
    /// A time-stamp that cannot be read.
    Token {
        /// In which chain.
        chain: usize,
        /// Which time-stamp of it.
        stamp: usize,
    },
    /// A digest that is not known, or another than its time-stamp has, or not the chain's.
    Algorithm {
        /// In which chain.
        chain: usize,
        /// Which time-stamp of it.
        stamp: usize,
    },
    /// The data (or the time-stamp before) are not in the tree of this time-stamp, or not they alone.
    NotCovered {
        /// In which chain.
        chain: usize,
        /// Which time-stamp of it.
        stamp: usize,
    },
    /// The tree does not lead to what was stamped.
    Root {
        /// In which chain.
        chain: usize,
        /// Which time-stamp of it.
        stamp: usize,
    },
    /// It is not later than the time-stamp before it.
    Order {
        /// In which chain.
        chain: usize,
        /// Which time-stamp of it.
        stamp: usize,
    },
}

impl std::fmt::Display for ErsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Der(error) => write!(f, "not an evidence record: {error}"),
            Self::Version(version) => write!(f, "evidence records of version {version} are not known"),
            Self::Empty => f.write_str("an evidence record without a group, a chain or a time-stamp"),
            Self::Token { chain, stamp } => write!(f, "time-stamp {stamp} of chain {chain} cannot be read"),
            Self::Algorithm { chain, stamp } => write!(f, "the digest of time-stamp {stamp} of chain {chain} is not known or does not fit"),
            Self::NotCovered { chain, stamp } => write!(f, "time-stamp {stamp} of chain {chain} does not cover the data"),
            Self::Root { chain, stamp } => write!(
                f,
                "the tree of time-stamp {stamp} of chain {chain} does not lead to what was stamped"
            ),
            Self::Order { chain, stamp } => write!(f, "time-stamp {stamp} of chain {chain} is not later than the one before"),
        }
    }
}
impl std::error::Error for ErsError {}
impl From<asn1::Error> for ErsError {
    fn from(error: asn1::Error) -> Self {
        Self::Der(error)
    }
}

/// The record of one group: its reduced tree and the token over the root, which must stamp exactly that root.
///
/// # Errors
/// [`ErsError::Token`], [`ErsError::Algorithm`], [`ErsError::Root`] when tree and token do not belong together.
pub fn build(reduced: &ReducedTree, token: &[u8]) -> Result<Vec<u8>, ErsError> {
    let stamp = Stamp::parse(token).ok_or(ErsError::Token { chain: 0, stamp: 0 })?;
    if stamp.hash != Hash::Sha512 {
        return Err(ErsError::Algorithm { chain: 0, stamp: 0 });
    }
    if !roots(Hash::Sha512, reduced).contains(&stamp.imprint) {
        return Err(ErsError::Root { chain: 0, stamp: 0 });
    }
    Ok(Writer::build(|w| {
        w.sequence(|w| {
            w.integer_u64(1);
            // The algorithm's bytes as the token has them: some verifiers compare bytes (NULL or no parameters).
            w.sequence(|w| w.raw(&stamp.algorithm));
            w.sequence(|w| {
                w.sequence(|w| {
                    w.sequence(|w| {
                        w.explicit(2, |w| {
                            for list in reduced {
                                w.sequence(|w| list.iter().for_each(|hash| w.octet_string(hash)));
                            }
                        });
                        w.raw(token);
                    });
                });
            });
        });
    }))
}

/// An evidence record as read; every raw byte is kept.
#[derive(Clone, Debug)]
pub struct EvidenceRecord {
    chains: Vec<Chain>,
}

#[derive(Clone, Debug)]
struct Chain {
    raw: Vec<u8>,
    stamps: Vec<ArchiveTimeStamp>,
}

#[derive(Clone, Debug)]
struct ArchiveTimeStamp {
    algorithm: Option<Oid>,
    reduced: Option<ReducedTree>,
    token: Vec<u8>,
}

/// A time-stamp of a record whose place in the record is proved; whether the stamp itself can be trusted is asked elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// The RFC 3161 token.
    pub token: Vec<u8>,
    /// What it stamps.
    pub imprint: Vec<u8>,
    /// When.
    pub time: Instant,
    /// 0 for the first chain; every hash-tree renewal begins a new one.
    pub chain: usize,
    /// 0 for the first of its chain; every time-stamp renewal adds one.
    pub stamp: usize,
}

impl EvidenceRecord {
    /// Reads a record. At most 1 000 chains, stamps and lists each.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(der: &[u8]) -> Result<Self, ErsError> {
        let mut outer = Reader::der(der);
        let mut record = outer.sequence()?;
        outer.finish()?;
        let version = record.u64()?;
        if version != 1 {
            return Err(ErsError::Version(version));
        }
        record.sequence()?;
        record.optional_explicit(0)?;
        record.optional_explicit(1)?;
        let mut sequence = record.sequence()?;
        record.finish()?;
        let mut chains = Vec::new();
        while !sequence.is_empty() && chains.len() < 1000 {
            let chain = sequence.expect(Tag::SEQUENCE)?;
            let mut inside = chain.reader()?;
            let mut stamps = Vec::new();
            while !inside.is_empty() && stamps.len() < 1000 {
                stamps.push(ArchiveTimeStamp::read(inside.sequence()?)?);
            }
            inside.finish()?;
            if stamps.is_empty() {
                return Err(ErsError::Empty);
            }
            chains.push(Chain {
                raw: chain.raw.to_vec(),
                stamps,
            });
        }
        sequence.finish()?;
        if chains.is_empty() {
            Err(ErsError::Empty)
        } else {
            Ok(Self { chains })
        }
    }
    /// Whether `der` is byte for byte what [`build`] writes for the first chain; a renewed record is not asked.
    #[must_use]
    pub(crate) fn is_canonical(&self, der: &[u8]) -> bool {
        let first = &self.chains[0].stamps[0];
        self.chains.len() > 1
            || self.chains[0].stamps.len() > 1
            || first
                .reduced
                .as_ref()
                .is_some_and(|reduced| build(reduced, &first.token).is_ok_and(|again| again == der))
    }
    /// The token of the first time-stamp.
    #[must_use]
    pub fn first_token(&self) -> &[u8] {
        &self.chains[0].stamps[0].token
    }
    /// All tokens in time order, each with the number of its chain; nothing is verified.
    pub fn tokens(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.chains
            .iter()
            .enumerate()
            .flat_map(|(chain, links)| links.stamps.iter().map(move |stamp| (chain, stamp.token.as_slice())))
    }
    /// What every time-stamp stamps follows from `group` (the members' bytes) and the stamps before it: the list of stamps in time order.
    ///
    /// # Errors
    /// The first link that does not hold.
    pub fn verify(&self, group: &[&[u8]]) -> Result<Vec<Stamped>, ErsError> {
        let mut proved: Vec<Stamped> = Vec::new();
        for (chain, links) in self.chains.iter().enumerate() {
            let mut chain_hash = None;
            for (stamp, link) in links.stamps.iter().enumerate() {
                let token = Stamp::parse(&link.token).ok_or(ErsError::Token { chain, stamp })?;
                let named = link.algorithm.as_ref().map_or(Some(token.hash), Hash::of);
                if named != Some(token.hash) || *chain_hash.get_or_insert(token.hash) != token.hash {
                    return Err(ErsError::Algorithm { chain, stamp });
                }
                // RFC 4998 §5.3: the first stamp of a chain covers the data, every other the token before it.
                let (mut expected, only) = if stamp > 0 {
                    (vec![token.hash.over(&[&links.stamps[stamp - 1].token])], false)
                } else {
                    (self.data_hashes(token.hash, chain, group), group.len() > 1 || chain > 0)
                };
                expected.sort_unstable();
                let covered = match &link.reduced {
                    None => expected.len() == 1 && expected[0] == token.imprint,
                    Some(lists) => {
                        let mut first = lists.first().cloned().unwrap_or_default();
                        first.sort_unstable();
                        if only {
                            first == expected
                        } else {
                            expected.iter().all(|hash| first.contains(hash))
                        }
                    }
                };
                if !covered {
                    return Err(ErsError::NotCovered { chain, stamp });
                }
                if link
                    .reduced
                    .as_ref()
                    .is_some_and(|lists| !roots(token.hash, lists).contains(&token.imprint))
                {
                    return Err(ErsError::Root { chain, stamp });
                }
                if proved.last().is_some_and(|before| before.time >= token.time) {
                    return Err(ErsError::Order { chain, stamp });
                }
                proved.push(Stamped {
                    token: link.token.clone(),
                    imprint: token.imprint,
                    time: token.time,
                    chain,
                    stamp,
                });
            }
        }
        Ok(proved)
    }
    /// H(d) for the first chain; H(H(d) ‖ H(all older chains)) after a hash-tree renewal, not sorted: so do all records in the field.
    fn data_hashes(&self, hash: Hash, chain: usize, group: &[&[u8]]) -> Vec<Vec<u8>> {
        let plain = group.iter().map(|member| hash.over(&[member]));
        if chain == 0 {
            return plain.collect();
        }
        let older = Writer::build(|w| w.sequence(|w| self.chains[..chain].iter().for_each(|older| w.raw(&older.raw))));
        let older = hash.over(&[&older]);
        plain.map(|member| hash.over(&[&member, &older])).collect()
    }
}

impl ArchiveTimeStamp {
    fn read(mut reader: Reader<'_>) -> Result<Self, ErsError> {
        let algorithm = reader.optional_explicit(0)?.map(|mut inside| inside.oid()).transpose()?;
        reader.optional_explicit(1)?;
        let reduced = reader.optional_explicit(2)?.map(Self::lists).transpose()?;
        let token = reader.expect(Tag::SEQUENCE)?.raw.to_vec();
        reader.finish()?;
        Ok(Self { algorithm, reduced, token })
    }
    fn lists(mut reader: Reader<'_>) -> Result<ReducedTree, ErsError> {
        let mut lists = Vec::new();
        while !reader.is_empty() && lists.len() < 1000 {
            let mut inside = reader.sequence()?;
            let mut list = Vec::new();
            while !inside.is_empty() {
                list.push(inside.octet_string()?.into_owned());
            }
            lists.push(list);
        }
        reader.finish()?;
        Ok(lists)
    }
}

/// The roots a reduced tree may lead to. A first list of one hash is passed through by most and hashed once more by some: both readings.
fn roots(hash: Hash, lists: &ReducedTree) -> Vec<Vec<u8>> {
    let Some((first, rest)) = lists.split_first() else {
        return Vec::new();
    };
    let starts = if first.len() == 1 {
        vec![first[0].clone(), hash.node(first)]
    } else {
        vec![hash.node(first)]
    };
    let climb = |start: Vec<u8>| {
        rest.iter().fold(start, |running, list| {
            let mut all = list.clone();
            all.push(running);
            hash.node(&all)
        })
    };
    starts.into_iter().map(climb).collect()
}

/// SHA-512 of both members of a group.
#[must_use]
pub fn group(a: &[u8], b: &[u8]) -> Vec<[u8; 64]> {
    vec![sha512(a), sha512(b)]
}
