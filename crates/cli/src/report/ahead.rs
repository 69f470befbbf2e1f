//! What verdicts on one declaration do by themselves, in every format that has a place for a day.
//!
//! Plain data: knows no database. Findings have places, days have none, so formats that are lists of places only
//! (`sarif`, `junit`, `github`, `gitlab`) are not among them.

use std::fmt::Write as _;
use std::io;

use askama::Template;
use jiff::civil::Date;
use policy_core::lang::Lang;
use policy_db::dated::Status;
use policy_db::engine::Names;
use serde_json::{Map, Value, json};

use super::csv;
use super::diagnostics::Located;
use super::formats::Format;
use super::terminal::{Paint, Style, clean, paragraph};
use crate::compare::{json_status, word};

/// The formats it can be written in.
pub const FORMATS: [Format; 7] = [
    Format::Pretty,
    Format::Compact,
    Format::Json,
    Format::Ndjson,
    Format::Markdown,
    Format::Csv,
    Format::Html,
];

const COLUMNS: [&str; 12] = [
    "day",
    "declaration",
    "vendor",
    "product",
    "rule",
    "title",
    "from",
    "from_waived",
    "to",
    "to_waived",
    "change",
    "because",
];

/// What lies ahead for one declaration.
pub struct Ahead {
    /// The language.
    pub lang: Lang,
    /// The declaration.
    pub declaration: String,
    /// What it is about.
    pub names: Names,
    /// The first day that was looked at.
    pub from: Date,
    /// The last.
    pub until: Date,
    /// What changes, by day.
    pub changes: Vec<Change>,
}

/// A verdict that changes on a day.
pub struct Change {
    /// The first day on which it is so.
    pub day: Date,
    /// The rule.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// The day before.
    pub from: Status,
    /// From then on.
    pub to: Status,
    /// Why, in words.
    pub because: Vec<String>,
    /// Where what ends or begins was written.
    pub policy: Vec<Located>,
}

impl Change {
    /// Whether it gets worse.
    pub fn worse(&self) -> bool {
        self.to.rank() > self.from.rank()
    }
}

#[derive(Template)]
#[template(path = "desk/ahead.html", whitespace = "minimize")]
struct Page<'a> {
    style: &'static str,
    lang: Lang,
    version: &'static str,
    ahead: &'a Ahead,
}

impl Page<'_> {
    fn word(&self, status: &Status) -> String {
        word(*status, self.lang)
    }
}

impl Ahead {
    /// In a format; one that is not among [`FORMATS`] is for people.
    pub fn text(&self, format: Format, style: Style) -> io::Result<String> {
        match format {
            Format::Compact => Ok(self.compact()),
            Format::Json => Ok(serde_json::to_string_pretty(&self.json())? + "\n"),
            Format::Ndjson => Ok(self.ndjson()),
            Format::Markdown => Ok(self.markdown()),
            Format::Csv => self.csv(),
            Format::Html => self.html(),
            _ => Ok(self.pretty(style)),
        }
    }

    fn heading(&self) -> String {
        let name = self.names.product.as_ref().or(self.names.vendor.as_ref());
        let name = clean(name.unwrap_or(&self.declaration));
        match self.lang {
            Lang::Nl => format!("{name}: wat vanzelf verandert, van {} tot en met {}", self.from, self.until),
            Lang::En => format!("{name}: what changes by itself, from {} through {}", self.from, self.until),
        }
    }

    fn nothing(&self) -> &'static str {
        self.lang.pick("Er verandert vanzelf niets.", "Nothing changes by itself.")
    }

    fn by_day(&self) -> Vec<(Date, &[Change])> {
        self.changes.chunk_by(|a, b| a.day == b.day).map(|changes| (changes[0].day, changes)).collect()
    }

    fn flip(&self, change: &Change) -> String {
        format!("{} -> {}", word(change.from, self.lang), word(change.to, self.lang))
    }

    fn pretty(&self, style: Style) -> String {
        let mut out = format!("{}\n\n", style.paint(Paint::Strong, &self.heading()));
        if self.changes.is_empty() {
            return out + self.nothing() + "\n";
        }
        for (day, changes) in self.by_day() {
            let _ = writeln!(out, "{}", style.paint(Paint::Strong, &day.to_string()));
            for change in changes {
                let paint = if change.worse() { Paint::Bad } else { Paint::Good };
                let flip = format!("{}: {}", change.rule, self.flip(change));
                let _ = writeln!(out, "  {}", style.paint(paint, &flip));
                out.push_str(&paragraph("    ", &change.title, 4, style.width));
                for reason in &change.because {
                    out.push_str(&paragraph("    - ", reason, 6, style.width));
                }
            }
            out.push('\n');
        }
        out.trim_end().to_owned() + "\n"
    }

    /// A line per change, the day first where a tool sorts and searches.
    fn compact(&self) -> String {
        let line = |change: &Change| {
            let (flip, because) = (self.flip(change), change.because.join("; "));
            format!("{}: {}: {flip}: {because} [{}]\n", clean(&self.declaration), change.day, change.rule)
        };
        self.changes.iter().map(line).collect()
    }

    fn markdown(&self) -> String {
        let mut out = format!("# {}\n\n", self.heading());
        if self.changes.is_empty() {
            return out + self.nothing() + "\n";
        }
        out.push_str(self.lang.pick(
            "| vanaf | norm | was | wordt | waardoor |\n|---|---|---|---|---|\n",
            "| from | norm | was | becomes | because |\n|---|---|---|---|---|\n",
        ));
        for change in &self.changes {
            let because = change.because.join("; ").replace('|', "\\|").replace('<', "&lt;");
            let (was, becomes) = (word(change.from, self.lang), word(change.to, self.lang));
            let _ = writeln!(out, "| {} | {} | {was} | {becomes} | {because} |", change.day, change.rule);
        }
        out
    }

    fn html(&self) -> io::Result<String> {
        let (style, version) = (super::DESK_STYLE, env!("CARGO_PKG_VERSION"));
        Page { style, lang: self.lang, version, ahead: self }.render().map_err(io::Error::other)
    }

    fn csv(&self) -> io::Result<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let row = |change: &Change| {
            vec![
                change.day.to_string(),
                self.declaration.clone(),
                text(&self.names.vendor),
                text(&self.names.product),
                change.rule.clone(),
                change.title.clone(),
                change.from.verdict.word().to_owned(),
                change.from.waived.to_string(),
                change.to.verdict.word().to_owned(),
                change.to.waived.to_string(),
                if change.worse() { "worse" } else { "better" }.to_owned(),
                change.because.join("; "),
            ]
        };
        let heads = [COLUMNS.map(str::to_owned).to_vec()];
        csv::lines(heads.into_iter().chain(self.changes.iter().map(row)))
    }

    /// What every form for programs begins with.
    fn head(&self, schema: &str) -> Map<String, Value> {
        let all = [
            ("schema", json!(schema)),
            ("lang", json!(self.lang.code())),
            ("declaration", json!(self.declaration)),
            ("vendor", json!(self.names.vendor)),
            ("product", json!(self.names.product)),
        ];
        all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }

    fn json(&self) -> Value {
        let moment = |(day, changes): (Date, &[Change])| {
            let changes: Vec<_> = changes.iter().map(|change| Value::Object(data(change))).collect();
            json!({ "day": day.to_string(), "changes": changes })
        };
        let mut all = self.head("policy-timeline/1");
        all.insert("from".to_owned(), json!(self.from.to_string()));
        all.insert("until".to_owned(), json!(self.until.to_string()));
        all.insert("moments".to_owned(), self.by_day().into_iter().map(moment).collect());
        Value::Object(all)
    }

    fn ndjson(&self) -> String {
        let line = |change: &Change| {
            let mut line = self.head("policy-timeline-line/1");
            line.insert("day".to_owned(), json!(change.day.to_string()));
            line.extend(data(change));
            format!("{}\n", Value::Object(line))
        };
        self.changes.iter().map(line).collect()
    }
}

fn data(change: &Change) -> Map<String, Value> {
    let all = [
        ("rule", json!(change.rule)),
        ("title", json!(change.title)),
        ("from", json_status(change.from)),
        ("to", json_status(change.to)),
        ("worse", json!(change.worse())),
        ("because", json!(change.because)),
        ("policy", json!(change.policy)),
    ];
    all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
