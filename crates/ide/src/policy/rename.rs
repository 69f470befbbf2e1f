//! Renaming: of an id everywhere it is an id, of a label everywhere it is spoken; or why that cannot be.

use policy_core::diag::Message;
use policy_core::lang::Lang;
use policy_core::marks::{self, How, Is, Mark, Name, Thing};
use policy_core::model::TermId;
use policy_core::words::{self, Meaning, key, without_article};
use policy_db::engine::{Format, mentions};
use policy_db::{Database, SourceFile, queries};
use policy_syntax::{Span, TokenKind, parse};

use super::view::{View, inner};
use crate::{TextEdit, WorkspaceEdit};

/// The words that would be renamed, without their quotes.
pub fn prepare_rename(db: &Database, file: SourceFile, offset: u32) -> Result<Span, Message> {
    let view = View::new(db, file);
    let renaming = Renaming::at(view, offset)?;
    renaming.own()?;
    Ok(inner(view.text, renaming.span))
}

/// The changes that give the thing at a byte another name.
pub fn rename(db: &Database, file: SourceFile, offset: u32, new: &str) -> Result<WorkspaceEdit, Message> {
    let renaming = Renaming::at(View::new(db, file), offset)?;
    let new = new.trim();
    renaming.own()?;
    renaming.check(new)?;
    Ok(renaming.edit(new))
}

struct Renaming<'a> {
    view: View<'a>,
    span: Span,
    name: &'a Name,
    /// The word as it is written now.
    old: String,
}

impl<'a> Renaming<'a> {
    fn at(view: View<'a>, offset: u32) -> Result<Self, Message> {
        let Some(mark) = view.mark_at(offset) else {
            return Err(Message::new("hier staat geen naam", "there is no name here"));
        };
        let words = mark.span.of(view.text);
        let Mark { span, is: Is::Name(name) } = mark else {
            return Err(match mark.is {
                Is::Item(_) | Is::Keyword(_) | Is::Function(_) => Message::new(
                    format!("`{words}` is een woord van de taal zelf en heeft geen andere naam"),
                    format!("`{words}` is a word of the language itself and cannot have another name"),
                ),
                _ => Message::new("hier staat geen naam", "there is no name here"),
            });
        };
        match &name.thing {
            Thing::Pack(_) => Err(Message::new(
                "de naam van een pakket staat ook in instellingen en op de opdrachtregel: hernoem hem daar met de hand",
                "the name of a pack stands in settings and on command lines too: rename it there by hand",
            )),
            Thing::Of(Meaning::Compound(head, with, _)) => Err(compound(&view, words, [*head, *with])),
            _ => Ok(Renaming {
                view,
                span: *span,
                name,
                old: inner(view.text, *span).of(view.text).to_owned(),
            }),
        }
    }

    fn is_label(&self) -> bool {
        matches!(self.name.how, How::Label | How::Spells(_))
    }

    /// What is defined in a standard pack belongs to that pack.
    fn own(&self) -> Result<(), Message> {
        let (db, old) = (self.view.db, &self.old);
        let defined = self.view.target(&self.name.thing);
        let standard = |file: SourceFile| queries::is_standard(db, file);
        match defined {
            None => Err(Message::new(
                format!("`{old}` is nergens omschreven en kan niet worden hernoemd"),
                format!("`{old}` is defined nowhere and cannot be renamed"),
            )),
            Some((place, _))
                if standard(place.file) || self.places().any(|(view, ..)| standard(view.file)) =>
            {
                let path = place.file.path(db);
                Err(Message::new(
                    format!(
                        "`{old}` staat in een meegeleverd pakket ({path}) en kan daar niet worden hernoemd"
                    ),
                    format!("`{old}` stands in a standard pack ({path}) and cannot be renamed there"),
                ))
            }
            Some(_) => Ok(()),
        }
    }

    /// Whether the new name can be one, and is free.
    fn check(&self, new: &str) -> Result<(), Message> {
        if self.is_label() {
            return self.check_label(new);
        }
        let tree = parse(&format!("rule {new} {{ }}"));
        let one = tree.items.first().is_some_and(|item| {
            matches!(item.head.as_slice(), [t] if t.text == new && matches!(t.kind, TokenKind::Word | TokenKind::Dotted))
        });
        if !(one && tree.errors.is_empty()) {
            return Err(Message::new(
                format!("`{new}` kan geen naam zijn: een naam is een woord van letters, cijfers, `-` en `.`"),
                format!("`{new}` cannot be a name: a name is one word of letters, digits, `-` and `.`"),
            ));
        }
        if new != self.old && self.is_taken(new) {
            return Err(taken(new));
        }
        Ok(())
    }

    fn is_taken(&self, new: &str) -> bool {
        let schema = self.view.schema;
        match &self.name.thing {
            Thing::Rule(_) => self.view.target(&Thing::Rule(new.to_owned())).is_some(),
            Thing::Pack(_) => false,
            Thing::Of(meaning) => match *meaning {
                Meaning::Record(_) => schema.record(new).is_some(),
                Meaning::Field(r, _) => schema.records[r.ix()].field(new).is_some(),
                Meaning::Term(t) | Meaning::Compound(t, ..) => {
                    schema.term(schema.terms[t.ix()].kind, new).is_some()
                }
                Meaning::Set(_) => schema.set(new).is_some(),
                Meaning::Event(_) => schema.event(new).is_some(),
                Meaning::Setting(_) => schema.settings.iter().any(|s| s.name == new),
                Meaning::Define(_) => schema.defines.iter().any(|d| d.name == new),
                Meaning::Kind(_) => schema.kind(new).is_some(),
            },
        }
    }

    fn check_label(&self, new: &str) -> Result<(), Message> {
        let tree = parse(&format!("rule x {{\n{new}\n}}"));
        let plain = tree.items.first().is_some_and(|item| match item.lines.as_slice() {
            [line] => line
                .tokens
                .iter()
                .all(|t| matches!(t.kind, TokenKind::Word | TokenKind::Number | TokenKind::Dotted)),
            _ => false,
        });
        if !(plain && tree.errors.is_empty()) {
            return Err(Message::new(
                format!("`{new}` kan geen label zijn: een label bestaat uit woorden, zonder leestekens"),
                format!("`{new}` cannot be a label: a label is made of words, without punctuation"),
            ));
        }
        let spelled: Vec<String> = new.to_lowercase().split_whitespace().map(str::to_owned).collect();
        if Lang::ALL.iter().any(|lang| words::matches(&spelled, *lang).0 == spelled.len()) {
            return Err(Message::new(
                format!("`{new}` is een woord van de taal zelf: kies een ander label"),
                format!("`{new}` is a word of the language itself: choose another label"),
            ));
        }
        let schema = self.view.schema;
        let other = |sense: &words::Sense| !marks::same(schema, &Thing::Of(sense.meaning), &self.name.thing);
        if self.view.vocabulary().senses(new).iter().any(other) {
            return Err(taken(new));
        }
        Ok(())
    }

    /// Every place that has to change: its file, its bytes, and the name there.
    fn places(&self) -> impl Iterator<Item = (View<'a>, Span, &'a Name)> + use<'a> {
        let (schema, thing, label) = (self.view.schema, self.name.thing.clone(), self.is_label());
        let old = spoken(&self.old);
        let fits = move |view: &View<'a>, span: Span, name: &Name| {
            let is_label = matches!(name.how, How::Label | How::Spells(_));
            let words = spoken(inner(view.text, span).of(view.text));
            let compound = matches!(name.thing, Thing::Of(Meaning::Compound(..)));
            name.sure
                && is_label == label
                && marks::same(schema, &name.thing, &thing)
                && (!label || words == old || compound && words.contains(&old))
        };
        self.view.files().flat_map(move |view| {
            let fits = fits.clone();
            view.marks().iter().filter_map(move |mark| match &mark.is {
                Is::Name(name) if fits(&view, mark.span, name) => Some((view, mark.span, name)),
                _ => None,
            })
        })
    }

    fn edit(&self, new: &str) -> WorkspaceEdit {
        let mut edit = WorkspaceEdit::default();
        for (view, span, name) in self.places() {
            let span = inner(view.text, span);
            let Some(new) = self.words(span.of(view.text), name, new) else { continue };
            add(&mut edit, view.file, TextEdit { span, new });
        }
        for (file, text, from) in self.declarations() {
            for span in self.mentions(file, text) {
                let span = Span { start: span.start + from, end: span.end + from };
                add(&mut edit, file, TextEdit { span, new: new.to_owned() });
            }
        }
        for (_, edits) in &mut edit.files {
            edits.sort();
        }
        edit
    }

    /// What is declared: the declarations of the workspace, the profile, and those inside tests; each with the byte
    /// of the file at which it begins.
    fn declarations(&self) -> impl Iterator<Item = (SourceFile, &'a str, u32)> + use<'a> {
        let View { db, project, .. } = self.view;
        let files = project.declarations(db).iter().copied().chain(project.profile(db));
        let tests = &queries::lowered(db, project).tests;
        let embedded = tests.iter().flat_map(|test| std::iter::once(&test.given).chain(&test.profile));
        let inside = embedded.filter_map(move |text| {
            let file = db.file(text.origin.file)?;
            Some((file, text.text.as_str(), text.offset))
        });
        let own = inside.filter(move |(file, ..)| !queries::is_standard(db, *file));
        files.map(move |file| (file, file.text(db), 0)).chain(own)
    }

    /// Where a declaration names the thing as it is called now.
    fn mentions(&self, file: SourceFile, text: &str) -> Vec<Span> {
        let View { db, project, schema, .. } = self.view;
        let Thing::Of(_) = self.name.thing else { return Vec::new() };
        let old = spoken(&self.old);
        let fits = |span: Span, meaning: Meaning| {
            let same = marks::same(schema, &Thing::Of(meaning), &self.name.thing);
            same && spoken(inner(text, span).of(text)) == old
        };
        let format = Format::of_name(file.path(db));
        let found = mentions(text, format, schema, queries::lookup(db, project)).into_iter();
        found.filter(|(span, meaning)| fits(*span, *meaning)).map(|(span, _)| inner(text, span)).collect()
    }

    /// What is written instead: for a compound with the old word the one with the new word.
    fn words(&self, written: &str, name: &Name, new: &str) -> Option<String> {
        let Thing::Of(Meaning::Compound(head, with, nth)) = name.thing else { return Some(new.to_owned()) };
        let schema = self.view.schema;
        let kind = &schema.kinds[schema.terms[with.ix()].kind.ix()].name;
        let term = &schema.terms[head.ix()];
        let templates = [&term.compounds_nl, &term.compounds_en].map(|all| all.get(usize::from(nth)));
        let filled = |template: &String, word: &str| template.replace(&format!("{{{kind}}}"), word);
        let template = templates
            .into_iter()
            .flatten()
            .find(|template| key(&filled(template, without_article(&self.old))) == key(written))?;
        Some(filled(template, without_article(new)))
    }
}

fn add(edit: &mut WorkspaceEdit, file: SourceFile, change: TextEdit) {
    match edit.files.iter_mut().find(|(known, _)| *known == file) {
        Some((_, edits)) => edits.push(change),
        None => edit.files.push((file, vec![change])),
    }
}

/// A label as it is compared.
fn spoken(label: &str) -> String {
    key(without_article(label))
}

fn taken(new: &str) -> Message {
    Message::new(
        format!("`{new}` is al in gebruik: kies een andere naam"),
        format!("`{new}` is already in use: choose another name"),
    )
}

fn compound(view: &View<'_>, written: &str, parts: [TermId; 2]) -> Message {
    let part = |lang: Lang| {
        let called = parts.map(|t| format!("`{}`", words::called(view.schema, Meaning::Term(t), lang)));
        called.join(lang.pick(" of ", " or "))
    };
    Message::new(
        format!("`{written}` is een samenstelling: hernoem {}", part(Lang::Nl)),
        format!("`{written}` is a compound: rename {}", part(Lang::En)),
    )
}
