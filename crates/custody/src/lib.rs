//! Original custody: deposit, evidence rounds, bundle.
