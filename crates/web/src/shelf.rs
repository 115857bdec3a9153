//! Books at hand: files that are being read, opened once and not for each picture. Bounded, and put away when nobody reads.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use pictures::Book;

/// Bytes of files on the shelf; the newest one stays even if it is larger.
const MOST_BYTES: usize = 64 << 20;
/// Files on the shelf.
const MOST: usize = 16;
/// After so long without a reader a file is put away.
const IDLE: Duration = Duration::from_secs(90);
/// Bytes of drawn pictures.
const MOST_DRAWN: usize = 8 << 20;

/// A file on the shelf.
struct Held {
    sha256: String,
    bytes: Arc<Vec<u8>>,
    book: Book,
    used: Instant,
}

/// What is at hand, newest first.
#[derive(Default)]
struct Rows {
    books: VecDeque<Held>,
    drawn: VecDeque<(String, Arc<Vec<u8>>, Instant)>,
    is_watched: bool,
}

/// The shelf. Files are known by their hash: who takes one from here has shown that he may read it.
#[derive(Clone, Default)]
pub(crate) struct Shelf(Arc<Mutex<Rows>>);

impl Shelf {
    fn rows(&self) -> std::sync::MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The book with this hash.
    pub(crate) fn book(&self, sha256: &str) -> Option<Book> {
        self.held(sha256).map(|(_, book)| book)
    }

    /// The file with this hash and its book.
    pub(crate) fn held(&self, sha256: &str) -> Option<(Arc<Vec<u8>>, Book)> {
        let mut rows = self.rows();
        let at = rows.books.iter().position(|held| held.sha256 == sha256)?;
        let mut held = rows.books.remove(at)?;
        held.used = Instant::now();
        let found = (held.bytes.clone(), held.book.clone());
        rows.books.push_front(held);
        Some(found)
    }

    /// Puts a book on the shelf, and what is too much away.
    pub(crate) fn put(&self, sha256: &str, bytes: Arc<Vec<u8>>, book: &Book) {
        let mut rows = self.rows();
        rows.books.retain(|held| held.sha256 != sha256);
        rows.books.push_front(Held {
            sha256: sha256.to_owned(),
            bytes,
            book: book.clone(),
            used: Instant::now(),
        });
        let mut room = MOST_BYTES;
        let mut at = 0;
        rows.books.retain(|held| {
            at += 1;
            let fits = at == 1 || (at <= MOST && held.bytes.len() <= room);
            room = room.saturating_sub(held.bytes.len());
            fits
        });
        self.watch(&mut rows);
    }

    /// A picture that was drawn before.
    pub(crate) fn drawn(&self, address: &str) -> Option<Arc<Vec<u8>>> {
        let rows = self.rows();
        let found = rows.drawn.iter().find(|(known, ..)| known == address);
        found.map(|(_, png, _)| png.clone())
    }

    /// Keeps a drawn picture for the next who looks at it.
    pub(crate) fn keep_drawn(&self, address: String, png: Arc<Vec<u8>>) {
        let mut rows = self.rows();
        rows.drawn.push_front((address, png, Instant::now()));
        let mut room = MOST_DRAWN;
        rows.drawn.retain(|(_, png, _)| {
            let fits = png.len() <= room;
            room = room.saturating_sub(png.len());
            fits
        });
        self.watch(&mut rows);
    }

    /// Puts away what was not used for a while, for as long as there is something.
    fn watch(&self, rows: &mut Rows) {
        if rows.is_watched || tokio::runtime::Handle::try_current().is_err() {
            return;
        }
        rows.is_watched = true;
        let shelf = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(IDLE).await;
                let Some(shelf) = shelf.upgrade() else { return };
                if !Self(shelf).sweep(Instant::now()) {
                    return;
                }
            }
        });
    }

    /// Whether something is left.
    fn sweep(&self, now: Instant) -> bool {
        let mut rows = self.rows();
        rows.books.retain(|held| now.saturating_duration_since(held.used) < IDLE);
        rows.drawn.retain(|(.., made)| now.saturating_duration_since(*made) < 4 * IDLE);
        rows.is_watched = !(rows.books.is_empty() && rows.drawn.is_empty());
        rows.is_watched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> (Arc<Vec<u8>>, Book) {
        let bytes = Arc::new(include_bytes!("../../../samples/chumon.pdf").to_vec());
        let book = Book::open(bytes.clone(), &pictures::Substitutes::none()).unwrap();
        (bytes, book)
    }

    #[test]
    fn the_shelf_is_bounded_by_number_and_by_bytes() {
        let (shelf, (bytes, book)) = (Shelf::default(), book());
        for at in 0..40 {
            shelf.put(&format!("{at}"), bytes.clone(), &book);
        }
        assert_eq!(shelf.rows().books.len(), MOST);
        assert!(shelf.book("39").is_some() && shelf.book("3").is_none());
        let large = Arc::new(vec![0; MOST_BYTES + 1]);
        shelf.put("large", large, &book);
        assert_eq!(shelf.rows().books.len(), 1, "a very large file is alone");
        shelf.put("small", bytes, &book);
        assert!(shelf.book("large").is_none() && shelf.book("small").is_some());
        for at in 0..40 {
            shelf.keep_drawn(format!("{at}"), Arc::new(vec![0; 1 << 20]));
        }
        assert_eq!(shelf.rows().drawn.len(), 8);
        assert!(shelf.drawn("39").is_some() && shelf.drawn("0").is_none());
    }

    #[test]
    fn what_nobody_reads_is_put_away() {
        let (shelf, (bytes, book)) = (Shelf::default(), book());
        shelf.put("a", bytes, &book);
        assert!(shelf.sweep(Instant::now()));
        assert!(!shelf.sweep(Instant::now() + IDLE * 2));
        assert!(shelf.book("a").is_none());
    }
}
