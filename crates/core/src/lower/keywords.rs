//! The words of item lines in both languages: the one table that reading, translating and highlighting use.
//!
//! Knows no grammar: which word may stand where is in [`Place::lines`], what follows it in `statement`.

use policy_syntax::ItemWord;

use crate::lang::Lang;
use crate::words::{self, Word};

/// A keyword with its spellings, each one or more words. The first spelling of a language is the one written
/// by the formatter.
#[derive(Debug, PartialEq, Eq)]
pub struct Keyword {
    /// Which one.
    pub kw: Kw,
    /// English spellings.
    pub en: &'static [&'static str],
    /// Dutch spellings.
    pub nl: &'static [&'static str],
    /// The word of sentences that it is too.
    pub word: Option<Word>,
}

impl Keyword {
    /// The spellings in `lang`.
    pub fn spellings(&self, lang: Lang) -> &'static [&'static str] {
        lang.pick(self.nl, self.en)
    }
}

macro_rules! keywords {
    (own { $($kw:ident [$($en:literal)+] [$($nl:literal)+];)* } shared { $($word:ident)* }) => {
        /// A keyword of an item line. Its documentation lists its spellings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kw {
            $(#[doc = concat!($("`", $en, "` ",)+ $("`", $nl, "` "),+)] $kw,)*
            $(#[doc = concat!("As [`Word::", stringify!($word), "`].")] $word,)*
        }

        /// Every keyword of item lines, in order of [`Kw`].
        pub static KEYWORDS: &[Keyword] = &[
            $(Keyword { kw: Kw::$kw, en: &[$($en),+], nl: &[$($nl),+], word: None },)*
            $(Keyword {
                kw: Kw::$word,
                en: words::keyword(Word::$word).en,
                nl: words::keyword(Word::$word).nl,
                word: Some(Word::$word),
            },)*
        ];
    };
}

keywords! {
    own {
        Nl ["nl"] ["nl"];
        En ["en"] ["en"];
        Also ["also"] ["ook"];
        Compound ["compound"] ["samenstelling"];
        Definition ["definition"] ["definitie"];
        Version ["version"] ["versie"];
        Use ["use"] ["gebruik"];
        Product ["product"] ["product"];
        Contradiction ["contradiction"] ["tegenspraak"];
        Fails ["fails"] ["faalt"];
        StaysOpen ["stays open"] ["blijft open"];
        Open ["open"] ["open"];
        Ordered ["ordered"] ["geordend"];
        Provision ["provision"] ["bepaling"];
        Code ["code"] ["code"];
        Under ["under"] ["onder"];
        Link ["link"] ["link"];
        Chapter ["chapter"] ["hoofdstuk"];
        Group ["group"] ["groep"];
        StandsFor ["stands for"] ["staat voor"];
        Means ["means"] ["betekent"];
        Members ["members"] ["leden"];
        From ["from"] ["vanaf"];
        Until ["until"] ["tot"];
        Through ["through"] ["tot en met"];
        Source ["source"] ["bron"];
        Complete ["complete"] ["volledig"];
        After ["after"] ["na"];
        Single ["single"] ["enkelvoudig"];
        Written ["written"] ["schriftelijk"];
        Abstract ["abstract"] ["abstract"];
        Owner ["owner"] ["eigenaar"];
        Vendor ["vendor"] ["leverancier"];
        Profile ["profile"] ["profiel"];
        World ["world"] ["wereld"];
        HomeOf ["home of"] ["thuis van"];
        Key ["key"] ["sleutel"];
        Field ["field"] ["veld"];
        Rename ["rename"] ["hernoem"];
        To ["to"] ["naar"];
        Many ["many"] ["meervoudig"];
        Main ["main"] ["hoofdveld"];
        TypeDate ["date"] ["datum"];
        TypeDuration ["duration"] ["duur"];
        TypeNumber ["number"] ["getal"];
        TypeEvent ["event"] ["gebeurtenis"];
        Default ["default"] ["standaard"];
        Absent ["absent"] ["afwezig"];
        ReadAs ["read as"] ["gelezen als"];
        CountsFrom ["counts from"] ["telt vanaf"];
        Minimum ["minimum"] ["minimum"];
        RanksParts ["ranks parts"] ["rangschikt delen"];
        Whole ["whole"] ["geheel"];
        DerivedFrom ["derived from"] ["afgeleid uit"];
        Where ["where"] ["waar"];
        Reads ["reads"] ["leest"];
        Value ["value"] ["waarde"];
        Terms ["terms"] ["begrippen"];
        Over ["over"] ["over"];
        Given ["given"] ["gegeven"];
        AsOf ["as of"] ["peildatum"];
        Expect ["expect"] ["verwacht"];
        Missing ["missing"] ["ontbreekt"];
        Fail ["fail"] ["voldoet niet" "faalt"];
        Pass ["pass"] ["voldoet"];
        Unknown ["unknown"] ["onbekend"];
        NotApplicable ["not-applicable" "not applicable"] ["niet van toepassing"];
        Waived ["waived"] ["aanvaard"];
        Reason ["reason"] ["reden"];
        Severity ["severity"] ["ernst"];
        Critical ["critical"] ["kritiek"];
        High ["high"] ["hoog"];
        Medium ["medium"] ["middel"];
        Low ["low"] ["laag"];
        Basis ["basis"] ["grondslag"];
        Advice ["advice"] ["advies"];
        Why ["why"] ["waarom"];
        Silence ["silence"] ["zwijgen"];
        On ["on"] ["over"];
        Allow ["allow"] ["sta"];
    }
    shared { Within If Includes Or For Year Month Week Day Hour }
}

impl Kw {
    /// What the lines of a rule that are no sentence begin with.
    pub const RULE_LABELS: [Kw; 7] =
        [Kw::Severity, Kw::Basis, Kw::Advice, Kw::Why, Kw::Silence, Kw::Contradiction, Kw::Allow];

    /// Its spellings.
    pub fn entry(self) -> &'static Keyword {
        &KEYWORDS[self as usize]
    }

    /// How the formatter writes it in `lang`.
    pub fn word(self, lang: Lang) -> &'static str {
        self.entry().spellings(lang)[0]
    }

    /// The language in which a word is, or begins, this keyword.
    pub fn begins(self, word: &str) -> Option<Lang> {
        let lower = word.to_lowercase();
        let first = |spelling: &&str| spelling.split(' ').next() == Some(lower.as_str());
        Lang::ALL.into_iter().find(|lang| self.entry().spellings(*lang).iter().any(first))
    }

    /// How the formatter writes a unit of time after a number.
    pub fn unit(self, lang: Lang, plural: bool) -> &'static str {
        self.entry().word.map_or(self.word(lang), |word| words::spelling(word, lang, plural))
    }
}

/// What closes `sta CODE toe`; English has no such word.
pub const ALLOW_CLOSING: &str = "toe";
/// Units of time.
pub const UNITS: &[Kw] = &[Kw::Year, Kw::Month, Kw::Week, Kw::Day, Kw::Hour];
/// Words of verdicts; a longer spelling comes before one that it begins with.
pub const VERDICTS: &[Kw] = &[Kw::Fail, Kw::Pass, Kw::Unknown, Kw::NotApplicable, Kw::Waived];
/// Types of fields that are no kind.
pub const TYPES: &[Kw] = &[Kw::TypeDate, Kw::TypeDuration, Kw::TypeNumber, Kw::TypeEvent];
/// Severities of a rule.
pub const SEVERITIES: &[Kw] = &[Kw::Critical, Kw::High, Kw::Medium, Kw::Low];
/// Owners of records and fields.
pub const OWNERS: &[Kw] = &[Kw::Vendor, Kw::Profile, Kw::World];

/// A block whose lines begin with certain keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The block of an item.
    Item(ItemWord),
    /// The block of a `field` line.
    Field,
    /// The block of a `rename` line.
    Rename,
}

impl Place {
    /// The place inside the block of a line that begins with `first`, if such a line has one.
    pub fn inside(first: Kw) -> Option<Place> {
        match first {
            Kw::Field => Some(Place::Field),
            Kw::Rename => Some(Place::Rename),
            _ => None,
        }
    }

    /// The keywords that a line may begin with here. In a rule every other line is a sentence.
    pub fn lines(self) -> &'static [Kw] {
        use Kw::*;
        match self {
            Place::Item(ItemWord::Policy) => {
                &[Nl, En, Version, Use, Vendor, Product, Contradiction, Link, Chapter]
            }
            Place::Item(ItemWord::Kind) => &[Nl, En, Also, Open, Ordered, Provision],
            Place::Item(ItemWord::Term) => {
                &[Nl, En, Also, Compound, Code, Under, Definition, Link, Group, StandsFor, Means]
            }
            Place::Item(ItemWord::Set) => &[Nl, En, Also, Members, Complete, Source],
            Place::Item(ItemWord::Event) => &[Nl, En, Also, After],
            Place::Item(ItemWord::Record) => {
                &[Nl, En, Also, Single, Written, Abstract, Owner, HomeOf, Key, Definition, Field, Rename]
            }
            Place::Field => &[
                Nl,
                En,
                Also,
                Definition,
                Owner,
                Many,
                Main,
                Default,
                ReadAs,
                CountsFrom,
                Minimum,
                RanksParts,
                Whole,
                DerivedFrom,
            ],
            Place::Rename => &[Nl, En, Also, Definition, Main],
            Place::Item(ItemWord::Setting) => &[Nl, En, Also, Value],
            Place::Item(ItemWord::Define) => &[Nl, En, Also, Over, Means],
            Place::Item(ItemWord::Question) => &[Nl, En],
            Place::Item(ItemWord::Test) => &[Given, Profile, AsOf, Expect],
            Place::Item(ItemWord::Waive) => &[Reason, Owner],
            Place::Item(ItemWord::Rule) => {
                &[Nl, En, Severity, Basis, Advice, Why, Silence, Contradiction, Allow]
            }
        }
    }
}

/// Keywords that may begin more than one line of a block.
pub const REPEATED: &[Kw] = &[
    Kw::Also,
    Kw::Compound,
    Kw::Definition,
    Kw::Use,
    Kw::Link,
    Kw::Chapter,
    Kw::Members,
    Kw::Field,
    Kw::Rename,
    Kw::Expect,
    Kw::After,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_keywords() {
        assert!(KEYWORDS.iter().enumerate().all(|(i, k)| k.kw as usize == i));
    }

    /// Two keywords that may begin a line of one block differ in both languages, and none begins another.
    #[test]
    fn no_line_keyword_of_a_block_hides_another() {
        let places = ItemWord::ALL.map(|(word, ..)| Place::Item(word));
        for place in places.into_iter().chain([Place::Field, Place::Rename]) {
            let spellings: Vec<&str> =
                place.lines().iter().flat_map(|kw| Lang::ALL.map(|lang| kw.word(lang))).collect();
            for (i, a) in spellings.iter().enumerate() {
                let hidden = |b: &&str| b.starts_with(&format!("{a} "));
                assert!(!spellings.iter().any(hidden), "{place:?}: `{a}` hides a longer one");
                let twin = spellings.iter().rposition(|b| b == a).unwrap_or(i);
                assert!(twin / 2 == i / 2, "{place:?}: `{a}` is two keywords");
            }
        }
    }
}
