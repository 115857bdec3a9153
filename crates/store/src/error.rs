//! What can go wrong, as facts.

use std::fmt;

/// The result of everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the database did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A row with these values exists already. `columns` is empty when the engine names only an index (then `table` is its name).
    Unique {
        /// The table.
        table: String,
        /// The columns that must be unique together.
        columns: Vec<String>,
    },
    /// A row points to nothing, or something points to a row that should go.
    ForeignKey,
    /// A `CHECK` of the table said no.
    Check {
        /// The constraint's name or text.
        constraint: String,
    },
    /// A column that needs a value got none.
    Missing {
        /// The column.
        column: String,
    },
    /// Exactly one row should have been there, or changed.
    NotOne {
        /// How many there were.
        rows: u64,
    },
    /// A column holds something that is no value of its type.
    Unreadable {
        /// The column.
        column: String,
        /// What was wanted there.
        wanted: &'static str,
    },
    /// Other units were always faster, eight times in a row.
    Conflict,
    /// A statement failed in this unit and the work went on; nothing was kept.
    Broken {
        /// What the statement met.
        first: Box<Error>,
    },
    /// The connection was lost while committing: the unit may have been kept or not.
    CommitUnknown {
        /// What the engine said.
        why: String,
    },
    /// The database cannot be reached or opened.
    Unreachable {
        /// What the engine said.
        why: String,
    },
    /// A migration that ran already has another text now.
    MigrationChanged {
        /// Its name.
        name: String,
    },
    /// A migration failed.
    MigrationFailed {
        /// Its name.
        name: String,
        /// What the engine said.
        why: String,
    },
    /// The engine refused the statement for another reason.
    Refused {
        /// What the engine said.
        why: String,
    },
}

impl Error {
    /// Whether a row with the same `column` in `table` exists already.
    #[must_use]
    pub fn is_unique(&self, table: &str, column: &str) -> bool {
        match self {
            Self::Unique { table: t, columns } => t == table && columns.iter().any(|c| c == column),
            Self::Broken { first } => first.is_unique(table, column),
            _ => false,
        }
    }
    /// A statement that failed may have spoilt the transaction; a fact about rows that were read has not.
    pub(crate) const fn spoils(&self) -> bool {
        !matches!(self, Self::NotOne { .. } | Self::Unreadable { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unique { table, columns } => write!(f, "a row of {table} with the same {} exists", columns.join(", ")),
            Self::ForeignKey => f.write_str("a row points to a row that is not there"),
            Self::Check { constraint } => write!(f, "the check {constraint} failed"),
            Self::Missing { column } => write!(f, "the column {column} needs a value"),
            Self::NotOne { rows } => write!(f, "{rows} rows where exactly one was expected"),
            Self::Unreadable { column, wanted } => write!(f, "the column {column} does not hold {wanted}"),
            Self::Conflict => f.write_str("other units were always faster"),
            Self::Broken { first } => write!(f, "a statement of the unit had failed: {first}"),
            Self::CommitUnknown { why } => write!(f, "the connection was lost while committing: {why}"),
            Self::Unreachable { why } => write!(f, "the database cannot be reached: {why}"),
            Self::MigrationChanged { name } => write!(f, "the migration {name} ran already with another text"),
            Self::MigrationFailed { name, why } => write!(f, "the migration {name} failed: {why}"),
            Self::Refused { why } => write!(f, "the database refused: {why}"),
        }
    }
}
impl std::error::Error for Error {}
