//! Long lists, newest first, a page at a time: `?before=` names the line after which a page goes on, as the link 「次の50件」 of every
//! list writes it.

use serde::Deserialize;
use uuid::Uuid;

/// Lines on one page.
pub const AT_ONCE: i64 = 50;
/// What is read for a page: the line that is too many tells that there is another page.
pub const ONE_MORE: i64 = AT_ONCE + 1;

/// Which page of a list is wanted: the first, or what comes after a line.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Asked {
    /// The line after which it goes on; older lines have smaller ids.
    pub before: Option<Uuid>,
}

/// Of [`ONE_MORE`] lines: takes the one too many off, and names the last that stays. The next page comes after it.
pub fn older<T>(rows: &mut Vec<T>, id: impl Fn(&T) -> String) -> Option<String> {
    let at_once = usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
    if rows.len() <= at_once {
        return None;
    }
    rows.truncate(at_once);
    rows.last().map(id)
}

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, older};

    #[test]
    fn there_is_a_next_page_only_where_one_line_more_was_found() {
        let mut rows: Vec<i64> = (0..=AT_ONCE).collect();
        assert_eq!(older(&mut rows, i64::to_string), Some((AT_ONCE - 1).to_string()));
        assert_eq!(older(&mut rows, i64::to_string), None, "exactly one page");
    }
}
