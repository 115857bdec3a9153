//! Listeners, and the signal to end.

use std::net::SocketAddr;

use axum::Router;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use super::CannotServe;

/// Binds an address.
///
/// # Errors
/// It is taken, or not ours.
pub async fn bind(address: SocketAddr, option: &str) -> Result<TcpListener, CannotServe> {
    TcpListener::bind(address).await.map_err(|error| {
        CannotServe::new(
            format!("{address} で待ち受けできません（{error}）"),
            format!("別のポートを {option} に渡すか、そのポートを使っているプログラムを止めてください。"),
        )
    })
}

/// Serves `router` until `end` says so, then finishes the requests that are running.
pub fn serve(listener: TcpListener, router: Router, mut end: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let served = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(async move {
                let _ = end.wait_for(|end| *end).await;
            })
            .await;
        if let Err(error) = served {
            tracing::error!(%error, "a listener ended");
        }
    })
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
