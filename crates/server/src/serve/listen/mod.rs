//! Listeners, and the signal to end. How long a client may take and how many may be here at once is decided in this folder,
//! for both listeners alike: `connection` (one of them), `pace` (how fast a body must come), `crowd` (how many), `stall` (who takes no answer).

mod connection;
mod crowd;
mod pace;
mod stall;

use std::{net::SocketAddr, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use self::crowd::Crowd;
pub(super) use self::pace::Late;
use super::CannotServe;

/// How long is waited for a client. What he has begun may take long, as long as it goes on.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a whole request head, and between two requests on one connection.
    pub head: Duration,
    /// For the next byte of a body.
    pub silence: Duration,
    /// For a body of any length, before `least` counts.
    pub grace: Duration,
    /// Fewest bytes of a body a second, over all the time that was waited for it.
    pub least: u32,
    /// For the client to take the next bytes of an answer.
    pub stall: Duration,
}

impl Patience {
    /// A line of 20 kbit/s still brings its file; who sends a byte now and then does not stay.
    pub const PROGRAM: Self = Self {
        head: Duration::from_secs(20),
        silence: Duration::from_secs(20),
        grace: Duration::from_secs(30),
        least: 2_000,
        stall: Duration::from_secs(60),
    };
}

/// Binds an address.
///
/// # Errors
/// It is taken, or not ours.
pub async fn bind(address: SocketAddr, option: &str) -> Result<TcpListener, CannotServe> {
    TcpListener::bind(address).await.map_err(|error| {
        let (why, next) = crate::words::of_listening(&error, option);
        CannotServe::new(format!("{address} で待ち受けできません。{why}"), next)
    })
}

/// Serves `router` until `end` says so, then finishes the requests that are running.
pub fn serve(listener: TcpListener, router: Router, patience: Patience, end: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(accept(listener, router, patience, Crowd::of(crowd::room()), end))
}

async fn accept(listener: TcpListener, router: Router, patience: Patience, crowd: Crowd, end: watch::Receiver<bool>) {
    let mut ending = std::pin::pin!(ended(end.clone()));
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // One that broke off before it was taken, or no file handle left: neither ends the listener.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut ending => break,
        };
        // Who finds no place waits here, and everybody behind him in the queue of the system, not in our memory.
        let guest = tokio::select! {
            guest = crowd.enter() => guest,
            () = &mut ending => break,
        };
        tokio::spawn(connection::attend(stream, peer, router.clone(), guest, patience, end.clone()));
    }
    drop(listener);
    crowd.empty().await;
}

/// Waits until the program ends.
async fn ended(mut end: watch::Receiver<bool>) {
    let _nobody_can_tell_any_more = end.wait_for(|end| *end).await;
}

/// Waits for SIGTERM or Ctrl-C.
pub async fn until_told_to_end() {
    let mut term = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(term) => term,
        Err(error) => {
            tracing::error!(%error, "cannot listen for SIGTERM");
            let _ = tokio::signal::ctrl_c().await;
            return;
        }
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(test)]
mod tests;
