//! From a word to where it is defined, and to everywhere it is used.

use policy_core::marks::{self, How, Is, Mark, Thing};
use policy_db::{Database, SourceFile};
use policy_syntax::Span;

use super::view::View;
use crate::{Highlight, Place, Target};

/// Where the word at a byte is defined.
pub fn definition(db: &Database, file: SourceFile, offset: u32) -> Vec<Target> {
    let view = View::new(db, file);
    view.name_at(offset).map_or_else(Vec::new, |(span, name)| view.targets(span, &name.thing))
}

/// Everywhere the thing at a byte is named, in file order; its definition with it where `defined` is set.
pub fn references(db: &Database, file: SourceFile, offset: u32, defined: bool) -> Vec<Place> {
    let view = View::new(db, file);
    let Some((_, name)) = view.name_at(offset) else { return Vec::new() };
    let mut places = Vec::new();
    for view in view.files() {
        for (span, how) in named(&view, &name.thing) {
            if defined || !defines(how) {
                places.push(Place { file: view.file, span });
            }
        }
    }
    places
}

/// The other places in this file with the same thing, or the same word of the language.
pub fn highlights(db: &Database, file: SourceFile, offset: u32) -> Vec<Highlight> {
    let view = View::new(db, file);
    match view.mark_at(offset) {
        Some(Mark { is: Is::Name(name), .. }) => named(&view, &name.thing)
            .map(|(span, how)| Highlight { span, definition: defines(how) })
            .collect(),
        Some(Mark { is: is @ Is::Literal, span }) => {
            let same = |mark: &&Mark| mark.is == *is && mark.span.of(view.text) == span.of(view.text);
            let found = view.marks().iter().filter(same);
            found.map(|mark| Highlight { span: mark.span, definition: false }).collect()
        }
        _ => Vec::new(),
    }
}

/// The places in one file that name a thing, and how.
pub(super) fn named<'a>(view: &View<'a>, thing: &Thing) -> impl Iterator<Item = (Span, How)> + use<'a> {
    let (schema, thing) = (view.schema, thing.clone());
    view.marks().iter().filter_map(move |mark| match &mark.is {
        Is::Name(name) if marks::same(schema, &name.thing, &thing) => Some((mark.span, name.how)),
        _ => None,
    })
}

fn defines(how: How) -> bool {
    matches!(how, How::Defines | How::Spells(_))
}
