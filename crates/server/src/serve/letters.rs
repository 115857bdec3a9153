//! Where letters with a 申請PIN go: in the demo the fake post office, else a folder that the operator's printer empties.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use certification::{Parcel, PostOffice};
use foundation::Instant;
use papers::{NotPrinted, Printer};

use super::CannotServe;

/// A printer's folder. Each letter is a PDF that only the owner can read, until it is printed and removed.
pub struct Spool {
    folder: PathBuf,
    printer: Arc<dyn Printer>,
}

impl Spool {
    /// The folder must be outside the data folder: no PIN rests beside the data.
    pub fn open(folder: Option<&Path>, data: &Path, printer: Arc<dyn Printer>) -> Result<Self, CannotServe> {
        let Some(folder) = folder else {
            return Err(CannotServe::new(
                "承認通知書（申請PINの書面）を出す場所が決まっていません",
                "--letters に、印刷する機械が読むフォルダを渡してください（データフォルダの外）。",
            ));
        };
        let wrong = |error: std::io::Error| {
            CannotServe::new(
                format!("承認通知書を出すフォルダ {}：{}", folder.display(), crate::words::of_disk(&error)),
                "書けるフォルダを --letters に渡してください。",
            )
        };
        std::fs::create_dir_all(folder).map_err(wrong)?;
        let folder = folder.canonicalize().map_err(wrong)?;
        if folder.starts_with(data) {
            return Err(CannotServe::new(
                "--letters がデータフォルダの中にあります",
                "データフォルダの外のフォルダを渡してください。",
            ));
        }
        Ok(Self { folder, printer })
    }
}

impl PostOffice for Spool {
    fn ready(&self) -> Result<(), NotPrinted> {
        self.printer.ready()
    }
    fn hand_over(&self, parcel: Parcel, _: Instant) -> Result<(), String> {
        let pdf = self.printer.print(&parcel.paper).map_err(|why| why.sentence())?;
        let file = self.folder.join(format!("{}.pdf", parcel.tracking));
        crate::folder::write_secretly(&file, &pdf).map_err(|error| format!("{}：{}", file.display(), crate::words::of_disk(&error)))
    }
}
