//! What a paper is: its kind, its words and its data; the port [`Printer`] that makes a PDF of it (typst stands behind
//! that port in another room; here is [`NoPrinter`], which says that none is built in).
//!
//! Papers so far: 承認通知書 (the letter with the 申請PIN), 電子証明書受領書 (the holder's receipt), 預かり証 (deposit receipt),
//! 原本性証明書 (proof that the kept record is the unaltered original). A [`Mark`] is what a signature shows on the page.
//! The looks are typst templates in `texts/`; wording never rebuilds typst.

mod letter;
mod mark;
mod moment;
mod originality;
mod paper;
mod printer;
mod receipt;

pub use letter::{ApprovalNotice, approval_notice};
pub use mark::{MARK_HEIGHT_MM, MARK_WIDTH_MM, Mark};
pub use originality::{
    CaseFacts, FileFacts, LogFacts, OriginalityCertificate, PartyFacts, SEAL_PLACE_MM, SignatureFacts, originality_certificate,
};
pub use paper::{Kind, Paper, Section, Style};
pub use printer::{FONT_PACKAGES, NoPrinter, NotPrinted, Printer};
pub use receipt::{CertificateReceipt, DepositReceipt, certificate_receipt, deposit_receipt};
