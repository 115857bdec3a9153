//! CPU time, not wall time: the machine may be shared.

/// CPU seconds of this thread so far, from the kernel's scheduler statistics (nanoseconds).
pub fn of_this_thread() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells CPU time");
    let nanos: f64 = text.split_whitespace().next().and_then(|word| word.parse().ok()).expect("a number");
    nanos / 1e9
}

/// CPU seconds of all threads of this process so far.
pub fn of_this_process() -> f64 {
    of_threads("self")
}

/// CPU seconds of the threads that a process has now; 0 if it is gone.
pub fn of_threads(process: &str) -> f64 {
    let nanos = |path: std::path::PathBuf| -> f64 {
        let text = std::fs::read_to_string(path.join("schedstat")).unwrap_or_default();
        text.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0.0)
    };
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten();
    threads.flatten().map(|thread| nanos(thread.path())).sum::<f64>() / 1e9
}

/// How often `act` fits into a CPU second; runs it for about `seconds` of CPU after a warm-up, and takes the best of three.
pub fn rate(seconds: f64, mut act: impl FnMut()) -> f64 {
    let start = of_this_thread();
    act();
    let once = (of_this_thread() - start).max(1e-6);
    // The clock is a file that is read: once in about 10 ms.
    let batch = (0.01 / once).clamp(1.0, 10_000.0).ceil();
    (0..3).fold(0.0, |best: f64, _| {
        let (start, mut times) = (of_this_thread(), 0.0);
        loop {
            let mut left = batch;
            while left > 0.0 {
                act();
                left -= 1.0;
            }
            times += batch;
            let spent = of_this_thread() - start;
            if spent > seconds {
                return best.max(times / spent);
            }
        }
    })
}
