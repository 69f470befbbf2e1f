//! What the sentences of policies name, and after which function word: what whoever writes the next sentence most
//! likely means.

use std::collections::HashMap;
use std::sync::Arc;

use policy_core::marks::{Is, Mark, Name, Thing};
use policy_core::words::{Meaning, Word};
use salsa::Database;

use crate::inputs::{Project, SourceFile};
use crate::queries;

/// How often things are named after a function word; after any, where none is given.
pub type Habits = HashMap<(Option<Word>, Meaning), u32>;

/// The habits of one policy file.
#[salsa::tracked]
pub fn of_file(db: &dyn Database, project: Project, file: SourceFile) -> Arc<Habits> {
    Arc::new(counted(queries::marks(db, project, file)))
}

/// How often the sentences of all policies name a thing after one of these words; naming it anywhere counts a little.
pub fn score(db: &dyn Database, project: Project, after: &[Word], meaning: Meaning) -> u32 {
    let files = project.policies(db).iter().map(|policy| of_file(db, project, policy.file));
    let of = |habits: &Habits, word| habits.get(&(word, meaning)).copied().unwrap_or(0);
    let scores = files.map(|habits| {
        let here: u32 = after.iter().map(|word| of(habits, Some(*word))).sum();
        20 * here + of(habits, None)
    });
    scores.sum()
}

fn counted(marks: &[Mark]) -> Habits {
    let (mut habits, mut last) = (Habits::new(), None);
    for mark in marks {
        match &mark.is {
            Is::Item(_) | Is::Keyword(_) => last = None,
            Is::Function(Word::And | Word::Or) => {}
            Is::Function(word) => last = Some(*word),
            Is::Name(Name { thing: Thing::Of(meaning), sure: true, .. }) if last.is_some() => {
                *habits.entry((last, *meaning)).or_default() += 1;
                *habits.entry((None, *meaning)).or_default() += 1;
            }
            _ => {}
        }
    }
    habits
}
