//! What a reader must know about a page before he trusts its picture.

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Worth knowing.
    Note,
    /// The picture can differ from what others see.
    Warning,
    /// Something is missing in the picture.
    Missing,
}

impl Weight {
    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Missing => "missing",
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// A font is named but not embedded.
    FontNotEmbedded {
        /// Its name.
        name: String,
        /// Whether another one was used in its place.
        substituted: bool,
    },
    /// A font could not be read.
    FontUnreadable,
    /// An image could not be read.
    ImageUnreadable,
    /// An image is larger than is drawn.
    ImageTooLarge,
    /// An annotation (a stamp, a note, a field) has no picture that can be drawn.
    AnnotationNotDrawn,
    /// Colours are mixed in a way that renderers do differently.
    Blending,
    /// An image is transparent by a colour key, which is not drawn here.
    ColourKey,
    /// Groups of colours cut each other out, which is not drawn here.
    Knockout,
    /// Text that is written to be invisible.
    HiddenText,
    /// Text that leaves no trace in the picture: in the colour of the paper, under something else, cut off.
    UnseenText,
    /// A figure is drawn as another one than the file says.
    FalseFigures,
    /// A kanji or kana is drawn as another one than the file says.
    FalseLetters,
    /// Text outside the page.
    TextOutside,
    /// Letters whose meaning the file does not say: they are seen, but neither found nor read aloud.
    UnknownLetters,
    /// The page itself could not be drawn.
    PageNotDrawn(crate::NotDrawn),
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// The page, from 0.
    pub page: usize,
    /// What.
    pub fact: Fact,
}

impl Fact {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FontNotEmbedded { .. } => "font_not_embedded",
            Self::FontUnreadable => "font_unreadable",
            Self::ImageUnreadable => "image_unreadable",
            Self::ImageTooLarge => "image_too_large",
            Self::AnnotationNotDrawn => "annotation_not_drawn",
            Self::Blending => "blending",
            Self::ColourKey => "colour_key",
            Self::Knockout => "knockout",
            Self::HiddenText => "hidden_text",
            Self::UnseenText => "unseen_text",
            Self::FalseFigures => "false_figures",
            Self::FalseLetters => "false_letters",
            Self::TextOutside => "text_outside",
            Self::UnknownLetters => "unknown_letters",
            Self::PageNotDrawn(why) => why.code(),
        }
    }
    /// How much it matters.
    #[must_use]
    pub const fn weight(&self) -> Weight {
        match self {
            Self::FontNotEmbedded { substituted: true, .. }
            | Self::Blending
            | Self::ColourKey
            | Self::Knockout
            | Self::HiddenText
            | Self::UnseenText
            | Self::FalseFigures
            | Self::FalseLetters
            | Self::TextOutside => Weight::Warning,
            Self::UnknownLetters => Weight::Note,
            Self::FontNotEmbedded { .. }
            | Self::FontUnreadable
            | Self::ImageUnreadable
            | Self::ImageTooLarge
            | Self::AnnotationNotDrawn
            | Self::PageNotDrawn(_) => Weight::Missing,
        }
    }
    /// What was found, without a full stop, so that the pages can follow.
    fn what(&self) -> String {
        match self {
            Self::FontNotEmbedded { name, .. } => format!("フォント「{name}」が埋め込まれていません"),
            Self::FontUnreadable => "読み取れないフォントがあり、一部の文字を表示できません".to_owned(),
            Self::ImageUnreadable => "読み取れない画像があり、表示できません".to_owned(),
            Self::ImageTooLarge => "大きすぎる画像があり、表示できません".to_owned(),
            Self::AnnotationNotDrawn => "表示できない注釈（印影・付箋・入力欄など）があります".to_owned(),
            Self::Blending => "色の重ね合わせが使われています".to_owned(),
            Self::ColourKey => "一部が透明な画像があります".to_owned(),
            Self::Knockout => "色を抜き合う重なりが使われています".to_owned(),
            Self::HiddenText | Self::UnseenText => "この文書には、画面に見えない文字があります".to_owned(),
            Self::FalseFigures => "数字の見た目と、文字としての数字が違います".to_owned(),
            Self::FalseLetters => "文字の見た目と、検索や読み上げに使われる文字が違います".to_owned(),
            Self::TextOutside => "ページの外に、見えない文字があります".to_owned(),
            Self::UnknownLetters => "検索や読み上げができない文字があります".to_owned(),
            Self::PageNotDrawn(why) => why.sentence().trim_end_matches('。').to_owned(),
        }
    }
    /// What that means.
    const fn so(&self) -> &'static str {
        match self {
            Self::FontNotEmbedded { substituted: true, .. } => {
                "別のフォントで表示しているため、字の形や位置が相手の画面と違うことがあります。"
            }
            Self::FontNotEmbedded { .. } => "文字を表示できません。フォントを埋め込んで保存し直してください。",
            Self::FontUnreadable | Self::ImageUnreadable | Self::ImageTooLarge | Self::AnnotationNotDrawn => {
                "相手の画面には出ることがあります。PDFを受け取って確かめてください。"
            }
            Self::Blending => "色が相手の画面と違うことがあります。",
            Self::ColourKey => "透明な部分の見え方が、相手の画面と違うことがあります。",
            Self::Knockout => "重なったところの色が、相手の画面と違うことがあります。",
            Self::HiddenText => "文字認識（OCR）の結果などです。署名の対象は、描かれているページです。",
            Self::UnseenText => "紙と同じ色か、ほかの絵の下にあります。署名の対象は、描かれているページです。",
            Self::FalseFigures => "写し取ったり検索したりすると、別の数字になります。描かれている数字を読んでください。",
            Self::FalseLetters => "写し取ったり検索したりすると、別の字になります。描かれている字を読んでください。",
            Self::TextOutside => "署名の対象は、描かれているページです。",
            Self::UnknownLetters => "文字の情報が足りません。描かれているとおりに読めます。",
            Self::PageNotDrawn(_) => "",
        }
    }
    /// What a person reads.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("{}。{}", self.what(), self.so())
    }
}

/// What was found on several pages, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub fact: Fact,
    /// On which pages, from 0, ascending.
    pub pages: Vec<usize>,
}

impl Found {
    /// Each fact once, the weightiest first.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for finding in findings {
            match all.iter_mut().find(|found| found.fact == finding.fact) {
                Some(found) if found.pages.contains(&finding.page) => {}
                Some(found) => found.pages.push(finding.page),
                None => all.push(Self {
                    fact: finding.fact.clone(),
                    pages: vec![finding.page],
                }),
            }
        }
        for found in &mut all {
            found.pages.sort_unstable();
        }
        all.sort_by_key(|found| (std::cmp::Reverse(found.fact.weight()), found.pages.first().copied()));
        all
    }
    /// 「この文書には、画面に見えない文字があります（3ページ）。…」
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("{}（{}ページ）。{}", self.fact.what(), self.numbers(), self.fact.so())
    }
    /// 「1、3〜5」; of very many the first ones.
    fn numbers(&self) -> String {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for page in self.pages.iter().map(|page| page + 1) {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == page => *last = page,
                _ => runs.push((page, page)),
            }
        }
        let words = |(first, last): &(usize, usize)| {
            if first == last {
                first.to_string()
            } else {
                format!("{first}〜{last}")
            }
        };
        let named: Vec<String> = runs.iter().take(6).map(words).collect();
        format!("{}{}", named.join("、"), if runs.len() > 6 { "ほか" } else { "" })
    }
}

impl Finding {
    /// With the page before it: 「3ページ: …」.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("{}ページ: {}", self.page + 1, self.fact.sentence())
    }
}
