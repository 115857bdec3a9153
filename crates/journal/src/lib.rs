//! Who did what, written in the unit of the act, chained and anchored afterwards.
