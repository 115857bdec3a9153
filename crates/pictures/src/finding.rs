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
    /// Text that is there and not seen.
    HiddenText,
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
            Self::HiddenText => "hidden_text",
            Self::TextOutside => "text_outside",
            Self::UnknownLetters => "unknown_letters",
            Self::PageNotDrawn(why) => why.code(),
        }
    }
    /// How much it matters.
    #[must_use]
    pub const fn weight(&self) -> Weight {
        match self {
            Self::FontNotEmbedded { substituted: true, .. } | Self::Blending | Self::ColourKey | Self::HiddenText | Self::TextOutside => {
                Weight::Warning
            }
            Self::UnknownLetters => Weight::Note,
            Self::FontNotEmbedded { .. }
            | Self::FontUnreadable
            | Self::ImageUnreadable
            | Self::ImageTooLarge
            | Self::AnnotationNotDrawn
            | Self::PageNotDrawn(_) => Weight::Missing,
        }
    }
    /// What a person reads.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::FontNotEmbedded { name, substituted: true } => {
                format!(
                    "フォント「{name}」が埋め込まれていません。別のフォントで表示しているため、字の形や位置が相手の画面と違うことがあります。"
                )
            }
            Self::FontNotEmbedded { name, substituted: false } => {
                format!("フォント「{name}」が埋め込まれていないため、文字を表示できません。フォントを埋め込んで保存し直してください。")
            }
            Self::FontUnreadable => "読み取れないフォントがあり、一部の文字を表示できません。".to_owned(),
            Self::ImageUnreadable => "読み取れない画像があり、表示できません。".to_owned(),
            Self::ImageTooLarge => "大きすぎる画像があり、表示できません。".to_owned(),
            Self::AnnotationNotDrawn => "表示できない注釈（印影・付箋・入力欄など）があります。".to_owned(),
            Self::Blending => "色の重ね合わせが使われています。色が相手の画面と違うことがあります。".to_owned(),
            Self::ColourKey => "一部が透明な画像があります。透明な部分の見え方が違うことがあります。".to_owned(),
            Self::HiddenText => {
                "目に見えない文字が含まれています（文字認識の結果など）。署名の対象は、表示されているページです。".to_owned()
            }
            Self::TextOutside => "ページの外に、見えない文字があります。".to_owned(),
            Self::UnknownLetters => "文字の情報が足りないため、検索や読み上げができない文字があります。".to_owned(),
            Self::PageNotDrawn(why) => why.sentence().to_owned(),
        }
    }
}

impl Finding {
    /// With the page before it: 「3ページ: …」.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("{}ページ: {}", self.page + 1, self.fact.sentence())
    }
}
