//! What was found about files, by their hash: a file never changes, and looking through it costs time. It is looked through beside the
//! answers: nobody who reads waits for it, and who closes his page loses nothing.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

/// Findings that are kept at hand.
const AT_HAND: usize = 200;
/// Files that are looked through or wait for it; who comes then asks again later.
const MOST_BESIDE: usize = 32;

/// Findings, and what is being looked through. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Notes(Arc<Inside>);

struct Inside {
    /// Newest first.
    found: Mutex<VecDeque<(String, Arc<Vec<String>>)>>,
    /// By its key, what tells the end.
    beside: Mutex<HashMap<String, watch::Receiver<()>>>,
    lane: jobs::Lane,
}

/// Something that is being found. Even if it fails it is not looked for any more, so that the next who asks begins anew.
struct Finding(Notes, String);

impl Notes {
    /// Nothing found yet; so many files are looked through at once.
    pub(crate) fn new(width: usize) -> Self {
        Self(Arc::new(Inside {
            found: Mutex::default(),
            beside: Mutex::default(),
            lane: jobs::Lane::new(width),
        }))
    }

    /// What was found before, under this key.
    pub(crate) fn found(&self, key: &str) -> Option<Arc<Vec<String>>> {
        let found = self.0.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.iter().find(|(known, _)| known == key).map(|(_, found)| found.clone())
    }

    /// Keeps what was found.
    pub(crate) fn keep(&self, key: String, found: Vec<String>) -> Arc<Vec<String>> {
        let found = Arc::new(found);
        let mut all = self.0.found.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(known, _)| *known != key);
        all.push_front((key, found.clone()));
        all.truncate(AT_HAND);
        found
    }

    /// Lets `look` go on beside the answers, once for all who ask, and keeps what it finds under `key`. Gives what tells its end; `None` if too
    /// much is being looked through already.
    pub(crate) fn find(&self, key: &str, look: impl FnOnce() -> Vec<String> + Send + 'static) -> Option<watch::Receiver<()>> {
        let mut beside = self.beside();
        if let Some(end) = beside.get(key) {
            return Some(end.clone());
        }
        if beside.len() >= MOST_BESIDE {
            return None;
        }
        let (ends, end) = watch::channel(());
        beside.insert(key.to_owned(), end.clone());
        let running = Finding(self.clone(), key.to_owned());
        tokio::spawn(async move {
            let Finding(notes, key) = &running;
            let found = notes.0.lane.work(look).await;
            notes.keep(key.clone(), found);
            drop(running);
            // The waiting are told last, when it can be found.
            drop(ends);
        });
        Some(end)
    }

    fn beside(&self) -> MutexGuard<'_, HashMap<String, watch::Receiver<()>>> {
        self.0.beside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Finding {
    fn drop(&mut self) {
        self.0.beside().remove(&self.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Until it ended; a failure ends it as well.
    async fn ended(mut end: watch::Receiver<()>) {
        drop(end.changed().await);
    }

    #[tokio::test]
    async fn who_goes_away_loses_nothing_and_all_who_ask_wait_for_one_look() {
        let (notes, looks) = (Notes::new(1), Arc::new(AtomicUsize::new(0)));
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let counted = looks.clone();
        let first = notes.find("a", move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let _opened = gate.recv();
            vec!["x".to_owned()]
        });
        // The first closes his page at once.
        drop(first);
        let counted = looks.clone();
        let second = notes.find("a", move || {
            counted.fetch_add(1, Ordering::SeqCst);
            Vec::new()
        });
        assert!(notes.found("a").is_none());
        drop(open);
        ended(second.unwrap()).await;
        assert_eq!(notes.found("a").as_deref(), Some(&vec!["x".to_owned()]));
        assert_eq!(looks.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_look_that_fails_can_be_tried_again() {
        let notes = Notes::new(1);
        ended(notes.find("a", || panic!("a test")).unwrap()).await;
        assert!(notes.found("a").is_none());
        ended(notes.find("a", Vec::new).unwrap()).await;
        assert!(notes.found("a").is_some());
    }

    #[tokio::test]
    async fn what_waits_and_what_is_kept_is_bounded() {
        let notes = Notes::new(1);
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let mut ends = vec![
            notes
                .find("first", move || {
                    let _opened = gate.recv();
                    Vec::new()
                })
                .unwrap(),
        ];
        for at in 1..MOST_BESIDE {
            ends.push(notes.find(&at.to_string(), Vec::new).unwrap());
        }
        assert!(notes.find("one more", Vec::new).is_none());
        drop(open);
        for end in ends {
            ended(end).await;
        }
        assert!(notes.find("one more", Vec::new).is_some());
        for at in 0..2 * AT_HAND {
            notes.keep(at.to_string(), Vec::new());
        }
        assert_eq!(notes.0.found.lock().unwrap().len(), AT_HAND);
    }
}
