//! One act of signing: credential to signed PDF, levels.
