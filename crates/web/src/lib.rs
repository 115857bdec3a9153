//! Pages: the front page and what every page must carry.
