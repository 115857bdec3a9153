//! How many connections there are at once. When every place is taken, who has waited longest without asking anything goes, so that
//! thousands of silent connections keep nobody out; a request that is being answered is never broken off.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use tokio::sync::Notify;

/// Most connections of one listener, where the system allows as many files.
const MOST: usize = 4_096;

/// All who are connected to one listener.
#[derive(Clone)]
pub struct Crowd(Arc<Inside>);

struct Inside {
    most: usize,
    places: Mutex<Places>,
    /// Somebody left, or has become idle and could be asked to leave.
    moved: Notify,
}

#[derive(Default)]
struct Places {
    next: u64,
    taken: BTreeMap<u64, Place>,
}

struct Place {
    /// A request is being answered.
    answering: bool,
    /// Since when he has been here, or since his last answer.
    since: Instant,
    /// He was asked to leave.
    asked: bool,
    leave: Arc<Notify>,
}

/// A third of the files that this process may open: there are two listeners, and the program needs files too.
pub fn room() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let soft = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<usize>().ok());
    soft.map_or(MOST, |soft| (soft / 3).clamp(64, MOST))
}

impl Crowd {
    /// At most `most` at once.
    pub fn of(most: usize) -> Self {
        Self(Arc::new(Inside {
            most,
            places: Mutex::default(),
            moved: Notify::new(),
        }))
    }
    /// A place, as soon as there is one.
    pub async fn enter(&self) -> Guest {
        loop {
            let moved = self.0.moved.notified();
            if let Some(guest) = self.try_enter() {
                return guest;
            }
            moved.await;
        }
    }
    fn try_enter(&self) -> Option<Guest> {
        let mut places = self.0.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.taken.len() < self.0.most {
            let (number, leave) = (places.next, Arc::new(Notify::new()));
            places.next += 1;
            places.taken.insert(
                number,
                Place {
                    answering: false,
                    since: Instant::now(),
                    asked: false,
                    leave: leave.clone(),
                },
            );
            drop(places);
            return Some(Guest {
                crowd: self.clone(),
                number,
                leave,
            });
        }
        let idlest = places
            .taken
            .values_mut()
            .filter(|place| !place.answering && !place.asked)
            .min_by_key(|place| place.since);
        if let Some(place) = idlest {
            place.asked = true;
            place.leave.notify_one();
        }
        None
    }
    /// Waits until nobody is there any more.
    pub async fn empty(&self) {
        loop {
            let moved = self.0.moved.notified();
            if self.0.places.lock().unwrap_or_else(PoisonError::into_inner).taken.is_empty() {
                return;
            }
            moved.await;
        }
    }
}

/// One connection's place; it is free again when this is dropped.
pub struct Guest {
    crowd: Crowd,
    number: u64,
    leave: Arc<Notify>,
}

impl Guest {
    /// Ends when his place is needed. (A request that came meanwhile stays: ask [`Guest::is_idle`].)
    pub async fn asked_to_leave(&self) {
        self.leave.notified().await;
    }
    /// He cannot leave yet: somebody else must be asked.
    pub fn stays(&self) {
        self.crowd.0.moved.notify_one();
    }
    /// Whether no request of his is being answered.
    pub fn is_idle(&self) -> bool {
        let places = self.crowd.0.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.taken.get(&self.number).is_none_or(|place| !place.answering)
    }
    /// From now on, as long as the answer lives, he is not asked to leave.
    pub fn answering(&self) -> Answering {
        self.crowd.note(self.number, true);
        Answering {
            crowd: self.crowd.clone(),
            number: self.number,
        }
    }
}

impl Crowd {
    fn note(&self, number: u64, answering: bool) {
        if let Some(place) = self.0.places.lock().unwrap_or_else(PoisonError::into_inner).taken.get_mut(&number) {
            (place.answering, place.since, place.asked) = (answering, Instant::now(), false);
        }
        if !answering {
            self.0.moved.notify_one();
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.crowd
            .0
            .places
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .taken
            .remove(&self.number);
        self.crowd.0.moved.notify_one();
    }
}

/// A request is being answered.
pub struct Answering {
    crowd: Crowd,
    number: u64,
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.crowd.note(self.number, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn when_it_is_full_the_one_who_waits_longest_is_asked_and_never_one_who_is_answered() {
        let crowd = Crowd::of(3);
        let (first, second, third) = (crowd.enter().await, crowd.enter().await, crowd.enter().await);
        let answering = first.answering();
        assert!(crowd.try_enter().is_none());
        second.asked_to_leave().await;
        drop(second);
        let fourth = crowd.enter().await;
        assert!(crowd.try_enter().is_none());
        third.asked_to_leave().await;
        drop((third, answering));
        // The answer is over: from now on he waits longer than nobody but the fourth.
        let fifth = crowd.enter().await;
        assert!(crowd.try_enter().is_none());
        fourth.asked_to_leave().await;
        drop((first, fourth, fifth));
        crowd.empty().await;
    }

    #[test]
    fn the_room_is_a_part_of_the_files_that_may_be_open() {
        assert!((64..=MOST).contains(&room()));
    }
}
