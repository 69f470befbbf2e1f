//! The kinds that every schema has, before any pack is read.

use crate::lang::Text;
use crate::model::*;

/// Free text: names of parties, words of the author.
pub const TEXT: KindId = KindId(0);
/// Yes or no.
pub const ANSWER: KindId = KindId(1);
/// Provisions of a law or contract.
pub const PROVISION: KindId = KindId(2);
/// Versions of documents.
pub const VERSION: KindId = KindId(3);
/// The bit of `yes` in [`ANSWER`].
pub const YES: u32 = 0;
/// The bit of `no` in [`ANSWER`].
pub const NO: u32 = 1;
/// The file of what no file defines.
pub const NO_FILE: FileId = FileId(u32::MAX);

const NOWHERE: Origin = Origin { file: NO_FILE, item: 0, first: 0, last: 0 };

/// A schema with only the built-in kinds and their terms.
pub(crate) fn schema() -> Schema {
    let mut schema = Schema {
        kinds: vec![
            kind("text", &["tekst", "teksten"], &["text", "texts"], Canon::Words),
            Kind {
                open: false,
                ..kind("answer", &["antwoord", "antwoorden"], &["answer", "answers"], Canon::Words)
            },
            kind("provision", &["bepaling", "bepalingen"], &["provision", "provisions"], Canon::Provision),
            kind("version", &["versie", "versies"], &["version", "versions"], Canon::Words),
        ],
        ..Schema::default()
    };
    for (bit, (name, nl)) in [("yes", "ja"), ("no", "nee")].into_iter().enumerate() {
        schema.kinds[ANSWER.ix()].terms.push(TermId(bit as u32));
        schema.terms.push(answer(name, nl, bit as u32));
    }
    schema
}

fn labels(nl: &[&str], en: &[&str]) -> Labels {
    let owned = |words: &[&str]| words.iter().map(|w| w.to_string()).collect();
    Labels { nl: owned(nl), en: owned(en), ..Labels::default() }
}

fn kind(name: &str, nl: &[&str], en: &[&str], canon: Canon) -> Kind {
    let (name, labels) = (name.to_string(), labels(nl, en));
    Kind { name, labels, open: true, ordered: false, terms: Vec::new(), canon, origin: NOWHERE }
}

fn answer(name: &str, nl: &str, bit: u32) -> Term {
    term(name.to_string(), ANSWER, bit, labels(&[nl], &[name]), NOWHERE)
}

/// A term about which nothing more is known.
pub(crate) fn term(name: String, kind: KindId, bit: u32, labels: Labels, origin: Origin) -> Term {
    Term {
        name,
        kind,
        bit,
        labels,
        code: None,
        parent: None,
        under: TermSet::one(bit),
        compounds_nl: Vec::new(),
        compounds_en: Vec::new(),
        definition: Text::default(),
        link: None,
        group: false,
        stands_for: None,
        means: None,
        origin,
    }
}
