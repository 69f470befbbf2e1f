//! Norms and conditions.

use super::super::ast::{At, Condition, Existence, Names, Norm, Phrase, Says};
use super::phrases::Opened;
use super::range::{Demand, Range};
use super::{Result, Typer, all, any, not};
use crate::codes;
use crate::lang::Lang;
use crate::model::{self, Clause, Collection, Formula, RecordId, Vacuous, Var};
use crate::words::{self, Meaning};

/// Things, which of them are in scope, and what each needs.
pub(super) struct Judged {
    pub over: Collection,
    pub var: Var,
    pub scope: Clause,
    pub need: Clause,
    pub vacuous: Vacuous,
    /// About the one record of its type.
    pub single: bool,
    /// A quantity of several records, said without `every`.
    pub quantity: bool,
}

impl Typer<'_> {
    /// A norm by itself.
    pub(super) fn norm(&mut self, norm: &Norm) -> Result<model::Norm> {
        Ok(match norm {
            Norm::Exists { how: Existence::ThereNo, things } | Norm::No(things) => {
                self.prohibition(things)?.norm()
            }
            Norm::Exists { how, things } => {
                let formula = self.existence(*how, things)?;
                model::Norm::Holds(self.clause_at(formula, things.at))
            }
            Norm::Has { every: true, subject, quality, rest, .. } if self.kind_noun(subject).is_some() => {
                let formula = self.each_term(subject, quality)?;
                model::Norm::Holds(self.clause_at(formula, subject.at.to(*rest)))
            }
            Norm::Has { .. } | Norm::Declares { .. } | Norm::Limit { .. } => self.judged(norm)?.norm(),
        })
    }

    fn judged(&mut self, norm: &Norm) -> Result<Judged> {
        match norm {
            Norm::Has { every, subject, quality, rest, .. } => {
                let demands = self.quality_demands(quality);
                self.obligation(*every, subject, *rest, demands, |t| t.quality(quality))
            }
            Norm::Declares { every, subject, fields, rest } => {
                let demands = fields.names.iter().map(|name| self.field_demand(name)).collect();
                self.obligation(*every, subject, *rest, demands, |t| t.declared(fields))
            }
            Norm::Limit { subject, op, value, rest } => self.limit(subject, *op, value, *rest),
            Norm::No(things) | Norm::Exists { things, .. } => self.prohibition(things),
        }
    }

    /// `no THINGS without Q`: the last `without` is what each needs.
    fn prohibition(&mut self, things: &Phrase) -> Result<Judged> {
        let last = things.qualifiers.iter().rposition(|q| matches!(q.says, Says::Without(_)));
        let opened = self.open(things, last, Vec::new())?;
        let required = last.map(|i| &things.qualifiers[i]);
        let (need, at) = match required.map(|q| (&q.says, q.at)) {
            Some((Says::Without(quality), at)) => (self.quality(quality)?, at),
            _ => (Formula::Const(false), things.at),
        };
        let need = self.close_need(need);
        self.leave();
        let (scope, need) = (self.clause_at(opened.scope, things.at), self.clause_at(need, at));
        let (over, var) = (opened.over, opened.var);
        Ok(Judged { over, var, scope, need, vacuous: Vacuous::Kept, single: false, quantity: false })
    }

    fn obligation(
        &mut self,
        every: bool,
        subject: &Phrase,
        rest: At,
        demands: Vec<Demand>,
        need: impl FnOnce(&mut Self) -> Result<Formula>,
    ) -> Result<Judged> {
        let opened = self.open(subject, None, demands)?;
        let record = self.thing().record;
        let single = self.context.schema.records[record.ix()].single;
        if !every && !single {
            return self.which(subject, record);
        }
        let need = need(self)?;
        let need = self.close_need(need);
        self.leave();
        let (scope, need) = (self.clause_at(opened.scope, subject.at), self.clause_at(need, rest));
        let (over, var) = (opened.over, opened.var);
        Ok(Judged { over, var, scope, need, vacuous: Vacuous::NotExercised, single, quantity: false })
    }

    /// There can be several of these: say `every` or `some`.
    fn which<T>(&self, subject: &Phrase, record: RecordId) -> Result<T> {
        let schema = self.context.schema;
        let of = |lang| words::called(schema, Meaning::Record(record), lang);
        let (nl, en) = (of(Lang::Nl), of(Lang::En));
        let labels = &schema.records[record.ix()].labels;
        let many = |lang| labels.word(lang, model::Form(1)).map(words::without_article).unwrap_or_default();
        let each = if words::neuter(&nl) { "elk" } else { "elke" };
        let words = (
            format!(
                "er kunnen meer {} zijn: schrijf `{each} {nl} heeft …` of `er is een {nl} met …`",
                many(Lang::Nl)
            ),
            format!(
                "there can be several {}: write `every {en} has …` or `there is {} {en} with …`",
                many(Lang::En),
                words::indefinite(&en)
            ),
        );
        self.fail(&codes::AMBIGUOUS, subject.at, words)
    }

    fn declared(&mut self, fields: &Names) -> Result<Formula> {
        let record = self.thing().record;
        let mut parts = Vec::new();
        for name in &fields.names {
            let field = self.field(record, name)?;
            let definite = Formula::Definite(self.thing().field(field));
            self.part(Some(definite.clone()), name.at);
            parts.push(definite);
        }
        Ok(if fields.or { any(parts) } else { all(parts) })
    }

    fn existence(&mut self, how: Existence, things: &Phrase) -> Result<Formula> {
        let count = match how {
            Existence::AtLeast(count, _) => count,
            _ => 1,
        };
        let Opened { over, var, scope } = self.open(things, None, Vec::new())?;
        self.leave();
        Ok(Formula::Exists { over, var, count, body: Box::new(scope) })
    }

    /// Enters a phrase about a record that is already known.
    pub(super) fn open_record(&mut self, subject: &Phrase, record: RecordId) -> Result<Opened> {
        let var = self.enter(record, subject.at)?;
        self.open_known(subject, record, var)
    }

    /// Enters a phrase about the categories that a keyed record governs.
    pub(super) fn open_governed(&mut self, subject: &Phrase, record: RecordId) -> Result<Opened> {
        let terms = self.noun_terms(&subject.noun, record)?;
        let range = Range { record, terms, bare: true };
        let var = self.enter(record, subject.at)?;
        self.open_ranged(subject, None, &range, var)
    }

    // --- conditions --------------------------------------------------------------------------------

    /// A condition as a clause.
    pub(super) fn clause(&mut self, condition: &Condition) -> Result<Clause> {
        let formula = self.condition(condition)?;
        Ok(self.clause_at(formula, span_of(condition).unwrap_or_default()))
    }

    fn condition(&mut self, condition: &Condition) -> Result<Formula> {
        Ok(match condition {
            Condition::Norm(norm, at) => {
                let formula = self.statement(norm, *at)?;
                self.part(Some(formula.clone()), *at);
                formula
            }
            Condition::And(parts) => all(self.conditions(parts)?),
            Condition::Or(parts) => any(self.conditions(parts)?),
            Condition::Not(inner) => not(self.condition(inner)?),
            Condition::Group(inner) => self.condition(inner)?,
        })
    }

    fn conditions(&mut self, parts: &[Condition]) -> Result<Vec<Formula>> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    /// A norm that is only said to hold or not.
    fn statement(&mut self, norm: &Norm, at: At) -> Result<Formula> {
        if let Norm::Exists { how, things } = norm {
            let formula = self.existence(*how, things)?;
            return Ok(if *how == Existence::ThereNo { not(formula) } else { formula });
        }
        if let Norm::Has { every: true, subject, quality, .. } = norm
            && self.kind_noun(subject).is_some()
        {
            return self.each_term(subject, quality);
        }
        let judged = self.judged(norm)?;
        let exists = |over, var, body| Formula::Exists { over, var, count: 1, body: Box::new(body) };
        if judged.single {
            let body = all(vec![judged.scope.formula, judged.need.formula]);
            return Ok(exists(judged.over, judged.var, body));
        }
        if judged.quantity_of_many() {
            return self.all_or_some(at);
        }
        let broken = all(vec![judged.scope.formula, not(judged.need.formula)]);
        Ok(not(exists(judged.over, judged.var, broken)))
    }

    fn all_or_some<T>(&self, at: At) -> Result<T> {
        let words = (
            "een voorwaarde over meer dingen: schrijf `elke … heeft …` of `er is … met …`".to_string(),
            "a condition on several things: write `every … has …` or `there is … with …`".to_string(),
        );
        self.fail(&codes::AMBIGUOUS, at, words)
    }
}

impl Judged {
    fn norm(self) -> model::Norm {
        let Judged { over, var, scope, need, vacuous, .. } = self;
        model::Norm::Each { over, var, scope, need, vacuous }
    }

    fn quantity_of_many(&self) -> bool {
        self.quantity && !self.single
    }
}

fn span_of(condition: &Condition) -> Option<At> {
    match condition {
        Condition::Norm(_, at) => Some(*at),
        Condition::Not(inner) | Condition::Group(inner) => span_of(inner),
        Condition::And(parts) | Condition::Or(parts) => {
            let first = parts.first().and_then(span_of)?;
            Some(first.to(parts.last().and_then(span_of)?))
        }
    }
}
