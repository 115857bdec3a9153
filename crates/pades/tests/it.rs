//! PAdES against other people's programs.

mod it {
    mod files;
    mod oracle;
    mod outside;
    mod sign;
    mod verdict;
    mod world;
}
