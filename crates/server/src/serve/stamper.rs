//! Custody's port to the time-stamping authority: asked over HTTP like any other, also when it is our own.

use std::sync::Arc;

use certification::Addresses;
use cms::tsp::{TimeStampRequest, TimeStampResponse};
use custody::{Material, StampFailure, StampFuture, Stamper};
use foundation::Random;
use pki::{Certificate, DigestAlgorithm};

/// A time-stamping service at an address.
pub struct HttpStamper {
    /// Its address.
    pub tsa: String,
    /// Where our lists are.
    pub addresses: Addresses,
    /// The client.
    pub http: reqwest::Client,
    /// Nonces.
    pub random: Arc<dyn Random>,
    /// Certificates that a stranger needs, by plain name.
    pub chain: Vec<(String, Certificate)>,
}

impl HttpStamper {
    async fn token(&self, digest: [u8; 64]) -> Result<Vec<u8>, String> {
        let mut nonce = [0; 8];
        self.random.fill(&mut nonce);
        nonce[0] = (nonce[0] & 0x7f) | 0x40;
        let request = TimeStampRequest {
            digest: DigestAlgorithm::Sha512,
            imprint: digest.to_vec(),
            policy: None,
            nonce: Some(nonce.to_vec()),
            cert_req: true,
        };
        let answer = self
            .http
            .post(&self.tsa)
            .header("content-type", "application/timestamp-query")
            .body(request.der())
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .map_err(|error| error.to_string())?;
        let bytes = answer.bytes().await.map_err(|error| error.to_string())?;
        let token = TimeStampResponse::parse(&bytes)
            .and_then(|response| response.token_for(&request))
            .map_err(|error| error.to_string())?;
        let known: Vec<Certificate> = self.chain.iter().map(|(_, certificate)| certificate.clone()).collect();
        token.verify(&known).map_err(|error| error.to_string())?;
        Ok(token.der)
    }
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, StampFailure> {
        let fetched = async { self.http.get(url).send().await?.error_for_status()?.bytes().await };
        fetched.await.map(|bytes| bytes.to_vec()).map_err(|error: reqwest::Error| {
            tracing::warn!(%error, url, "a list could not be fetched");
            StampFailure {
                reason: "失効情報の置き場所が応答しません".to_owned(),
            }
        })
    }
}

impl Stamper for HttpStamper {
    fn stamp(&self, digest: [u8; 64]) -> StampFuture<'_, Vec<u8>> {
        Box::pin(async move {
            self.token(digest).await.map_err(|error| {
                tracing::warn!(error, "no time-stamp for a round");
                StampFailure {
                    reason: "時刻認証局が応答しません".to_owned(),
                }
            })
        })
    }
    fn material(&self) -> StampFuture<'_, Material> {
        Box::pin(async move {
            let status = vec![
                ("root.crl".to_owned(), self.fetch(&self.addresses.root_crl()).await?),
                ("ca.crl".to_owned(), self.fetch(&self.addresses.ca_crl()).await?),
            ];
            let chain = self
                .chain
                .iter()
                .map(|(name, certificate)| (name.clone(), certificate.der().to_vec()))
                .collect();
            Ok(Material { chain, status })
        })
    }
}
