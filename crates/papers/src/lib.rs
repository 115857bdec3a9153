//! What a paper is: its kind, its words and its data; the port [`Printer`] that makes a PDF of it (typst stands behind
//! that port in another room; here is [`NoPrinter`], which says that it is not built in yet).
//!
//! Papers so far: 承認通知書 (the letter with the 申請PIN), 受領書 (the holder's receipt), 受付票 (deposit receipt).

mod letter;
mod paper;
mod printer;
mod receipt;

pub use letter::{ApprovalNotice, approval_notice};
pub use paper::{Kind, Paper};
pub use printer::{NoPrinter, NotPrinted, Printer};
pub use receipt::{CertificateReceipt, DepositReceipt, certificate_receipt, deposit_receipt};
