//! 署名の合言葉: five words that seal a server-held key.
//!
//! A word is one of 64 qualities followed by one of 64 things (「あおい・つくえ」 → `あおいつくえ`): 12 bits a word, 60 bits in all.
//! The words are drawn, never chosen, so Argon2id only has to slow down a search through 2^60.

use foundation::{Random, Secret};

use crate::kdf::{CHOSEN, Cost, DRAWN};

/// The secret of a holder, as words in hiragana.
#[derive(Clone, Debug)]
pub struct HolderSecret {
    words: Secret<String>,
    cost: Cost,
}

impl HolderSecret {
    /// Draws five words.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        let mut bytes = [0u8; 10];
        random.fill(&mut bytes);
        let words: Vec<String> = bytes
            .chunks(2)
            .map(|pair| format!("{}{}", QUALITIES[usize::from(pair[0] & 63)], THINGS[usize::from(pair[1] & 63)]))
            .collect();
        Self {
            words: Secret::new(words.join(" ")),
            cost: DRAWN,
        }
    }
    /// A person of the demo, whose words stand in the program and protect nothing: sealed as cheaply as drawn ones, so that the demo
    /// costs what an installation costs.
    #[must_use]
    pub fn of_the_demo(words: &str) -> Self {
        Self {
            words: Secret::new(words.to_owned()),
            cost: DRAWN,
        }
    }
    /// Takes what a person typed: katakana counts as hiragana; spaces, commas and middle dots between the words do not count.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self {
            words: Secret::new(text.to_owned()),
            cost: CHOSEN,
        }
    }
    /// What sealing under it has to cost. (Opening reads the cost from the sealed key.)
    pub(crate) const fn cost(&self) -> Cost {
        self.cost
    }
    /// The words to show, once, separated by spaces.
    #[must_use]
    pub fn words(&self) -> &str {
        self.words.reveal()
    }
    /// What goes into Argon2id.
    #[must_use]
    pub fn bytes(&self) -> Secret<Vec<u8>> {
        let plain: String = self
            .words
            .reveal()
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '・' | '、' | ',' | '-' | '\u{200b}' | '･'))
            .map(|c| match c {
                // Katakana ァ..ヶ lie 0x60 above hiragana ぁ..ゖ.
                'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
                other => other,
            })
            .flat_map(char::to_lowercase)
            .collect();
        Secret::new(plain.into_bytes())
    }
}

const QUALITIES: [&str; 64] = [
    "あおい",
    "あかい",
    "しろい",
    "くろい",
    "きいろい",
    "ちゃいろい",
    "おおきい",
    "ちいさい",
    "ながい",
    "みじかい",
    "たかい",
    "ひくい",
    "あつい",
    "さむい",
    "すずしい",
    "あたたかい",
    "つめたい",
    "おもい",
    "かるい",
    "はやい",
    "おそい",
    "つよい",
    "よわい",
    "あたらしい",
    "ふるい",
    "わかい",
    "あまい",
    "からい",
    "にがい",
    "すっぱい",
    "まるい",
    "しかくい",
    "ほそい",
    "ふとい",
    "ひろい",
    "せまい",
    "あかるい",
    "くらい",
    "とおい",
    "ちかい",
    "かたい",
    "やわらかい",
    "うすい",
    "ふかい",
    "あさい",
    "やさしい",
    "むずかしい",
    "たのしい",
    "うれしい",
    "かなしい",
    "おいしい",
    "うつくしい",
    "かわいい",
    "めずらしい",
    "ただしい",
    "くわしい",
    "にぎやかな",
    "しずかな",
    "きれいな",
    "げんきな",
    "りっぱな",
    "まっすぐな",
    "ゆたかな",
    "すなおな",
];

const THINGS: [&str; 64] = [
    "つくえ",
    "いす",
    "まど",
    "とびら",
    "はしご",
    "かさ",
    "ぼうし",
    "くつ",
    "てぶくろ",
    "めがね",
    "とけい",
    "かばん",
    "ほん",
    "えんぴつ",
    "はさみ",
    "かがみ",
    "りんご",
    "みかん",
    "ぶどう",
    "すいか",
    "もも",
    "いちご",
    "だいこん",
    "にんじん",
    "たまねぎ",
    "かぼちゃ",
    "おにぎり",
    "うどん",
    "とうふ",
    "たまご",
    "いぬ",
    "ねこ",
    "うさぎ",
    "きつね",
    "たぬき",
    "くま",
    "さる",
    "うま",
    "うし",
    "ひつじ",
    "にわとり",
    "すずめ",
    "つばめ",
    "ふくろう",
    "かえる",
    "かめ",
    "くじら",
    "いるか",
    "やま",
    "かわ",
    "うみ",
    "しま",
    "もり",
    "はたけ",
    "そら",
    "つき",
    "ほし",
    "くも",
    "ゆき",
    "かぜ",
    "はし",
    "みち",
    "でんしゃ",
    "ふね",
];

#[cfg(test)]
mod tests {
    use super::*;
    use foundation::OsRandom;

    #[test]
    fn every_word_is_another_one() {
        let mut all: Vec<String> = QUALITIES
            .iter()
            .flat_map(|q| THINGS.iter().map(move |t| format!("{q}{t}")))
            .collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 4096);
    }

    #[test]
    fn what_is_typed_in_katakana_or_with_other_gaps_is_the_same_secret() {
        let secret = HolderSecret::generate(&OsRandom);
        assert_eq!(secret.words().split(' ').count(), 5);
        let typed: String = secret
            .words()
            .chars()
            .map(|c| match c {
                ' ' => '　',
                'ぁ'..='ゖ' => char::from_u32(c as u32 + 0x60).unwrap(),
                other => other,
            })
            .collect();
        assert_eq!(secret.bytes().reveal(), HolderSecret::typed(&typed).bytes().reveal());
        assert_ne!(secret.bytes().reveal(), HolderSecret::generate(&OsRandom).bytes().reveal());
    }
}
