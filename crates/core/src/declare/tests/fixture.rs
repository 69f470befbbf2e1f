//! A small schema: a library, its loans, fines and remarks.

use jiff::civil::date;

use crate::lang::Text;
use crate::model::{
    Canon, Default as Usual, Derived, Event, EventId, Field, FieldId, FieldType, Kind, KindId, Labels,
    Member, Origin, Owner, Pack, Record, RecordId, Schema, Set, Term, TermId, TermSet,
};

pub fn labels(nl: &[&str], en: &[&str]) -> Labels {
    let own = |words: &[&str]| words.iter().map(|w| w.to_string()).collect();
    Labels { nl: own(nl), en: own(en), nl_also: Vec::new(), en_also: Vec::new() }
}

fn kind(name: &str, nl: &str, en: &str, open: bool) -> Kind {
    let canon = if name == "provision" { Canon::Provision } else { Canon::Words };
    let labels = labels(&[nl], &[en]);
    Kind {
        name: name.into(),
        labels,
        open,
        ordered: false,
        terms: Vec::new(),
        canon,
        origin: Origin::default(),
    }
}

/// A term: id, Dutch, English, code, parent.
type Words<'a> = (&'a str, &'a str, &'a str, Option<&'a str>, Option<&'a str>);

fn terms(schema: &mut Schema, kind: KindId, all: &[Words<'_>]) {
    for (name, nl, en, code, parent) in all {
        let bit = schema.kinds[kind.ix()].terms.len() as u32;
        let parent = parent.and_then(|p| schema.term(kind, p));
        let id = TermId(schema.terms.len() as u32);
        let mut above = parent;
        while let Some(term) = above {
            schema.terms[term.ix()].under.insert(bit);
            above = schema.terms[term.ix()].parent;
        }
        schema.kinds[kind.ix()].terms.push(id);
        schema.terms.push(Term {
            name: name.to_string(),
            kind,
            bit,
            labels: labels(&[nl], &[en]),
            code: code.map(str::to_string),
            parent,
            under: TermSet::one(bit),
            definition: Text::default(),
            link: None,
            group: false,
            stands_for: None,
            means: None,
            compounds_nl: Vec::new(),
            compounds_en: Vec::new(),
            origin: Origin::default(),
        });
    }
}

fn field(name: &str, nl: &str, ty: FieldType) -> Field {
    Field {
        name: name.into(),
        labels: labels(&[nl], &[name]),
        ty,
        many: false,
        main: false,
        owner: Owner::Vendor,
        default: Usual::Unknown,
        derived: None,
        counts_from: None,
        minimum: false,
        whole: false,
        ranks_parts: false,
        definition: Text::default(),
        origin: Origin::default(),
    }
}

fn record(name: &str, nl: &[&str], en: &[&str], fields: Vec<Field>) -> Record {
    Record {
        name: name.into(),
        labels: labels(nl, en),
        parent: None,
        children: Vec::new(),
        single: false,
        written: false,
        owner: Owner::Vendor,
        home_of: Vec::new(),
        key: Vec::new(),
        fields,
        definition: Text { any: None, nl: Some(format!("een {}", nl[0])), en: Some(format!("a {}", en[0])) },
        is_abstract: false,
        origin: Origin::default(),
    }
}

fn kinds(schema: &mut Schema) {
    schema.kinds = vec![
        kind("party", "naam", "name", true),
        kind("genre", "genre", "genre", false),
        kind("place", "vestiging", "branch", false),
        kind("answer", "antwoord", "answer", false),
        kind("part", "deel", "part", false),
        kind("provision", "bepaling", "provision", true),
        kind("consent", "toestemming", "consent", false),
        Kind { canon: Canon::ProvisionOf("House rules".into()), ..kind("clause", "beding", "clause", true) },
    ];
    let genre = KindId(1);
    terms(
        schema,
        genre,
        &[
            ("fiction", "fictie", "fiction", None, None),
            ("novel", "roman", "novel", None, Some("fiction")),
            ("poetry", "poëzie", "poetry", None, Some("fiction")),
            ("reference", "naslagwerk", "reference work", None, None),
            ("atlas", "atlas", "atlas", None, Some("reference")),
            ("dictionary", "woordenboek", "dictionary", None, Some("reference")),
            ("leisure", "ontspanning", "leisure", None, None),
        ],
    );
    let of = |schema: &Schema, name| schema.term(genre, name).unwrap();
    let (reference, leisure) = (of(schema, "reference"), of(schema, "leisure"));
    schema.terms[reference.ix()].group = true;
    schema.terms[leisure.ix()].stands_for = Some([1, 2].into_iter().collect());
    terms(
        schema,
        KindId(2),
        &[
            ("ce", "Centraal", "Central", Some("CE"), None),
            ("ri", "Rivier", "Riverside", Some("RI"), None),
            ("no", "Noord", "Northgate", Some("NO"), None),
            ("up", "Bovenstad Oost", "Upper Town", Some("UP"), None),
        ],
    );
    terms(schema, KindId(3), &[("yes", "ja", "yes", None, None), ("no", "nee", "no", None, None)]);
    terms(
        schema,
        KindId(4),
        &[("contract", "contract", "contract", None, None), ("annex-1", "bijlage 1", "annex 1", None, None)],
    );
    terms(schema, KindId(5), &[("house-7.4", "huisregel 7(4)", "house 7(4)", None, None)]);
    terms(
        schema,
        KindId(6),
        &[("given", "gegeven", "given", None, None), ("not-given", "niet gegeven", "not given", None, None)],
    );
}

fn sets_and_events(schema: &mut Schema) {
    let member = |bits: &[u32], until| Member {
        terms: bits.iter().copied().collect(),
        from: None,
        until,
        condition: None,
        source: None,
        origin: Origin::default(),
    };
    schema.sets.push(Set {
        name: "binnenstad".into(),
        kind: KindId(2),
        labels: labels(&["Binnenstad"], &["Binnenstad"]),
        members: vec![member(&[0, 1], None), member(&[2], Some(date(2020, 1, 1)))],
        complete_through: None,
        source: None,
        origin: Origin::default(),
    });
    let event = |name: &str, nl: &str, upto: u32| Event {
        name: name.into(),
        labels: labels(&[nl], &[name]),
        not_before: (0..=upto).map(EventId).collect(),
        origin: Origin::default(),
    };
    schema.events = vec![event("borrowing", "uitlenen", 0), event("hand in", "inleveren", 1)];
}

fn movement() -> Record {
    let borrower = field("borrower", "lener", FieldType::Terms(KindId(0)));
    let children = vec![LOAN];
    Record { is_abstract: true, children, ..record("movement", &["beweging"], &["movement"], vec![borrower]) }
}

fn loan() -> Record {
    let fields = vec![
        field("borrower", "lener", FieldType::Terms(KindId(0))),
        Field { many: true, ..field("genre", "genre", FieldType::Terms(KindId(1))) },
        field("branch", "vestiging", FieldType::Terms(KindId(2))),
        Field { counts_from: Some(FieldId(4)), ..field("term", "termijn", FieldType::Duration) },
        Field { default: Usual::ReadAs(0), ..field("start", "begin", FieldType::Event) },
        Field {
            owner: Owner::Profile,
            default: Usual::Term(1),
            ..field("consent", "toestemming", FieldType::Terms(KindId(6)))
        },
        Field { many: true, ..field("places", "plaatsen", FieldType::Terms(KindId(2))) },
    ];
    let loan = record("loan", &["uitlening", "uitleningen"], &["loan", "loans"], fields);
    Record { parent: Some(RecordId(1)), key: vec![FieldId(0)], ..loan }
}

pub const LIBRARY: RecordId = RecordId(0);
pub const LOAN: RecordId = RecordId(2);
pub const FINE: RecordId = RecordId(3);
pub const REMARK: RecordId = RecordId(4);

pub fn schema() -> Schema {
    let mut schema = Schema::default();
    kinds(&mut schema);
    sets_and_events(&mut schema);
    let library = vec![
        field("name", "naam", FieldType::Terms(KindId(0))),
        field("founded", "opgericht", FieldType::Date),
        field("open on sunday", "zondag open", FieldType::Terms(KindId(3))),
        field("members", "leden", FieldType::Number),
        Field {
            many: true,
            ranks_parts: true,
            ..field("precedence", "rangorde", FieldType::Terms(KindId(4)))
        },
    ];
    let place = Field {
        derived: Some(Derived { record: LOAN, other_key: FieldId(0), key: FieldId(0), field: FieldId(2) }),
        ..field("branch", "vestiging", FieldType::Terms(KindId(2)))
    };
    let fine = vec![field("name", "naam", FieldType::Terms(KindId(0))), place];
    let remark = vec![
        field("rule", "regel", FieldType::Terms(KindId(5))),
        Field { default: Usual::Absent, ..field("reason", "reden", FieldType::Terms(KindId(0))) },
        Field { many: true, whole: true, ..field("area", "gebied", FieldType::Terms(KindId(2))) },
        field("clause", "beding", FieldType::Terms(KindId(7))),
        Field { many: true, ..field("subject", "onderwerp", FieldType::Terms(KindId(1))) },
        Field {
            many: true,
            derived: Some(Derived {
                record: LOAN,
                other_key: FieldId(1),
                key: FieldId(4),
                field: FieldId(6),
            }),
            ..field("spread", "spreiding", FieldType::Terms(KindId(2)))
        },
    ];
    let desk = vec![field("strict", "streng", FieldType::Terms(KindId(3)))];
    schema.records = vec![
        Record { single: true, ..record("library", &["bibliotheek"], &["library"], library) },
        movement(),
        loan(),
        record("fine", &["boete", "boetes"], &["fine", "fines"], fine),
        Record {
            written: true,
            ..record("remark", &["opmerking bij huisregel", "opmerkingen"], &["remark", "remarks"], remark)
        },
        Record { single: true, owner: Owner::Profile, ..record("desk", &["balie"], &["desk"], desk) },
    ];
    schema.packs.push(Pack {
        name: "lending".into(),
        title: Text::default(),
        version: "1.0.0".into(),
        uses: Vec::new(),
        contradiction_fails: false,
        links: Vec::new(),
        chapters: Vec::new(),
        origin: Origin::default(),
    });
    schema
}
