//! Whatever is edited in whatever order, what is shown in the end is what a fresh start shows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};

use crate::client::{Client, at, capable, folder, uri};
use crate::{BAD, GOOD, LENDING, TOML, library, talk};

/// What is open: declarations, a policy, the profile, the settings of the folder.
const FILES: [&str; 5] = [
    "bad.declaration.yaml",
    "good.declaration.yaml",
    "lending/lending.policy",
    "own.profile.yaml",
    SETTINGS_FILE,
];

const SETTINGS_FILE: &str = "policy.toml";

/// Where the policy and the profile are among them.
const POLICY: usize = 2;
const PROFILED: usize = 3;

/// What comes, changes and goes on disk without being open.
const CLOSED: [&str; 3] = ["new.declaration.yaml", "below/other.declaration.yaml", "lending/rules.policy"];

const PROFILE: &str = "policy-profile: 1\nown: { needs: cash }\n";

/// Pieces that mean something here, and some that do not.
const PIECES: [&str; 10] =
    ["", "\n", "# remark\n", "cash", "card", "ë🙂", " }", "Nearby", "  items: [some]\n", "without card"];

/// What may follow in `policy.toml` after the packs. Without those the standard pack would run, which takes long.
const TOMLS: [&str; 6] = [
    "",
    "profile = \"own.profile.yaml\"\n",
    "profile = \"none.yaml\"\nlang = \"nl\"\n",
    "declarations = [\"*.declaration.yaml\"]\n",
    "[rules]\ndeposits = \"low\"\n",
    "fail-level = \"medium\"\n[rules]\ndeposits = { off = true, reason = \"r\" }\nnone = \"low\"\n",
];

/// The header of the pack, and what it needs to call a declaration by its name and to have a profile.
const HEADER: &str = "policy lending \"Lending\" { version 1.0.0 }";
const NAMES: &str = concat!(
    "policy lending \"Lending\" { version 1.0.0; vendor lender.name }\n",
    "kind party { nl \"partij\"; en \"party\"; open }\n",
    "record lender {\n  nl \"uitlener\"\n  en \"lender\"\n  single\n",
    "  field name : party { nl \"naam\"; en \"name\" }\n}\n",
    "record own {\n  nl \"eigen besluit\"\n  en \"own decision\"\n  single\n  owner profile\n",
    "  field needs : pledge { nl \"eis\"; en \"demand\" }\n}",
);

/// A rule about what the profile says.
const DEMAND: &str = "rule own.demand {\n  \"Cash is demanded\"\n  the own decision has cash\n}\n";

/// The policy as it may be: each changes one thing that findings rest on.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Policy {
    /// As it was in the beginning.
    Same,
    /// A line lower.
    Moved,
    /// With another word for a term, which no rule is about but findings say.
    Renamed,
    /// With a set that has more in it.
    Wider,
    /// With another requirement.
    Other,
    /// With another severity.
    Milder,
    /// With another rule before it.
    Second,
    /// With a risk that is accepted.
    Waived,
    /// With the same risk, accepted for another reason.
    Otherwise,
}

const POLICIES: [Policy; 9] = [
    Policy::Same,
    Policy::Moved,
    Policy::Renamed,
    Policy::Wider,
    Policy::Other,
    Policy::Milder,
    Policy::Second,
    Policy::Waived,
    Policy::Otherwise,
];

impl Policy {
    fn text(self) -> String {
        assert!(LENDING.contains(HEADER), "the header is there");
        let pack = LENDING.replace(HEADER, NAMES) + DEMAND;
        let waived = |reason: &str| {
            let why = format!("{{ reason \"{reason}\"; owner \"The board\" }}");
            format!("{pack}waive deposits for \"Riverside\" until 2027-01-01 {why}\n")
        };
        match self {
            Policy::Same => pack,
            Policy::Moved => format!("# above\n{pack}"),
            Policy::Renamed => pack.replace("Verreweg", "Ver weg"),
            Policy::Wider => pack.replace("members near", "members near, far"),
            Policy::Other => pack.replace("without cash", "without card"),
            Policy::Milder => pack.replace("severity high", "severity low"),
            Policy::Second => {
                pack.replace("rule deposits", &format!("{}rule deposits", FAR.replace("nothing", "first")))
            }
            Policy::Waived => waived("The chest is locked."),
            Policy::Otherwise => waived("The chest is lost."),
        }
    }
}

/// A declaration with a name.
fn named(text: &str) -> String {
    format!("{text}lender: {{ name: Riverside }}\n")
}

/// A further rule of the pack.
const FAR: &str = "rule nothing {\n  \"Nothing far\"\n  no loan outside Region\n}\n";

/// Settings of the editor.
const SETTINGS: [&str; 5] = [
    "{}",
    r#"{ "language": "nl" }"#,
    r#"{ "failLevel": "critical" }"#,
    r#"{ "openQuestions": "off" }"#,
    r#"{ "asOf": "2020-01-01", "profile": "own.profile.yaml" }"#,
];

#[derive(Debug, Clone)]
enum Edit {
    /// A piece replaces some bytes of an open document.
    Text { file: usize, start: usize, length: usize, piece: usize },
    /// The policy is another one.
    Policy(Policy),
    /// A file on disk is written, or deleted when nothing is to be in it.
    Disk { file: usize, text: usize },
    /// A file on disk gets the name of another.
    Rename { from: usize, to: usize },
    /// Other settings of the editor.
    Settings(usize),
    /// A moment in which what was edited is worked out.
    Pause,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let text = (0..FILES.len(), 0..900usize, 0..12usize, 0..PIECES.len());
    let text = text.prop_map(|(file, start, length, piece)| Edit::Text { file, start, length, piece });
    let policy = prop::sample::select(&POLICIES[..]).prop_map(Edit::Policy);
    let text_or_none = prop_oneof![2 => Just(0), 3 => 1..4usize];
    let disk = (0..CLOSED.len(), text_or_none).prop_map(|(file, text)| Edit::Disk { file, text });
    let rename = (0..CLOSED.len(), 0..CLOSED.len()).prop_map(|(from, to)| Edit::Rename { from, to });
    let settings = (0..SETTINGS.len()).prop_map(Edit::Settings);
    let pause = Just(Edit::Pause);
    let one = prop_oneof![6 => text, 3 => policy, 4 => disk, 1 => rename, 1 => settings, 4 => pause];
    prop::collection::vec(one, 1..10)
}

fn position(text: &str, byte: usize) -> Value {
    let start = text[..byte].rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": text[..byte].matches('\n').count(), "character": byte - start })
}

fn boundary(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// A piece in place of some bytes; where a text is not long it is easily put at its end.
fn apply(text: &mut String, start: usize, length: usize, piece: &str) -> Value {
    let start = boundary(text, start % (text.len() + 1));
    let end = boundary(text, start + length).max(start);
    let range = json!({ "start": position(text, start), "end": position(text, end) });
    text.replace_range(start..end, piece);
    json!([{ "range": range, "text": piece }])
}

/// A server with its client, what is open, and the settings.
struct Desk<'a> {
    client: Client,
    root: &'a Path,
    texts: Vec<String>,
    versions: Vec<i32>,
    settings: usize,
}

impl Desk<'_> {
    async fn open<'a>(root: &'a Path, texts: &[String], settings: usize) -> Desk<'a> {
        let mut client = Client::new();
        client.settings = serde_json::from_str(SETTINGS[settings]).expect("JSON");
        let mut client = client.hello(&[root], capable()).await;
        for (file, text) in FILES.iter().zip(texts) {
            client.open_text(&root.join(file), 1, text).await;
        }
        // The folder is read once its settings are known; before that nothing is an edit of it.
        client.of_version(&root.join(FILES[0]), 1).await;
        Desk { client, root, texts: texts.to_vec(), versions: vec![1; FILES.len()], settings }
    }

    async fn make(&mut self, edit: &Edit) {
        match *edit {
            Edit::Text { file, piece, .. } if FILES[file] == SETTINGS_FILE => {
                self.replace(file, toml(TOMLS[piece % TOMLS.len()])).await;
            }
            Edit::Text { file, start, length, piece } => {
                let changes = apply(&mut self.texts[file], start, length, PIECES[piece]);
                self.change(file, changes).await;
            }
            Edit::Policy(policy) => self.replace(POLICY, policy.text()).await,
            Edit::Disk { file, text } => self.write(file, text).await,
            Edit::Rename { from, to } => {
                let (from, to) = (self.root.join(CLOSED[from]), self.root.join(CLOSED[to]));
                if from != to && from.extension() == to.extension() && std::fs::rename(&from, &to).is_ok() {
                    self.client.watched(&from, 3).await;
                    self.client.watched(&to, 1).await;
                }
            }
            Edit::Settings(settings) => {
                self.settings = settings;
                self.client.settings = serde_json::from_str(SETTINGS[settings]).expect("JSON");
                self.client.tell("workspace/didChangeConfiguration", json!({ "settings": null })).await;
            }
            Edit::Pause => self.hear(Duration::from_millis(60)).await,
        }
    }

    async fn replace(&mut self, file: usize, text: String) {
        self.texts[file] = text;
        self.change(file, json!([{ "text": self.texts[file] }])).await;
    }

    async fn change(&mut self, file: usize, changes: Value) {
        self.versions[file] += 1;
        self.client.change(&self.root.join(FILES[file]), self.versions[file], changes).await;
    }

    /// Takes what comes until nothing has come for so long.
    async fn hear(&mut self, silence: Duration) {
        // An answer comes after what was told before, be it that the text changed meanwhile.
        let asked = self.client.request("policy/status", json!({})).await;
        self.client.answer(asked).await;
        while tokio::time::timeout(silence, self.client.receive()).await.is_ok() {}
    }

    async fn write(&mut self, file: usize, text: usize) {
        let path = self.root.join(CLOSED[file]);
        let texts = if file == 2 { ["", FAR, "rule x {\n", LENDING] } else { ["", BAD, GOOD, "loans: ["] };
        let there = path.exists();
        let kind = match (texts[text], there) {
            ("", false) => return,
            ("", true) => std::fs::remove_file(&path).map(|()| 3),
            (text, _) => std::fs::write(&path, text).map(|()| if there { 2 } else { 1 }),
        };
        self.client.watched(&path, kind.expect("it can be written")).await;
    }

    /// What is shown of every document in the end; of those that nothing is said about, nothing.
    async fn shown(mut self) -> BTreeMap<String, Value> {
        // Once nothing more comes, what is shown is what there is.
        self.hear(Duration::from_millis(700)).await;
        let published = self.client.published.iter();
        let all = published.map(|(uri, told)| (uri.clone(), told["diagnostics"].clone()));
        all.filter(|(_, found)| *found != json!([])).collect()
    }
}

/// What is shown after edits, and after a fresh start with what they left.
async fn both(root: &Path, edits: &[Edit]) -> [BTreeMap<String, Value>; 2] {
    let read = |file: &&str| std::fs::read_to_string(root.join(file)).expect("a file");
    let texts: Vec<String> = FILES.iter().map(read).collect();
    let mut desk = Desk::open(root, &texts, 0).await;
    for edit in edits {
        desk.make(edit).await;
    }
    let fresh = (desk.texts.clone(), desk.settings);
    let start = async { Desk::open(root, &fresh.0, fresh.1).await.shown().await };
    let (after, start) = tokio::join!(desk.shown(), start);
    [after, start]
}

fn toml(more: &str) -> String {
    format!("packs = [\"lending\"]\nas-of = 2026-11-22\n{more}")
}

/// The folder as it is before the edits.
fn beginning(name: &str) -> PathBuf {
    let (toml, policy) = (toml(TOMLS[0]), Policy::Same.text());
    let [bad, good] = [BAD, GOOD].map(named);
    let files = [
        ("lending/lending.policy", policy.as_str()),
        ("policy.toml", toml.as_str()),
        ("bad.declaration.yaml", bad.as_str()),
        ("good.declaration.yaml", good.as_str()),
        ("own.profile.yaml", PROFILE),
        (CLOSED[0], bad.as_str()),
        (CLOSED[2], FAR),
    ];
    let root = folder(name, &files);
    std::fs::create_dir_all(root.join("below")).expect("a folder");
    root
}

/// Shows the difference if what is shown after some edits is not what a fresh start shows.
fn ends_as_a_fresh_start(name: &str, edits: &[Edit]) -> Result<(), TestCaseError> {
    let root = beginning(name);
    let [after, start] = talk(both(&root, edits));
    prop_assert_eq!(after, start);
    Ok(())
}

#[test]
fn any_sequence_of_edits_ends_as_a_fresh_start() {
    let mut runner = TestRunner::new(Config { cases: 14, failure_persistence: None, ..Config::default() });
    let same = |edits: Vec<Edit>| ends_as_a_fresh_start("any-sequence", &edits);
    runner.run(&edits(), same).unwrap_or_else(|error| panic!("{error}"));
}

/// Each thing that findings rest on by itself: what is kept of it too long shows without any luck.
#[test]
fn each_edit_alone_ends_as_a_fresh_start() {
    let policies = POLICIES.into_iter().skip(1).map(|policy| vec![Edit::Policy(policy)]);
    let settings = (1..SETTINGS.len()).map(|settings| vec![Edit::Settings(settings)]);
    let file = FILES.iter().position(|file| *file == SETTINGS_FILE).expect("it is open");
    let tomls = (1..TOMLS.len()).map(|piece| vec![Edit::Text { file, start: 0, length: 0, piece }]);
    let profiled = Edit::Text { file, start: 0, length: 0, piece: 1 };
    let back = [Edit::Policy(Policy::Waived), Edit::Pause, Edit::Policy(Policy::Same)].to_vec();
    let again = [Edit::Policy(Policy::Waived), Edit::Pause, Edit::Policy(Policy::Otherwise)].to_vec();
    let (file, start) = (PROFILED, PROFILE.find("cash").expect("a word"));
    let piece = PIECES.iter().position(|piece| *piece == "card").expect("a piece");
    let profile = vec![profiled, Edit::Pause, Edit::Text { file, start, length: "cash".len(), piece }];
    for edits in policies.chain(settings).chain(tomls).chain([back, again, profile]) {
        ends_as_a_fresh_start("each-edit", &edits).unwrap_or_else(|error| panic!("{edits:?}: {error}"));
    }
}

#[test]
fn each_request_sees_the_text_before_it() {
    let root = library("order");
    talk(async {
        let mut client = Client::open(&[&root], capable()).await;
        let path = root.join("bad.declaration.yaml");
        client.open_text(&path, 1, BAD).await;
        let mut asked = Vec::new();
        for version in 2..150 {
            let name = if version % 2 == 0 { "Nearby" } else { "Faraway" };
            let text = BAD.replace("Faraway", name);
            client.change(&path, version, json!([{ "text": text }])).await;
            asked.push((name, client.request("textDocument/hover", at(&path, 2, 22)).await));
        }
        let mut answered = 0;
        for (name, id) in asked {
            let answer = client.answer(id).await;
            // The text may be gone by the time it is answered; never is it answered about another one.
            if let Some(words) = answer["result"]["contents"]["value"].as_str() {
                assert!(words.contains(name), "{words} is not about {name}");
                answered += 1;
            } else {
                assert_eq!(answer["error"]["code"], json!(-32801), "{answer}");
            }
        }
        assert!(answered > 0, "some were answered");
    });
}

#[test]
fn a_line_more_in_a_policy_moves_the_clauses() {
    let files = [("lending.policy", LENDING), ("policy.toml", TOML), ("bad.declaration.yaml", BAD)];
    let root = folder("moves", &files);
    talk(async {
        let mut client = Client::open(&[&root], capable()).await;
        let (policy, bad) = (root.join("lending.policy"), root.join("bad.declaration.yaml"));
        let line = |found: &Value| {
            found["diagnostics"][0]["relatedInformation"][0]["location"]["range"]["start"]["line"].clone()
        };
        client.diagnostics(&bad, |_| true).await;
        let before = line(&client.published[&uri(&bad)]).as_u64().expect("a line");
        client.open_text(&policy, 1, &format!("# above\n{LENDING}")).await;
        client.diagnostics(&bad, |found| line(found) == json!(before + 1)).await;
    });
}
