//! REST resources, OpenAPI 3.1, problems (RFC 9457).
