//! Hostile bytes and what requests are answered.

mod it {
    mod hostile;
    mod requests;
}
