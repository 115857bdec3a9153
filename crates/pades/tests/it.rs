//! PAdES against other people's programs.

mod it {
    mod attacks;
    mod attacks_history;
    mod attacks_page;
    mod dss;
    mod files;
    mod hostile;
    mod mark;
    mod openssl;
    mod oracle;
    mod outside;
    mod sign;
    mod verdict;
    mod world;
}
