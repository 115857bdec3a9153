//! What signing works with.

use crate::Tsa;
use crate::marks::Marks;
use crate::verdicts::Verdicts;
use std::sync::Arc;
use std::time::Duration;

/// How the installation is wired.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address of the time-stamping service (RFC 3161 over HTTP).
    pub tsa: String,
    /// Bases of addresses that may be asked for certificate status (OCSP, CRL), e.g. `http://status.example/`. Others are not called.
    pub status_bases: Vec<String>,
    /// Trusted root certificates, DER.
    pub anchors: Vec<Vec<u8>>,
    /// Certificates of our hierarchy below the root (issuing CA, OCSP signer, TSU), DER: for chains.
    pub intermediates: Vec<Vec<u8>>,
    /// How long an outside call may take.
    pub timeout: Duration,
}

/// What signing works with; cheap to clone.
#[derive(Clone, Debug)]
pub struct Signing(pub(crate) Arc<Inside>, pub(crate) Option<Marks>);

#[derive(Debug)]
pub(crate) struct Inside {
    pub tsa: Tsa,
    pub http: reqwest::Client,
    pub status_bases: Vec<String>,
    pub trust: pades::Trust,
    pub intermediates: Vec<Vec<u8>>,
    pub verdicts: Verdicts,
}

impl Signing {
    /// From its configuration.
    ///
    /// # Panics
    /// If the HTTP client cannot be made (no TLS roots are needed; it cannot fail).
    #[must_use]
    pub fn new(config: Config) -> Self {
        let http = reqwest::Client::builder()
            .timeout(config.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        // Reading the roots of this machine takes a start longer than anything else; plain http needs none.
        let is_plain = |address: &str| address.starts_with("http://");
        let http = if is_plain(&config.tsa) && config.status_bases.iter().all(|base| is_plain(base)) {
            http.tls_certs_only([])
        } else {
            http
        };
        let http = http.build().expect("a client without special wishes can be made");
        Self(
            Arc::new(Inside {
                tsa: Tsa::new(config.tsa, config.anchors.clone(), http.clone()),
                http,
                status_bases: config.status_bases,
                trust: pades::Trust::new(config.anchors),
                intermediates: config.intermediates,
                verdicts: Verdicts::default(),
            }),
            None,
        )
    }
    /// With a printer, signatures in visible fields show a mark: the name and company of the certificate. Without one the field keeps its
    /// plain frame.
    #[must_use]
    pub fn with_marks(mut self, printer: Arc<dyn papers::Printer>, demo: bool) -> Self {
        self.1 = Some(Marks::new(printer, demo));
        self
    }
    /// Anchors, for validation elsewhere.
    #[must_use]
    pub fn trust(&self) -> &pades::Trust {
        &self.0.trust
    }
    /// The time-stamping client.
    #[must_use]
    pub fn tsa(&self) -> &Tsa {
        &self.0.tsa
    }
}
