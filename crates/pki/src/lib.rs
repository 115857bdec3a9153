//! Names, certificates, requests, CRL, OCSP, profiles, lints, path validation, algorithm policy.
