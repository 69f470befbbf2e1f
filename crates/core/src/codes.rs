//! The registry of diagnostic codes: one entry here, one page under `docs/codes/`.
//!
//! `P01xx` syntax · `P02xx` names and types in policies · `P03xx` lints on policies ·
//! `P04xx` declarations · `P05xx` evaluation and settings · `P06xx` input and files.

use crate::diag::Level;

/// A registered code.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Code {
    /// The code itself, such as `P0101`.
    pub id: &'static str,
    /// The level its diagnostics have.
    pub level: Level,
    /// What it is about, in Dutch.
    pub nl: &'static str,
    /// What it is about, in English.
    pub en: &'static str,
}

macro_rules! codes {
    ($($name:ident = $id:literal $level:ident, $nl:literal, $en:literal;)*) => {
        $(#[doc = $en] pub static $name: Code = Code { id: $id, level: Level::$level, nl: $nl, en: $en };)*
        /// Every code, in order.
        pub static ALL: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    SYNTAX = "P0101" Error, "hier kan de tekst niet worden gelezen", "the text cannot be read here";
    UNCLOSED = "P0102" Error, "een haakje, accolade of aanhalingsteken sluit niet", "a bracket, brace or quote does not close";
    HIDDEN_CHARACTER = "P0103" Error, "een onzichtbaar teken dat de leesrichting verandert", "a hidden character that changes the reading direction";
    LOOK_ALIKE = "P0104" Warning, "een woord met letters uit verschillende schriften", "a word that mixes look-alike letters of different scripts";
    TOO_DEEP = "P0105" Error, "te diep genest", "nested too deeply";
    UNKNOWN_NAME = "P0201" Error, "onbekend woord", "unknown word";
    DUPLICATE_NAME = "P0202" Error, "twee dingen met dezelfde naam", "two things with one name";
    WRONG_KIND = "P0203" Error, "een woord van de verkeerde soort", "a word of the wrong kind";
    AMBIGUOUS = "P0204" Error, "een zin die twee dingen kan betekenen", "a sentence that can mean two things";
    SENTENCE = "P0205" Error, "een zin die geen norm is", "a sentence that is not a norm";
    MISSING_LINE = "P0206" Error, "een verplichte regel ontbreekt", "a required line is missing";
    BAD_LINE = "P0207" Error, "een regel die hier niet hoort", "a line that does not belong here";
    BAD_VALUE = "P0208" Error, "een waarde die niet kan", "a value that cannot be";
    MIXED_LANGUAGE = "P0209" Error, "twee talen in een zin", "two languages in one sentence";
    CYCLE = "P0210" Error, "een kringverwijzing", "a circular reference";
    NEVER_APPLIES = "P0301" Warning, "een regel die nooit iets toetst", "a rule that never applies";
    ALWAYS_PASSES = "P0302" Warning, "een regel die een leeg document goedkeurt", "a rule that passes an empty declaration";
    NO_RULES = "P0303" Warning, "een pakket zonder regels", "a pack without rules";
    NEVER_READ = "P0304" Warning, "een veld dat geen regel leest", "a field that no rule reads";
    UNUSED_SETTING = "P0305" Warning, "een instelling die niemand gebruikt", "a setting nobody uses";
    NO_TRANSLATION = "P0306" Warning, "een woord zonder vertaling", "a word without translation";
    WAIVER_UNUSED = "P0307" Warning, "een aanvaarding die niets dekt", "a waiver that covers nothing";
    WAIVER_EXPIRED = "P0308" Warning, "een verlopen aanvaarding", "an expired waiver";
    OLD_LIST = "P0309" Warning, "een lijst waar een jaar niet naar is gekeken", "a list nobody has looked at for a year";
    DECL_SYNTAX = "P0401" Error, "de verklaring kan hier niet worden gelezen", "the declaration cannot be read here";
    DUPLICATE_KEY = "P0402" Error, "een dubbele sleutel", "a duplicate key";
    UNKNOWN_FIELD = "P0403" Error, "een onbekend veld", "an unknown field";
    WRONG_TYPE = "P0404" Error, "een waarde van het verkeerde type", "a value of the wrong type";
    UNKNOWN_TERM = "P0405" Error, "een onbekend begrip", "an unknown term";
    IMPOSSIBLE_DATE = "P0406" Error, "een onmogelijke datum", "an impossible date";
    NOT_YOURS = "P0407" Warning, "een veld dat de ander invult", "a field the other party fills in";
    EXCLUDED_HERE = "P0408" Warning, "vermeld en uitgesloten", "listed and excluded";
    AMBIGUOUS_WORD = "P0409" Warning, "een woord dat YAML anders leest", "a word that YAML reads differently";
    TOO_BIG = "P0410" Error, "te groot of te diep om te lezen", "too big or too deep to read";
    EMPTY_DECLARATION = "P0411" Error, "een lege verklaring", "an empty declaration";
    UNMATCHED = "P0412" Warning, "een regel van het profiel die niets treft", "a profile entry that meets nothing";
    TOO_MANY_CASES = "P0501" Warning, "te veel gevallen om uit te rekenen", "too many cases to work out";
    STALE_LIST = "P0502" Warning, "een lijst die niet tot de peildatum loopt", "a list that does not reach the as-of date";
    INPUT = "P0601" Error, "een bestand dat niet kan worden gelezen", "a file that cannot be read";
    NOTHING_EVALUATED = "P0602" Error, "er is niets beoordeeld", "nothing was evaluated";
    CONFIGURATION = "P0603" Error, "een fout in de instellingen", "a mistake in the configuration";
}

/// Looks up a code by its id, in any case.
pub fn find(id: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.id.eq_ignore_ascii_case(id))
}
