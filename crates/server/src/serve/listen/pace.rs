//! How fast a body must come: never a long silence, and a least rate over the time that was waited for it. A large file over a slow line
//! takes as long as it takes.

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Bytes, HttpBody},
    extract::Request,
};
use http_body::Frame;
use tokio::time::{Instant, Sleep};

use super::Patience;

/// Set when the body of a request came too slowly; an extension of the request, so that the answer can say so.
#[derive(Clone, Debug, Default)]
pub struct Late(Arc<AtomicBool>);

impl Late {
    /// Of a request.
    pub fn of(request: &Request) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_default()
    }
    /// Whether it did.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
    fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What has come, and how long it was waited for. (The time in which nobody asks for the next byte is not the client's.)
#[derive(Clone, Copy, Debug, Default)]
struct Pace {
    received: u64,
    waited: Duration,
}

impl Pace {
    /// How long the client may be silent now; none: he is too slow.
    fn allows(&self, patience: &Patience) -> Option<Duration> {
        let earned = Duration::from_micros(self.received.saturating_mul(1_000_000) / u64::from(patience.least.max(1)));
        let left = (patience.grace + earned).checked_sub(self.waited)?;
        Some(left.min(patience.silence)).filter(|left| !left.is_zero())
    }
}

/// A body that is not waited for longer than patience goes.
pub struct Paced<B> {
    body: B,
    patience: Patience,
    pace: Pace,
    /// While it is waited for: since when, and until when at most.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    late: Late,
}

impl<B> Paced<B> {
    /// Around `body`; `late` is set when it breaks off.
    pub fn new(body: B, patience: Patience, late: Late) -> Self {
        Self {
            body,
            patience,
            pace: Pace::default(),
            waiting: None,
            late,
        }
    }
}

/// Why a body broke off.
#[derive(Debug)]
pub struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body came too slowly")
    }
}
impl std::error::Error for TooSlow {}

impl<B: HttpBody<Data = Bytes, Error: std::error::Error + Send + Sync + 'static> + Unpin> HttpBody for Paced<B> {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        if this.late.is_set() {
            return Poll::Ready(Some(Err(TooSlow.into())));
        }
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            if let Some((since, _)) = this.waiting.take() {
                this.pace.waited += since.elapsed();
            }
            if let Some(data) = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()) {
                this.pace.received += data.len() as u64;
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let late = match &mut this.waiting {
            Some((_, until)) => until.as_mut().poll(context).is_ready(),
            None => match this.pace.allows(&this.patience) {
                None => true,
                Some(left) => {
                    let until = Box::pin(tokio::time::sleep(left));
                    let (_, until) = this.waiting.insert((Instant::now(), until));
                    until.as_mut().poll(context).is_ready()
                }
            },
        };
        if late {
            this.late.set();
            return Poll::Ready(Some(Err(TooSlow.into())));
        }
        Poll::Pending
    }
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client who sends so many bytes after each pause: how much of his file arrives.
    fn sends(bytes: u64, pause: Duration, whole: u64) -> u64 {
        let mut pace = Pace::default();
        while pace.received < whole {
            match pace.allows(&Patience::PROGRAM) {
                Some(left) if left >= pause => pace.waited += pause,
                _ => return pace.received,
            }
            pace.received += bytes;
        }
        pace.received
    }

    #[test]
    fn a_large_file_over_a_slow_line_arrives_and_a_byte_now_and_then_does_not() {
        let whole = 50 * 1024 * 1024;
        assert!(sends(50_000, Duration::from_secs(1), whole) >= whole, "50 kB/s");
        assert!(sends(1_500, Duration::from_millis(500), whole) >= whole, "3 kB/s");
        assert!(sends(400_000, Duration::from_secs(19), whole) >= whole, "with long pauses");
        assert_eq!(sends(1, Duration::from_secs(10), whole), 3, "a byte every ten seconds");
        assert_eq!(sends(1_000_000, Duration::from_secs(21), whole), 0, "silence");
        let trickled = sends(1_000, Duration::from_secs(1), whole);
        assert!((50_000..70_000).contains(&trickled), "1 kB/s stays for a minute: {trickled}");
    }
}
