//! The proc macros of `store`: `sql!` (a literal whose `{places}` become values) and `derive(Record)`.
//!
//! Use them through `store::sql!` and `store::Record`; they write `::store::…` paths.

mod literal;
mod record;
mod statement;

use proc_macro::TokenStream;

/// A statement from a literal: `sql!("SELECT a FROM t WHERE id = {id} AND state IN ({..states}) AND {+rows}")`.
///
/// `{value}` is a place for a value, `{..list}` places for every item of a list (an empty list becomes `NULL`),
/// `{+statement}` another statement; `{{` and `}}` are braces. The text is registered, so that a test can prepare it on both engines.
#[proc_macro]
pub fn sql(input: TokenStream) -> TokenStream {
    let literal = syn::parse_macro_input!(input as syn::LitStr);
    statement::expand(&literal).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Reads every field of a struct from the column of its name.
#[proc_macro_derive(Record)]
pub fn record(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    record::expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}
