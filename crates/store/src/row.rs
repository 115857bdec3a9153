//! Rows as they come back, and what reads them.

use std::sync::Arc;

use crate::{Error, FromColumn, Result, Value};

/// One row: columns by name, each taken once.
#[derive(Debug)]
pub struct Row {
    names: Arc<[String]>,
    values: Vec<Value>,
}

impl Row {
    pub(crate) fn new(names: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { names, values }
    }
    /// Takes the column of this name.
    ///
    /// # Errors
    /// There is no such column, or it holds something else.
    pub fn take<T: FromColumn>(&mut self, column: &str) -> Result<T> {
        let at = self.names.iter().position(|name| name == column);
        let at = at.ok_or_else(|| Error::Unreadable {
            column: column.to_owned(),
            wanted: "anything: the statement does not select it",
        })?;
        self.take_at(at)
    }
    /// Takes the column at this position, counted from 0.
    ///
    /// # Errors
    /// As [`Row::take`].
    pub fn take_at<T: FromColumn>(&mut self, at: usize) -> Result<T> {
        let column = || self.names.get(at).cloned().unwrap_or_else(|| at.to_string());
        let value = self.values.get_mut(at).ok_or_else(|| Error::Unreadable {
            column: column(),
            wanted: "anything: there is no such column",
        })?;
        T::from_column(std::mem::replace(value, Value::Null)).map_err(|wanted| Error::Unreadable {
            column: column(),
            wanted: wanted.0,
        })
    }
}

/// What can be read from a row: structs with `#[derive(Record)]`, single columns, tuples of columns.
pub trait Record: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// A column is missing or holds something else.
    fn read(row: &mut Row) -> Result<Self>;
}

impl<T: FromColumn> Record for T {
    fn read(row: &mut Row) -> Result<Self> {
        row.take_at(0)
    }
}

macro_rules! tuple {
    ($($name:ident = $at:literal),+) => {
        impl<$($name: FromColumn),+> Record for ($($name,)+) {
            fn read(row: &mut Row) -> Result<Self> {
                Ok(($(row.take_at::<$name>($at)?,)+))
            }
        }
    };
}
tuple!(A = 0, B = 1);
tuple!(A = 0, B = 1, C = 2);
tuple!(A = 0, B = 1, C = 2, D = 3);
tuple!(A = 0, B = 1, C = 2, D = 3, E = 4);
tuple!(A = 0, B = 1, C = 2, D = 3, E = 4, F = 5);
