//! Finding words on pages.

use crate::line::{Place, Text, around};
use crate::{Book, NotDrawn};

/// A place where the words stand; more than one rectangle if they run over a line's end.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The page, from 0.
    pub page: usize,
    /// Where.
    pub places: Vec<Place>,
    /// The line in which they begin.
    pub line: String,
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Searched {
    /// Where the words stand.
    pub hits: Vec<Hit>,
    /// The first page that was not looked at, if the search ended before the last one.
    pub next: Option<usize>,
}

impl Book {
    /// Where `words` stand: blanks, width (Ａ and A) and case make no difference, ends of lines neither. At most `most` hits.
    ///
    /// # Errors
    /// See [`NotDrawn`].
    pub fn search(&self, words: &str, most: usize) -> Result<Vec<Hit>, NotDrawn> {
        Ok(self.search_some(words, 0..self.pages(), most)?.hits)
    }

    /// The same on some pages, so that a search in a very long file costs no more than it may.
    ///
    /// # Errors
    /// See [`NotDrawn`].
    pub fn search_some(&self, words: &str, pages: std::ops::Range<usize>, most: usize) -> Result<Searched, NotDrawn> {
        let wanted: Vec<char> = words.chars().flat_map(folded).collect();
        let mut searched = Searched::default();
        if wanted.is_empty() {
            return Ok(searched);
        }
        let end = pages.end.min(self.pages());
        let mut from = pages.start;
        while from < end && searched.hits.len() < most {
            let part = from..(from + 64).min(end);
            for (page, text) in part.clone().zip(self.texts(part.clone())?) {
                if searched.hits.len() < most {
                    searched.hits.extend(find(&text, &wanted, page, most - searched.hits.len()));
                    from = page + 1;
                }
            }
        }
        searched.next = (from < self.pages()).then_some(from);
        Ok(searched)
    }
}

/// A sign as it is compared; blanks vanish.
fn folded(sign: char) -> Vec<char> {
    let text = japan::fold(&sign.to_string());
    text.chars()
        .filter(|sign| !sign.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

pub(crate) fn find(text: &Text, wanted: &[char], page: usize, most: usize) -> Vec<Hit> {
    let mut signs: Vec<char> = Vec::new();
    let mut owners: Vec<(usize, usize)> = Vec::new();
    for (line_at, line) in text.lines.iter().enumerate() {
        for (at, sign) in line.text.chars().enumerate() {
            for sign in folded(sign) {
                signs.push(sign);
                owners.push((line_at, at));
            }
        }
    }
    let mut hits = Vec::new();
    let mut at = 0;
    while hits.len() < most && at + wanted.len() <= signs.len() {
        if signs[at..at + wanted.len()] == *wanted {
            hits.push(hit(text, &owners[at..at + wanted.len()], page));
            at += wanted.len();
        } else {
            at += 1;
        }
    }
    hits
}

fn hit(text: &Text, owners: &[(usize, usize)], page: usize) -> Hit {
    let mut places: Vec<(usize, Place)> = Vec::new();
    for &(line, at) in owners {
        let place = text.lines[line].letters[at];
        match places.last_mut() {
            Some((last, whole)) if *last == line => *whole = around(*whole, place),
            _ => places.push((line, place)),
        }
    }
    Hit {
        page,
        line: text.lines[owners[0].0].text.clone(),
        places: places.into_iter().map(|(_, place)| place).collect(),
    }
}
