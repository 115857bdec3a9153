//! SignedData, CAdES attributes, RFC 3161 requests, replies and tokens.
