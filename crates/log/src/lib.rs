//! Append-only log: sequence, integrate, checkpoint, tiles.
