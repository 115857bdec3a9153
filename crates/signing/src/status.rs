//! Certificate status over HTTP: OCSP and CRL from the certificates' own addresses, if these are allowed.
