//! What `sql!` expands to.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, LitStr};

use crate::literal::{Piece, cut};

/// The expression that builds the statement, and the registration of its static text.
pub fn expand(literal: &LitStr) -> syn::Result<TokenStream> {
    let pieces = cut(&literal.value()).map_err(|why| syn::Error::new(literal.span(), why))?;
    let mut registered = String::new();
    let mut steps = Vec::new();
    let mut places = 0_usize;
    let mut fixed = true;
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                registered.push_str(&text);
                steps.push(quote!(.__text(#text)));
            }
            Piece::Value(inner) => {
                let value = expression(&inner, literal)?;
                places += 1;
                registered.push_str(&format!("${places}"));
                steps.push(quote!(.__value(&(#value))));
            }
            Piece::List(inner) => {
                let list = expression(&inner, literal)?;
                places += 1;
                fixed = false;
                registered.push_str(&format!("${places}"));
                steps.push(quote!(.__list((#list).iter())));
            }
            Piece::Part(inner) => {
                let part = expression(&inner, literal)?;
                fixed = false;
                registered.push_str("{+}");
                steps.push(quote!(.part(#part)));
            }
        }
    }
    let whole = if fixed {
        quote!(::core::option::Option::Some(#registered))
    } else {
        quote!(::core::option::Option::None)
    };
    Ok(quote! {{
        ::store::__inventory::submit! { ::store::StaticStatement { text: #registered, file: file!(), line: line!() } }
        ::store::Statement::__new(#whole) #(#steps)*
    }})
}

fn expression(text: &str, literal: &LitStr) -> syn::Result<Expr> {
    LitStr::new(text, literal.span()).parse()
}
