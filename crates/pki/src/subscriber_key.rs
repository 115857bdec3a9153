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
    if PRIMES.iter().any(|prime| remainder(modulus, *prime) == 0) {
        return Err(WeakKey::SmallFactor);
    }
    if ROCA_PRIMES
        .iter()
        .all(|prime| is_power_of_65537(remainder(modulus, *prime), *prime))
    {
        return Err(WeakKey::Roca);
    }
    if near_primes(modulus) { Err(WeakKey::NearPrimes) } else { Ok(()) }
}

const PRIMES: [u32; 95] = [
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137,
    139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199, 211, 223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281,
    283, 293, 307, 311, 313, 317, 331, 337, 347, 349, 353, 359, 367, 373, 379, 383, 389, 397, 401, 409, 419, 421, 431, 433, 439, 443, 449,
    457, 461, 463, 467, 479, 487, 491, 499,
];
/// The primes whose residues tell the weak generator (Nemec et al., 2017).
const ROCA_PRIMES: [u32; 17] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

fn remainder(number: &[u8], by: u32) -> u32 {
    number.iter().fold(0, |rest, octet| (rest * 256 + u32::from(*octet)) % by)
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
fn near_primes(modulus: &[u8]) -> bool {
    let n = Big::from_be(modulus);
    let mut a = n.root();
    if a.square().cmp(&n).is_lt() {
        a.add_small(1);
    }
    for _ in 0..64 {
        let mut difference = a.square();
        difference.subtract(&n);
        if difference.may_be_square() {
            let b = difference.root();
            if b.square() == difference {
                return true;
            }
        }
        a.add_small(1);
    }
    false
}

/// A natural number, 32-bit limbs, least first, no leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Big(Vec<u32>);

impl Big {
    fn from_be(octets: &[u8]) -> Self {
        let mut big = Self(
            octets
                .rchunks(4)
                .map(|limb| limb.iter().fold(0, |sum, octet| sum << 8 | u32::from(*octet)))
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
    fn add_small(&mut self, mut carry: u32) {
        for limb in &mut self.0 {
            let (sum, over) = limb.overflowing_add(carry);
            *limb = sum;
            carry = u32::from(over);
        }
        if carry > 0 {
            self.0.push(carry);
        }
    }
    /// `self` must not be smaller than `other`.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = 0i64;
        for (at, limb) in self.0.iter_mut().enumerate() {
            let difference = i64::from(*limb) - i64::from(other.0.get(at).copied().unwrap_or(0)) - borrow;
            borrow = i64::from(difference < 0);
            *limb = low_limb(u64::from_ne_bytes(difference.rem_euclid(1 << 32).to_ne_bytes()));
        }
        self.trim();
    }
    fn square(&self) -> Self {
        let mut out = vec![0u32; self.0.len() * 2 + 1];
        for (i, left) in self.0.iter().enumerate() {
            let mut carry = 0u64;
            for (j, right) in self.0.iter().enumerate() {
                let sum = u64::from(out[i + j]) + u64::from(*left) * u64::from(*right) + carry;
                out[i + j] = low_limb(sum);
                carry = sum >> 32;
            }
            out[i + self.0.len()] = low_limb(carry);
        }
        let mut big = Self(out);
        big.trim();
        big
    }
    /// ⌊√self⌋, digit by digit in binary.
    fn root(&self) -> Self {
        let bits = self.0.len() * 32;
        let mut root = Self(Vec::new());
        let mut rest = Self(Vec::new());
        for pair in (0..bits / 2).rev() {
            let two = (self.0[pair * 2 / 32] >> (pair * 2 % 32)) & 3;
            rest.shift_in(2, two);
            // Try root·4 + 1.
            let mut trial = root.clone();
            trial.shift_in(2, 1);
            root.shift_in(1, 0);
            if rest.cmp(&trial).is_ge() {
                rest.subtract(&trial);
                if root.0.is_empty() {
                    root.0.push(1);
                } else {
                    root.0[0] |= 1;
                }
            }
        }
        root
    }
    fn shift_in(&mut self, by: u32, low: u32) {
        let mut carry = low;
        for limb in &mut self.0 {
            let next = *limb >> (32 - by);
            *limb = *limb << by | carry;
            carry = next;
        }
        if carry > 0 {
            self.0.push(carry);
        }
    }
    /// Squares end in few residues of 64, 63 and 65; most numbers fall here.
    fn may_be_square(&self) -> bool {
        let residue = |by: u64| self.0.iter().rev().fold(0u64, |rest, limb| ((rest << 32) | u64::from(*limb)) % by);
        [64, 63, 65, 11, 17, 19, 23, 31].into_iter().all(|by| {
            let rest = residue(by);
            (0..by).any(|root| root * root % by == rest)
        })
    }
}

const fn low_limb(value: u64) -> u32 {
    (value & 0xffff_ffff) as u32
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
            next.add_small(1);
            assert!(next.square().cmp(&big).is_gt(), "{number}");
        }
    }

    #[test]
    fn near_primes_are_found() {
        // 2^127 − 1 is prime; the other factor need only be near.
        let prime = (1u128 << 127) - 1;
        assert!(near_primes(&product(prime, prime + 2 * 1_000_000)));
        assert!(!near_primes(&product(prime, (1 << 126) + 12_345)));
    }

    #[test]
    fn weak_moduli_are_named() {
        assert_eq!(check_modulus(&[0x80, 0, 0, 0, 0, 2]), Err(WeakKey::SmallFactor));
        // A modulus that is a power of 65537 modulo every prime of the list: 65537 itself.
        assert_eq!(check_modulus(&[1, 0, 1]), Err(WeakKey::Roca));
    }
}
