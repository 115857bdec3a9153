//! Many papers in one process.

use papers::{Mark, Printer};

use crate::tools::{PIN, PRESS, deposit, letter};

/// Resident bytes of this process.
fn memory() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

/// Prints `many` different papers, two at a time as in the program, and gives how much memory the later half took.
fn print_many(many: u32) -> usize {
    let print = |at: u32| {
        if at % 4 == 3 {
            PRESS
                .mark(&Mark::person("株式会社みどり工務店", &format!("山本 健太{at}"), true))
                .unwrap();
        } else {
            let mut paper = if at.is_multiple_of(2) { deposit() } else { letter("田中 一郎") };
            paper.number = format!("NO-{at}");
            assert!(PRESS.print(&paper).unwrap().ends_with(b"%%EOF\n"));
        }
    };
    // Memory is read between the halves, when nothing is being printed.
    let after = |numbers: std::ops::Range<u32>| {
        let (print, middle) = (&print, numbers.start.midpoint(numbers.end));
        std::thread::scope(|scope| {
            for part in [numbers.start..middle, middle..numbers.end] {
                scope.spawn(move || part.for_each(print));
            }
        });
        memory()
    };
    let half = after(0..many / 2);
    after(many / 2..many).saturating_sub(half)
}

#[test]
fn hundreds_of_papers_in_one_process_do_not_grow() {
    let grown = print_many(500);
    println!("250 papers kept {grown} bytes");
    assert!(grown < 30_000_000, "250 papers kept {grown} bytes");
}

/// typst counts the names of files in 16 bits and never forgets one: a name for each paper would end at 65 535.
#[test]
#[ignore = "a soak of about an hour; `cargo xtask soak` runs it"]
fn seventy_thousand_papers_in_one_process_do_not_grow() {
    let grown = print_many(70_000);
    assert!(grown < 60_000_000, "35 000 papers kept {grown} bytes");
}

#[test]
fn papers_are_printed_side_by_side() {
    std::thread::scope(|scope| {
        for at in 0..4 {
            scope.spawn(move || {
                for number in 0..5 {
                    let mut paper = letter("田中 一郎");
                    paper.number = format!("S-{at}-{number}");
                    let pdf = PRESS.print(&paper).unwrap();
                    let said = crate::tools::text(&pdf);
                    assert!(said.contains(&paper.number) && said.contains(PIN), "{said}");
                }
            });
        }
    });
}
