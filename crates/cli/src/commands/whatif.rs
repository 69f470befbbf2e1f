//! `policy whatif`: which verdicts flip if a rule had another limit. The limit is replaced where it is written, in the
//! rule or in the setting it reads, in texts that only this run has.

use std::io;

use policy_core::codes;
use policy_core::diag::{Level, Message};
use policy_core::lang::Lang;
use policy_core::model::{Formula, Op, Origin, Quantity, Rule, Schema};
use policy_db::changes::no_such_rule;
use policy_db::{Database, SourceFile, queries};
use policy_syntax::{Line, Span, Token};

use super::diff::{keyed, problems, tell};
use super::{refuse, report};
use crate::compare::{Label, Side};
use crate::desk::Whatif;
use crate::report::flips::Sides;
use crate::report::formats::Format;
use crate::report::targets::targets;
use crate::session::Session;
use crate::{exit, output};

pub fn run(args: &Whatif, lang: Option<Lang>) -> io::Result<u8> {
    let mut old = load(args, lang)?;
    let targets = match targets(&args.formats, args.output.as_deref(), Format::all()) {
        Ok(targets) => targets,
        Err(message) => return refuse(&mut old.session, "--format", message),
    };
    let mut new = load(args, lang)?;
    let (op, value) = limit(&args.limit);
    let place = match place(&old.session, &args.which, op) {
        Ok(place) => place,
        Err(message) => {
            let mut session = old.session;
            session.report(&codes::UNKNOWN_NAME, &args.which, Level::Error, message);
            report(&session, &session.diagnostics);
            return Ok(exit::ERROR);
        }
    };
    let was = place.span.of(place.file.text(&old.session.db)).to_owned();
    if !replace(&mut new.session, &place, value) {
        return Ok(exit::ERROR);
    }
    if problems(&new) {
        let lang = new.session.lang;
        output::complain(&format!("policy: {}\n", unreadable(value).get(lang)));
        return Ok(exit::ERROR);
    }
    let (old_limit, new_limit) = (format!("{}: {was}", args.which), format!("{}: {value}", args.which));
    let sides = Sides { command: "whatif", old: old_limit, new: new_limit };
    tell(&old, new, &sides, &targets, false)
}

fn load(args: &Whatif, lang: Option<Lang>) -> io::Result<Side> {
    let mut session = Session::with(Database::default(), std::env::current_dir()?, lang)?;
    session.select(&args.selection, args.as_of);
    let files = session.load_declarations(&args.inputs, "-");
    let files = keyed(&session, files);
    Ok(Side { session, files, label: Label::Here })
}

/// Ways to write a comparison, the longest of each kind first.
const COMPARISONS: [(Op, &[&str]); 5] = [
    (Op::Le, &["≤", "<=", "=<", "at most", "hoogstens", "maximaal"]),
    (Op::Ge, &["≥", ">=", "=>", "at least", "minstens", "minimaal"]),
    (Op::Lt, &["<", "less than", "minder dan"]),
    (Op::Gt, &[">", "more than", "meer dan"]),
    (Op::Eq, &["="]),
];

/// The comparison, if one is written, and the value.
fn limit(text: &str) -> (Option<Op>, &str) {
    let text = text.trim();
    for (op, ways) in COMPARISONS {
        for way in ways {
            if let Some(rest) = text.strip_prefix(way) {
                return (Some(op), rest.trim());
            }
        }
    }
    (None, text)
}

/// Where a limit is written.
struct Place {
    file: SourceFile,
    span: Span,
}

fn place(session: &Session, id: &str, op: Option<Op>) -> Result<Place, Message> {
    let (db, project) = (&session.db, session.project());
    let rules = queries::rules(db, project);
    let Some(rule) = rules.iter().find(|rule| rule.id == id) else {
        let known: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        return Err(no_such_rule(id, &known));
    };
    let mut limits = limits(rule);
    let (found, quantity) = match limits.len() {
        1 => limits.remove(0),
        count => return Err(not_one(id, count)),
    };
    if op.is_some_and(|op| op != found) {
        return Err(other_comparison(id, found));
    }
    let schema = queries::schema(db, project);
    written(session, rule, &quantity, schema).ok_or_else(|| not_one(id, 0))
}

/// What a rule compares with, each once.
fn limits(rule: &Rule) -> Vec<(Op, Quantity)> {
    let mut found: Vec<(Op, Quantity)> = Vec::new();
    for formula in rule.formulas() {
        formula.walk(&mut |inner| {
            let limit = match inner {
                Formula::Compare { op, right, .. } => (*op, right.clone()),
                Formula::Apart { op, span, .. } => (*op, span.clone()),
                _ => return,
            };
            if !found.contains(&limit) {
                found.push(limit);
            }
        });
    }
    found
}

/// Where the value stands: in the setting in force, or after the comparison in the rule.
fn written(session: &Session, rule: &Rule, quantity: &Quantity, schema: &Schema) -> Option<Place> {
    match quantity {
        Quantity::Setting { setting, .. } => {
            let origin = schema.settings[setting.ix()].origin;
            let value = |line: &Line| {
                let (word, rest) = line.tokens.split_first()?;
                let is_value = matches!(word.text.as_str(), "value" | "waarde");
                is_value.then(|| rest.first().zip(rest.last())).flatten().map(|(a, b)| a.span.to(b.span))
            };
            of_item(session, origin, value)
        }
        _ => {
            let number = |token: &Token| token.text.chars().next().is_some_and(|c| c.is_ascii_digit());
            let unit = |token: &Token| token.text.chars().all(char::is_alphabetic);
            let spans = matches!(quantity, Quantity::Duration(..) | Quantity::Ago(_));
            let limit = |line: &Line| {
                let pairs = line.tokens.windows(2).find(|two| number(&two[0]) && unit(&two[1]));
                match (spans, pairs) {
                    (true, Some(two)) => Some(two[0].span.to(two[1].span)),
                    (true, None) => None,
                    (false, _) => line.tokens.iter().find(|token| number(token)).map(|token| token.span),
                }
            };
            of_item(session, rule.origin, limit)
        }
    }
}

/// The first place that one of the lines of an item has.
fn of_item(session: &Session, origin: Origin, find: impl Fn(&Line) -> Option<Span>) -> Option<Place> {
    let (db, project) = (&session.db, session.project());
    let (file, _) = queries::span(db, project, origin)?;
    let item = queries::tree(db, file).items.get(origin.item as usize)?;
    item.lines.iter().find_map(find).map(|span| Place { file, span })
}

/// Writes another value there, in the texts of this run only.
fn replace(session: &mut Session, place: &Place, value: &str) -> bool {
    // Both runs load the same files in the same order, so that a file has the same number in both.
    let Some(file) = session.db.file(place.file.id(&session.db)) else { return false };
    let mut text = file.text(&session.db).to_owned();
    let Some(_) = text.get(place.span.range()) else { return false };
    text.replace_range(place.span.range(), value);
    session.db.set_text(file, &text);
    true
}

fn not_one(id: &str, count: usize) -> Message {
    if count == 0 {
        return Message::new(
            format!("regel `{id}` vergelijkt niet met een grens; kies een regel met een termijn of getal"),
            format!("rule `{id}` compares with no limit; choose a rule with a span of time or a number"),
        );
    }
    Message::new(
        format!("regel `{id}` heeft {count} grenzen: wijzig de regel zelf en gebruik `policy diff`"),
        format!("rule `{id}` has {count} limits: change the rule itself and use `policy diff`"),
    )
}

fn other_comparison(id: &str, op: Op) -> Message {
    let sign = op.sign();
    Message::new(
        format!("regel `{id}` vergelijkt met `{sign}`: schrijf `{sign}` of alleen de waarde"),
        format!("rule `{id}` compares with `{sign}`: write `{sign}` or only the value"),
    )
}

fn unreadable(value: &str) -> Message {
    Message::new(
        format!("`{value}` past niet als grens van deze regel"),
        format!("`{value}` does not fit as the limit of this rule"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_may_be_written() {
        assert_eq!(limit("≤ 6 months"), (Some(Op::Le), "6 months"));
        assert_eq!(limit("<= 6 months"), (Some(Op::Le), "6 months"));
        assert_eq!(limit("hoogstens 6 maanden"), (Some(Op::Le), "6 maanden"));
        assert_eq!(limit("minstens 3"), (Some(Op::Ge), "3"));
        assert_eq!(limit("6 months"), (None, "6 months"));
    }
}
