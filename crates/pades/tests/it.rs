//! PAdES against other people's programs.

mod it {
    mod files;
    mod oracle;
    mod sign;
    mod verdict;
    mod world;
}
