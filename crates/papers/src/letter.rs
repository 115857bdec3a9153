//! 承認通知書: tells the holder that his application is approved, and carries the 申請PIN.

use foundation::Secret;
use japan::Date;

use crate::{Kind, Paper};

/// The data of the letter.
#[derive(Debug)]
pub struct ApprovalNotice {
    /// Number of the letter.
    pub number: String,
    /// Its date.
    pub date: Date,
    /// The holder's company.
    pub company: String,
    /// Its address.
    pub address: String,
    /// The holder.
    pub name: String,
    /// The number under which he applies on the web.
    pub enrolment: String,
    /// The 申請PIN as shown, in groups.
    pub application_pin: Secret<String>,
    /// Where to apply.
    pub url: String,
    /// Kind of credential in words, e.g. 「PKCS#11トークン」.
    pub credential: String,
    /// 「デモ環境」.
    pub demo: bool,
}

/// The paper; its text holds the PIN, so it goes to the post office and nowhere else.
#[must_use]
pub fn approval_notice(data: &ApprovalNotice) -> Paper {
    Paper {
        kind: Kind::ApprovalNotice,
        demo: data.demo,
        number: data.number.clone(),
        date: data.date,
        addressee: vec![data.address.clone(), data.company.clone(), format!("{} 様", data.name)],
        paragraphs: vec![
            "CECSIGN電子証明書の利用申込みを承認しましたので、お知らせします。".to_owned(),
            "この書面の申請PINを使い、ご本人が電子証明書の発行申請を行ってください。申請PINは、ご本人のほかに知らせないでください。".to_owned(),
            "申請PINは、この書面の受取りから3か月で効力を失います。誤った入力は、合わせて5回までです。5回誤ると、以後は使えません。その場合は、新しい書面を発行します。".to_owned(),
            "この書面は、本人限定受取郵便でお送りしています。".to_owned(),
        ],
        items: vec![
            ("発行申請番号".to_owned(), data.enrolment.clone()),
            ("申請PIN".to_owned(), data.application_pin.reveal().clone()),
            ("電子証明書の種類".to_owned(), data.credential.clone()),
            ("申請先".to_owned(), data.url.clone()),
        ],
        sections: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_carries_the_pin_in_its_words_and_nowhere_in_debug() {
        let data = ApprovalNotice {
            number: "L-1".into(),
            date: Date::constant(2026, 11, 24),
            company: "あおば建設株式会社".into(),
            address: "東京都千代田区1-1".into(),
            name: "田中 一郎".into(),
            enrolment: "E-1".into(),
            application_pin: Secret::new("ABCD-EFGH-JKMN-P".into()),
            url: "https://example.jp/enrol".into(),
            credential: "PKCS#11トークン".into(),
            demo: true,
        };
        let paper = approval_notice(&data);
        assert!(paper.text().contains("申請PIN: ABCD-EFGH-JKMN-P"));
        assert!(paper.text().starts_with("【デモ環境】"));
        assert!(paper.text().contains("令和8年11月24日"));
        assert!(!format!("{data:?} {paper:?}").contains("ABCD"));
    }
}
