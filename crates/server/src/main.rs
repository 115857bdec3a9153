//! The program `cectrust`.

fn main() -> std::process::ExitCode {
    server::run()
}
