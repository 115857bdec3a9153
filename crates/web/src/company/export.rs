//! `GET /company/cases.csv`: the list for a spreadsheet.

use std::fmt::Write as _;

use axum::{extract::State, response::Response};
use contracts::{Case, CaseId, Side};

use super::show::company;
use crate::{House, SignedIn, Sorry, case};

/// Cases that are read at once.
const BATCH: i64 = 200;

/// A field of RFC 4180. What a spreadsheet would take for a formula begins with a quote.
fn field(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// The file.
pub async fn export(State(house): State<House>, SignedIn(visit): SignedIn) -> Result<Response, Sorry> {
    company(&visit)?;
    let mut text =
        "\u{feff}案件名,契約番号,状況,自社のユーザID,取引先,契約金額（税込）,契約日,送付日時,成立日時,封緘日時,保管日時,返送の期限\r\n"
            .to_owned();
    let mut before: Option<CaseId> = None;
    loop {
        let lines = Case::list(&house.db, visit.actor(), before, BATCH).await?;
        for line in &lines {
            let (mine, other) = match line.side {
                Side::A => (Some(&line.a_number), line.b_name.as_ref()),
                Side::B => (line.b_number.as_ref(), Some(&line.a_name)),
            };
            let time = |at: Option<foundation::Instant>| at.map_or_else(String::new, |at| at.rfc3339_japan());
            let cells = [
                line.title.clone(),
                line.contract_number.clone(),
                line.state.japanese().to_owned(),
                mine.cloned().unwrap_or_default(),
                other.cloned().unwrap_or_default(),
                line.amount.map_or_else(String::new, |amount| amount.to_string()),
                line.contract_date.to_string(),
                time(line.sent),
                time(line.formed),
                time(line.sealed),
                time(line.kept),
                line.reply_by.map_or_else(String::new, |day| day.to_string()),
            ];
            let row: Vec<String> = cells.iter().map(|cell| field(cell)).collect();
            let _ = write!(text, "{}\r\n", row.join(","));
        }
        if i64::try_from(lines.len()).unwrap_or(0) < BATCH {
            break;
        }
        before = lines.last().map(|line| line.id);
    }
    case::attachment("案件一覧.csv", "text/csv; charset=utf-8", text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(field("=1+1"), "\"'=1+1\"");
        assert_eq!(field("工事\"甲\""), "\"工事\"\"甲\"\"\"");
    }
}
