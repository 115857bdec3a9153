//! What `derive(Record)` expands to.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, ext::IdentExt};

/// The implementation of `store::Record`.
pub fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let refused = || syn::Error::new_spanned(&input.ident, "Record reads structs with named fields");
    let Data::Struct(data) = &input.data else { return Err(refused()) };
    let Fields::Named(fields) = &data.fields else {
        return Err(refused());
    };
    let name = &input.ident;
    let (generics, types, bounds) = input.generics.split_for_impl();
    let reads = fields.named.iter().filter_map(|field| field.ident.as_ref()).map(|field| {
        let column = field.unraw().to_string();
        quote!(#field: row.take(#column)?)
    });
    Ok(quote! {
        impl #generics ::store::Record for #name #types #bounds {
            fn read(row: &mut ::store::Row) -> ::store::Result<Self> {
                ::core::result::Result::Ok(Self { #(#reads,)* })
            }
        }
    })
}
