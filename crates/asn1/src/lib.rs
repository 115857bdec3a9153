//! BER/DER reader that borrows and keeps raw bytes, DER writer.
