//! What the world asks without signing in: CRL, OCSP, time-stamps, repository, log tiles.
