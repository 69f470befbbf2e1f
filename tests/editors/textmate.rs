//! The TextMate grammar: what the parser reads, coloured by the tables of words.

use policy_core::lang::Lang;
use policy_core::lower::keywords::{self, KEYWORDS, Kw, Place};
use policy_core::words::{self, Class};
use policy_syntax::ItemWord;
use serde_json::{Map, Value, json};

use crate::regex::{Grammar, escape};

/// How to write the file again; stands in the file.
const ABOUT: &str = "Generated from grammar/policy.pest and the tables of words; do not edit. \
                     UPDATE=1 cargo test -p policy-tests --test editors writes it again.";

/// The grammar as the editor reads it.
pub fn grammar(pest: &Grammar) -> Value {
    let words = Words { pest, end: format!("(?!{})", pest.class("word_char")) };
    let mut repository = Map::new();
    basics(pest, &mut repository);
    for (name, rule) in words.function_words() {
        repository.insert(name, rule);
    }
    repository.insert("sentence".into(), words.sentence());
    repository.insert("secondary".into(), words.secondary());
    let mut items = Vec::new();
    for (word, ..) in ItemWord::ALL {
        let name = format!("item-{}", english(word));
        items.push(include(&name));
        repository.insert(name, words.item(word));
    }
    repository.insert("field".into(), words.block(Place::Field, Vec::new()));
    repository.insert("rename".into(), words.block(Place::Rename, Vec::new()));
    repository.insert("item-without-brace".into(), words.bare());
    let mut patterns = vec![include("comment"), include("block-string")];
    patterns.extend(items);
    patterns.extend(["item-without-brace", "string", "label"].map(include));
    json!({
        "information_for_contributors": [ABOUT],
        "name": "policy",
        "scopeName": "source.policy",
        "patterns": patterns,
        "repository": repository,
    })
}

/// What the editor has to know to move by words, indent and close brackets.
pub fn language(pest: &Grammar) -> Value {
    let pairs = json!([["{", "}"], ["(", ")"]]);
    let closing =
        |open: &str, close: &str| json!({ "open": open, "close": close, "notIn": ["string", "comment"] });
    json!({
        "//": ABOUT,
        "comments": { "lineComment": "#" },
        "brackets": pairs,
        "autoClosingPairs": [
            { "open": "{", "close": "}" }, { "open": "(", "close": ")" },
            closing("\"", "\""), closing("`", "`"), closing("\"\"\"", "\"\"\""),
        ],
        "surroundingPairs": [["{", "}"], ["(", ")"], ["\"", "\""], ["`", "`"]],
        "wordPattern": { "pattern": pest.javascript("word"), "flags": "u" },
        "indentationRules": {
            "increaseIndentPattern": r#"^[^#"]*\{[^}"]*$"#,
            "decreaseIndentPattern": r"^\s*\}",
        },
        "onEnterRules": [
            { "beforeText": r"^\s*#.*\S", "afterText": r"\S", "action": { "indent": "none", "appendText": "# " } },
        ],
    })
}

fn include(name: &str) -> Value {
    json!({ "include": format!("#{name}") })
}

fn english(word: ItemWord) -> &'static str {
    ItemWord::ALL.iter().find(|(w, ..)| *w == word).map_or("", |(_, en, _)| en)
}

/// What means the same everywhere: comments, texts, numbers, signs.
fn basics(pest: &Grammar, repository: &mut Map<String, Value>) {
    let named =
        |scope: &str, rule: &str| json!({ "name": format!("{scope}.policy"), "match": pest.regex(rule) });
    let either = |scope: &str, a: &str, b: &str| json!({ "patterns": [named(scope, a), named(&format!("invalid.illegal.unterminated.{scope}"), b)] });
    let bounded = |rule: &str| format!("(?<!{}){}", pest.class("word_char"), pest.regex(rule));
    let rest = pest.at_line_start("next_item");
    repository.insert("comment".into(), named("comment.line.number-sign", "comment"));
    repository.insert("string".into(), either("string.quoted.double", "string", "open_string"));
    repository.insert("label".into(), either("string.other.label", "label", "open_label"));
    repository.insert(
        "number".into(),
        json!({ "patterns": [
            { "name": "constant.numeric.dotted.policy", "match": bounded("dotted") },
            { "name": "constant.numeric.policy", "match": bounded("number") },
        ] }),
    );
    repository.insert("symbol".into(), named("keyword.operator", "symbol"));
    repository.insert("hidden".into(), named("invalid.illegal.hidden", "hidden"));
    let quotes = json!({ "0": { "name": "punctuation.definition.string.policy" } });
    let text = |content: &str, patterns: Value| {
        json!({
            "name": "string.quoted.triple.policy",
            "begin": "\"\"\"", "beginCaptures": quotes,
            "end": format!("\"\"\"|(?={rest})"), "endCaptures": quotes,
            "contentName": content, "patterns": patterns,
        })
    };
    repository.insert("block-string".into(), text("string.unquoted.block.policy", json!([])));
    // What stands in such a text is a declaration or a profile.
    let mut embedded = text("meta.embedded.block.yaml", json!([{ "include": "source.yaml" }]));
    embedded.as_object_mut().expect("an object").remove("name");
    repository.insert("block-declaration".into(), embedded);
}

/// Patterns made of the tables of words.
struct Words<'a> {
    pest: &'a Grammar,
    /// Where a word ends.
    end: String,
}

/// Spellings as alternatives, the longest first.
fn alternatives<'a>(spellings: impl IntoIterator<Item = &'a str>) -> String {
    let mut all: Vec<&str> = spellings.into_iter().collect();
    all.sort_by_key(|s| (std::cmp::Reverse(s.split(' ').count()), std::cmp::Reverse(s.len()), *s));
    all.dedup();
    all.iter().map(|s| escape(s).replace(' ', "[ \\t]+")).collect::<Vec<_>>().join("|")
}

fn spellings(kws: &[Kw]) -> impl Iterator<Item = &'static str> {
    kws.iter().flat_map(|kw| Lang::ALL.into_iter().flat_map(|lang| kw.entry().spellings(lang))).copied()
}

impl Words<'_> {
    /// A word of a list, whole, in any letter case.
    fn any<'a>(&self, of: impl IntoIterator<Item = &'a str>) -> String {
        format!("(?<!{})(?i:{}){}", self.pest.class("word_char"), alternatives(of), self.end)
    }

    fn list(&self, scope: &str, kws: &[Kw]) -> Value {
        json!({ "name": format!("{scope}.policy"), "match": self.any(spellings(kws)) })
    }

    fn function_words(&self) -> Vec<(String, Value)> {
        let classes = [
            (Class::Norm, "keyword.control.norm"),
            (Class::Connective, "keyword.control.connective"),
            (Class::Qualifier, "keyword.other.qualifier"),
            (Class::Comparison, "keyword.operator.comparison"),
            (Class::Unit, "keyword.other.unit"),
            (Class::Preposition, "meta.preposition"),
            (Class::Article, "meta.article"),
        ];
        let of = |class: Class| words::KEYWORDS.iter().filter(move |keyword| keyword.class == class);
        let one = |(class, scope): (Class, &str)| {
            let all = of(class).flat_map(|k| Lang::ALL.into_iter().flat_map(|lang| k.spellings(lang)));
            let rule = json!({ "name": format!("{scope}.policy"), "match": self.any(all.copied()) });
            (format!("words-{}", format!("{class:?}").to_lowercase()), rule)
        };
        classes.into_iter().map(one).collect()
    }

    /// Everything that a sentence may hold.
    fn sentence(&self) -> Value {
        let mut patterns: Vec<Value> =
            ["comment", "block-string", "string", "label", "number", "symbol", "hidden"].map(include).into();
        patterns.extend(self.function_words().into_iter().map(|(name, _)| include(&name)));
        json!({ "patterns": patterns })
    }

    /// Keywords behind the first one of a line: those that begin no line anywhere, and so are no name.
    fn secondary(&self) -> Value {
        let places = ItemWord::ALL.map(|(word, ..)| Place::Item(word));
        let begins =
            |kw: Kw| places.iter().chain(&[Place::Field, Place::Rename]).any(|p| p.lines().contains(&kw));
        let listed =
            [keywords::UNITS, keywords::VERDICTS, keywords::TYPES, keywords::SEVERITIES, keywords::OWNERS];
        let free = |kw: &Kw| !begins(*kw) && !listed.iter().any(|list| list.contains(kw));
        let mut kws: Vec<Kw> = KEYWORDS.iter().map(|keyword| keyword.kw).filter(free).collect();
        kws.extend([Kw::Many, Kw::Main, Kw::Source, Kw::Reads]);
        let rest = [keywords::ALLOW_CLOSING].into_iter().chain(spellings(&kws));
        json!({ "patterns": [
            self.list("keyword.other.unit", keywords::UNITS),
            { "name": "keyword.other.secondary.policy", "match": self.any(rest) },
        ] })
    }

    /// A whole item, from its word to the brace that closes it.
    fn item(&self, word: ItemWord) -> Value {
        let (_, en, nl) = ItemWord::ALL[word as usize];
        let head = self.pest.regex("head_rest");
        let rest = self.pest.at_line_start("next_item");
        let begin = format!("(?:^|(?<=\\}}))\\s*+({}){}(?={head})", alternatives([en, nl]), self.end);
        let scope = if word == ItemWord::Rule { "entity.name.function" } else { "entity.name.type" };
        json!({
            "name": format!("meta.{en}.policy"),
            "begin": begin,
            "beginCaptures": { "1": { "name": format!("storage.type.{en}.policy") } },
            "end": format!("(?<=\\}})|(?={rest})"),
            "patterns": [
                { "match": format!("\\G\\s*+({})", self.pest.regex("word")),
                  "captures": { "1": { "name": format!("{scope}.{en}.policy") } } },
                { "match": format!("(:)\\s*+({})", self.pest.regex("word")),
                  "captures": { "1": { "name": "keyword.operator.policy" },
                                "2": { "name": "entity.other.inherited-class.policy" } } },
                include("comment"), include("string"), include("label"), include("number"),
                include("secondary"), include("words-preposition"),
                self.block(Place::Item(word), if word == ItemWord::Rule { vec![include("sentence")] } else { vec![] }),
            ],
        })
    }

    /// A block with its lines.
    fn block(&self, place: Place, others: Vec<Value>) -> Value {
        let brace = json!({ "0": { "name": "punctuation.section.block.policy" } });
        let mut patterns = vec![include("comment")];
        patterns.extend(place.lines().iter().map(|kw| self.line(place, *kw)));
        patterns.extend(others);
        patterns.extend(["block-string", "string", "label", "number", "symbol", "hidden"].map(include));
        json!({
            "begin": "\\{", "beginCaptures": brace,
            "end": format!("\\}}|(?={})", self.pest.at_line_start("next_item")), "endCaptures": brace,
            "patterns": patterns,
        })
    }

    /// A line that begins with a keyword.
    fn line(&self, place: Place, kw: Kw) -> Value {
        let name = alternatives(spellings(&[kw]));
        json!({
            "begin": format!("(?:^|(?<=[{{;]))\\s*+((?i:{name})){}", self.end),
            "beginCaptures": { "1": { "name": "keyword.other.line.policy" } },
            "end": "$|(?=[;}])",
            "patterns": self.tail(place, kw),
        })
    }

    /// What follows the keyword of a line.
    fn tail(&self, place: Place, kw: Kw) -> Vec<Value> {
        let mut patterns = vec![include("comment")];
        let own = match kw {
            Kw::Severity => Some(self.list("constant.language.severity", keywords::SEVERITIES)),
            Kw::Expect => Some(self.list("constant.language.verdict", keywords::VERDICTS)),
            Kw::Owner if place != Place::Item(ItemWord::Waive) => {
                Some(self.list("constant.language.owner", keywords::OWNERS))
            }
            Kw::Definition | Kw::Advice | Kw::Also | Kw::Compound => {
                Some(self.list("keyword.other.language", &[Kw::Nl, Kw::En]))
            }
            Kw::Given | Kw::Profile => Some(include("block-declaration")),
            _ => None,
        };
        patterns.extend(own);
        if matches!(kw, Kw::Field | Kw::Rename) {
            let scope = "variable.other.member.policy";
            patterns.push(json!({ "match": format!("\\G\\s*+({})", self.pest.regex("word")),
                                  "captures": { "1": { "name": scope } } }));
            patterns.push(json!({ "match": format!("(:)\\s*+({})", self.pest.regex("word")),
                "captures": { "1": { "name": "keyword.operator.policy" }, "2": { "name": "support.type.policy" } } }));
            patterns.push(include(if kw == Kw::Field { "field" } else { "rename" }));
        }
        patterns.extend(["block-string", "string", "label", "number", "symbol", "hidden"].map(include));
        let is_sentence = matches!(kw, Kw::Means) && place == Place::Item(ItemWord::Define);
        if is_sentence {
            patterns.push(include("sentence"));
        } else if !matches!(kw, Kw::Basis) {
            patterns.push(include("secondary"));
        }
        patterns
    }

    /// An item whose brace is not there yet.
    fn bare(&self) -> Value {
        let word = self.pest.regex("item_word");
        json!({
            "match": format!("^(?={word})({})(?:[ \\t]++({}))?", alternatives(ItemWord::ALL.iter().flat_map(|(_, en, nl)| [*en, *nl])), self.pest.regex("word")),
            "captures": { "1": { "name": "storage.type.policy" }, "2": { "name": "entity.name.type.policy" } },
        })
    }
}
