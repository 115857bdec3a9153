//! Cases: partners, consent, parties, turns, conclusion.
