//! Surface form → typed core: which record a noun ranges over, which field a qualifier reads.
//!
//! Every choice is forced by the schema or is an error that names the choices; what was chosen for a bare noun
//! or a limit without event is recorded as a reading.

mod categories;
mod kinds;
mod limits;
mod names;
mod norms;
mod phrases;
mod qualities;
mod range;

use super::ast::{self, At};
use super::{Context, Found, message};
use crate::codes;
use crate::diag::Diagnostic;
use crate::model::{
    Clause, Elem, FieldId, FieldRef, Formula, Part, PartLine, Reading, RecordId, Sentence, Var,
};

type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// How deep quantifiers over records go.
const MAX_QUANTIFIERS: usize = 3;

/// The thing a phrase is about, while its parts are read.
#[derive(Debug, Clone)]
struct Thing {
    var: Var,
    record: RecordId,
    /// The elements its qualifiers speak of, one per field.
    bound: Vec<Bound>,
}

/// One element of a field that qualifiers of a phrase share.
#[derive(Debug, Clone)]
struct Bound {
    field: FieldId,
    elem: Elem,
    tests: Vec<Formula>,
    /// A quality speaks of this same element ("outside X without adequacy").
    used: bool,
}

impl Thing {
    fn field(&self, field: FieldId) -> FieldRef {
        FieldRef { var: self.var, record: self.record, field }
    }
}

struct Typer<'a> {
    context: &'a Context<'a>,
    things: Vec<Thing>,
    readings: Vec<Reading>,
    found: Found,
    next_var: u32,
    next_elem: u32,
}

/// Types a line.
pub(super) fn line(context: &Context, line: &ast::Line) -> Result<(Sentence, Option<Clause>, Found)> {
    let mut typer = Typer::new(context);
    let norm = typer.norm(&line.norm)?;
    let given = line.given.as_ref().map(|c| typer.clause(c)).transpose()?;
    let when = line.when.as_ref().map(|c| typer.clause(c)).transpose()?;
    let unless = line.unless.as_ref().map(|c| typer.clause(c)).transpose()?;
    let origin = line.at.origin(context.place);
    let readings = typer.readings();
    Ok((Sentence { given, norm, unless, readings, origin }, when, typer.found))
}

/// Types a condition.
pub(super) fn condition(
    context: &Context,
    condition: &ast::Condition,
) -> Result<(Clause, Vec<Reading>, Found)> {
    let mut typer = Typer::new(context);
    let clause = typer.clause(condition)?;
    Ok((clause, typer.readings(), typer.found))
}

impl<'a> Typer<'a> {
    fn new(context: &'a Context<'a>) -> Self {
        Typer {
            context,
            things: Vec::new(),
            readings: Vec::new(),
            found: Found::default(),
            next_var: 0,
            next_elem: 0,
        }
    }

    fn readings(&mut self) -> Vec<Reading> {
        let mut readings = std::mem::take(&mut self.readings);
        readings.sort();
        readings.dedup();
        readings
    }

    fn var(&mut self) -> Var {
        self.next_var += 1;
        Var(self.next_var - 1)
    }

    fn elem(&mut self) -> Elem {
        self.next_elem += 1;
        Elem(self.next_elem - 1)
    }

    fn clause_at(&self, formula: Formula, at: At) -> Clause {
        Clause { formula, origin: at.origin(self.context.place) }
    }

    /// Remembers a piece as it was written, about the thing on top. A test of an element that pieces share is one of
    /// some element, when taken by itself.
    fn part(&mut self, formula: Option<Formula>, at: At) {
        let formula = formula.map(|formula| match tested(&formula) {
            Some((of, elem)) => Formula::Element { of, elem, body: Box::new(formula) },
            None => formula,
        });
        let (of, origin) = (self.things.last().map(|thing| thing.var), at.origin(self.context.place));
        self.found.parts.push(Part { line: PartLine::Sentence(0), of, formula, origin });
    }

    fn fail<T>(&self, code: &'static codes::Code, at: At, words: (String, String)) -> Result<T> {
        Err(self.context.error(code, at, message(words.0, words.1)))
    }

    /// Enters a phrase about a thing; at most three deep.
    fn enter(&mut self, record: RecordId, at: At) -> Result<Var> {
        if self.things.len() >= MAX_QUANTIFIERS {
            let words = (
                "hoogstens drie dingen in elkaar; splits de zin".to_string(),
                "at most three things inside each other; split the sentence".to_string(),
            );
            return self.fail(&codes::TOO_DEEP, at, words);
        }
        let var = self.var();
        self.things.push(Thing { var, record, bound: Vec::new() });
        Ok(var)
    }
}

/// The element that a formula tests without saying of which field it is one.
fn tested(formula: &Formula) -> Option<(FieldRef, Elem)> {
    match formula {
        Formula::In { elem, of, .. } => Some((*of, *elem)),
        Formula::Not(inner) => tested(inner),
        Formula::And(parts) | Formula::Or(parts) => parts.iter().find_map(tested),
        _ => None,
    }
}

/// A conjunction without needless layers.
fn all(parts: Vec<Formula>) -> Formula {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Formula::And(inner) => flat.extend(inner),
            Formula::Const(true) => {}
            other => flat.push(other),
        }
    }
    match flat.len() {
        0 => Formula::Const(true),
        1 => flat.remove(0),
        _ => Formula::And(flat),
    }
}

/// A disjunction without needless layers.
fn any(parts: Vec<Formula>) -> Formula {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Formula::Or(inner) => flat.extend(inner),
            Formula::Const(false) => {}
            other => flat.push(other),
        }
    }
    match flat.len() {
        0 => Formula::Const(false),
        1 => flat.remove(0),
        _ => Formula::Or(flat),
    }
}

fn not(formula: Formula) -> Formula {
    match formula {
        Formula::Not(inner) => *inner,
        Formula::Const(value) => Formula::Const(!value),
        other => Formula::Not(Box::new(other)),
    }
}
