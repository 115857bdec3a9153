//! The act of signing against a small status server, on both engines.

mod it {
    mod acts;
    mod status;
    mod world;
}
