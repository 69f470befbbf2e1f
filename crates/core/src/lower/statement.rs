//! The grammar of item heads and item lines: tokens in, statements with unresolved names out.
//!
//! Knows keywords and shapes; knows no schema, so a statement can be read without any pack.

use jiff::civil::Date;
use policy_syntax::{Item, ItemWord, Line, Span, Token, TokenKind};

use super::cursor::{Cursor, Name, Parsed, Used, Wrong};
use super::keywords::{ALLOW_CLOSING, Kw, OWNERS, Place, SEVERITIES, TYPES, VERDICTS};
use crate::codes;
use crate::lang::Lang;
use crate::model::{Duration, Expected, Owner};
use crate::verdict::Verdict;
use crate::words::closest;

/// A line with its meaning.
#[derive(Debug)]
pub(crate) struct Statement<'a> {
    /// The keyword the line begins with; `None` for the bare title of a rule.
    pub kw: Option<Kw>,
    pub body: Body<'a>,
    pub line: &'a Line,
    /// The keywords in it, for translating it.
    pub used: Vec<Used>,
}

/// What a line says after its first keyword.
#[derive(Debug)]
pub(crate) enum Body<'a> {
    /// Nothing more.
    Flag,
    /// Strings in a language.
    Labels(Lang, Vec<&'a Token>),
    /// Strings or one string that belong to no language.
    Text(&'a Token),
    /// Names to look up, or ids.
    Names(Vec<Name<'a>>),
    /// Names of legal sources, and the address of their provisions.
    Links(Vec<Name<'a>>, &'a Token),
    /// What ids begin with, and what rules with such ids are called together, by language.
    Chapter(Name<'a>, Vec<(Lang, &'a Token)>),
    /// A text that stands for itself: a version.
    Literal(String, Span),
    Fails(bool),
    Owner(Owner),
    Day(Date),
    Means(Name<'a>, Name<'a>),
    Members(Members<'a>),
    Field(FieldHead<'a>),
    Rename(Name<'a>, Name<'a>),
    Default(Option<Name<'a>>),
    Derived(DerivedNames<'a>),
    Value(Value<'a>),
    Expect(Vec<Expect<'a>>),
    /// A line of a rule, which is read for its keywords only.
    OfRule,
}

/// `members A, B from … until … if FIELD includes C source "…"`.
#[derive(Debug)]
pub(crate) struct Members<'a> {
    pub names: Vec<Name<'a>>,
    pub validity: Validity,
    pub condition: Option<(Name<'a>, Vec<Name<'a>>)>,
    pub source: Option<&'a Token>,
}

/// Days from which and until which something holds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Validity {
    pub from: Option<Date>,
    /// Exclusive.
    pub until: Option<Date>,
}

/// `field NAME : TYPE many main`.
#[derive(Debug)]
pub(crate) struct FieldHead<'a> {
    pub name: Name<'a>,
    pub ty: TypeName<'a>,
    pub many: bool,
    pub main: bool,
}

/// The type of a field as written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TypeName<'a> {
    BuiltIn(Kw),
    Kind(Name<'a>),
}

/// `derived from RECORD where OTHER-KEY = KEY reads FIELD`.
#[derive(Debug)]
pub(crate) struct DerivedNames<'a> {
    pub record: Name<'a>,
    pub other_key: Name<'a>,
    pub key: Name<'a>,
    pub field: Name<'a>,
}

/// The value of a setting as written.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    Duration(Duration),
    Number(u32),
    Date(Date),
    /// `terms A, B` or a bare name, which may be a term or a set.
    Names(Vec<Name<'a>>),
}

/// One expectation of a test.
#[derive(Debug)]
pub(crate) enum Expect<'a> {
    Outcome(Option<Name<'a>>, Expected),
    Missing(&'a Token),
}

/// The head of an item.
#[derive(Debug)]
pub(crate) struct Head<'a> {
    pub name: Name<'a>,
    /// After `:`.
    pub of: Option<Name<'a>>,
    /// A title, or what a waiver is for.
    pub text: Option<&'a Token>,
    pub validity: Validity,
    pub used: Vec<Used>,
}

/// Reads the head of an item.
pub(crate) fn head(item: &Item) -> Parsed<Head<'_>> {
    let mut cursor = Cursor::new(&item.head, item.word_span);
    let c = &mut cursor;
    let name = c.id("een naam", "a name")?;
    let mut head = Head { name, of: None, text: None, validity: Validity::default(), used: Vec::new() };
    match item.word {
        ItemWord::Term | ItemWord::Set => {
            c.expect_symbol(":")?;
            head.of = Some(c.name("een soort", "a kind")?);
        }
        ItemWord::Record if c.symbol(":") => head.of = Some(c.name("een gegeven", "a record")?),
        ItemWord::Policy | ItemWord::Test if c.peek().is_some() => head.text = Some(c.text()?),
        ItemWord::Waive => {
            if c.eat(Kw::For) {
                head.text = Some(c.text()?);
            }
            head.validity = validity(c)?;
        }
        _ => {}
    }
    c.end()?;
    head.used = cursor.used;
    Ok(head)
}

/// Reads a line. `Ok(None)`: a sentence of a rule.
pub(crate) fn statement(place: Place, line: &Line) -> Parsed<Option<Statement<'_>>> {
    let mut cursor = Cursor::new(&line.tokens, line.span);
    let c = &mut cursor;
    let Some(kw) = c.eat_any(place.lines()) else {
        return match (place, c.peek().map(|t| t.kind)) {
            (Place::Item(ItemWord::Rule), Some(TokenKind::String)) => {
                Ok(Some(Statement { kw: None, body: Body::OfRule, line, used: Vec::new() }))
            }
            (Place::Item(ItemWord::Rule), _) => Ok(None),
            _ => Err(unknown_line(place, line)),
        };
    };
    let body = if place == Place::Item(ItemWord::Rule) { rule_line(c, kw)? } else { body(c, place, kw)? };
    c.end()?;
    if let (Some(_), None) = (&line.block, Place::inside(kw)) {
        return Err(Wrong::new(
            &codes::BAD_LINE,
            line.tokens[0].span,
            format!("`{}` heeft geen blok: laat de accolades weg", line.tokens[0].text),
            format!("`{}` has no block: leave the braces out", line.tokens[0].text),
        ));
    }
    Ok(Some(Statement { kw: Some(kw), body, line, used: cursor.used }))
}

fn body<'a>(c: &mut Cursor<'a>, place: Place, kw: Kw) -> Parsed<Body<'a>> {
    Ok(match kw {
        Kw::Nl => Body::Labels(Lang::Nl, c.texts()?),
        Kw::En => Body::Labels(Lang::En, c.texts()?),
        Kw::Also | Kw::Compound => Body::Labels(language(c)?, c.texts()?),
        Kw::Definition => Body::Labels(language(c)?, vec![c.text()?]),
        Kw::Version => version(c)?,
        Kw::Contradiction => Body::Fails(fails(c)?),
        Kw::Use => Body::Names(c.names("de naam van een pakket", "the name of a pack")?),
        Kw::Link if place == Place::Item(ItemWord::Policy) => {
            let names = c.names("de naam van een wet", "the name of a law")?;
            Body::Links(names, c.text()?)
        }
        Kw::Chapter => chapter(c)?,
        Kw::Code | Kw::Link | Kw::Source | Kw::Reason | Kw::Given => Body::Text(c.text()?),
        Kw::Profile => Body::Text(c.text()?),
        Kw::Owner if place == Place::Item(ItemWord::Waive) => Body::Text(c.text()?),
        Kw::Owner => Body::Owner(owner(c)?),
        Kw::Vendor | Kw::Product => Body::Names(vec![c.id("`gegeven.veld`", "`record.field`")?]),
        Kw::Under => Body::Names(vec![c.name("een begrip", "a term")?]),
        Kw::StandsFor => Body::Names(c.names("een begrip", "a term")?),
        Kw::Means if place == Place::Item(ItemWord::Term) => means(c)?,
        Kw::Means => Body::Names(c.names("een begrip", "a term")?),
        Kw::Members => Body::Members(members(c)?),
        Kw::Complete => {
            c.expect(Kw::Through)?;
            Body::Day(c.date()?)
        }
        Kw::AsOf => Body::Day(c.date()?),
        Kw::After => Body::Names(c.names("een gebeurtenis", "an event")?),
        Kw::HomeOf => Body::Names(c.names("een soort", "a kind")?),
        Kw::Key => Body::Names(c.names("een veld", "a field")?),
        Kw::Over => Body::Names(vec![c.name("een gegeven", "a record")?]),
        Kw::CountsFrom => Body::Names(vec![c.name("een veld", "a field")?]),
        Kw::ReadAs => Body::Names(vec![c.name("een begrip of gebeurtenis", "a term or an event")?]),
        Kw::Default if c.eat(Kw::Absent) => Body::Default(None),
        Kw::Default => Body::Default(Some(c.name("`afwezig` of een begrip", "`absent` or a term")?)),
        Kw::Field => Body::Field(field(c)?),
        Kw::Rename => {
            let old = c.name("een veld", "a field")?;
            c.expect(Kw::To)?;
            Body::Rename(old, c.id("een naam", "a name")?)
        }
        Kw::DerivedFrom => Body::Derived(derived(c)?),
        Kw::Provision if c.peek().is_some() => Body::Text(c.text()?),
        Kw::Value => Body::Value(value(c)?),
        Kw::Expect => Body::Expect(expects(c)?),
        _ => Body::Flag,
    })
}

/// A line of a rule that is no sentence: its words are checked only as far as translating needs.
fn rule_line<'a>(c: &mut Cursor<'a>, kw: Kw) -> Parsed<Body<'a>> {
    match kw {
        Kw::Nl | Kw::En => {
            c.texts()?;
        }
        Kw::Severity => severity(c)?,
        Kw::Advice | Kw::Why => {
            c.eat_any(&[Kw::Nl, Kw::En]);
            c.text()?;
        }
        Kw::Contradiction => {
            fails(c)?;
        }
        Kw::Silence => {
            if c.eat(Kw::On) {
                c.names("een veld", "a field")?;
            }
            c.expect(Kw::Fails)?;
        }
        Kw::Allow => {
            c.id("een code", "a code")?;
            c.eat_word(ALLOW_CLOSING);
            c.text()?;
        }
        _ => c.skip_rest(),
    }
    Ok(Body::OfRule)
}

fn severity(c: &mut Cursor<'_>) -> Parsed<()> {
    match c.eat_any(SEVERITIES) {
        Some(_) => Ok(()),
        None => {
            Err(c.wrong("`kritiek`, `hoog`, `middel` of `laag`", "`critical`, `high`, `medium` or `low`"))
        }
    }
}

fn language(c: &mut Cursor<'_>) -> Parsed<Lang> {
    match c.eat_any(&[Kw::Nl, Kw::En]) {
        Some(Kw::Nl) => Ok(Lang::Nl),
        Some(_) => Ok(Lang::En),
        None => Err(c.wrong("`nl` of `en`", "`nl` or `en`")),
    }
}

fn chapter<'a>(c: &mut Cursor<'a>) -> Parsed<Body<'a>> {
    let key =
        c.id("het begin van regelnamen, zoals `loans`", "what ids of rules begin with, such as `loans`")?;
    let mut titles = vec![(language(c)?, c.text()?)];
    while c.peek().is_some() {
        titles.push((language(c)?, c.text()?));
    }
    Ok(Body::Chapter(key, titles))
}

fn fails(c: &mut Cursor<'_>) -> Parsed<bool> {
    match c.eat_any(&[Kw::Fails, Kw::StaysOpen]) {
        Some(kw) => Ok(kw == Kw::Fails),
        None => Err(c.wrong("`faalt` of `blijft open`", "`fails` or `stays open`")),
    }
}

fn owner(c: &mut Cursor<'_>) -> Parsed<Owner> {
    match c.eat_any(OWNERS) {
        Some(Kw::Profile) => Ok(Owner::Profile),
        Some(Kw::World) => Ok(Owner::World),
        Some(_) => Ok(Owner::Vendor),
        None => Err(c.wrong("`leverancier`, `profiel` of `wereld`", "`vendor`, `profile` or `world`")),
    }
}

fn version<'a>(c: &mut Cursor<'a>) -> Parsed<Body<'a>> {
    match c.joined() {
        Some((text, span)) => Ok(Body::Literal(text, span)),
        None => Err(c.wrong("een versie zoals `1.0.0`", "a version such as `1.0.0`")),
    }
}

fn means<'a>(c: &mut Cursor<'a>) -> Parsed<Body<'a>> {
    let field = c.name("een veld", "a field")?;
    c.expect(Kw::Within)?;
    Ok(Body::Means(field, c.name("een verzameling", "a set")?))
}

fn members<'a>(c: &mut Cursor<'a>) -> Parsed<Members<'a>> {
    let names = c.names("een begrip of verzameling", "a term or a set")?;
    let validity = validity(c)?;
    let condition = if c.eat(Kw::If) { Some(condition(c)?) } else { None };
    let source = if c.eat(Kw::Source) { Some(c.text()?) } else { None };
    Ok(Members { names, validity, condition, source })
}

fn condition<'a>(c: &mut Cursor<'a>) -> Parsed<(Name<'a>, Vec<Name<'a>>)> {
    let field = c.name("een veld", "a field")?;
    c.expect(Kw::Includes)?;
    let mut terms = vec![c.name("een begrip", "a term")?];
    while c.symbol(",") || c.eat(Kw::Or) {
        terms.push(c.name("een begrip", "a term")?);
    }
    Ok((field, terms))
}

/// `from D`, `until D` or `through D`, each optional; the end must lie after the start.
fn validity(c: &mut Cursor<'_>) -> Parsed<Validity> {
    let from = if c.eat(Kw::From) { Some(c.date()?) } else { None };
    let end = c.peek().map(|t| t.span);
    let until = match c.eat_any(&[Kw::Through, Kw::Until]) {
        Some(Kw::Through) => c.date()?.tomorrow().ok(),
        Some(_) => Some(c.date()?),
        None => None,
    };
    match (from, until, end, c.last()) {
        (Some(from), Some(until), Some(start), Some(last)) if until <= from => Err(Wrong::new(
            &codes::BAD_VALUE,
            start.to(last.span),
            format!("dit eindigt voordat het begint ({from}): verwissel of verbeter de datums"),
            format!("this ends before it begins ({from}): swap or correct the dates"),
        )),
        _ => Ok(Validity { from, until }),
    }
}

fn field<'a>(c: &mut Cursor<'a>) -> Parsed<FieldHead<'a>> {
    let name = c.id("een naam", "a name")?;
    c.expect_symbol(":")?;
    let ty = match c.eat_any(TYPES) {
        Some(kw) => TypeName::BuiltIn(kw),
        None => TypeName::Kind(c.name(
            "een soort, `datum`, `duur`, `getal` of `gebeurtenis`",
            "a kind, `date`, `duration`, `number` or `event`",
        )?),
    };
    let mut head = FieldHead { name, ty, many: false, main: false };
    while let Some(flag) = c.eat_any(&[Kw::Many, Kw::Main]) {
        head.many |= flag == Kw::Many;
        head.main |= flag == Kw::Main;
    }
    Ok(head)
}

fn derived<'a>(c: &mut Cursor<'a>) -> Parsed<DerivedNames<'a>> {
    let record = c.name("een gegeven", "a record")?;
    c.expect(Kw::Where)?;
    let other_key = c.name("een veld", "a field")?;
    c.expect_symbol("=")?;
    let key = c.name("een veld", "a field")?;
    c.expect(Kw::Reads)?;
    Ok(DerivedNames { record, other_key, key, field: c.name("een veld", "a field")? })
}

fn value<'a>(c: &mut Cursor<'a>) -> Parsed<Value<'a>> {
    if let Some(number) = c.number()? {
        return Ok(c.unit_after(number)?.map_or(Value::Number(number), Value::Duration));
    }
    if c.peek().is_some_and(|t| t.kind == TokenKind::Dotted && t.text.contains('-')) {
        return Ok(Value::Date(c.date()?));
    }
    let (nl, en) = (
        "een waarde: een duur, getal, datum, begrip of verzameling",
        "a value: a span of time, number, date, term or set",
    );
    if c.eat(Kw::Terms) {
        Ok(Value::Names(c.names("een begrip", "a term")?))
    } else {
        Ok(Value::Names(vec![c.name(nl, en)?]))
    }
}

fn expects<'a>(c: &mut Cursor<'a>) -> Parsed<Vec<Expect<'a>>> {
    let mut expects = vec![expected(c)?];
    while c.symbol(",") {
        expects.push(expected(c)?);
    }
    Ok(expects)
}

fn expected<'a>(c: &mut Cursor<'a>) -> Parsed<Expect<'a>> {
    let (nl, en) = (
        "`voldoet`, `voldoet niet`, `onbekend`, `niet van toepassing`, `aanvaard` of een regel",
        "`pass`, `fail`, `unknown`, `not-applicable`, `waived` or a rule",
    );
    if c.eat(Kw::Missing) {
        return Ok(Expect::Missing(c.name("een pad", "a path")?.token));
    }
    if let Some(verdict) = c.eat_any(VERDICTS) {
        return Ok(Expect::Outcome(None, outcome(verdict)));
    }
    let rule = c.id(nl, en)?;
    match c.eat_any(VERDICTS) {
        Some(verdict) => Ok(Expect::Outcome(Some(rule), outcome(verdict))),
        None => Err(c.wrong("een oordeel zoals `voldoet`", "a verdict such as `pass`")),
    }
}

fn outcome(kw: Kw) -> Expected {
    match kw {
        Kw::Pass => Expected::Verdict(Verdict::Pass),
        Kw::Fail => Expected::Verdict(Verdict::Fail),
        Kw::Unknown => Expected::Verdict(Verdict::Unknown),
        Kw::NotApplicable => Expected::Verdict(Verdict::NotApplicable),
        _ => Expected::Waived,
    }
}

fn unknown_line(place: Place, line: &Line) -> Wrong {
    let token = &line.tokens[0];
    let words = place.lines().iter().flat_map(|kw| Lang::ALL.map(|lang| kw.word(lang)));
    let near = closest(&token.text, words.clone());
    let list = |lang: Lang| {
        let words: Vec<String> = place.lines().iter().map(|kw| format!("`{}`", kw.word(lang))).collect();
        words.join(", ")
    };
    let (nl, en) = match near {
        Some(near) => (format!("bedoelde u `{near}`?"), format!("did you mean `{near}`?")),
        None => (
            format!("hier kan staan: {}", list(Lang::Nl)),
            format!("what can stand here: {}", list(Lang::En)),
        ),
    };
    let text = token.text.lines().next().unwrap_or_default();
    Wrong::new(
        &codes::BAD_LINE,
        token.span,
        format!("onbekende regel `{text}`: {nl}"),
        format!("unknown line `{text}`: {en}"),
    )
    .suggest(near.map(str::to_string))
}
