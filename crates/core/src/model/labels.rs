//! Labels: how something is called in each language, in all its forms.

use crate::lang::Lang;

/// One form of a label: its index in [`Labels::forms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Form(pub u8);

/// The names of one thing. Forms are paired by index: form 0 is the singular (or only) form,
/// form 1 the plural, further ones inflected. Synonyms are paired too: the first Dutch one with the first
/// English one, and so on. A synonym is translated to its partner; one without a partner is read, and written
/// as the thing's own name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Labels {
    /// Dutch forms.
    pub nl: Vec<String>,
    /// English forms.
    pub en: Vec<String>,
    /// Dutch synonyms, each with its forms.
    pub nl_also: Vec<Vec<String>>,
    /// English synonyms, each with its forms.
    pub en_also: Vec<Vec<String>>,
}

impl Labels {
    /// The forms in `lang`.
    pub fn forms(&self, lang: Lang) -> &[String] {
        lang.pick(&self.nl, &self.en)
    }

    /// The word to write for a form in `lang`: that form, else the last one there is, else the other
    /// language's, else nothing.
    pub fn word(&self, lang: Lang, form: Form) -> Option<&str> {
        let of = |forms: &'_ [String]| -> Option<usize> {
            (!forms.is_empty()).then(|| (form.0 as usize).min(forms.len() - 1))
        };
        let own = self.forms(lang);
        let other = self.forms(lang.other());
        of(own).map(|i| own[i].as_str()).or_else(|| of(other).map(|i| other[i].as_str()))
    }

    /// The first form in `lang`, else the other language's, else `fallback`.
    pub fn name<'a>(&'a self, lang: Lang, fallback: &'a str) -> &'a str {
        self.word(lang, Form(0)).unwrap_or(fallback)
    }

    /// The names in `lang`: its own, then its synonyms; each with its forms.
    pub fn names(&self, lang: Lang) -> impl Iterator<Item = &[String]> {
        let also = lang.pick(&self.nl_also, &self.en_also);
        std::iter::once(self.forms(lang)).chain(also.iter().map(Vec::as_slice))
    }

    /// Every spelling in `lang` with the form it is.
    pub fn spellings(&self, lang: Lang) -> impl Iterator<Item = (&str, Form)> {
        self.names(lang).flat_map(|forms| forms.iter().enumerate().map(|(i, s)| (s.as_str(), Form(i as u8))))
    }
}
