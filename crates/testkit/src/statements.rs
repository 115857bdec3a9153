//! Every `sql!` of the linked rooms is prepared, so that a wrong column or a construct one engine lacks fails without running the feature.

use store::{Database, statements};

/// Prepares every registered statement on `db`; how many.
///
/// # Panics
/// The engine refuses some; all are named.
pub async fn every_statement_prepares(db: &Database) -> usize {
    let mut refused = Vec::new();
    let mut prepared = 0;
    for statement in statements().filter(|statement| statement.is_whole()) {
        match db.prepare_check(statement.text).await {
            Ok(()) => prepared += 1,
            Err(error) => refused.push(format!("{}:{}: {error}\n    {}", statement.file, statement.line, statement.text)),
        }
    }
    assert!(
        refused.is_empty(),
        "{:?} refuses {} statements:\n{}",
        db.engine(),
        refused.len(),
        refused.join("\n")
    );
    prepared
}
