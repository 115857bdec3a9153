//! Papers in print: typst behind [`papers::Printer`]. Only the program that prints depends on this room.
//!
//! A paper becomes PDF/A-2u, tagged, with subset fonts embedded, and ends with a line end after `%%EOF`, so that what is
//! appended later (an e-seal) begins on a line of its own. A mark becomes a small PDF of one page without tags.
//!
//! Templates see two files, `main.typ` and `data.json`, always under these names (typst never forgets a name), and nothing
//! of the machine. After each paper all that typst remembers is thrown away: letters carry secrets. Fonts are looked for at the
//! first paper, read when a letter of them is needed, and dropped again by [`papers::Printer::rest`] when nothing is printed.

mod fonts;
mod press;
mod thin;
mod world;

pub use fonts::{FAMILIES, places, reading_font};
pub use press::Press;
