//! The responder: identity, memory, router.

use std::sync::Arc;
use std::time::Duration;

use asn1::Oid;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use foundation::{Clock, Instant, Random};
use keys::Signer;
use pki::Certificate;
use store::Database;

use crate::memory::Memory;
use crate::{Faults, cps, ocsp, repository, tsa};

/// A key with its certificate.
#[derive(Clone, Debug)]
pub struct Key {
    /// The certificate.
    pub certificate: Certificate,
    /// The key.
    pub signer: Signer,
}

/// What the responder answers with.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Whose certificates OCSP is asked about.
    pub issuing: Certificate,
    /// The delegated OCSP signer.
    pub ocsp: Key,
    /// The time-stamping unit.
    pub tsu: Key,
    /// Until when its key is used.
    pub tsu_until: Instant,
    /// Its policy.
    pub tsa_policy: Oid,
    /// The operator's OID arc, for the practice statement.
    pub arc: Oid,
    /// 「デモ環境」.
    pub demo: bool,
}

/// Answers the world. Cheap to clone.
#[derive(Clone)]
pub struct Responder(pub(crate) Arc<Inside>);

pub(crate) struct Inside {
    pub(crate) identity: Identity,
    pub(crate) unit: cms::tsp::TimeStampUnit,
    pub(crate) db: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) memory: Memory,
}

impl std::fmt::Debug for Responder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Responder")
            .field("identity", &self.0.identity)
            .finish_non_exhaustive()
    }
}

/// How often the publications are looked at.
const LOOK: Duration = Duration::from_millis(300);

impl Responder {
    /// A responder that knows nothing yet: [`Responder::refresh`] or [`Responder::run`] fills it.
    #[must_use]
    pub fn new(identity: Identity, db: Database, clock: Arc<dyn Clock>, random: Arc<dyn Random>, faults: Arc<Faults>) -> Self {
        let unit = cms::tsp::TimeStampUnit {
            certificate: identity.tsu.certificate.clone(),
            // The unit stands directly under the root; the root is the verifier's own.
            chain: Vec::new(),
            algorithm: identity.tsu.signer.algorithm(),
            policy: identity.tsa_policy,
            accuracy_seconds: 1,
        };
        Self(Arc::new(Inside {
            identity,
            unit,
            db,
            clock,
            random,
            faults,
            memory: Memory::default(),
        }))
    }

    /// Reads what was published since the last look.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn refresh(&self) -> Result<(), store::Error> {
        self.0.memory.refresh(&self.0.db).await
    }

    /// Looks at the publications again and again until `stop`.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            if let Err(error) = self.refresh().await {
                tracing::warn!(%error, "the publications could not be read; the last known ones are served");
            }
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Everything the status listener answers.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(repository::index))
            .route("/healthz", get(|| async { "ok\n" }))
            .route("/g1/ca.crl", get(repository::ca_crl))
            .route("/g1/root.crl", get(repository::root_crl))
            .route("/g1/issuing.cer", get(repository::issuing_cer))
            .route("/g1/root.cer", get(repository::root_cer))
            .route("/g1/ocsp", post(ocsp::post))
            .route("/g1/ocsp/{*request}", get(ocsp::get))
            .route("/g1/tsa", post(tsa::post))
            .route("/cps", get(cps::page))
            .route("/log/{*path}", get(repository::log))
            .fallback(|| async { plain(StatusCode::NOT_FOUND, "ここには何もありません。 / There is nothing here.\n") })
            .layer(DefaultBodyLimit::max(16 * 1024))
            .with_state(self.clone())
    }
}

pub(crate) fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, [("content-type", "text/plain; charset=utf-8")], text).into_response()
}

pub(crate) fn typed(kind: &'static str, cache: &'static str, body: impl Into<axum::body::Body>) -> Response {
    (
        [
            ("content-type", kind),
            ("cache-control", cache),
            ("x-content-type-options", "nosniff"),
        ],
        body.into(),
    )
        .into_response()
}
