//! Damaged texts: reading never panics, every place is inside the text, and every list keeps its shape.

use super::fixture;
use crate::declare::{Format, Lookup, Parsed, cut, join, parse, parse_entry, read, read_with};
use crate::model::FileId;

const YAML: &str = "policy-declaration: 1\nlibrary:\n  naam: \"Leeszaal Één\"\n  founded: { from: 2024-01, to: 2024-03 }\n  \
precedence: [contract, annex 1]\nloans:\n  complete: { source: \"p. 1\", quote: 'all' }\n  items:\n    - borrower: &ann Ann\n      \
genre: [novel, { value: atlas, only if: asked }, reference]\n      branch: { one of: [CE, \"NO\"] }\n      term: 13 months\n    - some\n    \
- borrower: Bob\n      branch: { conflicting: [{ value: CE, part: contract }, { value: UP, part: annex 1 }] }\n  never:\n    \
- { genre: poëzie, source: x }\nfines:\n  - name: *ann\nremarks:\n  - rule: 7(4)\n    reason: |\n      two\n      lines\n";

const JSON: &str = "{\"loans\": {\"complete\": true, \"items\": [{\"borrower\": \"Ann\", \"genre\": [\"novel\", \
{\"if\": \"asked\", \"then\": \"atlas\"}], \"term\": {\"one of\": [\"3 months\", \"P6M\"]}}]}, \"remarks\": [{\"rule\": 7.4}]}";

const SNIPPETS: &[&str] = &[
    ":", "- ", "[", "]", "{", "}", "\"", "'", "\n", "\t", "  ", "&a ", "*a", "|", ">", "#", "é", "---\n",
    "!!", "%", "none", "\u{feff}", "\0", "?",
];

/// A fixed sequence that looks random.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn damaged(text: &str, dice: &mut Dice) -> String {
    let mut text = text.to_string();
    for _ in 0..=dice.below(3) {
        let a = boundary(&text, dice.below(text.len() + 1));
        let b = boundary(&text, (a + dice.below(30)).min(text.len()));
        match dice.below(4) {
            0 => text.replace_range(a..b, ""),
            1 => text.insert_str(a, SNIPPETS[dice.below(SNIPPETS.len())]),
            2 => text.truncate(a),
            _ => {
                let part = text[a..b].to_string();
                let at = boundary(&text, dice.below(text.len() + 1));
                text.insert_str(at, &part);
            }
        }
    }
    text
}

#[test]
fn damaged_texts_never_panic() {
    let schema = fixture::schema();
    let lookup = Lookup::new(&schema);
    let clean = read(YAML, Format::Yaml, FileId(0), &schema);
    assert!(clean.diagnostics.is_empty(), "{:#?}", clean.diagnostics);
    let mut dice = Dice(7);
    for round in 0..1_500 {
        let (source, format) = if round % 3 == 0 { (JSON, Format::Json) } else { (YAML, Format::Yaml) };
        let text = damaged(source, &mut dice);
        let read = read_with(&text, format, FileId(0), &schema, &lookup);
        for diagnostic in &read.diagnostics {
            let span = diagnostic.span.range();
            assert!(text.get(span.clone()).is_some(), "{span:?} in {text:?}");
        }
        assert!(read.notes.all().all(|n| text.get(n.span.range()).is_some()), "{text:?}");
        assert_eq!(read.facts.lists.len(), schema.records.len());
        for (list, record) in read.facts.lists.iter().zip(&schema.records) {
            assert!(list.items.iter().all(|item| item.fields.len() == record.fields.len()));
            assert!(!record.single || list.items.len() == 1, "{text:?}");
        }
    }
}

/// Keys at the margin with every sort of value, for texts that are read entry by entry.
const ENTRIES: &[&str] = &[
    "library: one\n",
    "\"loans\": { a: [b, c] }\n",
    "fines:\n",
    "fines:\n- a\n- b: c\n",
    "remarks: |\n  one\n  two\n\n",
    "remarks: |+\n  one\n\n\n",
    "notes: >-\n    one\n    two\n",
    "notes: |\n",
    "terms: one\n  more # aside\n",
    "terms: 'one\n  more'\n",
    "ends: \"one\n\n  more\"\n",
    "kinds:\n  a:\n  b: ~\n",
    "kinds:\n    # aside\n",
    "# aside\n",
    "\n",
    "   \n",
    "names: &a one\n",
    "names: *a\n",
    "pairs: [&a one, *a]\n",
    "again: { one: &a [x, y], two: *a }\n",
    "names: !!str 1\n",
    "lists: [one,\n  two,\n  three]\n",
    "lists: [one,\ntwo]\n",
    "maps: {one: 1,\n  two: 2\n}\n",
    "dates: 2024-01-01\r\n",
    "no key\n",
    "? odd\n: pair\n",
    "...\n",
    "---\n",
    "key with spaces : a\n",
    "empty: ''\n",
    "url: http://x\n",
    "a: b: c\n",
    " indented: x\n",
    "last: one",
];

/// A text as it is read entry by entry, if it can be.
fn by_entry(text: &str) -> Option<Parsed> {
    let entries = cut(text)?.into_iter().map(|span| Some((span.start, parse_entry(span.of(text))?)));
    let entries: Vec<_> = entries.collect::<Option<_>>()?;
    join(entries.iter().map(|(start, entry)| (*start, entry)))
}

#[test]
fn entry_by_entry_reads_as_a_whole() {
    let mut dice = Dice(11);
    let mut read = 0;
    for round in 0..12_000 {
        let text = match round % 4 {
            0 => damaged(YAML, &mut dice),
            1 => damaged(&YAML.replace("*ann", "Ann"), &mut dice),
            _ => (0..=dice.below(5)).map(|_| ENTRIES[dice.below(ENTRIES.len())]).collect(),
        };
        let Some(found) = by_entry(&text) else { continue };
        assert_eq!(found, parse(&text, Format::Yaml, FileId(0)), "{text:?}");
        read += 1;
    }
    assert!(read > 2_500, "only {read} were read entry by entry");
}
