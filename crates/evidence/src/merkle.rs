//! The Merkle tree of RFC 6962 (hashes `0x00 ‖ leaf`, `0x01 ‖ left ‖ right`), kept in tiles of 256 hashes as C2SP tlog-tiles says.
//!
//! [`Tiles`] holds what its caller has loaded. When a hash is asked whose tile is not there, the answer is [`Missing`] with the
//! tile's name: the caller loads that tile and asks again. So the tree needs no I/O of its own.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest::{Context, SHA256};

use crate::digest::sha256;

/// A hash of the tree.
pub type Hash = [u8; 32];

/// How many hashes a full tile holds.
pub const TILE_WIDTH: u64 = 256;

/// Hash of a log entry.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    finish(&[&[0], entry])
}

/// Hash of an inner node.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    finish(&[&[1], left, right])
}

/// Root of the tree with no entry.
#[must_use]
pub fn empty_root() -> Hash {
    sha256(b"")
}

fn finish(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

/// Whether `proof` shows that the entry with `leaf` stands at `index` of the tree of `size` entries with `root` (RFC 9162 §2.1.3.2).
#[must_use]
pub fn inclusion_holds(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `old` entries is a prefix of the tree of `new` entries (RFC 9162 §2.1.4.2).
#[must_use]
pub fn consistency_holds(old: u64, old_root: &Hash, new: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    let mut rest = proof.iter();
    let first = if old.is_power_of_two() { Some(old_root) } else { rest.next() };
    let Some(first) = first else { return false };
    let (mut node, mut last) = (old - 1, new - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut from_old, mut from_new) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            from_old = node_hash(sibling, &from_old);
            from_new = node_hash(sibling, &from_new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node_hash(&from_new, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && from_old == *old_root && from_new == *new_root
}

/// The name of a tile: hash `i` of tile `index` at `level` is the root over the entries `(index·256+i)·256^level` and the `256^level − 1` after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// 0 is the level of the entries themselves.
    pub level: u8,
    /// Which tile of that level.
    pub index: u64,
}

impl TileId {
    /// How wide this tile is in a tree of `size` entries (0 when it is not there at all).
    #[must_use]
    pub const fn width(self, size: u64) -> u64 {
        let shift = self.level as u32 * 8;
        let hashes = if shift >= 64 { 0 } else { size >> shift };
        let before = self.index.saturating_mul(TILE_WIDTH);
        let rest = hashes.saturating_sub(before);
        if rest > TILE_WIDTH { TILE_WIDTH } else { rest }
    }
    /// Its path below the log's address, e.g. `tile/0/x001/234` or `tile/0/000.p/5`.
    #[must_use]
    pub fn path(self, width: u64) -> String {
        format!("tile/{}/{}", self.level, tile_number(self.index, width))
    }
}

/// The number of a tile as C2SP writes it: groups of three digits, all but the last marked `x`, `.p/<width>` for a partial one.
#[must_use]
pub fn tile_number(index: u64, width: u64) -> String {
    let mut text = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1000);
        rest /= 1000;
    }
    if width < TILE_WIDTH {
        text = format!("{text}.p/{width}");
    }
    text
}

/// Reads what [`tile_number`] writes: index and width.
#[must_use]
pub fn parse_tile_number(text: &str) -> Option<(u64, u64)> {
    let (number, width) = match text.split_once(".p/") {
        Some((number, width)) => (number, width.parse().ok().filter(|width| (1..TILE_WIDTH).contains(width))?),
        None => (text, TILE_WIDTH),
    };
    let mut index: u64 = 0;
    for group in number.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    (tile_number(index, width) == text).then_some((index, width))
}

/// A tile that must be loaded before the question can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing(pub TileId);

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "tile {}/{} is not loaded", self.0.level, self.0.index)
    }
}
impl std::error::Error for Missing {}

/// The tiles that are loaded, and which of them were changed by [`Tiles::append`].
#[derive(Clone, Debug, Default)]
pub struct Tiles {
    loaded: BTreeMap<TileId, Vec<Hash>>,
    changed: BTreeSet<TileId>,
}

impl Tiles {
    /// Nothing loaded.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Takes a tile as it is stored: hashes one after the other. A ragged end is cut off.
    pub fn load(&mut self, id: TileId, stored: &[u8]) {
        let hashes = stored
            .chunks_exact(32)
            .take(256)
            .map(|chunk| <Hash>::try_from(chunk).expect("32 bytes"));
        self.loaded.insert(id, hashes.collect());
    }
    /// The bytes of a tile.
    #[must_use]
    pub fn stored(&self, id: TileId) -> Option<Vec<u8>> {
        self.loaded.get(&id).map(|hashes| hashes.concat())
    }
    /// The tiles that [`Tiles::append`] changed since the last call; they must be stored.
    pub fn take_changed(&mut self) -> Vec<TileId> {
        std::mem::take(&mut self.changed).into_iter().collect()
    }
    /// Adds the entry with `leaf` to the tree of `size` entries.
    ///
    /// # Errors
    /// A tile at the right edge is not loaded; nothing was changed then.
    pub fn append(&mut self, size: u64, leaf: Hash) -> Result<(), Missing> {
        // First see that every tile that will grow is there, so that a refusal leaves nothing half done.
        let mut level = 0;
        let mut position = size;
        loop {
            let id = TileId {
                level,
                index: position / TILE_WIDTH,
            };
            let have = self.loaded.get(&id).map_or(0, |hashes| hashes.len() as u64);
            if have < position % TILE_WIDTH {
                return Err(Missing(id));
            }
            if position % TILE_WIDTH != TILE_WIDTH - 1 {
                break;
            }
            position /= TILE_WIDTH;
            level += 1;
        }
        let (mut level, mut position, mut hash) = (0, size, leaf);
        loop {
            let id = TileId {
                level,
                index: position / TILE_WIDTH,
            };
            let at = usize::try_from(position % TILE_WIDTH).expect("below 256");
            let tile = self.loaded.entry(id).or_default();
            tile.truncate(at);
            tile.push(hash);
            self.changed.insert(id);
            if tile.len() < 256 {
                return Ok(());
            }
            hash = fold(tile);
            position /= TILE_WIDTH;
            level += 1;
        }
    }
    /// The root of the tree of the first `size` entries.
    ///
    /// # Errors
    /// A tile is missing.
    pub fn root(&self, size: u64) -> Result<Hash, Missing> {
        if size == 0 { Ok(empty_root()) } else { self.range(0, size) }
    }
    /// The proof that entry `index` is in the tree of `size` entries (`index < size`).
    ///
    /// # Errors
    /// A tile is missing.
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Hash>, Missing> {
        let mut proof = Vec::new();
        let (mut from, mut to) = (0, size);
        while to - from > 1 && index < size {
            let middle = from + split(to - from);
            if index < middle {
                proof.push(self.range(middle, to)?);
                to = middle;
            } else {
                proof.push(self.range(from, middle)?);
                from = middle;
            }
        }
        proof.reverse();
        Ok(proof)
    }
    /// The proof that the tree of `old` entries is a prefix of the tree of `new` entries.
    ///
    /// # Errors
    /// A tile is missing.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, Missing> {
        let mut proof = Vec::new();
        if old == 0 || old >= new {
            return Ok(proof);
        }
        let (mut from, mut to, mut whole) = (0, new, true);
        while to != old {
            let middle = from + split(to - from);
            if old <= middle {
                proof.push(self.range(middle, to)?);
                to = middle;
            } else {
                proof.push(self.range(from, middle)?);
                from = middle;
                whole = false;
            }
        }
        if !whole {
            proof.push(self.range(from, to)?);
        }
        proof.reverse();
        Ok(proof)
    }
    /// The root over the entries `from..to`; `from` is aligned as RFC 6962 splits.
    fn range(&self, from: u64, to: u64) -> Result<Hash, Missing> {
        let length = to - from;
        if length.is_power_of_two() {
            return self.subtree(length.trailing_zeros(), from / length);
        }
        let middle = from + split(length);
        Ok(node_hash(&self.range(from, middle)?, &self.range(middle, to)?))
    }
    /// The root of the full subtree `index` of height `height`.
    fn subtree(&self, height: u32, index: u64) -> Result<Hash, Missing> {
        let (level, inside) = (height / 8, height % 8);
        let first = index << inside;
        let id = TileId {
            level: u8::try_from(level).expect("height is below 64"),
            index: first / TILE_WIDTH,
        };
        let start = usize::try_from(first % TILE_WIDTH).expect("below 256");
        let hashes = self
            .loaded
            .get(&id)
            .and_then(|tile| tile.get(start..start + (1 << inside)))
            .ok_or(Missing(id))?;
        Ok(fold(hashes))
    }
}

/// Root over a power of two of hashes.
fn fold(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.chunks(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
    }
    row[0]
}

/// The largest power of two below `length` (`length` ≥ 2).
const fn split(length: u64) -> u64 {
    1 << (63 - (length - 1).leading_zeros())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6962 §2.1, letter by letter.
    fn naive(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(usize::try_from(split(leaves.len() as u64)).unwrap());
                node_hash(&naive(left), &naive(right))
            }
        }
    }
    fn grown(count: u64) -> (Tiles, Vec<Hash>) {
        let mut tiles = Tiles::new();
        let leaves: Vec<Hash> = (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        for (size, leaf) in leaves.iter().enumerate() {
            tiles.append(size as u64, *leaf).unwrap();
        }
        (tiles, leaves)
    }

    #[test]
    fn the_root_is_that_of_rfc_6962_at_every_size() {
        let (tiles, leaves) = grown(600);
        for size in 0..=600 {
            assert_eq!(tiles.root(size as u64).unwrap(), naive(&leaves[..size]), "size {size}");
        }
    }

    #[test]
    fn every_inclusion_proof_holds_and_no_changed_one_does() {
        let (tiles, leaves) = grown(300);
        for size in [1u64, 2, 3, 7, 8, 255, 256, 257, 300] {
            let root = tiles.root(size).unwrap();
            for index in 0..size {
                let mut proof = tiles.inclusion(index, size).unwrap();
                let leaf = &leaves[usize::try_from(index).unwrap()];
                assert!(inclusion_holds(leaf, index, size, &proof, &root));
                assert!(!inclusion_holds(&[9; 32], index, size, &proof, &root));
                if let Some(first) = proof.first_mut() {
                    first[0] ^= 1;
                    assert!(!inclusion_holds(leaf, index, size, &proof, &root));
                }
            }
        }
    }

    #[test]
    fn every_consistency_proof_holds_and_a_rewritten_log_is_seen() {
        let (tiles, _) = grown(130);
        for new in 0..=130 {
            for old in 0..=new {
                let proof = tiles.consistency(old, new).unwrap();
                let (old_root, new_root) = (tiles.root(old).unwrap(), tiles.root(new).unwrap());
                assert!(consistency_holds(old, &old_root, new, &new_root, &proof), "{old} in {new}");
                assert!(old == new || !consistency_holds(old, &[7; 32], new, &new_root, &proof));
                assert!(!consistency_holds(old, &old_root, new, &[7; 32], &proof) || (old == 0 && new > 0));
            }
        }
    }

    #[test]
    fn a_tile_that_is_not_loaded_is_named_and_nothing_changes() {
        let (full, leaves) = grown(300);
        let mut tiles = Tiles::new();
        let missing = tiles.append(299, leaves[299]).unwrap_err();
        assert_eq!(missing, Missing(TileId { level: 0, index: 1 }));
        tiles.load(missing.0, &full.stored(missing.0).unwrap());
        tiles.append(299, leaves[299]).unwrap();
        assert_eq!(tiles.take_changed(), [missing.0]);
        assert_eq!(tiles.root(300).unwrap_err(), Missing(TileId { level: 1, index: 0 }));
    }

    #[test]
    fn tile_paths_are_those_of_the_specification() {
        assert_eq!(
            TileId {
                level: 1,
                index: 1_234_067
            }
            .path(256),
            "tile/1/x001/x234/067"
        );
        assert_eq!(TileId { level: 0, index: 0 }.path(5), "tile/0/000.p/5");
        assert_eq!(parse_tile_number("x001/x234/067"), Some((1_234_067, 256)));
        assert_eq!(parse_tile_number("000.p/5"), Some((0, 5)));
        for wrong in ["000.p/256", "1", "x000/001", "000.p/0", "..", "x001/x234/x067", ""] {
            assert_eq!(parse_tile_number(wrong), None, "{wrong}");
        }
        assert_eq!(TileId { level: 1, index: 0 }.width(600), 2);
        assert_eq!(TileId { level: 0, index: 2 }.width(600), 88);
    }
}
