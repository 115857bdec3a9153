//! Japanese calendar, months of the Civil Code, era years, width and kana.
