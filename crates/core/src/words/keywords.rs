//! The function words of sentences, in both languages.
//!
//! The one table: reading, writing and the highlighting grammars of editors come from it. Words of other lines
//! are in [`crate::lower::keywords`], which takes from here what it shares.

use crate::lang::Lang;

/// A function word, whatever its language and spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Word {
    /// `no`: begins a prohibition.
    No,
    /// `every`: begins an obligation.
    Every,
    /// `some`: at least one.
    Some,
    /// `has`.
    Has,
    /// `declares`: the document makes a definite statement on.
    Declares,
    /// `there` of "there is".
    There,
    /// `is`.
    Is,
    /// `at least`.
    AtLeast,
    /// `at most`.
    AtMost,
    /// `less than`.
    LessThan,
    /// `more than`.
    MoreThan,
    /// `and`.
    And,
    /// `or`.
    Or,
    /// `not`.
    Not,
    /// `if`.
    If,
    /// `then`.
    Then,
    /// `when`: decides whether the rule applies.
    When,
    /// `unless`: keeps the rule.
    Unless,
    /// `with`.
    With,
    /// `without`.
    Without,
    /// `where`.
    Where,
    /// `outside`.
    Outside,
    /// `within`.
    Within,
    /// `except`.
    Except,
    /// `declared`: looks at what the document lists.
    Declared,
    /// `its`: of the thing around.
    Its,
    /// `includes`.
    Includes,
    /// `after`: from which event a span counts.
    After,
    /// `ago`: counted back from the as-of date.
    Ago,
    /// The definite article.
    The,
    /// The indefinite article.
    A,
    /// `of`.
    Of,
    /// `to`.
    To,
    /// `for`.
    For,
    /// `in`.
    In,
    /// `at`.
    At,
    /// `by`.
    By,
    /// `on`.
    On,
    /// `from`.
    From,
    /// `about`.
    About,
    /// A year, 12 months.
    Year,
    /// A month.
    Month,
    /// A week, 7 days.
    Week,
    /// A day, 24 hours.
    Day,
    /// An hour.
    Hour,
}

/// What a function word is for; decides its colour in an editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Says what sort of norm it is.
    Norm,
    /// Joins conditions.
    Connective,
    /// Narrows a noun.
    Qualifier,
    /// Compares.
    Comparison,
    /// A preposition before a term.
    Preposition,
    /// A unit of time.
    Unit,
    /// Read over.
    Article,
}

/// A function word with its spellings. The first spelling is written for one thing, the second (if the
/// table gives it a plural) for several; all are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyword {
    /// Which.
    pub word: Word,
    /// What it is for.
    pub class: Class,
    /// Dutch spellings.
    pub nl: &'static [&'static str],
    /// English spellings.
    pub en: &'static [&'static str],
}

impl Keyword {
    /// The spellings in `lang`.
    pub fn spellings(&self, lang: Lang) -> &'static [&'static str] {
        lang.pick(self.nl, self.en)
    }
}

const fn entry(
    word: Word,
    class: Class,
    nl: &'static [&'static str],
    en: &'static [&'static str],
) -> Keyword {
    Keyword { word, class, nl, en }
}

/// Every function word, in order of [`Word`].
pub static KEYWORDS: &[Keyword] = &[
    entry(Word::No, Class::Norm, &["geen"], &["no"]),
    entry(Word::Every, Class::Norm, &["elke", "elk", "iedere", "ieder"], &["every", "each"]),
    entry(Word::Some, Class::Norm, &["enige", "enig"], &["some", "any"]),
    entry(Word::Has, Class::Norm, &["heeft", "hebben"], &["has", "have"]),
    entry(Word::Declares, Class::Norm, &["vermeldt", "vermelden"], &["declares", "declare"]),
    entry(Word::There, Class::Norm, &["er"], &["there"]),
    entry(Word::Is, Class::Norm, &["is", "zijn"], &["is", "are"]),
    entry(Word::AtLeast, Class::Comparison, &["minstens", "ten minste"], &["at least"]),
    entry(Word::AtMost, Class::Comparison, &["hoogstens", "ten hoogste"], &["at most"]),
    entry(Word::LessThan, Class::Comparison, &["minder dan"], &["less than"]),
    entry(Word::MoreThan, Class::Comparison, &["meer dan"], &["more than"]),
    entry(Word::And, Class::Connective, &["en"], &["and"]),
    entry(Word::Or, Class::Connective, &["of"], &["or"]),
    entry(Word::Not, Class::Connective, &["niet"], &["not"]),
    entry(Word::If, Class::Connective, &["als"], &["if"]),
    entry(Word::Then, Class::Connective, &["dan"], &["then"]),
    entry(Word::When, Class::Connective, &["wanneer"], &["when"]),
    entry(Word::Unless, Class::Connective, &["tenzij"], &["unless"]),
    entry(Word::With, Class::Qualifier, &["met"], &["with"]),
    entry(Word::Without, Class::Qualifier, &["zonder"], &["without"]),
    entry(Word::Where, Class::Qualifier, &["waarvan", "waar", "waarbij"], &["where"]),
    entry(Word::Outside, Class::Qualifier, &["buiten"], &["outside"]),
    entry(Word::Within, Class::Qualifier, &["binnen"], &["within"]),
    entry(Word::Except, Class::Qualifier, &["behalve"], &["except"]),
    entry(Word::Declared, Class::Qualifier, &["vermelde", "vermeld"], &["declared"]),
    entry(Word::Its, Class::Qualifier, &["zijn", "haar"], &["its"]),
    entry(Word::Includes, Class::Comparison, &["omvat", "omvatten"], &["includes", "include"]),
    entry(Word::After, Class::Comparison, &["na", "vanaf"], &["after"]),
    entry(Word::Ago, Class::Comparison, &["geleden"], &["ago"]),
    entry(Word::The, Class::Article, &["de", "het"], &["the"]),
    entry(Word::A, Class::Article, &["een"], &["a", "an"]),
    entry(Word::Of, Class::Preposition, &["van"], &["of"]),
    entry(Word::To, Class::Preposition, &["naar", "aan", "tot"], &["to"]),
    entry(Word::For, Class::Preposition, &["voor"], &["for"]),
    entry(Word::In, Class::Preposition, &["in"], &["in"]),
    entry(Word::At, Class::Preposition, &["bij"], &["at"]),
    entry(Word::By, Class::Preposition, &["door"], &["by"]),
    entry(Word::On, Class::Preposition, &["op"], &["on"]),
    entry(Word::From, Class::Preposition, &["uit"], &["from"]),
    entry(Word::About, Class::Preposition, &["over"], &["about"]),
    entry(Word::Year, Class::Unit, &["jaar", "jaren"], &["year", "years"]),
    entry(Word::Month, Class::Unit, &["maand", "maanden"], &["month", "months"]),
    entry(Word::Week, Class::Unit, &["week", "weken"], &["week", "weeks"]),
    entry(Word::Day, Class::Unit, &["dag", "dagen"], &["day", "days"]),
    entry(Word::Hour, Class::Unit, &["uur", "uren"], &["hour", "hours"]),
];

/// The entry of a function word.
pub const fn keyword(word: Word) -> &'static Keyword {
    &KEYWORDS[word as usize]
}

/// The canonical spelling: for one thing, or for several where the word has a plural.
pub fn spelling(word: Word, lang: Lang, plural: bool) -> &'static str {
    let all = keyword(word).spellings(lang);
    let inflects = match keyword(word).class {
        Class::Unit => lang == Lang::En || !matches!(word, Word::Year | Word::Hour),
        _ => matches!(word, Word::Has | Word::Declares | Word::Is | Word::Includes),
    };
    all[usize::from(plural && inflects).min(all.len() - 1)]
}

/// The function words of sentences that a phrase begins with, longest spelling first: each with the number of
/// words it takes. `words` are in lower case.
pub fn matches(words: &[String], lang: Lang) -> (usize, Vec<Word>) {
    let mut best = (0, Vec::new());
    for keyword in KEYWORDS {
        for spelled in keyword.spellings(lang) {
            let n = spelled.split(' ').count();
            let fits = spelled.split(' ').zip(words).filter(|(a, b)| *a == b.as_str()).count() == n;
            if !fits || n < best.0 {
                continue;
            }
            if n > best.0 {
                best = (n, Vec::new());
            }
            best.1.push(keyword.word);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_both_languages_and_its_own_entry() {
        for (i, entry) in KEYWORDS.iter().enumerate() {
            assert!(!entry.nl.is_empty() && !entry.en.is_empty(), "{:?}", entry.word);
            assert_eq!(entry.word as usize, i, "{:?} is out of order", entry.word);
        }
    }

    #[test]
    fn the_longest_spelling_wins() {
        let words = |text: &str| text.split(' ').map(String::from).collect::<Vec<_>>();
        assert_eq!(matches(&words("at most 6"), Lang::En), (2, vec![Word::AtMost]));
        assert_eq!(matches(&words("zijn x"), Lang::Nl), (1, vec![Word::Is, Word::Its]));
        assert_eq!(matches(&words("book"), Lang::En).0, 0);
        assert_eq!(spelling(Word::Year, Lang::Nl, true), "jaar");
        assert_eq!(spelling(Word::Month, Lang::Nl, true), "maanden");
    }
}
