//! Which keys are taken from subscribers.

use crate::{KeyKind, PublicKey};

/// Why a key is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeakKey {
    /// Not RSA of 2048, 3072 or 4096 bits, P-256 or P-384.
    Kind(KeyKind),
    /// The public exponent is not 65537.
    Exponent,
    /// The modulus has a small factor (or is even).
    SmallFactor,
    /// The modulus has the form of the ROCA weakness (CVE-2017-15361).
    Roca,
    /// The two primes lie so near that Fermat's method finds them.
    NearPrimes,
}

impl std::fmt::Display for WeakKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kind(kind) => write!(f, "{kind:?} is not among the kinds of key that are taken"),
            Self::Exponent => f.write_str("the public exponent is not 65537"),
            Self::SmallFactor => f.write_str("the modulus has a small factor"),
            Self::Roca => f.write_str("the modulus has the form of a weak generator (ROCA)"),
            Self::NearPrimes => f.write_str("the primes lie too near to each other"),
        }
    }
}
impl std::error::Error for WeakKey {}

/// Checks kind, exponent and known weaknesses. (A point off its curve was refused when the key was read.)
///
/// # Errors
/// Why the key is refused.
pub fn check(key: &PublicKey) -> Result<(), WeakKey> {
    key.verdict(|| look(key))
}

fn look(key: &PublicKey) -> Result<(), WeakKey> {
    match key.kind() {
        KeyKind::P256 | KeyKind::P384 => Ok(()),
        KeyKind::Rsa { bits: 2048 | 3072 | 4096 } => {
            let (modulus, exponent) = key.rsa().ok_or(WeakKey::Kind(key.kind()))?;
            if exponent != [1, 0, 1] {
                return Err(WeakKey::Exponent);
            }
            check_modulus(modulus)
        }
        kind => Err(WeakKey::Kind(kind)),
    }
}

fn check_modulus(modulus: &[u8]) -> Result<(), WeakKey> {
    let n = Big::from_be(modulus);
    // Several primes at once: one division of the long number by their product, then small ones.
    let mut roca = true;
    for group in PRIMES.chunk_by_product() {
        let residue = n.remainder(group.iter().map(|prime| u64::from(*prime)).product());
        for prime in group {
            // The product of a group is under 2^32 and each prime under 500.
            let residue = u32::try_from(residue % u64::from(*prime)).unwrap_or(0);
            if residue == 0 {
                return Err(WeakKey::SmallFactor);
            }
            roca = roca && (!ROCA_PRIMES.contains(prime) || is_power_of_65537(residue, *prime));
        }
    }
    if roca {
        return Err(WeakKey::Roca);
    }
    if near_primes(&n) { Err(WeakKey::NearPrimes) } else { Ok(()) }
}

const PRIMES: Primes = Primes([
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137,
    139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199, 211, 223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281,
    283, 293, 307, 311, 313, 317, 331, 337, 347, 349, 353, 359, 367, 373, 379, 383, 389, 397, 401, 409, 419, 421, 431, 433, 439, 443, 449,
    457, 461, 463, 467, 479, 487, 491, 499,
]);
/// The primes whose residues tell the weak generator (Nemec et al., 2017).
const ROCA_PRIMES: [u32; 17] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

struct Primes([u32; 95]);

impl Primes {
    /// Neighbours whose product stays under 2^32.
    fn chunk_by_product(&self) -> Vec<&[u32]> {
        let mut groups = Vec::new();
        let (mut start, mut product) = (0, 1u64);
        for (at, prime) in self.0.iter().enumerate() {
            product *= u64::from(*prime);
            if product >> 32 != 0 {
                groups.push(&self.0[start..at]);
                (start, product) = (at, u64::from(*prime));
            }
        }
        groups.push(&self.0[start..]);
        groups
    }
}

fn is_power_of_65537(residue: u32, prime: u32) -> bool {
    let generator = 65_537 % prime;
    let mut power = 1;
    for _ in 0..prime {
        if power == residue {
            return true;
        }
        power = power * generator % prime;
    }
    false
}

/// A few steps of Fermat's method: n = a² − b² with a near √n.
fn near_primes(n: &Big) -> bool {
    let mut a = n.root();
    let mut square = a.square();
    if square.cmp(n).is_lt() {
        // (a + 1)² = a² + a + a + 1
        square.add(&a);
        square.add(&a);
        square.add(&Big(vec![1]));
        a.add(&Big(vec![1]));
    }
    let mut difference = square;
    difference.subtract(n);
    for _ in 0..64 {
        if difference.may_be_square() && difference.root().square() == difference {
            return true;
        }
        difference.add(&a);
        difference.add(&a);
        difference.add(&Big(vec![1]));
        a.add(&Big(vec![1]));
    }
    false
}

/// A natural number, 64-bit limbs, least first, no leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Big(Vec<u64>);

impl Big {
    fn from_be(octets: &[u8]) -> Self {
        let mut big = Self(
            octets
                .rchunks(8)
                .map(|limb| limb.iter().fold(0, |sum, octet| sum << 8 | u64::from(*octet)))
                .collect(),
        );
        big.trim();
        big
    }
    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0
            .len()
            .cmp(&other.0.len())
            .then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
    /// By a number under 2^32.
    fn remainder(&self, by: u64) -> u64 {
        self.0.iter().rev().fold(0, |rest, limb| {
            ((((rest << 32) | (limb >> 32)) % by) << 32 | (limb & 0xffff_ffff)) % by
        })
    }
    fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        let mut carry = false;
        for (at, limb) in self.0.iter_mut().enumerate() {
            let Some(addend) = other.0.get(at).copied().or(carry.then_some(0)) else {
                return;
            };
            let (sum, first) = limb.overflowing_add(addend);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            (*limb, carry) = (sum, first || second);
        }
        if carry {
            self.0.push(1);
        }
    }
    /// `self` must not be smaller than `other`.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (at, limb) in self.0.iter_mut().enumerate() {
            let (difference, first) = limb.overflowing_sub(other.0.get(at).copied().unwrap_or(0));
            let (difference, second) = difference.overflowing_sub(u64::from(borrow));
            (*limb, borrow) = (difference, first || second);
        }
        self.trim();
    }
    fn square(&self) -> Self {
        let mut out = vec![0u64; self.0.len() * 2];
        for (i, left) in self.0.iter().enumerate() {
            let mut carry = 0u64;
            for (j, right) in self.0.iter().enumerate() {
                (out[i + j], carry) = left.carrying_mul_add(*right, out[i + j], carry);
            }
            out[i + self.0.len()] = carry;
        }
        let mut big = Self(out);
        big.trim();
        big
    }
    /// ⌊√self⌋, digit by digit in binary. `twice` is two times the root found so far; the next trial is twice·2 + 1.
    fn root(&self) -> Self {
        let mut twice = Self(Vec::with_capacity(self.0.len()));
        let mut rest = Self(Vec::with_capacity(self.0.len()));
        for pair in (0..self.0.len() * 32).rev() {
            rest.shift_in(2, (self.0[pair / 32] >> (pair % 32 * 2)) & 3);
            twice.shift_in(1, 1);
            // `twice` is even, so its two lowest bits are 01 now: both branches only set bits.
            if rest.cmp(&twice).is_ge() {
                rest.subtract(&twice);
                twice.0[0] ^= 3;
            } else {
                twice.0[0] ^= 1;
                twice.trim();
            }
        }
        let mut carry = 0;
        for limb in twice.0.iter_mut().rev() {
            let next = *limb << 63;
            *limb = *limb >> 1 | carry;
            carry = next;
        }
        twice.trim();
        twice
    }
    fn shift_in(&mut self, by: u32, low: u64) {
        let mut carry = low;
        for limb in &mut self.0 {
            let next = *limb >> (64 - by);
            *limb = *limb << by | carry;
            carry = next;
        }
        if carry > 0 {
            self.0.push(carry);
        }
    }
    /// Squares end in few residues; most numbers fall here.
    fn may_be_square(&self) -> bool {
        let is_residue = |rest: u64, by: u64| (0..by).any(|root| root * root % by == rest);
        is_residue(self.0.first().map_or(0, |limb| limb % 64), 64)
            && [63, 65, 11, 17, 19, 23, 31]
                .into_iter()
                .all(|by| is_residue(self.remainder(by), by))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(a: u128, b: u128) -> Vec<u8> {
        // Schoolbook in octets; only for the test.
        let (a, b) = (a.to_le_bytes(), b.to_le_bytes());
        let mut out = [0u32; 33];
        for (i, x) in a.iter().enumerate() {
            for (j, y) in b.iter().enumerate() {
                out[i + j] += u32::from(*x) * u32::from(*y);
            }
        }
        for at in 0..32 {
            out[at + 1] += out[at] >> 8;
            out[at] &= 0xff;
        }
        out[..32].iter().rev().map(|octet| u8::try_from(*octet).unwrap()).collect()
    }

    #[test]
    fn roots_are_exact() {
        for number in [1u128, 2, 3, 4, 15, 16, 17, 1 << 64, u128::MAX] {
            let big = Big::from_be(&number.to_be_bytes());
            let root = big.root();
            assert!(root.square().cmp(&big).is_le(), "{number}");
            let mut next = root.clone();
            next.add(&Big(vec![1]));
            assert!(next.square().cmp(&big).is_gt(), "{number}");
        }
    }

    #[test]
    fn near_primes_are_found() {
        // 2^127 − 1 is prime; the other factor need only be near.
        let prime = (1u128 << 127) - 1;
        assert!(near_primes(&Big::from_be(&product(prime, prime + 2 * 1_000_000))));
        assert!(!near_primes(&Big::from_be(&product(prime, (1 << 126) + 12_345))));
    }

    #[test]
    fn near_primes_are_found_in_moduli_of_full_size() {
        use foundation::{Random, SeededRandom};
        let mut octets = [0; 256];
        SeededRandom::new(3).fill(&mut octets);
        octets[0] |= 0xc0;
        let middle = Big::from_be(&octets[..128]);
        // (middle − 2^515)(middle + 2^515): a few steps away from the root.
        let mut k = vec![0u64; 16];
        k[8] = 8;
        let mut n = middle.square();
        let mut half = Big(k);
        half.trim();
        n.subtract(&half.square());
        assert!(near_primes(&n));
        assert!(!near_primes(&Big::from_be(&octets)));
    }

    #[test]
    fn weak_moduli_are_named() {
        assert_eq!(check_modulus(&[0x80, 0, 0, 0, 0, 2]), Err(WeakKey::SmallFactor));
        // A modulus that is a power of 65537 modulo every prime of the list: 65537 itself.
        assert_eq!(check_modulus(&[1, 0, 1]), Err(WeakKey::Roca));
    }
}
