//! Canonical JSON (RFC 8785, without fractions): members sorted by UTF-16 code units, no white space.

use serde_json::Value;

/// The canonical text of `value`; `None` when it holds a number that is no integer of at most 53 bits.
pub(crate) fn canonical(value: &Value) -> Option<String> {
    let mut out = String::new();
    write(value, &mut out)?;
    Some(out)
}

fn write(value: &Value, out: &mut String) -> Option<()> {
    match value {
        Value::Number(number) => {
            let integer = number.as_i64().filter(|integer| integer.unsigned_abs() < 1 << 53)?;
            out.push_str(&integer.to_string());
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (at, (name, member)) in members.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&serde_json::to_string(name).ok()?);
                out.push(':');
                write(member, out)?;
            }
            out.push('}');
        }
        // serde_json escapes strings exactly as RFC 8785 §3.2.2.2 asks: \b \t \n \f \r \" \\ and \u00xx in lower case.
        Value::Null | Value::Bool(_) | Value::String(_) => out.push_str(&serde_json::to_string(value).ok()?),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_sorted_and_fractions_refused() {
        let value: Value = serde_json::from_str(r#"{"b":[1, true ,null],"a":{"\u20ac":"x\u000f/\"","\r":-5}}"#).unwrap();
        assert_eq!(
            canonical(&value).unwrap(),
            "{\"a\":{\"\\r\":-5,\"\u{20ac}\":\"x\\u000f/\\\"\"},\"b\":[1,true,null]}"
        );
        assert_eq!(canonical(&serde_json::json!(1.5)), None);
    }
}
