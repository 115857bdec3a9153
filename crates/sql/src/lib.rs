//! The proc macros of store: sql! and derive(Record).
