//! What people of the operator do: 審査 proposes, 承認 approves.

pub mod approve;
pub mod letter;
pub mod proposals;
pub mod refuse;
pub mod subject;
