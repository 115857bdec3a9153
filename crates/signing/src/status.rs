//! Certificate status over HTTP: OCSP and CRL from the certificates' own addresses, if these are allowed.

use crate::http::{Body, get, post};
use crate::{Error, Signing};
use foundation::{Instant, Random};
use pades::Material;
use pki::{CertId, Certificate, Crl, DigestAlgorithm, Evidence, OcspRequest, OcspResponse, PathQuestion, RevocationRule, validate_path};

const LONGEST_OCSP: usize = 256 << 10;
const LONGEST_CRL: usize = 32 << 20;
/// Longest chain that is followed.
const LONGEST_CHAIN: usize = 6;

impl Signing {
    /// Certificates above `leaf` that are known here, up to and with an anchor; empty if it is not of a known authority.
    pub(crate) fn above(&self, leaf: &Certificate) -> Vec<Certificate> {
        let parse = |ders: &[Vec<u8>]| ders.iter().filter_map(|der| Certificate::parse(der).ok()).collect::<Vec<_>>();
        let anchors = parse(&self.0.trust.anchors);
        let known = parse(&self.0.intermediates);
        let mut chain: Vec<Certificate> = Vec::new();
        while chain.len() < LONGEST_CHAIN {
            let last = chain.last().unwrap_or(leaf);
            if anchors.contains(last) {
                return chain;
            }
            let issued = |issuer: &&Certificate| {
                last.may_be_issued_by(issuer) && issuer.public_key().is_ok_and(|key| last.verify_signature(&key).is_ok())
            };
            match anchors.iter().chain(&known).find(issued) {
                Some(issuer) => chain.push(issuer.clone()),
                None => return Vec::new(),
            }
        }
        Vec::new()
    }

    fn is_allowed(&self, url: &str) -> bool {
        self.0.status_bases.iter().any(|base| url.starts_with(base.as_str()))
    }

    /// Validation data of `leaves` and of everything above them: certificates, a live OCSP answer where the certificate names a
    /// responder, and the CRL of each issuer. Leaves of unknown authorities are passed over; the validation will say so.
    pub(crate) async fn gather(&self, leaves: &[Certificate], random: &dyn Random) -> Result<Material, Error> {
        let mut material = Material::default();
        let mut asked: Vec<String> = Vec::new();
        for leaf in leaves {
            let above = self.above(leaf);
            for (certificate, issuer) in std::iter::once(leaf).chain(&above).zip(&above) {
                material.add(&Material {
                    certificates: vec![certificate.der().to_vec(), issuer.der().to_vec()],
                    ..Material::default()
                });
                self.status_of(certificate, issuer, &mut asked, &mut material, random).await?;
            }
        }
        Ok(material)
    }

    async fn status_of(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        asked: &mut Vec<String>,
        material: &mut Material,
        random: &dyn Random,
    ) -> Result<(), Error> {
        let ocsp = certificate.ocsp_urls().iter().find(|url| self.is_allowed(url));
        let crl = certificate.crl_urls().iter().find(|url| self.is_allowed(url));
        if ocsp.is_none() && crl.is_none() {
            return Err(Error::Status(format!(
                "{} names no address of status that may be asked",
                certificate.subject().short()
            )));
        }
        if let Some(url) = ocsp {
            let key = format!("{url} {}", certificate.serial());
            if !asked.contains(&key) {
                material.ocsps.push(self.ocsp(url, certificate, issuer, random).await?);
                asked.push(key);
            }
        }
        if let Some(url) = crl.filter(|url| !asked.contains(url)) {
            let der = get(&self.0.http, url, LONGEST_CRL).await.map_err(Error::Status)?;
            let crl = Crl::parse(&der).map_err(|error| Error::Status(format!("{url}: {error}")))?;
            let authentic = issuer.public_key().is_ok_and(|key| crl.verify_signature(&key).is_ok());
            if !authentic {
                return Err(Error::Status(format!("{url}: not signed by {}", issuer.subject().short())));
            }
            material.add(&Material {
                crls: vec![der],
                ..Material::default()
            });
            asked.push(url.clone());
        }
        Ok(())
    }

    async fn ocsp(&self, url: &str, certificate: &Certificate, issuer: &Certificate, random: &dyn Random) -> Result<Vec<u8>, Error> {
        let fail = |why: String| Error::Status(format!("{url}: {why}"));
        // SHA-1 names the issuer here as RFC 5019 has it, for responders and validators of all ages; it protects nothing.
        let id = CertId::new(issuer, certificate.serial(), DigestAlgorithm::Sha1).map_err(|error| fail(error.to_string()))?;
        let mut nonce = [0; 16];
        random.fill(&mut nonce);
        let body = Body {
            media: "application/ocsp-request",
            bytes: OcspRequest::build(&[id], Some(&nonce)),
        };
        let der = post(&self.0.http, url, body, LONGEST_OCSP).await.map_err(Error::Status)?;
        let response = OcspResponse::parse(&der).map_err(|error| fail(error.to_string()))?;
        response.verify(issuer, &[]).map_err(|error| fail(error.to_string()))?;
        if response.about(issuer, certificate.serial()).is_none() {
            return Err(fail("the answer is about another certificate".to_owned()));
        }
        Ok(der)
    }

    /// Whether `certificate` may sign at `now`: path, time, status asked live.
    pub(crate) async fn may_sign(&self, certificate: &Certificate, now: Instant, random: &dyn Random) -> Result<(), Error> {
        let material = self.gather(std::slice::from_ref(certificate), random).await?;
        let anchors: Vec<Certificate> = self.0.trust.anchors.iter().filter_map(|der| Certificate::parse(der).ok()).collect();
        let candidates = self.above(certificate);
        let evidence = Evidence::from_der(material.crls.iter().map(Vec::as_slice), material.ocsps.iter().map(Vec::as_slice));
        let question = PathQuestion {
            candidates: &candidates,
            evidence: &evidence,
            until: now.plus_seconds(60),
            revocation: RevocationRule::Current,
            ..PathQuestion::new(certificate, &anchors, now)
        };
        validate_path(&question).map(drop).map_err(|error| {
            use pki::PathError as E;
            let (sub_indication, because) = match &error {
                E::Revoked { revocation, .. } => ("REVOKED", format!("{}に失効しています。", revocation.at.japanese())),
                E::Expired { not_after, .. } => ("EXPIRED", format!("{}に期限が切れています。", not_after.japanese())),
                E::NotYetValid { not_before, .. } => ("NOT_YET_VALID", format!("{}から有効です。", not_before.japanese())),
                E::NoAnchor { .. } => (
                    "NO_CERTIFICATE_CHAIN_FOUND",
                    "合意した認証局の電子証明書ではありません。".to_owned(),
                ),
                other => ("CHAIN_CONSTRAINTS_FAILURE", format!("{other}。")),
            };
            Error::CertificateInvalid {
                sub_indication: sub_indication.to_owned(),
                because,
            }
        })
    }
}
