//! The program `cectrust`.

/// Gives back to the system what was freed: the system's own keeps ten times of it (docs/decisions/0012).
#[cfg(all(unix, target_pointer_width = "64"))]
#[global_allocator]
static MEMORY: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    server::run()
}
