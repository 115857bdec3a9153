//! Receipts.

use foundation::Instant;

use crate::{Kind, Paper, moment::moment};

/// What a holder confirms when he has his certificate.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CertificateReceipt {
    pub number: String,
    pub company: String,
    pub name: String,
    pub certificate_serial: String,
    pub certificate_sha256: String,
    pub received: Instant,
    pub demo: bool,
}

/// The paper 電子証明書受領書.
#[must_use]
pub fn certificate_receipt(data: &CertificateReceipt) -> Paper {
    Paper {
        kind: Kind::CertificateReceipt,
        demo: data.demo,
        number: data.number.clone(),
        date: data.received.date_in_japan(),
        addressee: vec!["CECSIGN認証局 御中".to_owned()],
        paragraphs: vec!["下記の電子証明書を受領し、記載内容に誤りがないこと、および自己署名試験に成功したことを確認しました。".to_owned()],
        items: vec![
            ("所属".to_owned(), data.company.clone()),
            ("氏名".to_owned(), data.name.clone()),
            ("証明書の番号".to_owned(), crate::originality::grouped(&data.certificate_serial)),
            (
                "証明書の指紋（SHA-256）".to_owned(),
                crate::originality::grouped(&data.certificate_sha256),
            ),
            ("受領日時".to_owned(), moment(data.received)),
        ],
        sections: Vec::new(),
    }
}

/// What is told to who deposited a document.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct DepositReceipt {
    pub number: String,
    pub company: String,
    pub file_name: String,
    pub sha256: String,
    pub bytes: u64,
    pub deposited: Instant,
    pub keep_until: japan::Date,
    pub demo: bool,
}

/// The paper 預かり証.
#[must_use]
pub fn deposit_receipt(data: &DepositReceipt) -> Paper {
    Paper {
        kind: Kind::DepositReceipt,
        demo: data.demo,
        number: data.number.clone(),
        date: data.deposited.date_in_japan(),
        addressee: vec![format!("{} 御中", data.company)],
        paragraphs: vec![
            "下記の電子文書を、原本としてお預かりしました。保管期限まで一文字も変えずに保管し、いつでもお渡しします。".to_owned(),
            "お手元の文書がお預かりしたものと同じかどうかは、SHA-256の値を見比べると分かります。".to_owned(),
        ],
        items: vec![
            ("預かり番号".to_owned(), data.number.clone()),
            ("ファイル名".to_owned(), data.file_name.clone()),
            ("SHA-256".to_owned(), crate::originality::grouped(&data.sha256)),
            ("大きさ".to_owned(), format!("{}バイト", crate::originality::thousands(data.bytes))),
            ("お預かりした日時".to_owned(), moment(data.deposited)),
            ("保管期限".to_owned(), japan::era_date(data.keep_until)),
        ],
        sections: Vec::new(),
    }
}
