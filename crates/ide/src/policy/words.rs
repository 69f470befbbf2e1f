//! What the words of the language mean: for hovers and completions.

use policy_core::lang::Lang;
use policy_core::lower::keywords::{Kw, Place};
use policy_core::words::Word;
use policy_syntax::ItemWord;

/// What a function word of a sentence does.
pub(super) fn function(word: Word, lang: Lang) -> &'static str {
    let (nl, en) = match word {
        Word::No => (
            "Verbod: zoiets mag er niet zijn, of alleen met wat na `zonder` staat.",
            "Prohibition: there may be none, or only with what follows `without`.",
        ),
        Word::Every => (
            "Verplichting: elk ding heeft of vermeldt wat volgt.",
            "Obligation: each thing has or declares what follows.",
        ),
        Word::Some => ("Er is er minstens een.", "There is at least one."),
        Word::Has => (
            "Het ding heeft wat volgt: een veld met een waarde, een begrip, een eigenschap.",
            "The thing has what follows: a field with a value, a term, a quality.",
        ),
        Word::Declares => (
            "Het document zegt er iets bepaalds over, wat dan ook.",
            "The document makes a definite statement on it, whatever it says.",
        ),
        Word::There => ("`er is`: er is er minstens een.", "`there is`: there is at least one."),
        Word::Is => ("Gelijk aan, of hoort bij `er is`.", "Equal to, or part of `there is`."),
        Word::AtLeast => {
            ("Ondergrens, of zoveel dingen of meer.", "Lower bound, or that many things or more.")
        }
        Word::AtMost => (
            "Bovengrens: deze waarde of minder; bij een datum zo lang of korter geleden.",
            "Upper bound: this value or less; for a date that long ago or less.",
        ),
        Word::LessThan => {
            ("Minder dan deze waarde, niet deze zelf.", "Less than this value, not the value itself.")
        }
        Word::MoreThan => {
            ("Meer dan deze waarde, niet deze zelf.", "More than this value, not the value itself.")
        }
        Word::And => {
            ("Allebei. Staat niet naast `of` zonder haakjes.", "Both. Not beside `or` without parentheses.")
        }
        Word::Or => (
            "Minstens een van de twee. Staat niet naast `en` zonder haakjes.",
            "At least one of the two. Not beside `and` without parentheses.",
        ),
        Word::Not => ("Wat volgt geldt niet.", "What follows does not hold."),
        Word::If => (
            "`als A dan …`: waar A niet geldt, wordt de zin niet getoetst.",
            "`if A then …`: where A does not hold, the sentence is not tested.",
        ),
        Word::Then => ("Wat moet gelden als de voorwaarde geldt.", "What must hold if the condition does."),
        Word::When => (
            "Bepaalt of de regel van toepassing is: anders is de uitkomst `niet van toepassing`.",
            "Decides whether the rule applies: otherwise the outcome is `not applicable`.",
        ),
        Word::Unless => ("Waar dit geldt, is aan de regel voldaan.", "Where this holds, the rule is kept."),
        Word::With => ("Alleen de dingen die dit hebben.", "Only things that have this."),
        Word::Without => (
            "In een verbod: dit maakt het toegestaan. Elders: alleen dingen die dit niet hebben.",
            "In a prohibition: this makes it allowed. Elsewhere: only things that lack this.",
        ),
        Word::Where => ("Alleen de dingen waarvan dit geldt.", "Only things of which this holds."),
        Word::Outside => (
            "Minstens een van de waarden ligt niet in de verzameling.",
            "At least one of the values is not in the set.",
        ),
        Word::Within => ("De waarde ligt in de verzameling.", "The value is in the set."),
        Word::Except => ("Deze niet meegerekend.", "Not counting these."),
        Word::Declared => (
            "Kijkt naar wat het document noemt, niet naar wat er is.",
            "Looks at what the document lists, not at what there is.",
        ),
        Word::Its => (
            "Van hetzelfde ding: `= zijn VELD` vergelijkt twee velden.",
            "Of the same thing: `= its FIELD` compares two fields.",
        ),
        Word::Includes => {
            ("Deze begrippen staan erin, en misschien meer.", "These terms are in it, and perhaps more.")
        }
        Word::After => ("Vanaf welke gebeurtenis de termijn telt.", "From which event the term counts."),
        Word::Ago => ("Teruggeteld vanaf de peildatum.", "Counted back from the as-of date."),
        Word::The => (
            "Lidwoord. Bij een gegeven dat er een keer is: dat ene.",
            "Article. With a record that there is one of: that one.",
        ),
        Word::A => ("Lidwoord; zegt niets.", "Article; says nothing."),
        Word::Of
        | Word::To
        | Word::For
        | Word::In
        | Word::At
        | Word::By
        | Word::On
        | Word::From
        | Word::About => (
            "Voorzetsel: het begrip erna beperkt het woord ervoor, in het veld dat van die soort is.",
            "Preposition: the term after it narrows the word before it, in the field of that kind.",
        ),
        Word::Year => ("Twaalf maanden.", "Twelve months."),
        Word::Month => ("Een kalendermaand.", "A calendar month."),
        Word::Week => ("Zeven dagen.", "Seven days."),
        Word::Day => ("24 uur.", "24 hours."),
        Word::Hour => ("Een uur.", "An hour."),
    };
    lang.pick(nl, en)
}

/// What an item is.
pub(super) fn item(word: ItemWord, lang: Lang) -> &'static str {
    let (nl, en) = match word {
        ItemWord::Policy => ("De kop van een pakket.", "The header of a pack."),
        ItemWord::Rule => ("Een norm.", "A norm."),
        ItemWord::Record => (
            "Iets dat kan worden verklaard, met zijn velden.",
            "Something that can be declared, with its fields.",
        ),
        ItemWord::Kind => ("Een familie van begrippen.", "A family of terms."),
        ItemWord::Term => ("Een woord van een soort.", "A word of a kind."),
        ItemWord::Set => ("Een lijst van begrippen, met datums.", "A list of terms, with dates."),
        ItemWord::Event => ("Een moment waarvan een termijn telt.", "A moment that a term counts from."),
        ItemWord::Define => {
            ("Een naam voor een zelfstandig naamwoord met bepalingen.", "A name for a noun with qualifiers.")
        }
        ItemWord::Setting => {
            ("Een waarde die een ander pakket mag vervangen.", "A value that another pack may replace.")
        }
        ItemWord::Question => {
            ("Wat te vragen als een veld ontbreekt.", "What to ask when a field is missing.")
        }
        ItemWord::Test => {
            ("Een verklaring en het oordeel dat erbij hoort.", "A declaration and the verdict it should get.")
        }
        ItemWord::Waive => ("Een aanvaard risico.", "An accepted risk."),
    };
    lang.pick(nl, en)
}

/// What a line that begins with a keyword says; `place` tells apart what one word says in several items.
pub(super) fn keyword(kw: Kw, place: Option<Place>, lang: Lang) -> Option<&'static str> {
    let of = |word| place == Some(Place::Item(word));
    let (nl, en) = match kw {
        Kw::Nl if of(ItemWord::Rule) || of(ItemWord::Policy) => {
            ("De titel in het Nederlands.", "The title in Dutch.")
        }
        Kw::En if of(ItemWord::Rule) || of(ItemWord::Policy) => {
            ("De titel in het Engels.", "The title in English.")
        }
        Kw::Nl => (
            "Labels in het Nederlands: enkelvoud, meervoud, verdere vormen.",
            "Labels in Dutch: singular, plural, further forms.",
        ),
        Kw::En => ("Labels in het Engels, in dezelfde volgorde.", "Labels in English, in the same order."),
        Kw::Also => ("Een synoniem met zijn vormen.", "A synonym with its forms."),
        Kw::Compound => (
            "Een samenstelling met een begrip van een andere soort: `{soort}`.",
            "A compound with a term of another kind: `{kind}`.",
        ),
        Kw::Definition => ("Wat het betekent.", "What it means."),
        Kw::Version => ("De versie van het pakket.", "The version of the pack."),
        Kw::Use => (
            "Pakketten waarvan dit de woorden en gegevens gebruikt.",
            "Packs whose words and records this one uses.",
        ),
        Kw::Vendor if of(ItemWord::Policy) => {
            ("Het veld dat noemt wie verklaart.", "The field that names who declares.")
        }
        Kw::Product => (
            "Het veld dat noemt waar de verklaring over gaat.",
            "The field that names what the declaration is about.",
        ),
        Kw::Contradiction => (
            "Of tegenstrijdige uitspraken de regel breken, of de vraag openlaten.",
            "Whether conflicting statements break the rule, or leave it open.",
        ),
        Kw::Chapter => (
            "Hoe de regels samen heten waarvan de naam zo begint.",
            "What the rules are called together whose ids begin so.",
        ),
        Kw::Link if of(ItemWord::Policy) => (
            "Waar de artikelen van een wet te lezen zijn; `{article}` staat voor het nummer.",
            "Where the articles of a law can be read; `{article}` stands for the number.",
        ),
        Kw::Link => ("Hetzelfde begrip elders, als adres.", "The same notion elsewhere, as an address."),
        Kw::Open => ("Elk woord is een begrip van deze soort.", "Any word is a term of this kind."),
        Kw::Ordered => (
            "De begrippen zijn te vergelijken, in de volgorde waarin ze staan.",
            "Its terms can be compared, in the order written.",
        ),
        Kw::Provision => ("De woorden zijn bepalingen van wet of contract.", "Its words are provisions."),
        Kw::Code => {
            ("Een code die telt in precies deze letters.", "A code that counts in exactly these letters.")
        }
        Kw::Under => ("Het begrip erboven.", "The term above it."),
        Kw::Group => (
            "Verzamelt alleen wat eronder valt; op zichzelf te vaag.",
            "Only gathers what is under it; vague by itself.",
        ),
        Kw::StandsFor => ("Een verzamelwoord voor deze begrippen.", "A collective word for these terms."),
        Kw::Means if of(ItemWord::Term) => (
            "Waar door wat een veld bevat: `betekent VELD binnen VERZAMELING`.",
            "True by what a field holds: `means FIELD within SET`.",
        ),
        Kw::Means => {
            ("De begrippen waarvoor het staat, allemaal tegelijk.", "The terms it stands for, all at once.")
        }
        Kw::Members => (
            "Begrippen of verzamelingen, met datums, een voorwaarde en een bron.",
            "Terms or sets, with dates, a condition and a source.",
        ),
        Kw::Complete => ("Tot wanneer de lijst volledig is.", "Until when the list is known to be complete."),
        Kw::Source => ("Waar de lijst vandaan komt.", "Where the list comes from."),
        Kw::After => ("Gebeurtenissen die zeker niet later zijn.", "Events that are certainly not later."),
        Kw::Single => ("Er is er een per verklaring.", "There is one per declaration."),
        Kw::Written => (
            "Bestaat alleen zoals het document het schrijft; ongezegd is het er niet.",
            "Exists only as the document writes it; unsaid means absent.",
        ),
        Kw::Abstract => {
            ("Alleen een ouder: kan zelf niet worden verklaard.", "Only a parent: cannot be declared itself.")
        }
        Kw::Owner if of(ItemWord::Waive) => ("Wie het risico aanvaardt.", "Who accepts the risk."),
        Kw::Owner => ("Wie het invult.", "Who fills it in."),
        Kw::HomeOf => (
            "Soorten waarvan een los woord over dit gegeven gaat.",
            "Kinds of which a bare noun means this record.",
        ),
        Kw::Key => (
            "De velden die zeggen welk ding dit regelt.",
            "The fields that tell which thing the record governs.",
        ),
        Kw::Field => ("Een veld: `veld NAAM : SOORT`.", "A field: `field NAME : KIND`."),
        Kw::Rename => {
            ("Geeft een veld van de ouder een andere naam.", "Gives a parent's field another name.")
        }
        Kw::Many => ("Bevat een verzameling begrippen.", "Holds a set of terms."),
        Kw::Main => (
            "Van meer velden van een soort dat wat een losse bepaling leest.",
            "Of several fields of one kind the one a bare qualifier reads.",
        ),
        Kw::Default => ("Wat het is als er niets is gezegd.", "What it is when nothing is said."),
        Kw::ReadAs => {
            ("Hoe het gelezen wordt als er niets is gezegd.", "How it is read when nothing is said.")
        }
        Kw::CountsFrom => {
            ("Het veld met de gebeurtenis waarvan de duur telt.", "The field with the event it counts from.")
        }
        Kw::Whole => (
            "Een verzameling die erin staat (\"EER\") geldt voor alles erin, niet voor een deel.",
            "A set that is stated in it (\"EEA\") stands for all of it, not for some of it.",
        ),
        Kw::Minimum => {
            ("Belooft minstens deze duur, niet hoogstens.", "Promises at least this much, not at most.")
        }
        Kw::RanksParts => ("Rangschikt de delen van een document.", "Orders the parts of a document."),
        Kw::DerivedFrom => {
            ("Ongezegd is het dat van een ander gegeven.", "Unsaid, it is that of another record.")
        }
        Kw::Value => (
            "De waarde: duur, getal, datum, begrip, verzameling of `begrippen A, B`.",
            "The value: span, number, date, term, set, or `terms A, B`.",
        ),
        Kw::Over => ("Het gegeven waar het over gaat.", "The record it ranges over."),
        Kw::Given => ("Een verklaring, als tekstblok.", "A declaration, as a text block."),
        Kw::Profile => ("Een profiel, als tekstblok.", "A profile, as a text block."),
        Kw::AsOf => ("De peildatum.", "The as-of date."),
        Kw::Expect => ("Het verwachte oordeel.", "The expected verdict."),
        Kw::Reason => ("Waarom het risico wordt aanvaard.", "Why the risk is accepted."),
        Kw::Severity => (
            "Hoe ernstig een overtreding is; ongezegd `middel`.",
            "How grave a breach is; `medium` if unsaid.",
        ),
        Kw::Basis => ("De bepalingen waarop de regel rust.", "The provisions the rule rests on."),
        Kw::Advice => ("Wat te doen bij een overtreding.", "What to do about a breach."),
        Kw::Why => ("Waarom de norm ertoe doet.", "Why the norm matters."),
        Kw::Silence => {
            ("Wat niet is verklaard telt als niet voldaan.", "What is not declared counts as broken.")
        }
        Kw::Allow => ("Aanvaardt een waarschuwing, met de reden.", "Accepts a warning, with the reason."),
        _ => return None,
    };
    Some(lang.pick(nl, en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_that_begins_a_line_is_explained() {
        let places = ItemWord::ALL.map(|(word, ..)| Place::Item(word));
        for place in places.into_iter().chain([Place::Field, Place::Rename]) {
            for kw in place.lines() {
                assert!(keyword(*kw, Some(place), Lang::Nl).is_some(), "{place:?} {kw:?}");
            }
        }
    }
}
