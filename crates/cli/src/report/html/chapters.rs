//! Rules by chapter: those whose ids begin alike (`loans.rare`, `loans.period`; `loa-01`, `loa-02`).

use policy_core::lang::Lang;
use policy_core::model::{Rule, Schema};

/// Rules that belong together.
pub struct Chapter {
    /// What their ids begin with.
    pub key: String,
    /// What it is called.
    pub title: String,
    /// Indices of the rules.
    pub rules: Vec<usize>,
}

/// The chapters of the rules, in the order in which they come.
pub fn all(rules: &[Rule], schema: &Schema, lang: Lang) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let key = key(&rule.id);
        match chapters.iter_mut().find(|chapter| chapter.key == key) {
            Some(chapter) => chapter.rules.push(index),
            None => {
                let title = title(key, rule, schema, lang);
                chapters.push(Chapter { key: key.to_owned(), title, rules: vec![index] });
            }
        }
    }
    chapters
}

fn key(id: &str) -> &str {
    id.split(['-', '.']).next().unwrap_or(id)
}

/// The title that the rule's own pack gives, else another one; else that of the pack with this name, else the key.
fn title(key: &str, rule: &Rule, schema: &Schema, lang: Lang) -> String {
    let own = &schema.packs[rule.pack.ix()];
    let named = std::iter::once(own).chain(&schema.packs).flat_map(|pack| &pack.chapters);
    let named = named.filter(|chapter| chapter.key == key).find_map(|chapter| chapter.title.get(lang));
    let of_pack = || (own.name == key).then(|| own.title.get(lang)).flatten();
    named.or_else(of_pack).unwrap_or(key).to_owned()
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn a_chapter_is_what_comes_before_the_first_dash_or_dot() {
        assert_eq!(
            ["loa-01", "loans.rare", "house.late-fees", "plain"].map(key),
            ["loa", "loans", "house", "plain"]
        );
    }
}
