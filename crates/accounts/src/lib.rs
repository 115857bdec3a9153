//! Companies, desks, people, rights, proposals with two persons, sessions.
