//! CPU time, not wall time: the machine may be shared.

/// CPU seconds of this thread so far, from the kernel's scheduler statistics (nanoseconds).
pub fn of_this_thread() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells CPU time");
    let nanos: f64 = text.split_whitespace().next().and_then(|word| word.parse().ok()).expect("a number");
    nanos / 1e9
}

/// How often `act` fits into a CPU second; runs it for about `seconds` of CPU after a warm-up, and takes the best of three.
pub fn rate(seconds: f64, mut act: impl FnMut()) -> f64 {
    act();
    (0..3).fold(0.0, |best: f64, _| {
        let start = of_this_thread();
        let mut times = 0u32;
        loop {
            act();
            times += 1;
            if times.is_multiple_of(8) || of_this_thread() - start > seconds {
                let spent = of_this_thread() - start;
                if spent > seconds {
                    return best.max(f64::from(times) / spent);
                }
            }
        }
    })
}
