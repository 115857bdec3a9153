//! What was found about the pages of a file is told before it is signed or sent (T3). It is looked for beside the answers, and a page does not
//! wait for it; so the form of the act carries what its page told, and the act waits and compares: nobody signs or sends what he was not
//! told of. Where nothing is found, nobody is stopped.

use std::{ops::Range, time::Duration};

use axum::http::StatusCode;
use contracts::Findings;
use pictures::Found;
use sha2::{Digest as _, Sha256};

use super::story::{self, Opened};
use crate::{House, Sorry};

/// So long a page waits for what is being found: most files are looked through before anybody would notice.
pub(super) const A_MOMENT: Duration = Duration::from_millis(250);
/// So long an act waits for it.
pub(super) const TO_THE_END: Duration = Duration::from_secs(20);

/// The code of an act that was stopped because of what was found.
const NOT_TOLD: &str = "findings_not_told";
/// The code of an act that was stopped because nobody knows yet.
const NOT_FOUND_YET: &str = "findings_not_yet";

/// What is known about some pages of a file.
pub(super) struct Told {
    /// Each fact in one sentence; `None`: they are still being looked at, and who asks again later is told.
    pub notes: Option<Vec<String>>,
    /// The file and its pages.
    about: String,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Sign with the key kept here and the 合言葉.
    Sign,
    /// Sign with a token: let the code for the agent be shown.
    ShowCode,
    /// Bring the file signed elsewhere.
    Bring,
    /// Send it to the other side.
    Send,
}

impl Act {
    /// What has not happened.
    const fn not_yet(self) -> &'static str {
        match self {
            Self::Sign | Self::ShowCode => "まだ署名していません。",
            Self::Bring => "署名したPDFは、まだ受け取っていません。",
            Self::Send => "まだ送っていません。",
        }
    }
    /// How it happens.
    const fn again(self) -> &'static str {
        match self {
            // What was typed does not come back with the page.
            Self::Sign => "合言葉をもう一度入れて、署名してください。",
            Self::ShowCode => "もう一度「署名ツールの符号を出す」を押してください。",
            Self::Bring => "もう一度、署名したPDFを選んで戻してください。",
            Self::Send => "もう一度「送る」を押してください。",
        }
    }
}

impl Told {
    /// Of these pages.
    pub(super) async fn of(house: &House, opened: &Opened, pages: Range<usize>, patience: Duration) -> Self {
        let about = format!("{} {}-{}", opened.stage.sha256, pages.start, pages.end);
        let found = house.contracts.findings.within(patience, &opened.stage, &opened.book, pages).await;
        let notes = found.map(|found| found.iter().map(Found::sentence).collect());
        Self { notes, about }
    }
    /// Before it is sent. Of a file that cannot be shown at all that is what must be known; any other trouble with it is told elsewhere.
    pub(super) async fn before_sending(house: &House, opened: &Result<Opened, Sorry>, patience: Duration) -> Self {
        match opened {
            Ok(opened) => Self::of(house, opened, Findings::before_sending(opened.book.pages()), patience).await,
            Err(sorry) => Self::of_unopened(sorry),
        }
    }
    fn of_unopened(sorry: &Sorry) -> Self {
        Self {
            notes: match sorry.code.as_str() {
                story::NOT_DRAWN => Some(vec![sorry.detail.clone()]),
                story::BUSY => None,
                _ => Some(Vec::new()),
            },
            about: sorry.of.clone().unwrap_or_default(),
        }
    }
    /// Before it is signed.
    pub(super) async fn before_signing(house: &House, opened: &Opened, patience: Duration) -> Self {
        Self::of(house, opened, Findings::before_signing(opened.book.pages()), patience).await
    }
    /// What the form carries; empty as long as nothing is known. It depends on the file alone: a restart changes nothing.
    pub(super) fn mark(&self) -> String {
        self.notes.as_ref().map_or_else(String::new, |notes| {
            let mut all = Sha256::new();
            all.update(&self.about);
            for note in notes {
                all.update("\n");
                all.update(note);
            }
            hex::encode(all.finalize().get(..8).unwrap_or_default())
        })
    }
    /// Whether the act may go on: nothing was found, or the form says that it was told.
    ///
    /// # Errors
    /// Something was found that was not told, or it is not known yet.
    pub(super) fn heard(&self, form: &str, act: Act) -> Result<(), Sorry> {
        let (not_yet, again) = (act.not_yet(), act.again());
        match &self.notes {
            Some(notes) if notes.is_empty() || form == self.mark() => Ok(()),
            Some(_) => Err(Sorry::new(
                StatusCode::CONFLICT,
                NOT_TOLD,
                format!("ページの点検が終わり、お知らせすることが見つかりました。{not_yet}"),
                format!("「画面と、相手の画面が違うかもしれないところ」をお読みのうえ、よろしければ、{again}"),
            )),
            None => Err(Sorry::new(
                StatusCode::SERVICE_UNAVAILABLE,
                NOT_FOUND_YET,
                format!("ページの点検が、まだ終わっていません。{not_yet}"),
                format!("お預かりしたものは失われていません。少し待って、{again}"),
            )),
        }
    }
}

/// Whether an act was stopped here: it is not what was typed that is wrong.
pub(super) fn has_stopped(sorry: &Sorry) -> bool {
    matches!(sorry.code.as_str(), NOT_TOLD | NOT_FOUND_YET)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(notes: Option<&[&str]>, about: &str) -> Told {
        Told {
            notes: notes.map(|notes| notes.iter().map(|note| (*note).to_owned()).collect()),
            about: about.to_owned(),
        }
    }

    #[test]
    fn who_was_not_told_of_what_was_found_is_stopped_and_who_was_is_not() {
        let found = told(Some(&["a font"]), "file 0-1");
        for form in [
            "",
            "0",
            &told(Some(&["a font"]), "file 0-2").mark(),
            &told(Some(&[]), "file 0-1").mark(),
        ] {
            let sorry = found.heard(form, Act::Send).unwrap_err();
            assert!(has_stopped(&sorry) && sorry.detail.contains("まだ送っていません"), "{form}");
        }
        assert!(found.heard(&found.mark(), Act::Send).is_ok());
        assert_eq!(found.mark().len(), 16);
    }

    #[test]
    fn a_busy_renderer_is_no_finding_and_what_cannot_be_drawn_is_told_of_its_own_file() {
        let unopened = |code, of: &str| Told::of_unopened(&Sorry::new(StatusCode::IM_A_TEAPOT, code, "why", "next").of(of));
        let busy = unopened(story::BUSY, "file");
        assert_eq!((&busy.notes, busy.mark().as_str()), (&None, ""));
        assert!(busy.heard(&busy.mark(), Act::Send).is_err_and(|sorry| sorry.code == NOT_FOUND_YET));
        let (one, other) = (unopened(story::NOT_DRAWN, "file"), unopened(story::NOT_DRAWN, "other"));
        assert!(one.heard(&one.mark(), Act::Send).is_ok());
        for form in [busy.mark(), other.mark()] {
            assert!(one.heard(&form, Act::Send).is_err_and(|sorry| sorry.code == NOT_TOLD));
        }
        assert!(unopened("no_document", "").heard("", Act::Send).is_ok(), "told elsewhere");
    }

    #[test]
    fn where_nothing_is_found_nobody_is_stopped_and_where_nothing_is_known_everybody_is() {
        let nothing = told(Some(&[]), "file 0-1");
        for form in ["", &nothing.mark(), "anything"] {
            assert!(nothing.heard(form, Act::Sign).is_ok());
        }
        let unknown = told(None, "file 0-1");
        assert_eq!(unknown.mark(), "");
        for form in ["", &nothing.mark()] {
            let sorry = unknown.heard(form, Act::Bring).unwrap_err();
            assert!(has_stopped(&sorry) && sorry.detail.contains("まだ受け取っていません"));
        }
    }
}
