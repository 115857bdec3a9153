//! What is found out about things that never change, by a key, beside the answers: finding it costs time, nobody who reads waits for it longer
//! than he wants, and who closes his page loses nothing.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use crate::Lane;

/// Findings that are kept at hand.
const AT_HAND: usize = 200;
/// Things that are looked at or wait for it; who comes then asks again later.
const MOST_BESIDE: usize = 32;

/// What was found, and what is being looked at. Bounded; losing it costs nothing but time. Cloning is cheap.
pub struct Beside<K: Eq + Hash, T>(Arc<Inside<K, T>>);

struct Inside<K, T> {
    /// Newest first.
    found: Mutex<VecDeque<(K, Arc<T>)>>,
    /// By its key, what tells the end.
    beside: Mutex<HashMap<K, watch::Receiver<()>>>,
    lane: Lane,
}

/// Something that is being looked at. Even if that fails it is not looked at any more, so that the next who asks begins anew.
struct Running<K: Eq + Hash, T>(Beside<K, T>, K);

impl<K: Eq + Hash, T> Clone for Beside<K, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Eq + Hash, T> std::fmt::Debug for Beside<K, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Beside").finish_non_exhaustive()
    }
}

impl<K: Eq + Hash, T> Beside<K, T> {
    /// Nothing found yet; so many things are looked at at once.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self(Arc::new(Inside {
            found: Mutex::default(),
            beside: Mutex::default(),
            lane: Lane::new(width),
        }))
    }

    /// What was found before, under this key.
    #[must_use]
    pub fn found(&self, key: &K) -> Option<Arc<T>> {
        let found = self.0.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.iter().find(|(known, _)| known == key).map(|(_, found)| found.clone())
    }

    /// Keeps what was found.
    pub fn keep(&self, key: K, found: T) -> Arc<T> {
        let found = Arc::new(found);
        let mut all = self.0.found.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(known, _)| *known != key);
        all.push_front((key, found.clone()));
        all.truncate(AT_HAND);
        found
    }

    fn beside(&self) -> MutexGuard<'_, HashMap<K, watch::Receiver<()>>> {
        self.0.beside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash + Send + Sync + 'static, T: Send + Sync + 'static> Beside<K, T> {
    /// What is found under `key`, waiting so long for it. `None`: it is still being looked at, too much else is, or `look` could not tell now
    /// (it gives nothing then, and nothing is kept); who asks again later is told.
    pub async fn within(&self, patience: Duration, key: &K, look: impl FnOnce() -> Option<T> + Send + 'static) -> Option<Arc<T>> {
        if let Some(found) = self.found(key) {
            return Some(found);
        }
        let mut end = self.find(key, look)?;
        // Whether it ended or not, what counts is what was found.
        drop(tokio::time::timeout(patience, end.changed()).await);
        self.found(key)
    }

    /// Lets `look` go on, once for all who ask, and keeps what it finds. Gives what tells its end; `None` if too much is being looked at.
    fn find(&self, key: &K, look: impl FnOnce() -> Option<T> + Send + 'static) -> Option<watch::Receiver<()>> {
        let mut beside = self.beside();
        if let Some(end) = beside.get(key) {
            return Some(end.clone());
        }
        // It may have been found since it was asked for: what is being looked at is kept before it leaves the list.
        if self.found(key).is_some() {
            return Some(watch::channel(()).1);
        }
        if beside.len() >= MOST_BESIDE {
            return None;
        }
        let (ends, end) = watch::channel(());
        beside.insert(key.clone(), end.clone());
        let running = Running(self.clone(), key.clone());
        tokio::spawn(async move {
            let found = running.0.0.lane.work(look).await;
            if let Some(found) = found {
                running.0.keep(running.1.clone(), found);
            }
            drop(running);
            // The waiting are told last, when it can be found.
            drop(ends);
        });
        Some(end)
    }
}

impl<K: Eq + Hash, T> Drop for Running<K, T> {
    fn drop(&mut self) {
        self.0.beside().remove(&self.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    };

    const LONG: Duration = Duration::from_secs(60);
    const NOT_AT_ALL: Duration = Duration::ZERO;

    #[tokio::test]
    async fn who_goes_away_loses_nothing_and_all_who_ask_wait_for_one_look() {
        let (all, looks) = (Beside::new(1), Arc::new(AtomicUsize::new(0)));
        let (open, gate) = mpsc::channel::<()>();
        let counted = looks.clone();
        let first = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let _opened = gate.recv();
            Some("x")
        };
        // The first closes his page at once.
        assert!(all.within(NOT_AT_ALL, &"a", first).await.is_none());
        let counted = looks.clone();
        let second = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            Some("y")
        };
        let told = all.within(LONG, &"a", second);
        drop(open);
        assert_eq!(told.await.as_deref(), Some(&"x"));
        assert_eq!(looks.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_look_that_fails_or_cannot_tell_now_can_be_tried_again() {
        let all = Beside::new(1);
        assert!(all.within(LONG, &"a", || panic!("a test")).await.is_none());
        assert!(all.within(LONG, &"a", || None).await.is_none());
        assert_eq!(all.within(LONG, &"a", || Some(1)).await.as_deref(), Some(&1));
        assert_eq!(all.within(NOT_AT_ALL, &"a", || Some(2)).await.as_deref(), Some(&1), "once for all");
    }

    #[tokio::test]
    async fn what_was_found_in_the_meantime_is_not_looked_for_again() {
        let (all, looks) = (Beside::new(1), Arc::new(AtomicUsize::new(0)));
        all.keep("a", "x");
        let counted = looks.clone();
        let second = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            Some("y")
        };
        let mut end = all.find(&"a", second).unwrap();
        assert!(end.changed().await.is_err(), "it has ended");
        assert_eq!(looks.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn what_waits_and_what_is_kept_is_bounded() {
        let all = Beside::new(1);
        let (open, gate) = mpsc::channel::<()>();
        let first = move || {
            let _opened = gate.recv();
            Some(())
        };
        let mut ends = vec![all.find(&0, first).unwrap()];
        ends.extend((1..MOST_BESIDE).map(|at| all.find(&at, || Some(())).unwrap()));
        assert!(all.find(&MOST_BESIDE, || Some(())).is_none());
        drop(open);
        for mut end in ends {
            drop(end.changed().await);
        }
        assert!(all.find(&MOST_BESIDE, || Some(())).is_some());
        for at in 0..2 * AT_HAND {
            all.keep(at, ());
        }
        assert_eq!(all.0.found.lock().unwrap().len(), AT_HAND);
    }
}
