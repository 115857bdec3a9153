//! Memory that was freed goes back to the system.
//!
//! glibc raises, with every large block that is freed, the size up to which blocks come out of its arenas, one arena a thread; what is
//! freed there stays. The 19 MiB of a password's Argon2id raise it to the top, and after some sign-ins and drawn pages the program keeps
//! 300 MB that nobody uses. Naming the size switches the raising off: 30 to 40 MB stay. The allocator reads it when a process begins, so
//! the program begins once more in its place, under the same process id.

/// Begins the program once more with the setting, unless the environment has some already. If that cannot be done, it goes on as it is.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn begin() {
    use std::os::unix::process::CommandExt as _;
    const NAME: &str = "GLIBC_TUNABLES";
    if std::env::var_os(NAME).is_some() {
        return;
    }
    let mut words = std::env::args_os();
    let Some(called) = words.next() else { return };
    // This very file, also when another one lies under its name meanwhile.
    let mut again = std::process::Command::new("/proc/self/exe");
    again.arg0(called).args(words).env(NAME, "glibc.malloc.mmap_threshold=1048576");
    // It returns only if it could not begin.
    drop(again.exec());
}

/// Other allocators have no such habit.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) const fn begin() {}
