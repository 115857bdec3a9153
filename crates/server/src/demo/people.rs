//! The people of the demo. Their secrets are constants of the program; the database holds only hashes of them.

use serde::Serialize;

/// One person of the demo, as `GET /demo/people` shows him.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Person {
    /// A short name for files and scripts.
    pub key: &'static str,
    /// What he does, in Japanese.
    pub role: &'static str,
    /// Which company.
    pub company: &'static str,
    /// 企業ID, if he is a person of a company.
    pub company_id: Option<&'static str>,
    /// ユーザID (his desk), if he sits at one.
    pub user_id: Option<&'static str>,
    /// His name.
    pub person: &'static str,
    /// What he types to sign in.
    pub sign_in: &'static str,
    /// His password.
    pub secret: &'static str,
    /// How he signs; `none` if he never does. The script may give him another one.
    pub credential: &'static str,
    /// His 署名の合言葉, if he chooses a server-held key in the demo; real ones are drawn and shown once.
    pub sealing_secret: Option<&'static str>,
    /// Where his mails go.
    pub mail: &'static str,
}

/// 事務 of the 元請: registers and sends.
pub const CLERK_A: Person = Person {
    key: "sato",
    role: "元請の事務。案件を登録して送ります。署名はしません",
    company: COMPANY_A,
    company_id: Some("C100001"),
    user_id: Some("U100001"),
    person: "佐藤 恵",
    sign_in: "sato",
    secret: "demo-sato-aoba-2026",
    credential: "none",
    sealing_secret: None,
    mail: "sato@aoba.example.jp",
};
/// 署名者 of the 元請: the branch manager.
pub const SIGNER_A: Person = Person {
    key: "tanaka",
    role: "元請の支店長。署名します。登録と送付はしません",
    company: COMPANY_A,
    company_id: Some("C100001"),
    user_id: Some("U100001"),
    person: "田中 一郎",
    sign_in: "tanaka",
    secret: "demo-tanaka-aoba-2026",
    credential: "server",
    sealing_secret: Some("あおいまつ あかいうめ しろいとり ながいかわ たかいやま"),
    mail: "tanaka@aoba.example.jp",
};
/// The person at the 企業ID of the 元請.
pub const COMPANY_PERSON_A: Person = Person {
    key: "suzuki",
    role: "元請の企業ID。自社の案件を見ます。契約の手続きはできません",
    company: COMPANY_A,
    company_id: Some("C100001"),
    user_id: None,
    person: "鈴木 総務",
    sign_in: "suzuki",
    secret: "demo-suzuki-aoba-2026",
    credential: "none",
    sealing_secret: None,
    mail: "suzuki@aoba.example.jp",
};
/// The one person of the 協力会社: receives, signs and returns.
pub const BOTH_B: Person = Person {
    key: "yamamoto",
    role: "協力会社。受け取り、署名して、返送します",
    company: COMPANY_B,
    company_id: Some("C200001"),
    user_id: Some("U200001"),
    person: "山本 健太",
    sign_in: "yamamoto",
    secret: "demo-yamamoto-midori-2026",
    credential: "server",
    sealing_secret: Some("くろいたけ ひくいおか あついゆ さむいかぜ ちいさいいし"),
    mail: "yamamoto@midori.example.jp",
};
/// The person at the 企業ID of the 協力会社.
pub const COMPANY_PERSON_B: Person = Person {
    key: "mori",
    role: "協力会社の企業ID。自社の案件を見ます。契約の手続きはできません",
    company: COMPANY_B,
    company_id: Some("C200001"),
    user_id: None,
    person: "森 経理",
    sign_in: "mori",
    secret: "demo-mori-midori-2026",
    credential: "none",
    sealing_secret: None,
    mail: "mori@midori.example.jp",
};
/// The person of the 原本保管サービス.
pub const KEEPER: Person = Person {
    key: "kimura",
    role: "原本保管サービスだけの利用者。自社の文書を預けます",
    company: COMPANY_A,
    company_id: Some("C300001"),
    user_id: Some("S300001"),
    person: "木村 文子",
    sign_in: "kimura",
    secret: "demo-kimura-aoba-2026",
    credential: "none",
    sealing_secret: None,
    mail: "kimura@aoba.example.jp",
};
/// Somebody at another desk of the 元請: has no part in the cases of the first desk.
pub const OTHER_DESK: Person = Person {
    key: "ito",
    role: "元請の別のユーザID。ほかのユーザIDの案件には関わりません",
    company: COMPANY_A,
    company_id: Some("C100001"),
    user_id: Some("U100002"),
    person: "伊藤 誠",
    sign_in: "ito",
    secret: "demo-ito-aoba-2026",
    credential: "none",
    sealing_secret: Some("きいろいはな みじかいいと おおきいき すずしいみず あおいそら"),
    mail: "ito@aoba.example.jp",
};
/// Somebody of a third company: has no part in anything here.
pub const OTHER_COMPANY: Person = Person {
    key: "takahashi",
    role: "別の会社。ほかの会社の案件には関わりません",
    company: COMPANY_C,
    company_id: Some("C400001"),
    user_id: Some("U400001"),
    person: "高橋 空",
    sign_in: "takahashi",
    secret: "demo-takahashi-sora-2026",
    credential: "none",
    sealing_secret: Some("しろいくも あかいかさ ながいみち くろいねこ たかいほし"),
    mail: "takahashi@sora.example.jp",
};
/// 審査: proposes.
pub const SCREENER: Person = Person {
    key: "nakamura",
    role: "運営者の審査。電子証明書の発行先を提案します",
    company: "CECSIGN 登録局（運営者）",
    company_id: None,
    user_id: None,
    person: "中村 審",
    sign_in: "nakamura",
    secret: "demo-nakamura-operator-2026",
    credential: "none",
    sealing_secret: None,
    mail: "nakamura@operator.example.jp",
};
/// 承認: approves what another proposed.
pub const APPROVER: Person = Person {
    key: "kobayashi",
    role: "運営者の承認。審査とは別の人が承認します",
    company: "CECSIGN 登録局（運営者）",
    company_id: None,
    user_id: None,
    person: "小林 承",
    sign_in: "kobayashi",
    secret: "demo-kobayashi-operator-2026",
    credential: "none",
    sealing_secret: None,
    mail: "kobayashi@operator.example.jp",
};

/// The 元請.
pub const COMPANY_A: &str = "あおば建設株式会社";
/// The 協力会社.
pub const COMPANY_B: &str = "株式会社みどり工務店";

/// A third company.
pub const COMPANY_C: &str = "株式会社そら設備";

/// Everybody.
pub const ALL: [Person; 10] = [
    CLERK_A,
    SIGNER_A,
    COMPANY_PERSON_A,
    OTHER_DESK,
    BOTH_B,
    COMPANY_PERSON_B,
    KEEPER,
    OTHER_COMPANY,
    SCREENER,
    APPROVER,
];

/// The 署名の合言葉 of a person of the demo.
#[must_use]
pub fn sealing_secret(sign_in: &str) -> Option<&'static str> {
    ALL.iter().find(|person| person.sign_in == sign_in)?.sealing_secret
}
