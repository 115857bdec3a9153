//! What somebody must know about the pages of a file before he sends or signs it: what of them cannot be drawn, or is drawn otherwise than
//! the file says. Looked for beside the answers, once for all faces.

use std::{num::NonZero, ops::Range, sync::Arc, time::Duration};

use pictures::{Book, Fact, Finding, Found, NotDrawn, NotOpened, Substitutes};

use crate::Stage;

/// So many pages are looked at before an act; those of a longer file when they are read.
const BEFORE_AN_ACT: usize = 60;

/// What was found about the pages of files, by their hash: a file never changes. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Findings {
    found: jobs::Beside<(String, Range<usize>), Vec<Found>>,
    /// Files that are opened at once.
    eyes: jobs::Lane,
    substitutes: Substitutes,
}

impl Findings {
    /// Nothing found yet. The fonts are for files that bring none.
    #[must_use]
    pub fn new(substitutes: Substitutes) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
        Self {
            // A core is left for those who sign.
            found: jobs::Beside::new(cores.saturating_sub(1).max(1)),
            eyes: jobs::Lane::new(cores),
            substitutes,
        }
    }
    /// The pages that are looked at before a file is sent: the first ones.
    #[must_use]
    pub fn before_sending(pages: usize) -> Range<usize> {
        0..pages.min(BEFORE_AN_ACT)
    }
    /// The pages that are looked at before a file is signed: the last ones, since who signs stands at its end. Of most files it is all of them.
    #[must_use]
    pub fn before_signing(pages: usize) -> Range<usize> {
        pages.saturating_sub(BEFORE_AN_ACT)..pages
    }
    /// Opens a file to look at its pages.
    ///
    /// # Errors
    /// It cannot be opened.
    pub async fn open(&self, bytes: Arc<Vec<u8>>) -> Result<Book, NotOpened> {
        let substitutes = self.substitutes.clone();
        self.eyes.work(move || Book::open(bytes, &substitutes)).await
    }
    /// What must be known about these pages of a stage, each fact once, the weightiest first; so long it is waited for. `None`: they are still
    /// being looked at, or too many others are, and who asks again later is told.
    pub async fn within(&self, patience: Duration, stage: &Stage, book: &Book, pages: Range<usize>) -> Option<Arc<Vec<Found>>> {
        let (key, book) = ((stage.sha256.clone(), pages.clone()), book.clone());
        self.found.within(patience, &key, move || looked(&book, pages)).await
    }
}

/// `None` if it could not be looked at now: that says nothing about the file, and is not kept.
fn looked(book: &Book, pages: Range<usize>) -> Option<Vec<Found>> {
    let mut findings = book.findings(pages);
    let busy: Vec<usize> = findings.iter().filter(|one| one.fact == BUSY).map(|one| one.page).collect();
    // Once more, as far as it goes: what held the threads may have ended.
    for page in busy {
        let again = book.findings(page..page + 1);
        if again.iter().any(|one| one.fact == BUSY || one.fact == TOO_SLOW) {
            break;
        }
        findings.retain(|one| one.page != page);
        findings.extend(again);
    }
    known(findings)
}

const BUSY: Fact = Fact::PageNotDrawn(NotDrawn::Busy);
const TOO_SLOW: Fact = Fact::PageNotDrawn(NotDrawn::TooSlow);

/// What counts as found. A file of which pages were given up holds the threads itself: it would be busy for ever, and nobody could sign or
/// send it; so its other pages count as given up, too. Otherwise others hold them, and nothing is known.
fn known(mut findings: Vec<Finding>) -> Option<Vec<Found>> {
    let has = |fact: &Fact| findings.iter().any(|one| one.fact == *fact);
    if has(&BUSY) && !has(&TOO_SLOW) {
        return None;
    }
    for one in findings.iter_mut().filter(|one| one.fact == BUSY) {
        one.fact = TOO_SLOW;
    }
    Some(Found::of(&findings))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_holds_the_renderer_itself_is_known_and_one_that_waits_for_others_is_not() {
        let of = |facts: &[&Fact]| {
            let each = facts.iter().enumerate();
            known(
                each.map(|(page, fact)| Finding {
                    page,
                    fact: (*fact).clone(),
                })
                .collect(),
            )
        };
        let found = |fact: Fact, pages: &[usize]| Found {
            fact,
            pages: pages.to_vec(),
        };
        assert_eq!(of(&[]), Some(vec![]));
        assert_eq!(of(&[&BUSY, &BUSY]), None);
        assert_eq!(of(&[&Fact::Blending, &BUSY]), None);
        assert_eq!(of(&[&TOO_SLOW]), Some(vec![found(TOO_SLOW, &[0])]));
        let mixed = of(&[&Fact::Blending, &TOO_SLOW, &BUSY, &BUSY]);
        assert_eq!(mixed, Some(vec![found(TOO_SLOW, &[1, 2, 3]), found(Fact::Blending, &[0])]));
    }

    #[test]
    fn a_file_of_sixty_pages_is_looked_at_whole_before_every_act_and_a_longer_one_from_its_two_ends() {
        for pages in [1, 30, 60] {
            assert_eq!(Findings::before_sending(pages), 0..pages);
            assert_eq!(Findings::before_signing(pages), 0..pages);
        }
        assert_eq!(Findings::before_sending(100), 0..60);
        assert_eq!(Findings::before_signing(100), 40..100);
    }
}
