//! TimeStampToken: SignedData over TSTInfo.

use super::TstInfo;
use crate::{Error, SignedData, oid};
use pki::Certificate;

/// A token, kept as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// ContentInfo as received (without what followed it, e.g. padding of a PDF hole).
    pub der: Vec<u8>,
    /// What it says.
    pub info: TstInfo,
}

/// A token whose signature was verified.
#[derive(Clone, Debug)]
pub struct VerifiedToken {
    /// The unit's certificate; whether it is trusted is `pki`'s matter.
    pub unit: Certificate,
    /// All certificates in the token.
    pub certificates: Vec<Certificate>,
    /// CRLs in the token, as received.
    pub crls: Vec<Vec<u8>>,
}

impl Token {
    /// Reads a ContentInfo at the beginning of `bytes`.
    ///
    /// # Errors
    /// Malformed bytes, or no TSTInfo inside.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let data = SignedData::parse(bytes)?;
        if data.content_type != oid::TST_INFO {
            return Err(Error::NotATimeStamp);
        }
        let info = TstInfo::parse(data.content.as_ref().ok_or(Error::Detached)?)?;
        Ok(Self {
            der: bytes[..data.len].to_vec(),
            info,
        })
    }

    /// Whether it is over `content`.
    ///
    /// # Errors
    /// [`Error::ImprintMismatch`].
    pub fn is_over(&self, content: &[u8]) -> Result<(), Error> {
        if self.info.digest.digest(content) == self.info.imprint {
            Ok(())
        } else {
            Err(Error::ImprintMismatch)
        }
    }

    /// Verifies the unit's signature: exactly one signer (RFC 3161 §2.4.2), signed attributes, signing-certificate, and that
    /// the certificate has a critical extended key usage of time-stamping alone (§2.3). `known` are certificates at hand.
    ///
    /// # Errors
    /// The fact that does not hold.
    pub fn verify(&self, known: &[Certificate]) -> Result<VerifiedToken, Error> {
        let data = SignedData::parse(&self.der)?;
        let content = data.content.as_ref().ok_or(Error::Detached)?;
        let mut candidates = data.parsed_certificates();
        candidates.extend(known.iter().cloned());
        let verified = data
            .signer()?
            .verify(&oid::TST_INFO, &candidates, |digest| digest.digest(content))?;
        if !verified.names_certificate {
            return Err(Error::AttributeMissing("signing-certificate"));
        }
        if !is_unit(&verified.certificate) {
            return Err(Error::NotATimeStampUnit);
        }
        Ok(VerifiedToken {
            unit: verified.certificate,
            certificates: candidates,
            crls: data.crls.iter().map(|crl| crl.to_vec()).collect(),
        })
    }
}

/// RFC 3161 §2.3: extendedKeyUsage is critical and has exactly one purpose.
pub(super) fn is_unit(certificate: &Certificate) -> bool {
    let critical = certificate
        .extension_list()
        .iter()
        .any(|extension| extension.oid == oid::EXTENDED_KEY_USAGE && extension.critical);
    critical && certificate.ekus() == Some(&[oid::TIME_STAMPING])
}
