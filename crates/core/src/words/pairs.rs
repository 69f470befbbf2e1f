//! The same name in the other language.
//!
//! A thing has pairs of names: its own forms by their index, its synonyms by theirs. Words are translated by
//! pairs such that Dutch, English and Dutch again give the first Dutch word back: where an English word stands
//! for several Dutch ones, one of those is written for all of them.

use super::{key, without_article};
use crate::lang::Lang;
use crate::model::{Form, Labels};

/// Which form is meant where a language writes both alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Number {
    /// The plural: a norm usually speaks of all things of a sort.
    #[default]
    Many,
    /// The singular, as after `every`.
    One,
}

/// A name in Dutch and in English.
type Pair<'a> = (&'a str, &'a str);

/// A word for a thing, in `to`: a name in its own language stays (of several that cannot be told apart in the
/// other language one does), a synonym without a partner gives way to the thing's own name. `None`: there is no
/// word for it in `to`.
pub fn translated<'a>(
    labels: &'a Labels,
    text: &str,
    from: Lang,
    to: Lang,
    number: Number,
) -> Option<&'a str> {
    let pairs = pairs(labels, number);
    let own = own_name(labels, &pairs, text, from)?;
    let dutch = |english: &str| pairs.iter().find(|p| same(p.1, english)).map(|p| p.0);
    let english = |word: &str| {
        let mut fitting = pairs.iter().filter(|p| same(p.0, word));
        let first = fitting.clone().next();
        fitting.find(|p| dutch(p.1) == Some(p.0)).or(first).map(|p| p.1)
    };
    match (from, to) {
        (Lang::En, Lang::En) => Some(own),
        (Lang::En, Lang::Nl) => dutch(own),
        (Lang::Nl, Lang::En) => english(own),
        (Lang::Nl, Lang::Nl) => Some(english(own).and_then(dutch).unwrap_or(own)),
    }
    .map(without_article)
}

/// The pairs of a thing's names, those first that are preferred.
fn pairs(labels: &Labels, number: Number) -> Vec<Pair<'_>> {
    let mut pairs = Vec::new();
    for (nl, en) in labels.names(Lang::Nl).zip(labels.names(Lang::En)) {
        let form = |forms: &'_ [String], i: usize| i.min(forms.len().saturating_sub(1));
        let count = if nl.is_empty() || en.is_empty() { 0 } else { nl.len().max(en.len()) };
        let mut order: Vec<usize> = (0..count).collect();
        if number == Number::Many && count > 1 {
            order.swap(0, 1);
        }
        pairs.extend(order.into_iter().map(|i| (nl[form(nl, i)].as_str(), en[form(en, i)].as_str())));
    }
    pairs
}

/// The name itself if it has a partner, else the thing's own name in its form.
fn own_name<'a>(labels: &'a Labels, pairs: &[Pair<'a>], text: &str, from: Lang) -> Option<&'a str> {
    let mut sides = pairs.iter().map(|p| from.pick(p.0, p.1));
    if let Some(paired) = sides.find(|side| same(side, text)) {
        return Some(paired);
    }
    let (spelled, Form(form)) = labels.spellings(from).find(|(spelled, _)| same(spelled, text))?;
    let forms = labels.forms(from);
    let own = forms.get(usize::from(form)).or(forms.last());
    Some(own.map_or(spelled, String::as_str))
}

fn same(a: &str, b: &str) -> bool {
    a == b || key(without_article(a)) == key(without_article(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Labels {
        let own = |words: &[&str]| words.iter().map(|w| w.to_string()).collect::<Vec<_>>();
        Labels {
            nl: own(&["lid", "leden"]),
            en: own(&["member", "members"]),
            nl_also: vec![own(&["lezer", "lezers"]), own(&["lid"]), own(&["klant"])],
            en_also: vec![own(&["reader", "readers"]), own(&["patron"])],
        }
    }

    fn to(text: &str, from: Lang, to: Lang) -> &'static str {
        let labels: &'static Labels = Box::leak(Box::new(labels()));
        translated(labels, text, from, to, Number::Many).unwrap_or("-")
    }

    #[test]
    fn a_synonym_stays_in_its_language_and_has_its_partner_in_the_other() {
        assert_eq!(to("lezers", Lang::Nl, Lang::Nl), "lezers");
        assert_eq!(to("lezers", Lang::Nl, Lang::En), "readers");
        assert_eq!(to("Reader", Lang::En, Lang::Nl), "lezer");
    }

    #[test]
    fn the_partner_may_be_the_own_name_again() {
        assert_eq!(to("patron", Lang::En, Lang::En), "patron");
        assert_eq!(to("patron", Lang::En, Lang::Nl), "lid");
        assert_eq!(to("lid", Lang::Nl, Lang::En), "member");
    }

    #[test]
    fn a_synonym_without_partner_gives_way() {
        assert_eq!(to("klant", Lang::Nl, Lang::Nl), "lid");
        assert_eq!(to("klant", Lang::Nl, Lang::En), "member");
    }

    #[test]
    fn forms_written_alike_follow_the_number() {
        let sheep = Labels {
            nl: vec!["schaap".into(), "schapen".into()],
            en: vec!["sheep".into()],
            ..Labels::default()
        };
        let dutch = |number| translated(&sheep, "sheep", Lang::En, Lang::Nl, number);
        assert_eq!((dutch(Number::One), dutch(Number::Many)), (Some("schaap"), Some("schapen")));
        let kept = translated(&sheep, "schaap", Lang::Nl, Lang::Nl, Number::Many);
        assert_eq!(kept, Some("schapen"), "English cannot tell them apart");
    }

    #[test]
    fn there_and_back_gives_the_dutch_word() {
        let labels = labels();
        for number in [Number::One, Number::Many] {
            let turn =
                |text: &str, from, to| translated(&labels, text, from, to, number).unwrap().to_string();
            for (lang, word) in Lang::ALL.iter().flat_map(|l| labels.spellings(*l).map(|(s, _)| (*l, s))) {
                let dutch = turn(word, lang, Lang::Nl);
                let english = turn(&dutch, Lang::Nl, Lang::En);
                assert_eq!(turn(&english, Lang::En, Lang::Nl), dutch, "{word}");
                assert_eq!(turn(&dutch, Lang::Nl, Lang::Nl), dutch, "{word}");
                assert_eq!(turn(&english, Lang::En, Lang::En), english, "{word}");
            }
        }
    }
}
