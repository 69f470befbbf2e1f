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

/// `a` or `an`.
pub fn indefinite(next: &str) -> &'static str {
    let vowel = next.chars().next().is_some_and(|c| "aeiouAEIO".contains(c));
    if vowel { "an" } else { "a" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_decide() {
        assert!(neuter("document") && neuter("kaartregister") && !neuter("uitlening"));
        assert!(looks_plural("audit logs") && looks_plural("gegevens"));
        assert!(!looks_plural("personal data") && !looks_plural("adres") && !looks_plural("status"));
        assert_eq!((indefinite("item"), indefinite("loan")), ("an", "a"));
    }
}
