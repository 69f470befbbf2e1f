//! What Dutch and English grammar ask of the words around a label: articles, and whether a noun is plural.
//!
//! A guess from the noun's ending, good enough to write a readable line; a pack that knows better gives a
//! synonym with the article ("het depot"). Never used for reading.

/// Nouns that take `het`, also as the last part of a compound.
const NEUTER: &[&str] = &[
    "contract",
    "product",
    "register",
    "bestand",
    "besluit",
    "doel",
    "recht",
    "land",
    "boek",
    "systeem",
    "account",
    "bedrijf",
    "model",
    "artikel",
    "gebruik",
    "beheer",
    "onderzoek",
    "verzoek",
    "bezwaar",
    "beleid",
    "plan",
    "adres",
    "nummer",
    "certificaat",
    "incident",
    "lek",
    "gegeven",
    "onderdeel",
    "deel",
    "niveau",
    "formulier",
    "bericht",
    "advies",
    "bewijs",
    "belang",
    "antwoord",
    "project",
    "rapport",
    "overzicht",
    "veld",
    "vak",
    "vakje",
    "netwerk",
    "apparaat",
    "proces",
    "gebied",
    "lid",
    "bezit",
];

/// Endings of nouns that take `het`.
const NEUTER_ENDINGS: &[&str] = &["ment", "isme", "tje", "pje", "kje", "sel", "gram", "um"];

/// Whether a Dutch singular noun takes `het` and `elk`.
pub fn neuter(noun: &str) -> bool {
    let noun = noun.to_lowercase();
    let last = noun.rsplit(' ').next().unwrap_or(&noun);
    NEUTER.iter().chain(NEUTER_ENDINGS).any(|end| last.ends_with(end))
}

/// The noun of a Dutch label with something behind it: "rij" of "rij van de tabel".
pub fn head(label: &str) -> &str {
    label.split(" van ").next().unwrap_or(label)
}

/// Whether a Dutch noun is feminine by its ending, so that `haar` refers to it.
pub fn feminine(noun: &str) -> bool {
    ["ing", "heid", "nis", "schap", "teit", "ie", "iek"].iter().any(|end| noun.ends_with(end))
}

/// Whether a noun looks plural although it is listed as the only form ("audit logs", "gegevens").
pub fn looks_plural(noun: &str) -> bool {
    let noun = noun.to_lowercase();
    let plural =
        noun.ends_with('s') && !["ss", "us", "is", "es", "as", "ies"].iter().any(|e| noun.ends_with(e));
    plural || noun.ends_with("ses") || noun.ends_with("ties")
}

/// Whether an English noun has no plural and takes `is` although it may stand for many ("loan data").
pub fn uncountable(noun: &str) -> bool {
    let last = noun.rsplit(' ').next().unwrap_or(noun);
    ["data", "information", "software", "equipment"].contains(&last.to_lowercase().as_str())
}

/// `a` or `an`, by how the next word sounds.
pub fn indefinite(next: &str) -> &'static str {
    let word = next.trim_start_matches(|c: char| !c.is_alphanumeric());
    let word = word.split(|c: char| !c.is_alphanumeric()).next().unwrap_or(word);
    let lower = word.to_lowercase();
    let begins = |with: &[&str]| with.iter().any(|start| lower.starts_with(start));
    let vowel = if spelled_out(word) {
        word.starts_with(|c| "AEFHILMNORSX".contains(c))
    } else if lower.starts_with('u') {
        !begins(YOU)
    } else if lower.starts_with(|c: char| c.is_ascii_digit()) {
        lower.starts_with('8') || lower == "11" || lower == "18"
    } else {
        let like_w = lower == "one" || lower == "once";
        begins(SILENT_H) || begins(&["a", "e", "i", "o"]) && !begins(&["eu"]) && !like_w
    };
    if vowel { "an" } else { "a" }
}

/// Words that begin with an `h` that is not heard.
const SILENT_H: &[&str] = &["hour", "honest", "honour", "honor", "heir"];

/// Words that begin with a `u` that sounds like "you".
const YOU: &[&str] =
    &["unio", "uniq", "unit", "unif", "univ", "unil", "use", "usa", "usu", "uti", "uk", "ubiq", "ura"];

/// Whether letters are said one by one: capitals, unless they look like a word ("NATO").
fn spelled_out(word: &str) -> bool {
    let capitals = word.chars().all(|c| c.is_uppercase() || c.is_ascii_digit());
    let as_word = word.len() >= 4 && word.chars().nth(1).is_some_and(|c| "AEIOU".contains(c));
    capitals && !as_word && word.starts_with(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_decide() {
        assert!(neuter("document") && neuter("kaartregister") && !neuter("uitlening"));
        assert!(looks_plural("audit logs") && looks_plural("gegevens"));
        assert!(!looks_plural("personal data") && !looks_plural("adres") && !looks_plural("status"));
    }

    #[test]
    fn the_article_goes_by_the_sound() {
        let an = [
            "item",
            "old loan",
            "unlisted book",
            "hour",
            "unimportant card",
            "ISBN",
            "8 days",
            "11",
            "\u{60}item\u{60}",
        ];
        let a = [
            "loan",
            "used book",
            "union",
            "unit",
            "European loan",
            "one-off fine",
            "PIN",
            "UFO",
            "NATO list",
            "12",
            "",
        ];
        for next in an {
            assert_eq!(indefinite(next), "an", "{next}");
        }
        for next in a {
            assert_eq!(indefinite(next), "a", "{next}");
        }
    }
}
