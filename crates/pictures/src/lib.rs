//! Pages of a PDF as pictures and text: hayro.
