//! PDF objects, reader, incremental writer, what a revision changed.
