//! Building SignedData, DER, with one signer.

use crate::oid;
use asn1::{Mode, Oid, Reader, Tag, Writer};
use pki::{Certificate, DigestAlgorithm, SignatureAlgorithm};

/// Everything a SignedData of one signer consists of.
#[derive(Clone, Copy, Debug)]
pub struct Assembly<'a> {
    /// eContentType.
    pub content_type: Oid,
    /// eContent; `None` for a detached signature.
    pub content: Option<&'a [u8]>,
    /// Digest algorithm of content and attributes.
    pub digest: DigestAlgorithm,
    /// Signature algorithm.
    pub algorithm: SignatureAlgorithm,
    /// The bytes that were signed: [`crate::SignedAttributes::to_sign`].
    pub signed_attributes: &'a [u8],
    /// Signer.
    pub certificate: &'a Certificate,
    /// All certificates to embed, DER as received; usually the signer's first.
    pub certificates: &'a [&'a [u8]],
    /// Signature value.
    pub signature: &'a [u8],
    /// A signature time-stamp token for the unsigned attributes.
    pub time_stamp: Option<&'a [u8]>,
}

impl Assembly<'_> {
    /// ContentInfo with SignedData.
    #[must_use]
    pub fn der(&self) -> Vec<u8> {
        let room = self.certificates.iter().map(|der| der.len()).sum::<usize>() + 4096;
        let mut w = Writer::with_capacity(room);
        w.sequence(|w| {
            w.oid(&oid::SIGNED_DATA);
            w.explicit(0, |w| w.sequence(|w| self.signed_data(w)));
        });
        w.finish()
    }

    fn signed_data(&self, w: &mut Writer) {
        // RFC 5652 §5.1: 3 as soon as the content is not id-data, else 1.
        w.integer_u64(if self.content_type == oid::DATA { 1 } else { 3 });
        w.set(|w| self.digest.write(w));
        w.sequence(|w| {
            w.oid(&self.content_type);
            if let Some(content) = self.content {
                w.explicit(0, |w| w.octet_string(content));
            }
        });
        if !self.certificates.is_empty() {
            w.implicit_set_of(0, |w| self.certificates.iter().for_each(|der| w.raw(der)));
        }
        w.set(|w| w.sequence(|w| self.signer_info(w)));
    }

    fn signer_info(&self, w: &mut Writer) {
        w.integer_u64(1);
        w.sequence(|w| {
            w.raw(self.certificate.issuer().der());
            w.integer_content(self.certificate.serial().content());
        });
        self.digest.write(w);
        // The same content under the tag of the IMPLICIT field; the bytes that were signed are not re-encoded.
        let content = Reader::one(self.signed_attributes, Mode::Der).map_or(&[][..], |set| set.value);
        w.tlv(Tag::context_constructed(0), content);
        self.algorithm.write(w);
        w.octet_string(self.signature);
        if let Some(token) = self.time_stamp {
            w.explicit(1, |w| {
                w.sequence(|w| {
                    w.oid(&oid::SIGNATURE_TIME_STAMP);
                    w.set(|w| w.raw(token));
                });
            });
        }
    }
}
