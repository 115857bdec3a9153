//! One sentence, three lines, and what they rest on.

/// The sign at the head of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// It cannot be decided; that is not "no".
    Open,
}

impl Light {
    /// The word of the style sheet.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Open => "open",
        }
    }
}

/// One of the three lines.
#[derive(Clone, Debug)]
pub struct Line {
    /// 改ざん, 日時, 署名者.
    pub name: &'static str,
    /// Its sign.
    pub light: Light,
    /// What was found.
    pub says: String,
    /// What that rests on.
    pub because: String,
}

/// One thing that was checked, for who opens the fold.
#[derive(Clone, Debug)]
pub struct Ground {
    /// Its sign.
    pub light: Light,
    /// What was checked.
    pub what: String,
    /// What was found, sentence by sentence.
    pub found: Vec<String>,
}

/// The answer to one file.
#[derive(Clone, Debug)]
pub struct Answer {
    /// `valid`, `altered`, `undecided`: the state of the badge.
    pub state: &'static str,
    /// The badge in words.
    pub badge: &'static str,
    /// The first sentence.
    pub first: String,
    /// The three lines.
    pub three: Vec<Line>,
    /// How to go on, where the answer is open: heading and sentence.
    pub onward: Option<(String, String)>,
    /// What it rests on.
    pub grounds: Vec<Ground>,
    /// Commands that repeat it elsewhere.
    pub commands: Vec<String>,
}

impl Answer {
    /// An answer before anything is known of it.
    pub fn new(state: &'static str, first: impl Into<String>) -> Self {
        Self {
            state,
            badge: match state {
                "valid" => "変わっていない",
                "altered" => "改ざん検知",
                "refused" => "有効ではない",
                _ => "確認できない",
            },
            first: first.into(),
            three: Vec::new(),
            onward: None,
            grounds: Vec::new(),
            commands: Vec::new(),
        }
    }
    /// Adds one of the three lines.
    pub fn line(mut self, name: &'static str, light: Light, says: impl Into<String>, because: impl Into<String>) -> Self {
        self.three.push(Line {
            name,
            light,
            says: says.into(),
            because: because.into(),
        });
        self
    }
}
