//! Whose turn it is, what comes next, and what this viewer can do about it: one answer for the list and for every page of a case.

use contracts::{CaseLine, Side, state::State};

use crate::{session::Viewer, words};

/// In which part of the list a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// 自分の番.
    Mine,
    /// ほかの方の番.
    Others,
    /// 成立した契約.
    Done,
    /// 下書き.
    Draft,
    /// 差戻し・謝絶・取下げ.
    Closed,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Where it stands in the list.
    pub group: Group,
    /// 「いま」.
    pub now: String,
    /// 「次」.
    pub next: String,
    /// The button that leads on: words and the end of the address.
    pub act: Option<(&'static str, &'static str)>,
    /// How many have signed, as this viewer may know it.
    pub signed: usize,
}

/// Short for a company: without its legal form.
pub fn short(company: &str) -> String {
    company
        .replace("株式会社", "")
        .replace("有限会社", "")
        .replace("合同会社", "")
        .trim()
        .to_owned()
}

/// 「みどり工務店 山本 健太 様」, as far as it is known.
fn who(company: Option<&str>, name: Option<&str>) -> String {
    match (company, name) {
        (Some(company), Some(name)) => format!("{} {name}様", short(company)),
        (Some(company), None) => format!("{}様", short(company)),
        (None, _) => "取引先".to_owned(),
    }
}

/// Whose turn it is.
pub fn turn(line: &CaseLine, viewer: &Viewer) -> Turn {
    let person = viewer.actor.person();
    let clerk = viewer.registers();
    let b = who(line.b_name.as_deref(), line.b_signer_name.as_deref());
    let a = who(Some(&line.a_name), Some(&line.a_signer_name));
    let i_sign_a = viewer.signs() && person == Some(line.a_signer);
    let i_sign_b = viewer.signs() && line.b_signer.is_some() && person == line.b_signer;
    let has_document = line.a_field.is_some();
    let answer = |group, now: String, next: String, act, signed| Turn {
        group,
        now,
        next,
        act,
        signed,
    };
    use {Group as G, Side as S};
    match (line.state, line.side) {
        (State::Draft, _) if !has_document => {
            let act = clerk.then_some(("続きを書く", "/compose"));
            answer(
                G::Draft,
                "書きかけです。PDFを置くところからです".to_owned(),
                "署名者が読んで署名".to_owned(),
                act,
                0,
            )
        }
        (State::Draft, _) if i_sign_a => answer(
            G::Mine,
            "あなたの番：読んで、署名する".to_owned(),
            if clerk {
                "あなたが送付".to_owned()
            } else {
                "事務の方が送付".to_owned()
            },
            Some(("読んで署名する", "/read")),
            0,
        ),
        (State::Draft, _) => {
            let act = clerk.then_some(("内容を見る・直す", "/compose"));
            answer(
                G::Others,
                format!("{}様の番：読んで、署名する", line.a_signer_name),
                "署名が済むと、送れるようになります".to_owned(),
                act,
                0,
            )
        }
        (State::Signed, _) => {
            let next = format!("{b}が読んで署名");
            if clerk {
                answer(G::Mine, "あなたの番：送る".to_owned(), next, Some(("確かめて送る", "")), 1)
            } else {
                answer(G::Others, "自社の事務の方の番：送る".to_owned(), next, None, 1)
            }
        }
        (State::Waiting, S::A) => answer(
            G::Others,
            format!("{b}の番：読んで、署名する"),
            "返送されると、契約が成立します".to_owned(),
            None,
            1,
        ),
        (State::Waiting, S::B) if i_sign_b => answer(
            G::Mine,
            "あなたの番：読んで、署名する".to_owned(),
            "返送すると、契約が成立します".to_owned(),
            Some(("読んで署名する", "/read")),
            1,
        ),
        (State::Waiting, S::B) => answer(
            G::Others,
            format!(
                "自社の{}様の番：読んで、署名する",
                line.b_signer_name.as_deref().unwrap_or("署名者")
            ),
            "返送すると、契約が成立します".to_owned(),
            None,
            1,
        ),
        (State::Countersigned, _) => {
            let next = "返送すると、契約が成立します".to_owned();
            if clerk {
                answer(G::Mine, "あなたの番：返送する".to_owned(), next, Some(("確かめて返送する", "")), 2)
            } else {
                answer(G::Others, "自社の事務の方の番：返送する".to_owned(), next, None, 2)
            }
        }
        (State::Sealing | State::SealFailed, _) => answer(
            G::Done,
            "契約は成立しています。封緘を待っています".to_owned(),
            "封緘のあと、原本の保管".to_owned(),
            None,
            2,
        ),
        (State::Keeping, _) => answer(
            G::Done,
            "契約は成立し、封緘も済みました".to_owned(),
            "原本の保管".to_owned(),
            None,
            2,
        ),
        (State::Concluded, _) => answer(
            G::Done,
            "締結済です".to_owned(),
            "あなたがすることは終わりました".to_owned(),
            None,
            2,
        ),
        (State::SentBack, S::A) => answer(
            G::Closed,
            format!("{b}が差戻しました"),
            "直したPDFで、新しい案件として送り直せます".to_owned(),
            Some(("理由を見て直す", "")),
            1,
        ),
        (State::SentBack, S::B) => answer(
            G::Closed,
            "差戻しました".to_owned(),
            format!("{a}が直したPDFを送るのを待つ"),
            None,
            1 + usize::from(line.b_signed.is_some()),
        ),
        (State::Refused, S::A) => answer(
            G::Closed,
            format!("{b}が謝絶しました"),
            format!("この案件は終わりました。お尋ねは {b} へ"),
            None,
            1,
        ),
        (State::Refused, S::B) => answer(
            G::Closed,
            "謝絶しました".to_owned(),
            "この案件は終わりました".to_owned(),
            None,
            1 + usize::from(line.b_signed.is_some()),
        ),
        // Only B's signature ends A's right to it: the one that may be there is A's.
        (State::Withdrawn, S::A) => answer(
            G::Closed,
            "取下げました".to_owned(),
            "この案件は終わりました".to_owned(),
            None,
            usize::from(line.a_signed.is_some()),
        ),
        (State::Withdrawn, S::B) => answer(
            G::Closed,
            format!("{}が取下げました", short(&line.a_name)),
            format!("この案件は終わりました。お尋ねは {a} へ"),
            None,
            usize::from(line.a_signed.is_some()),
        ),
    }
}

/// The badge of a state in few words, as this side may know it.
pub const fn badge(state: State) -> &'static str {
    match state {
        State::Draft => "下書き",
        State::Signed => "送付前",
        State::Waiting => "署名待ち",
        State::Countersigned => "返送前",
        State::Sealing => "封緘中",
        State::SealFailed => "封緘待ち",
        State::Keeping => "保管中",
        State::Concluded => "締結済",
        State::SentBack => "差戻し",
        State::Refused => "謝絶",
        State::Withdrawn => "取下げ",
    }
}

/// 「3日前に送付、きのう開封」; of what is closed, when it was.
pub fn since(line: &CaseLine, now: foundation::Instant) -> String {
    if let Some(closed) = line.closed {
        return words::ago(closed, now);
    }
    match (line.sent, line.viewed, line.side) {
        (Some(sent), viewed, Side::A) => {
            let opened = viewed.map_or_else(|| "まだ開かれていません".to_owned(), |at| format!("{} 開封", words::ago(at, now)));
            format!("{} 送付、{opened}", words::ago(sent, now))
        }
        (Some(sent), _, Side::B) => format!("{} 届きました", words::ago(sent, now)),
        (None, ..) => format!("{} 登録", words::ago(line.created, now)),
    }
}
