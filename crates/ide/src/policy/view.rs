//! A policy file with everything that features ask of it.

use policy_core::lang::Lang;
use policy_core::lower::builtin::NO_FILE;
use policy_core::marks::{self, Is, Mark, Name, Thing};
use policy_core::model::{Origin, Rule, Schema};
use policy_core::rules::{LineKind, line_kind};
use policy_core::words::{Meaning, Vocabulary};
use policy_db::{Database, Project, SourceFile, queries};
use policy_syntax::{File, Item, ItemWord, Line, Span, Token};

use crate::{Place, Target};

/// A policy file.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub db: &'a Database,
    pub project: Project,
    pub file: SourceFile,
    pub text: &'a str,
    pub tree: &'a File,
    pub schema: &'a Schema,
}

impl<'a> View<'a> {
    pub fn new(db: &'a Database, file: SourceFile) -> Self {
        let project = db.project();
        let (text, tree) = (file.text(db), queries::tree(db, file));
        View { db, project, file, text, tree, schema: queries::schema(db, project) }
    }

    /// The same for another file.
    pub fn of(&self, file: SourceFile) -> View<'a> {
        View::new(self.db, file)
    }

    pub fn marks(&self) -> &'a [Mark] {
        queries::marks(self.db, self.project, self.file)
    }

    pub fn vocabulary(&self) -> &'a Vocabulary {
        queries::vocabulary(self.db, self.project)
    }

    /// Every policy file.
    pub fn files(&self) -> impl Iterator<Item = View<'a>> + use<'a> {
        let view = *self;
        view.project.policies(view.db).iter().map(move |policy| view.of(policy.file))
    }

    /// The words at a byte: those it is in, else those it is just behind.
    pub fn mark_at(&self, offset: u32) -> Option<&'a Mark> {
        let marks = self.marks();
        let after = marks.partition_point(|mark| mark.span.start <= offset);
        let before = after.checked_sub(1).map(|i| &marks[i])?;
        let earlier = after.checked_sub(2).map(|i| &marks[i]).filter(|mark| mark.span.end == offset);
        let sign = matches!(before.is, Is::Sign);
        match earlier.filter(|_| sign) {
            Some(earlier) => Some(earlier),
            None => (offset <= before.span.end).then_some(before),
        }
    }

    /// The name at a byte.
    pub fn name_at(&self, offset: u32) -> Option<(Span, &'a Name)> {
        match self.mark_at(offset)? {
            Mark { span, is: Is::Name(name) } => Some((*span, name)),
            _ => None,
        }
    }

    /// The item around a byte, with its number.
    pub fn item_at(&self, offset: u32) -> Option<(u32, &'a Item)> {
        let items = &self.tree.items;
        let after = items.partition_point(|item| item.span.start <= offset);
        let nth = after.checked_sub(1)?;
        (offset <= items[nth].span.end).then(|| (nth as u32, &items[nth]))
    }

    /// The language that most of the file is written in, as its item words tell.
    pub fn lang(&self, unsure: Lang) -> Lang {
        let dutch = self.tree.items.iter().filter(|item| item.dutch).count();
        match (dutch * 2).cmp(&self.tree.items.len()) {
            std::cmp::Ordering::Greater => Lang::Nl,
            std::cmp::Ordering::Less => Lang::En,
            std::cmp::Ordering::Equal => unsure,
        }
    }

    /// The bytes of an origin, in whatever file it is.
    pub fn place(&self, origin: Origin) -> Option<Place> {
        if origin.file == NO_FILE {
            return None;
        }
        let (file, span) = queries::span(self.db, self.project, origin)?;
        Some(Place { file, span })
    }

    /// Where a thing is defined: its name, and all that belongs to it.
    pub fn target(&self, thing: &Thing) -> Option<(Place, Span)> {
        match thing {
            // Another pack may give a setting its value; what it is, is said where it comes first.
            Thing::Of(Meaning::Setting(s)) => {
                self.item_named(ItemWord::Setting, &self.schema.settings[s.ix()].name)
            }
            Thing::Of(meaning) => {
                let name = self.place(marks::origin(self.schema, *meaning))?;
                Some((name, self.of(name.file).whole(name.span)))
            }
            Thing::Rule(id) => self.item_named(ItemWord::Rule, id),
            Thing::Pack(id) => self.item_named(ItemWord::Policy, id),
        }
    }

    fn item_named(&self, word: ItemWord, name: &str) -> Option<(Place, Span)> {
        self.files().find_map(|view| {
            let named = |item: &&Item| item.word == word && item.head.first().is_some_and(|t| t.text == name);
            let item = view.tree.items.iter().find(named)?;
            Some((Place { file: view.file, span: item.head[0].span }, item.span))
        })
    }

    /// The item or field line around a name.
    fn whole(&self, name: Span) -> Span {
        let Some((_, item)) = self.item_at(name.start) else { return name };
        let line = item.lines.iter().find(|line| line.span.start <= name.start && name.end <= line.span.end);
        line.map_or(item.span, |line| line.span)
    }

    /// Where words lead: what they name is defined there.
    pub fn targets(&self, from: Span, thing: &Thing) -> Vec<Target> {
        let parts = match thing {
            Thing::Of(Meaning::Compound(head, with, _)) => {
                vec![Thing::Of(Meaning::Term(*head)), Thing::Of(Meaning::Term(*with))]
            }
            thing => vec![thing.clone()],
        };
        let target = |thing: &Thing| {
            let (name, full) = self.target(thing)?;
            Some(Target { from, file: name.file, full, name: name.span })
        };
        parts.iter().filter_map(target).collect()
    }

    /// The rule of that id that can be read, of all packs.
    pub fn rule(&self, id: &str) -> Option<&'a Rule> {
        let files = self.project.policies(self.db).iter();
        let mut rules =
            files.flat_map(|policy| &queries::file_rules(self.db, self.project, policy.file).rules);
        rules.find(|rule| rule.id == id)
    }

    /// The line of an item around a byte.
    pub fn line_at(&self, item: &'a Item, offset: u32) -> Option<&'a Line> {
        item.lines.iter().find(|line| line.span.start <= offset && offset <= line.span.end)
    }
}

/// The id of a rule item.
pub(super) fn id(item: &Item) -> Option<&Token> {
    item.head.first()
}

/// Whether a line of a rule is a title; and its language.
pub(super) fn title_lang(line: &Line) -> Option<Option<Lang>> {
    match line_kind(line) {
        LineKind::Title => Some(None),
        LineKind::TitleIn(lang) => Some(Some(lang)),
        _ => None,
    }
}

/// The bytes of a token without its quotes.
pub(super) fn inner(text: &str, span: Span) -> Span {
    let words = span.of(text);
    let quoted = words.len() >= 2
        && ['"', '`'].iter().any(|q| words.starts_with(*q) && words.ends_with(*q))
        && !words.starts_with("\"\"\"");
    if quoted { Span { start: span.start + 1, end: span.end - 1 } } else { span }
}
