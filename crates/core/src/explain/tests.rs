//! The exact sentences, Dutch and English, side by side: read them aloud.

use jiff::civil::date;

use super::library::*;
use super::*;
use crate::facts::{Existence, SetValue};
use crate::model::*;
use crate::verdict::{About, Caution, FactRef, Missing};

fn finding(verdict: Verdict, about: About, facts: Vec<FactRef>) -> Finding {
    Finding {
        verdict,
        sentence: Some(0),
        clause: ClauseId::Need(0),
        about,
        facts,
        missing: vec![],
        rests_on: vec![],
        decided_by: None,
        readings: vec![],
    }
}

fn explain_one(declared: &Declared, finding: &Finding) -> Explained {
    let outcome = Outcome { verdict: finding.verdict, decided_by: finding.decided_by, too_many_cases: false };
    let all = explained(&declared.input(), 0, &outcome, std::slice::from_ref(finding));
    all.into_iter().next().expect("one finding makes one explanation")
}

#[track_caller]
fn says(words: &Message, nl: &str, en: &str) {
    assert_eq!((words.nl.as_str(), words.en.as_str()), (nl, en));
}

/// A declaration with one loan to Atlas and a rule on loans.
fn lent(stated: &[(FieldId, Value)], scope: Formula, need: Formula) -> Declared {
    let mut declared = Declared::new();
    declared.list(LOAN, "loans", false);
    let mut stated = stated.to_vec();
    stated.push((MEMBER, declared.word("Atlas Ltd.")));
    declared.item(LOAN, "loans[0]", &stated);
    declared.rules = vec![rule(each(scope, need))];
    declared
}

fn about_first() -> About {
    About::Item(LOAN, 0, NodeId(0))
}

fn field(field: FieldId) -> FactRef {
    FactRef::Field(LOAN, 0, field.0)
}

fn outside_region() -> Formula {
    outside(BRANCH, Terms::Set(SetId(0)))
}

#[test]
fn a_breach_names_what_brought_the_thing_in_scope_and_what_it_lacks() {
    let declared = lent(&[(BRANCH, one(2))], outside_region(), has(DEPOSIT, these(&[0])));
    let made =
        explain_one(&declared, &finding(Verdict::Fail, about_first(), vec![field(DEPOSIT), field(BRANCH)]));
    says(
        &made.reason,
        "uitlening `Atlas Ltd.`: vestiging is `Verreweg`, buiten `Regio`, en borg is niet vermeld; vereist: borg \
         `contant`",
        "loan `Atlas Ltd.`: branch is `Faraway`, outside `Region`, and the deposit is not stated; required: \
         deposit `cash`",
    );
    assert_eq!((made.place.absent, made.place.path.as_str()), (true, "loans[0].deposit"));
    assert_eq!(made.related.len(), 1);
    assert_eq!(made.related[0].0.source.as_deref(), Some("art. 2"));
}

#[test]
fn terms_that_were_asked_for_and_are_not_there_are_named_together() {
    let need = Formula::Or(vec![has(DEPOSIT, these(&[0])), has(DEPOSIT, these(&[2]))]);
    let declared = lent(&[(BRANCH, one(2)), (DEPOSIT, all(&[1]))], outside_region(), need.clone());
    let facts = vec![field(DEPOSIT), field(BRANCH)];
    says(
        &explain_one(&declared, &finding(Verdict::Fail, about_first(), facts.clone())).reason,
        "uitlening `Atlas Ltd.`: vestiging is `Verreweg`, buiten `Regio`, en borg is `pas`, niet `contant` of `borgsteller`",
        "loan `Atlas Ltd.`: branch is `Faraway`, outside `Region`, and deposit is `card`, not `cash` or `guarantor`",
    );
    let declared = lent(&[(BRANCH, one(2)), (DEPOSIT, all(&[2]))], outside_region(), need);
    says(
        &explain_one(&declared, &finding(Verdict::Pass, about_first(), facts)).reason,
        "uitlening `Atlas Ltd.`: vestiging is `Verreweg`, buiten `Regio`, en borg is `borgsteller`",
        "loan `Atlas Ltd.`: branch is `Faraway`, outside `Region`, and deposit is `guarantor`",
    );
}

#[test]
fn cautions_are_said() {
    let declared = lent(&[(BRANCH, one(2))], outside_region(), has(DEPOSIT, these(&[0])));
    let silent = Finding {
        decided_by: Some(Caution::Silence),
        ..finding(Verdict::Fail, about_first(), vec![field(DEPOSIT)])
    };
    says(
        &explain_one(&declared, &silent).reason,
        "uitlening `Atlas Ltd.`: borg is niet vermeld; vereist: borg `contant`; zwijgen over borg telt in deze regel als niet voldaan",
        "loan `Atlas Ltd.`: the deposit is not stated; required: deposit `cash`; silence on deposit counts as a breach in this rule",
    );
}

#[test]
fn a_contradiction_is_told_with_both_sources() {
    let both_sides = Value::Conflicting(vec![one(0), one(2)]);
    let declared = lent(&[(BRANCH, both_sides)], outside_region(), Formula::Const(false));
    let contradicted = Finding {
        decided_by: Some(Caution::Contradiction),
        missing: vec![Missing { fact: field(BRANCH), owner: Owner::Vendor }],
        ..finding(Verdict::Fail, about_first(), vec![field(BRANCH)])
    };
    let made = explain_one(&declared, &contradicted);
    says(
        &made.reason,
        "uitlening `Atlas Ltd.`: de uitspraken over vestiging verschillen (“art. 3” zegt `Noordstad`, “appendix A” zegt `Verreweg`); niet toegestaan: vestiging buiten `Regio`; een van deze uitspraken voldoet niet, en een tegenspraak telt in deze regel als niet voldaan",
        "loan `Atlas Ltd.`: the statements on branch disagree (“art. 3” says `Northtown`, “appendix A” says `Faraway`); not allowed: branch outside `Region`; one of these statements breaks this rule, in which a contradiction counts as a breach",
    );
    let sides: Vec<_> = made.related.iter().map(|(p, m)| (p.source.as_deref(), m.en.as_str())).collect();
    assert_eq!(
        sides,
        [
            (Some("art. 3"), "this one says: branch is `Northtown`"),
            (Some("appendix A"), "this one says: branch is `Faraway`")
        ]
    );
    says(
        &made.missing[0].question,
        "De uitspraken over vestiging verschillen (“art. 3” zegt `Noordstad`, “appendix A” zegt `Verreweg`) bij uitlening `Atlas Ltd.`. Welke geldt?",
        "For loan `Atlas Ltd.`, the statements on branch disagree (“art. 3” says `Northtown`, “appendix A” says `Faraway`). Which of them holds?",
    );
}

#[test]
fn spans_of_time_lie_to_their_bound() {
    let at_most = |m| Formula::Compare {
        left: of(PERIOD),
        op: Op::Le,
        right: Quantity::Duration(Duration::Months(m), None),
    };
    let table = [
        (months(4), 3, "termijn is 4 maanden, meer dan 3 maanden", "period is 4 months, more than 3 months"),
        (months(1), 3, "termijn is 1 maand, hoogstens 3 maanden", "period is 1 month, at most 3 months"),
        (
            Value::Limit(Limit::Unlimited),
            3,
            "termijn is onbeperkt, meer dan 3 maanden",
            "period is without limit, more than 3 months",
        ),
        (
            Value::Limit(Limit::Within(Duration::Hours(366 * 24))),
            12,
            "termijn is 366 dagen, wat afhankelijk van de begindatum korter of langer kan zijn dan 12 maanden",
            "period is 366 days, which can be shorter or longer than 12 months, depending on the first day",
        ),
    ];
    for (value, bound, nl, en) in table {
        let declared = lent(&[(PERIOD, value)], Formula::Const(true), at_most(bound));
        let made = explain_one(&declared, &finding(Verdict::Fail, about_first(), vec![field(PERIOD)]));
        says(&made.reason, &format!("uitlening `Atlas Ltd.`: {nl}"), &format!("loan `Atlas Ltd.`: {en}"));
    }
    let later = [(PERIOD, months(2)), (START, Value::Event(1))];
    let declared = lent(&later, Formula::Const(true), at_most(3));
    let made = explain_one(&declared, &finding(Verdict::Fail, about_first(), vec![field(PERIOD)]));
    says(
        &made.reason,
        "uitlening `Atlas Ltd.`: termijn is 2 maanden na `terugkeer`, dat stelt geen grens vanaf `uitgifte`",
        "loan `Atlas Ltd.`: period is 2 months after `return`, which sets no limit from `issue`",
    );
}

#[test]
fn settings_and_readings_are_shown_with_the_finding() {
    let right = Quantity::Setting { setting: SettingId(0), from: None, ago: false };
    let need = Formula::Compare { left: of(PERIOD), op: Op::Le, right };
    let declared = lent(&[(PERIOD, months(4))], Formula::Const(true), need);
    let read = Finding {
        readings: vec![Reading::FromEarliest, Reading::Ranges(LOAN), Reading::ReadAs(LOAN, START)],
        ..finding(Verdict::Fail, about_first(), vec![field(PERIOD)])
    };
    let made = explain_one(&declared, &read);
    assert_eq!(made.settings[0].0, "longest-loan");
    says(&made.settings[0].1, "Langste uitlening: 3 maanden", "Longest loan: 3 months");
    let expected = [
        (
            "gerekend vanaf `uitgifte`, omdat de grens geen gebeurtenis noemt",
            "counted from `issue`, because the limit names no event",
        ),
        ("de zin is gelezen als een zin over uitleningen", "the sentence is read as one about loans"),
        (
            "begin is gelezen als `uitgifte`, omdat er niets over is vermeld",
            "start is read as `issue`, because nothing is stated about it",
        ),
    ];
    assert_eq!(made.readings.len(), expected.len());
    made.readings.iter().zip(expected).for_each(|(words, (nl, en))| says(words, nl, en));
}

#[test]
fn a_field_read_from_other_records_says_which() {
    let mut schema = schema();
    let derived = Derived { record: HOLDING, other_key: FieldId(0), key: GENRES, field: FieldId(0) };
    schema.records[LOAN.ix()].fields[GENRES.ix()].derived = Some(derived);
    says(
        &reading_words(&Reading::ReadAs(LOAN, GENRES), &schema),
        "genre is gelezen uit de bezittingen, naar hun genre, omdat er niets over is vermeld",
        "genres is read from the holdings, by their genre, because nothing is stated about it",
    );
}

#[test]
fn values_and_states_have_words() {
    let mut declared = Declared::new();
    let asked = declared.condition("op verzoek");
    let set = |must: &[u32], some: &[&[u32]], may: &[u32]| {
        let bits = |b: &[u32]| b.iter().copied().collect::<TermSet>();
        Value::set(SetValue {
            must: bits(must),
            some_of: some.iter().map(|b| bits(b)).collect(),
            may: bits(may),
        })
    };
    let conditional =
        Value::If { condition: asked, then: Box::new(one(0)), otherwise: Box::new(Value::Undeclared) };
    let table = [
        (BRANCH, one(0), "`Noordstad`", "`Northtown`"),
        (BRANCH, Value::None, "geen", "none"),
        (BRANCH, Value::Undeclared, "niet vermeld", "not stated"),
        (
            BRANCH,
            Value::One([0, 1].into_iter().collect()),
            "`Regio` (niet vermeld wat daarbinnen)",
            "`Region` (not stated which town)",
        ),
        (
            BRANCH,
            Value::One([0, 2].into_iter().collect()),
            "`Noordstad` of `Verreweg` (niet vermeld welke)",
            "`Northtown` or `Faraway` (not stated which)",
        ),
        (
            BRANCH,
            conditional,
            "`Noordstad` als “op verzoek”, anders niet vermeld",
            "`Northtown` if “op verzoek”, otherwise not stated",
        ),
        (
            BRANCH,
            Value::Conflicting(vec![one(0), one(2)]),
            "de ene zegt `Noordstad`, de andere zegt `Verreweg`",
            "one says `Northtown`, another says `Faraway`",
        ),
        (DEPOSIT, all(&[0, 1]), "`contant` en `pas`", "`cash` and `card`"),
        (DEPOSIT, all(&[]), "geen", "none"),
        (DEPOSIT, set(&[], &[], &[0, 1]), "in elk geval niet `borgsteller`", "in any case not `guarantor`"),
        (
            DEPOSIT,
            set(&[0], &[], &[0, 1]),
            "`contant` en misschien meer, maar in elk geval niet `borgsteller`",
            "`cash` and perhaps more, but in any case not `guarantor`",
        ),
        (DEPOSIT, set(&[0], &[], &[0, 1, 2]), "`contant` en misschien meer", "`cash` and perhaps more"),
        (GENRES, all(&[0, 1, 2, 3]), "`fictie` en `atlas`", "`fiction` and `atlas`"),
        (
            GENRES,
            set(&[3], &[&[0, 1, 2]], &[0, 1, 2, 3]),
            "`atlas` en `fictie` (niet vermeld wat daarbinnen)",
            "`atlas` and `fiction` (not stated which genre)",
        ),
        (PERIOD, months(13), "13 maanden", "13 months"),
        (PERIOD, Value::Limit(Limit::Unlimited), "onbeperkt", "without limit"),
        (
            PERIOD,
            Value::OneOf(vec![months(3), months(6)]),
            "3 maanden of 6 maanden (niet vermeld welke)",
            "3 months or 6 months (not stated which)",
        ),
        (START, Value::Event(1), "`terugkeer`", "`return`"),
    ];
    for (field, value, nl, en) in table {
        says(&value_words(&value, LOAN, field, &declared.input()), nl, en);
    }
}

#[test]
fn days_months_years_and_other_ranges() {
    let declared = Declared::new();
    let table = [
        (date(2024, 7, 15), date(2024, 7, 15), "15 juli 2024", "15 July 2024"),
        (date(2024, 7, 1), date(2024, 7, 31), "juli 2024", "July 2024"),
        (date(2024, 1, 1), date(2024, 12, 31), "2024", "2024"),
        (
            date(2024, 1, 1),
            date(2024, 3, 1),
            "tussen 1 januari 2024 en 1 maart 2024",
            "between 1 January 2024 and 1 March 2024",
        ),
    ];
    for (from, to, nl, en) in table {
        says(&value_words(&Value::Date(from, to), LIBRARY, OPENED, &declared.input()), nl, en);
    }
}

#[test]
fn a_long_set_is_cut_and_the_rest_counted() {
    let words: Vec<String> = (1..=9).map(|n| format!("w{n}")).collect();
    assert_eq!(phrases::names(Lang::En, &words, Join::And), "`w1`, `w2`, `w3`, `w4`, `w5` and 4 more");
    assert_eq!(phrases::names(Lang::Nl, &words, Join::And), "`w1`, `w2`, `w3`, `w4`, `w5` en nog 4");
    assert_eq!(phrases::quote("a\n `b`\u{1b}"), "`a b`");
}

#[test]
fn facts_of_every_sort_have_words_and_a_place() {
    let mut declared = lent(&[], Formula::Const(true), Formula::Const(false));
    let asked = declared.condition("op verzoek");
    declared.item(LOAN, "loans[1]", &[(REASON, Value::None)]);
    declared.facts.lists[LOAN.ix()].items[1].exists = Existence::If(asked);
    declared.exclude(LOAN, GENRES, TermSet::one(3));
    let table = [
        (
            FactRef::Field(LOAN, 1, REASON.0),
            "uitlening 2: er is vermeld dat er geen reden is",
            "loan 2: it is stated that there is no reason",
        ),
        (
            FactRef::Exists(LOAN, 1),
            "uitlening 2 geldt alleen als “op verzoek”",
            "loan 2 is there only if “op verzoek”",
        ),
        (
            FactRef::Complete(LOAN),
            "niet vermeld is of de lijst van uitleningen volledig is",
            "it is not stated whether the list of loans is complete",
        ),
        (
            FactRef::Complete(SHELF),
            "over bewaarregels is niets vermeld",
            "nothing is stated about keeping rules",
        ),
        (
            FactRef::Exclusion(LOAN, 0),
            "er is vermeld dat er geen uitleningen zijn met genre `atlas`",
            "it is stated that there are no loans with genres `atlas`",
        ),
        (
            FactRef::Condition(asked),
            "niet vastgesteld is of “op verzoek” geldt",
            "whether “op verzoek” holds is not settled",
        ),
        (
            FactRef::Ungoverned(SHELF, 3),
            "voor `atlas` is geen bewaarregel vermeld",
            "no keeping rule is stated for `atlas`",
        ),
        (
            FactRef::World(1),
            "de lijst `Ring` loopt tot en met 31 december 2027, niet tot de peildatum 22 november 2026",
            "the list `Ring` runs through 31 December 2027, not to the as-of date 22 November 2026",
        ),
    ];
    for (fact, nl, en) in table {
        says(&fact_words(fact, &declared.input()).1, nl, en);
    }
    let place = |fact| fact_words(fact, &declared.input()).0;
    assert_eq!(place(FactRef::Condition(asked)).path, "loans[1]");
    assert_eq!(
        (place(FactRef::Complete(SHELF)).path.as_str(), place(FactRef::Complete(SHELF)).absent),
        ("keeping-rules", true)
    );
    assert_eq!(place(FactRef::Exclusion(LOAN, 0)).source.as_deref(), Some("art. 9"));
    assert_eq!(place(FactRef::Field(LIBRARY, 0, CARE.0)).path, "library.care");
}

#[test]
fn each_missing_fact_gets_one_question() {
    let mut declared = lent(&[(GENRES, Value::Undeclared)], Formula::Const(true), Formula::Const(false));
    let asked = declared.condition("op verzoek");
    let table = [
        (
            field(REASON),
            "reden van uitlening `Atlas Ltd.`",
            "the reason of loan `Atlas Ltd.`",
            "Waarom is er geleend?",
            "Why was it lent?",
        ),
        (
            field(DEPOSIT),
            "borg van uitlening `Atlas Ltd.`",
            "the deposit of loan `Atlas Ltd.`",
            "Wat kunt u vermelden over `borg` bij uitlening `Atlas Ltd.`?",
            "What can you state about the `deposit` of loan `Atlas Ltd.`?",
        ),
        (
            FactRef::Complete(LOAN),
            "of de lijst van uitleningen volledig is",
            "whether the list of loans is complete",
            "Is de lijst van uitleningen volledig?",
            "Is the list of loans complete?",
        ),
        (
            FactRef::Condition(asked),
            "of “op verzoek” geldt",
            "whether “op verzoek” holds",
            "Geldt in uw situatie: “op verzoek”?",
            "Does this hold in your situation: “op verzoek”?",
        ),
        (
            FactRef::Ungoverned(SHELF, 3),
            "bewaarregel voor `atlas`",
            "the keeping rule for `atlas`",
            "Wat kunt u vermelden over `termijn` voor `atlas`?",
            "What can you state about the `period` for `atlas`?",
        ),
        (
            FactRef::Category(HOLDING, 3),
            "of `atlas` voorkomt",
            "whether there is any `atlas`",
            "Komt `atlas` voor?",
            "Is there any `atlas`?",
        ),
    ];
    declared.schema.records[HOLDING.ix()].home_of = vec![KindId(3)];
    for (fact, fact_nl, fact_en, nl, en) in table {
        let question = declared.input().question(&Missing { fact, owner: Owner::Vendor });
        says(&question.fact, fact_nl, fact_en);
        says(&question.question, nl, en);
    }
}

#[test]
fn an_open_list_asks_one_question() {
    let declared = lent(&[(BRANCH, one(0))], outside_region(), has(DEPOSIT, these(&[0])));
    let complete = Missing { fact: FactRef::Complete(LOAN), owner: Owner::Vendor };
    let open = Finding {
        missing: vec![complete.clone(), complete],
        ..finding(Verdict::Unknown, About::Unlisted(LOAN), vec![FactRef::Complete(LOAN)])
    };
    let made = explain_one(&declared, &open);
    says(
        &made.reason,
        "niet vermeld is of de lijst van uitleningen volledig is: er kan een uitlening buiten de lijst zijn met vestiging buiten `Regio` zonder borg `contant`",
        "it is not stated whether the list of loans is complete: outside the list there may be another loan with branch outside `Region` without deposit `cash`",
    );
    assert_eq!(made.missing.len(), 1);
    assert_eq!((made.place.absent, made.place.path.as_str()), (true, "loans"));
}

#[test]
fn what_does_not_apply_says_which_condition_is_false() {
    let mut declared = lent(&[(BRANCH, one(0))], outside_region(), has(DEPOSIT, these(&[0])));
    let nothing = finding(Verdict::NotApplicable, About::Declaration, vec![FactRef::Complete(LOAN)]);
    declared.facts.lists[LOAN.ix()].complete = true;
    says(
        &explain_one(&declared, &nothing).reason,
        "er is geen uitlening met vestiging buiten `Regio`; de lijst van uitleningen is volledig",
        "there is no loan with branch outside `Region`; the list of loans is complete",
    );
    let lent_far = Formula::Exists { over: loans(), var: Var(0), count: 1, body: Box::new(outside_region()) };
    declared.rules[0].when = Some(clause(lent_far, 9));
    let when = Finding { sentence: None, facts: vec![], ..nothing };
    says(
        &explain_one(&declared, &when).reason,
        "de voorwaarde van deze regel doet zich niet voor: er is geen uitlening met vestiging buiten `Regio`",
        "the condition of this rule does not hold: there is no loan with branch outside `Region`",
    );
}

#[test]
fn a_membership_that_hangs_on_another_field_is_told_so() {
    let declared = lent(&[(BRANCH, one(2))], Formula::Const(true), has(BRANCH, Terms::Set(SetId(1))));
    let made = explain_one(
        &declared,
        &finding(Verdict::Unknown, about_first(), vec![field(BRANCH), field(DEPOSIT)]),
    );
    says(
        &made.reason,
        "uitlening `Atlas Ltd.`: vestiging is `Verreweg`, alleen binnen `Ring` met borg `contant`, en borg is niet vermeld",
        "loan `Atlas Ltd.`: branch is `Faraway`, within `Ring` only with deposit `cash`, and the deposit is not stated",
    );
}

#[test]
fn a_membership_whose_condition_is_settled_is_one_or_none() {
    let told = |deposit: u32| {
        let pledged = Value::set(SetValue {
            must: TermSet::one(deposit),
            some_of: Vec::new(),
            may: TermSet::one(deposit),
        });
        let stated = [(BRANCH, one(2)), (DEPOSIT, pledged)];
        let declared = lent(&stated, Formula::Const(true), has(BRANCH, Terms::Set(SetId(1))));
        explain_one(&declared, &finding(Verdict::Fail, about_first(), vec![field(BRANCH)])).reason
    };
    says(
        &told(1),
        "uitlening `Atlas Ltd.`: vestiging is `Verreweg`, buiten `Ring`",
        "loan `Atlas Ltd.`: branch is `Faraway`, outside `Ring`",
    );
    says(
        &told(0),
        "uitlening `Atlas Ltd.`: vestiging is `Verreweg`, binnen `Ring`",
        "loan `Atlas Ltd.`: branch is `Faraway`, within `Ring`",
    );
}

#[test]
fn days_lie_to_the_as_of_date() {
    let opened = FieldRef { var: Var(0), record: LIBRARY, field: OPENED };
    let recent = Formula::Compare { left: opened, op: Op::Le, right: Quantity::Ago(Duration::Months(24)) };
    let table = [
        (
            date(2023, 2, 24),
            "geopend is 24 februari 2023, meer dan 24 maanden voor 22 november 2026",
            "opened is 24 February 2023, more than 24 months before 22 November 2026",
        ),
        (
            date(2024, 11, 22),
            "geopend is 22 november 2024, hoogstens 24 maanden voor 22 november 2026",
            "opened is 22 November 2024, at most 24 months before 22 November 2026",
        ),
        (
            date(2027, 1, 1),
            "geopend is 1 januari 2027, dat is na de peildatum 22 november 2026",
            "opened is 1 January 2027, which is after the as-of date 22 November 2026",
        ),
    ];
    for (day, nl, en) in table {
        let mut declared = Declared::new();
        declared.facts.lists[LIBRARY.ix()].items.clear();
        declared.item(LIBRARY, "library", &[(OPENED, Value::Date(day, day))]);
        declared.rules = vec![rule(each(Formula::Const(true), recent.clone()))];
        let about = About::Item(LIBRARY, 0, NodeId(0));
        let made = explain_one(
            &declared,
            &finding(Verdict::Fail, about, vec![FactRef::Field(LIBRARY, 0, OPENED.0)]),
        );
        says(&made.reason, &format!("bibliotheek: {nl}"), &format!("library: {en}"));
    }
}

#[test]
fn norms_and_formulas_are_described() {
    let schema = schema();
    let deposit = || has(DEPOSIT, these(&[0, 2]));
    let compare = Formula::Compare {
        left: of(PERIOD),
        op: Op::Le,
        right: Quantity::Duration(Duration::Months(13), Some(EventId(1))),
    };
    let exists = |count, body| Formula::Exists { over: loans(), var: Var(1), count, body: Box::new(body) };
    let table = [
        (
            exists(1, outside_region()),
            "er is minstens één uitlening met vestiging buiten `Regio`",
            "there is at least one loan with branch outside `Region`",
        ),
        (
            Formula::Not(Box::new(exists(1, deposit()))),
            "er is geen uitlening met borg `contant` of `borgsteller`",
            "there is no loan with deposit `cash` or `guarantor`",
        ),
        (exists(2, Formula::Const(true)), "er zijn minstens 2 uitleningen", "there are at least 2 loans"),
        (
            compare,
            "uitlening heeft termijn van hoogstens 13 maanden na `terugkeer`",
            "loan has period of at most 13 months after `return`",
        ),
        (
            exists(
                1,
                Formula::And(vec![
                    Formula::HasValue(of(REASON)),
                    Formula::Or(vec![deposit(), Formula::Definite(of(GENRES))]),
                ]),
            ),
            "er is minstens één uitlening met reden en (met borg `contant` of `borgsteller` of met een eenduidige opgave van genre)",
            "there is at least one loan with reason and (with deposit `cash` or `guarantor` or with a definite statement of genres)",
        ),
        (
            exists(1, outside(GENRES, Terms::Declared(HOLDING, FieldId(0)))),
            "er is minstens één uitlening met genre buiten wat bij bezittingen is vermeld als genre",
            "there is at least one loan with genres outside what is stated as genre of holdings",
        ),
        (Formula::Const(false), "nooit", "never"),
    ];
    for (formula, nl, en) in table {
        says(&describe::formula(&formula, &schema), nl, en);
    }
    says(
        &describe::norm(&each(outside_region(), deposit()), &schema),
        "geen uitlening met vestiging buiten `Regio` zonder borg `contant` of `borgsteller`",
        "no loan with branch outside `Region` without deposit `cash` or `guarantor`",
    );
}

#[test]
fn fails_come_first_and_then_the_order_of_the_declaration() {
    let mut declared = lent(&[(BRANCH, one(2))], outside_region(), has(DEPOSIT, these(&[0])));
    declared.item(LOAN, "loans[1]", &[(BRANCH, one(0))]);
    let second = About::Item(LOAN, 1, NodeId(0));
    let all = [
        finding(Verdict::Pass, second.clone(), vec![FactRef::Field(LOAN, 1, BRANCH.0)]),
        finding(Verdict::Unknown, second, vec![FactRef::Field(LOAN, 1, DEPOSIT.0)]),
        finding(Verdict::Fail, about_first(), vec![field(DEPOSIT)]),
    ];
    let outcome = Outcome { verdict: Verdict::Fail, decided_by: None, too_many_cases: true };
    let made = explained(&declared.input(), 0, &outcome, &all);
    let verdicts: Vec<_> = made.iter().map(|e| e.verdict).collect();
    assert_eq!(verdicts, [Verdict::Fail, Verdict::Unknown, Verdict::Pass]);
    assert!(made[0].reason.en.ends_with("(too many cases to work out: see P0501)"));
    assert!(explained(&declared.input(), 7, &outcome, &all).is_empty());
}

/// The evaluator's own findings, worded: every verdict of the rule on loans outside the region.
#[test]
fn what_the_evaluator_finds_reads_well() {
    let passes = "geen uitlening met vestiging buiten `Regio` zonder borg `contant`; de lijst van uitleningen is volledig; uitlening `Atlas Ltd.`: ";
    let pass = "no loan with branch outside `Region` without deposit `cash`; the list of loans is complete; loan `Atlas Ltd.`: ";
    let thing = ("uitlening `Atlas Ltd.`: ", "loan `Atlas Ltd.`: ");
    let table = [
        (
            (Some(2), None),
            thing,
            "vestiging is `Verreweg`, buiten `Regio`, en borg is niet vermeld",
            "branch is `Faraway`, outside `Region`, and the deposit is not stated",
        ),
        (
            (Some(2), Some(1)),
            thing,
            "vestiging is `Verreweg`, buiten `Regio`, en borg is `pas`, niet `contant`",
            "branch is `Faraway`, outside `Region`, and deposit is `card`, not `cash`",
        ),
        (
            (None, None),
            thing,
            "vestiging en borg zijn niet vermeld",
            "the branch and the deposit are not stated",
        ),
        ((Some(2), Some(0)), (passes, pass), "borg is `contant`", "deposit is `cash`"),
        (
            (Some(0), None),
            (passes, pass),
            "vestiging is `Noordstad`, binnen `Regio`",
            "branch is `Northtown`, within `Region`",
        ),
    ];
    for ((branch, deposit), lead, nl, en) in table {
        let stated =
            branch.map(|b| (BRANCH, one(b))).into_iter().chain(deposit.map(|d| (DEPOSIT, all(&[d]))));
        let stated: Vec<_> = stated.collect();
        let mut declared = lent(&stated, outside_region(), has(DEPOSIT, these(&[0])));
        declared.facts.lists[LOAN.ix()].complete = true;
        let made = tell(&declared).remove(0);
        says(&made.reason, &format!("{}{nl}", lead.0), &format!("{}{en}", lead.1));
        assert_eq!(made.verdict == Verdict::Unknown, !made.missing.is_empty());
        assert!(made.place.path.starts_with("loans[0]"), "{}", made.place.path);
    }
}

/// The evaluator's findings on rule 0, worded.
fn tell(declared: &Declared) -> Vec<Explained> {
    use crate::eval::{Detail, Evaluator};
    let input = declared.input();
    let evaluator = Evaluator::new(input.schema, input.rules, input.as_of);
    let findings = evaluator.findings(0, input.facts, Detail::Full);
    let outcome = evaluator.outcome(0, input.facts);
    explained(&input, 0, &outcome, &findings)
}

fn some_loan(body: Formula) -> Formula {
    Formula::Exists { over: loans(), var: Var(0), count: 1, body: Box::new(body) }
}

#[test]
fn existence_is_told_as_it_is() {
    let mut declared = lent(&[(BRANCH, one(0))], Formula::Const(true), Formula::Const(false));
    declared.rules = vec![rule(Norm::Holds(clause(some_loan(outside_region()), 4)))];
    says(
        &tell(&declared)[0].reason,
        "niet vast te stellen: er is minstens één uitlening met vestiging buiten `Regio`; niet vermeld is of de lijst van uitleningen volledig is",
        "cannot be established: there is at least one loan with branch outside `Region`; it is not stated whether the list of loans is complete",
    );
    declared.facts.lists[LOAN.ix()].complete = true;
    says(
        &tell(&declared)[0].reason,
        "er is geen uitlening met vestiging buiten `Regio`; de lijst van uitleningen is volledig; uitlening `Atlas Ltd.`: vestiging is `Noordstad`, binnen `Regio`",
        "there is no loan with branch outside `Region`; the list of loans is complete; loan `Atlas Ltd.`: branch is `Northtown`, within `Region`",
    );
    declared.item(LOAN, "loans[1]", &[(BRANCH, one(2))]);
    says(
        &tell(&declared)[0].reason,
        "er is minstens één uitlening met vestiging buiten `Regio`; uitlening 2: vestiging is `Verreweg`, buiten `Regio`",
        "there is at least one loan with branch outside `Region`; loan 2: branch is `Faraway`, outside `Region`",
    );
}

#[test]
fn a_finding_points_at_its_own_thing_and_names_others() {
    let mut declared = lent(&[(BRANCH, one(0))], outside_region(), has(DEPOSIT, these(&[0])));
    declared.item(LOAN, "loans[1]", &[(BRANCH, one(2))]);
    declared.facts.lists[LOAN.ix()].complete = true;
    declared.rules[0].when = Some(clause(some_loan(Formula::HasValue(of(REASON))), 9));
    let made = &tell(&declared)[0];
    says(
        &made.reason,
        "uitlening 2: vestiging is `Verreweg`, buiten `Regio`, en borg en reden zijn niet vermeld; uitlening `Atlas Ltd.`: reden is niet vermeld",
        "loan 2: branch is `Faraway`, outside `Region`, and the deposit and the reason are not stated; loan `Atlas Ltd.`: the reason is not stated",
    );
    assert!(made.place.path.starts_with("loans[1]"), "{}", made.place.path);
    assert_eq!(made.missing.len(), 3);
}

#[test]
fn limits_name_their_category() {
    let mut declared = Declared::new();
    declared.list(HOLDING, "holdings", true);
    declared.item(HOLDING, "holdings[0]", &[(FieldId(0), one(1))]);
    declared.item(HOLDING, "holdings[1]", &[(FieldId(0), one(3))]);
    declared.list(SHELF, "keeping-rules", true);
    declared.item(SHELF, "keeping-rules[0]", &[(FieldId(0), one(1)), (FieldId(1), months(4))]);
    let left = FieldRef { var: Var(0), record: SHELF, field: FieldId(1) };
    let right = Quantity::Duration(Duration::Months(3), None);
    let need = clause(Formula::Compare { left, op: Op::Le, right }, 3);
    let (scope, held) = (TermSet::first(4), (HOLDING, FieldId(0)));
    let over = Collection::Categories { governed_by: SHELF, key: FieldId(0), held, scope, also: vec![] };
    let (scope, vacuous) = (clause(Formula::Const(true), 2), Vacuous::NotExercised);
    declared.rules = vec![rule(Norm::Each { over, var: Var(0), scope, need, vacuous })];
    let made = tell(&declared);
    says(
        &made[0].reason,
        "`thriller`: termijn is 4 maanden, meer dan 3 maanden",
        "`thriller`: period is 4 months, more than 3 months",
    );
    says(&made[1].reason, "`atlas`: geen bewaarregel vermeld", "`atlas`: no keeping rule is stated");
}

#[test]
fn a_derived_fact_is_told_as_the_things_own_and_points_at_its_source() {
    let mut declared = lent(&[(BRANCH, one(2))], outside_region(), Formula::Const(false));
    declared.item(LOAN, "loans[1]", &[(BRANCH, Value::Same(LOAN, 0, BRANCH.0))]);
    let about = About::Item(LOAN, 1, NodeId(0));
    let made = explain_one(&declared, &finding(Verdict::Fail, about, vec![field(BRANCH)]));
    says(
        &made.reason,
        "uitlening 2: vestiging is `Verreweg`, buiten `Regio`",
        "loan 2: branch is `Faraway`, outside `Region`",
    );
    assert_eq!(made.place.path, "loans[0].branch");
}
