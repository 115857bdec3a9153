//! 申請PIN and ダウンロードPIN: how they look, how they are hashed. Argon2id runs in the CPU pool, never in a unit.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use foundation::{Random, Secret};

use crate::Error;

/// Crockford's base 32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A 申請PIN: 12 characters (60 bits) and a check character, `XXXX-XXXX-XXXX-X`.
pub(crate) fn application_pin(random: &dyn Random) -> Secret<String> {
    let digits = draw::<12>(random);
    let mut text = String::with_capacity(16);
    for group in digits.chunks(4) {
        text.extend(group.iter().map(|digit| char::from(ALPHABET[usize::from(*digit)])));
        text.push('-');
    }
    text.push(char::from(ALPHABET[usize::from(check(&digits))]));
    Secret::new(text)
}

/// A ダウンロードPIN: 8 characters (40 bits), `XXXX-XXXX`.
pub(crate) fn download_pin(random: &dyn Random) -> Secret<String> {
    let digits = draw::<8>(random);
    let mut text: String = digits.iter().map(|digit| char::from(ALPHABET[usize::from(*digit)])).collect();
    text.insert(4, '-');
    Secret::new(text)
}

/// A number to be read over the telephone, for instance of an enrolment: `E-` and eight digits of the alphabet.
pub(crate) fn number(random: &dyn Random) -> String {
    let text: String = draw::<8>(random)
        .iter()
        .map(|digit| char::from(ALPHABET[usize::from(*digit)]))
        .collect();
    format!("E-{}-{}", &text[..4], &text[4..])
}

fn draw<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut digits = [0u8; N];
    random.fill(&mut digits);
    digits.map(|byte| byte & 31)
}

/// Luhn's check over 32 digits: every single slip and most swaps of neighbours show.
fn check(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let weighed = u32::from(*digit) * if at % 2 == 0 { 2 } else { 1 };
            weighed / 32 + weighed % 32
        })
        .sum();
    u8::try_from((32 - sum % 32) % 32).expect("below 32")
}

/// What a person typed, in the alphabet: small and full-width letters, I L O and gaps are understood.
fn digits(typed: &str) -> Option<Vec<u8>> {
    japan::fold(typed)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '－' | 'ー' | '−'))
        .map(|c| {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            ALPHABET
                .iter()
                .position(|known| char::from(*known) == c)
                .and_then(|at| u8::try_from(at).ok())
        })
        .collect()
}

/// The canonical text of a typed 申請PIN; a slip shows by the check character and costs no try.
pub(crate) fn read_application_pin(typed: &str) -> Result<Secret<String>, Error> {
    let digits = digits(typed).filter(|digits| digits.len() == 13).ok_or(Error::PinMistyped)?;
    if check(&digits[..12]) != digits[12] {
        return Err(Error::PinMistyped);
    }
    Ok(canonical(&digits[..12]))
}

/// The canonical text of a typed ダウンロードPIN.
pub(crate) fn read_download_pin(typed: &str) -> Result<Secret<String>, Error> {
    let digits = digits(typed).filter(|digits| digits.len() == 8).ok_or(Error::PinMistyped)?;
    Ok(canonical(&digits))
}

fn canonical(digits: &[u8]) -> Secret<String> {
    Secret::new(digits.iter().map(|digit| char::from(ALPHABET[usize::from(*digit)])).collect())
}

/// The PHC string to keep for a canonical PIN.
pub(crate) async fn hash(pin: Secret<String>, random: &dyn Random) -> Result<String, Error> {
    let mut salt = [0u8; 16];
    random.fill(&mut salt);
    let made = jobs::work(move || {
        Argon2::default()
            .hash_password_with_salt(pin.reveal().as_bytes(), &salt)
            .map(|hash| hash.to_string())
    })
    .await;
    made.map_err(|_| Error::Busy)
}

/// Whether a canonical PIN is the one kept as `kept`.
pub(crate) async fn matches(pin: Secret<String>, kept: String) -> bool {
    jobs::work(move || Argon2::default().verify_password(pin.reveal().as_bytes(), kept.as_str()).is_ok()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use foundation::OsRandom;

    #[test]
    fn a_slip_in_a_pin_shows_before_it_costs_a_try() {
        let pin = application_pin(&OsRandom);
        let text = pin.reveal();
        assert_eq!(text.len(), 16);
        let right = read_application_pin(text).unwrap();
        assert_eq!(
            right.reveal(),
            read_application_pin(&format!(" {} ", text.to_lowercase().replace('-', "　")))
                .unwrap()
                .reveal()
        );
        let mut wrong: Vec<char> = text.chars().collect();
        wrong[0] = if wrong[0] == '7' { '8' } else { '7' };
        assert!(matches!(
            read_application_pin(&wrong.iter().collect::<String>()),
            Err(Error::PinMistyped)
        ));
        assert!(matches!(read_application_pin("123"), Err(Error::PinMistyped)));
    }

    #[test]
    fn a_download_pin_has_forty_bits() {
        let pin = download_pin(&OsRandom);
        assert_eq!(read_download_pin(pin.reveal()).unwrap().reveal().len(), 8);
    }
}
