//! 法人番号: 13 digits, the first of which checks the other twelve.

/// Whether `text` is a 法人番号 with the right check digit (法人番号の指定等に関する省令2条: 9 − Σ(Pn×Qn) mod 9).
#[must_use]
pub fn is_corporate_number(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    if digits.len() != 13 || text.len() != 13 {
        return false;
    }
    // n counts from the lowest of the twelve digits; Q is 1 for odd n and 2 for even n.
    let sum: u32 = digits[1..]
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| digit * if index % 2 == 0 { 1 } else { 2 })
        .sum();
    digits[0] == 9 - sum % 9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tax_agency_s_own_number_is_right_and_a_slip_is_not() {
        assert!(is_corporate_number("7000012050002")); // 国税庁
        assert!(!is_corporate_number("7000012050003"));
        assert!(!is_corporate_number("8000012050002"));
        assert!(!is_corporate_number("700001205000"));
        assert!(!is_corporate_number("700001205000２"));
    }
}
