//! Database (SQLite or PostgreSQL, one SQL text), objects, the Unit of work.
