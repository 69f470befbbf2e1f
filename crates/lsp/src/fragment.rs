//! Diagnostics as the protocol writes them, made once per rule and document and joined when they are sent.
//!
//! Where a related place lies in a policy stays open in them: a line more in a policy moves the clauses of all rules
//! below it, and nothing else of a thousand documents.

use std::fmt::Write as _;
use std::sync::Arc;

use lz4_flex::block::{compress_with_dict, decompress_with_dict};
use policy_ide::diagnostics::{Anchor, Gravity, Problem};
use rustc_hash::FxHashMap;
use serde_json::json;
use tower_lsp::lsp_types::{Range, Url};

use crate::text::Ruler;

/// Some diagnostics of one document: JSON with gaps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fragment {
    /// Objects, each followed by a comma.
    json: Packed,
    /// Where in it which place belongs.
    gaps: Vec<(u32, Anchor)>,
    /// How many there are.
    pub count: u32,
}

/// Places as JSON. One document asks for some four hundred of them.
pub type Places = FxHashMap<Anchor, Arc<str>>;

/// All diagnostics of one document.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Its parts.
    pub fragments: Vec<Arc<Fragment>>,
    /// What fills their gaps.
    pub places: Arc<Places>,
}

/// A place as JSON.
pub fn location(url: &Url, range: Range) -> String {
    let Range { start, end } = range;
    format!(
        r#"{{"uri":{},"range":{{"start":{{"line":{},"character":{}}},"end":{{"line":{},"character":{}}}}}}}"#,
        json!(url.as_str()),
        start.line,
        start.character,
        end.line,
        end.character
    )
}

impl Fragment {
    /// The problems of one document, whose text `ruler` measures.
    pub fn of(problems: &[Problem], url: &Url, ruler: &Ruler) -> Self {
        let mut writing = Writing::default();
        for problem in problems {
            writing.add(problem, url, ruler);
        }
        writing.gaps.shrink_to_fit();
        Fragment { json: Packed::of(&writing.json), gaps: writing.gaps, count: problems.len() as u32 }
    }

    /// It, unless it is empty.
    pub fn some(self) -> Option<Arc<Self>> {
        (self.count > 0).then(|| Arc::new(self))
    }

    /// The places that belong in it.
    pub fn anchors(&self) -> impl Iterator<Item = Anchor> + '_ {
        self.gaps.iter().map(|(_, anchor)| *anchor)
    }

    fn write(&self, out: &mut Vec<u8>, places: &Places) {
        let json = self.json.unpacked();
        let mut from = 0;
        for (at, anchor) in &self.gaps {
            out.extend_from_slice(&json[from..*at as usize]);
            let place = places.get(anchor).map_or(NOWHERE, |place| place);
            out.extend_from_slice(place.as_bytes());
            from = *at as usize;
        }
        out.extend_from_slice(&json[from..]);
    }
}

/// A fragment that is being written.
#[derive(Default)]
struct Writing {
    json: String,
    gaps: Vec<(u32, Anchor)>,
}

impl Writing {
    fn add(&mut self, problem: &Problem, url: &Url, ruler: &Ruler) {
        let Range { start, end } = ruler.range(problem.span);
        let severity = match problem.gravity {
            Gravity::Error => 1,
            Gravity::Warning => 2,
            Gravity::Info => 3,
            Gravity::Hint => 4,
        };
        // Writing to a string cannot fail.
        let _ = write!(
            self.json,
            r#"{{"range":{{"start":{{"line":{},"character":{}}},"end":{{"line":{},"character":{}}}}},"severity":{severity},"code":{},"codeDescription":{{"href":"{}"}},"source":"policy","message":{}"#,
            start.line,
            start.character,
            end.line,
            end.character,
            json!(problem.code),
            page(problem),
            json!(problem.message),
        );
        let mut opening = ",\"relatedInformation\":[";
        for aside in &problem.asides {
            self.json.push_str(opening);
            self.json.push_str("{\"location\":");
            match aside.at {
                Anchor::Here(span) => self.json.push_str(&location(url, ruler.range(span))),
                elsewhere => self.gaps.push((self.json.len() as u32, elsewhere)),
            }
            let _ = write!(self.json, ",\"message\":{}}}", json!(aside.message));
            opening = ",";
        }
        self.json.push_str(if problem.asides.is_empty() { "}," } else { "]}," });
    }
}

/// A text that is kept small: of a thousand documents the diagnostics are most of the memory, and they are much alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Packed {
    bytes: Box<[u8]>,
    /// How long it is unpacked, in bytes.
    length: u32,
}

/// What all diagnostics have in common, as far as it is known beforehand.
const COMMON: &[u8] = br#"},"message":"}],"relatedInformation":[{"location":{"uri":"file:///.declaration.yaml","range":{"start":{"line":1,"character":1},"end":{"line":1,"character":1}}},"message":"}]},{"range":{"start":{"line":1,"character":1},"end":{"line":1,"character":1}},"severity":3,"code":"","codeDescription":{"href":"policy:/rules/.md"},"source":"policy","message":""#;

impl Packed {
    fn of(text: &str) -> Self {
        let bytes = compress_with_dict(text.as_bytes(), COMMON).into();
        Packed { bytes, length: text.len() as u32 }
    }

    fn unpacked(&self) -> Vec<u8> {
        // What was packed here can be unpacked.
        decompress_with_dict(&self.bytes, self.length as usize, COMMON).unwrap_or_default()
    }
}

/// A place that is gone by now; the next pass says where it went.
const NOWHERE: &str =
    r#"{"uri":"policy:/","range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}}}"#;

/// The address of the page about a code or a rule: the client asks the server for its text.
fn page(problem: &Problem) -> String {
    let folder = if problem.of_rule { "rules" } else { "codes" };
    let name: String = problem.code.chars().filter(|c| c.is_alphanumeric() || "-._".contains(*c)).collect();
    format!("policy:/{folder}/{name}.md")
}

impl Sheet {
    /// How many diagnostics there are.
    pub fn count(&self) -> usize {
        self.fragments.iter().map(|fragment| fragment.count as usize).sum()
    }

    /// All of them as a JSON list.
    pub fn json(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.roughly());
        self.write(&mut out);
        out
    }

    /// Writes all of them as a JSON list.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        self.fragments.iter().for_each(|fragment| fragment.write(out, &self.places));
        if out.last() == Some(&b',') {
            out.pop();
        }
        out.push(b']');
    }

    /// About how many bytes that takes.
    pub fn roughly(&self) -> usize {
        let place = NOWHERE.len() * 2;
        self.fragments.iter().map(|one| one.json.length as usize + one.gaps.len() * place).sum::<usize>() + 2
    }
}
