//! What the server works out, told by the log of its database: nothing that nobody needs.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use policy_lsp::Options;
use serde_json::{Value, json};

use crate::client::{Client, at, capable, folder, uri};
use crate::{LENDING, TOML, talk};

const LOAN: &str = "# What was lent
loans:
  complete: true
  items:
    - { branch: Faraway, deposit: [card], source: \"page 1\", quote: \"a card will do\" }
";

/// The queries that ran. Only the test below has its server write here.
static RAN: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn log(query: String) {
    RAN.lock().unwrap_or_else(PoisonError::into_inner).push(query);
}

/// How often each of these ran: reading a declaration, evaluating a rule on one, finding what it comes from and putting
/// that into words (of an open declaration, where both are kept).
#[derive(Debug, PartialEq)]
struct Work {
    read: usize,
    outcome: usize,
    findings: usize,
    words: usize,
}

const NOTHING: Work = Work { read: 0, outcome: 0, findings: 0, words: 0 };
const READING: Work = Work { read: 1, ..NOTHING };

/// The work since it was last asked, once nothing more comes.
async fn work(client: &mut Client) -> Work {
    while tokio::time::timeout(Duration::from_millis(600), client.receive()).await.is_ok() {}
    let ran = std::mem::take(&mut *RAN.lock().unwrap_or_else(PoisonError::into_inner));
    let count = |query: &str| ran.iter().filter(|ran| ran.split('(').next() == Some(query)).count();
    let (findings, words) = (count("kept_findings"), count("kept_words"));
    Work { read: count("read"), outcome: count("outcome"), findings, words }
}

/// Opens everything, and says what was worked out until all was shown.
async fn begin(root: &Path) -> (Client, Work) {
    let options = Options { log: Some(log), ..Options::default() };
    let mut client = Client::with(options).hello(&[root], capable()).await;
    client.open_text(&root.join("one.declaration.yaml"), 1, LOAN).await;
    client.open_text(&root.join("lending.policy"), 1, LENDING).await;
    client.of_version(&root.join("one.declaration.yaml"), 1).await;
    let work = work(&mut client).await;
    (client, work)
}

#[test]
fn a_keystroke_works_out_what_it_can_have_changed() {
    let files = [
        ("lending.policy", LENDING),
        ("policy.toml", TOML),
        ("one.declaration.yaml", LOAN),
        ("two.declaration.yaml", LOAN),
    ];
    let root = folder("work", &files);
    let (one, policy) = (root.join("one.declaration.yaml"), root.join("lending.policy"));
    talk(async {
        let (mut client, first) = begin(&root).await;
        assert!(first.findings <= 1, "kept for the open declaration only: {first:?}");
        assert_eq!(first, Work { read: 2, outcome: 2, words: first.findings, ..first }, "one rule on two");

        let steps = [
            ("a source", LOAN.replace("page 1", "page 12"), READING),
            ("a quotation", LOAN.replace("will do", "will do here"), READING),
            ("a comment", LOAN.replace("# What", "# All that"), READING),
            ("a blank line", LOAN.replace("loans", "\nloans"), READING),
            (
                "a value",
                LOAN.replace("card]", "cash]"),
                Work { outcome: 1, findings: 1, words: 1, ..READING },
            ),
        ];
        for (version, (what, text, expected)) in (2..).zip(steps) {
            client.change(&one, version, json!([{ "text": text }])).await;
            client.of_version(&one, version).await;
            let found = work(&mut client).await;
            // Where the verdict is a pass nothing has to be found, or it is found out once that there is nothing.
            let (findings, words) = (found.findings, found.words);
            assert!(findings <= expected.findings && words <= expected.words, "{what}: {found:?}");
            assert_eq!(found, Work { findings, words, ..expected }, "{what}");
        }

        client.change(&one, 9, json!([{ "text": LOAN }])).await;
        client.of_version(&one, 9).await;
        work(&mut client).await;
        let place = at(&one, 4, 18);
        let word = at(&policy, 16, 6);
        let of = |path: &Path| json!({ "textDocument": { "uri": uri(path) } });
        let requests = [
            ("textDocument/hover", place.clone()),
            ("textDocument/completion", place),
            ("textDocument/hover", word.clone()),
            ("textDocument/completion", word),
            ("textDocument/codeLens", of(&policy)),
            ("textDocument/codeLens", of(&one)),
            ("textDocument/documentSymbol", of(&one)),
            ("policy/status", json!({})),
        ];
        for (method, params) in requests {
            let answer = client.ask(method, params).await;
            assert_ne!(answer, Value::Null, "{method} answers something");
            assert_eq!(work(&mut client).await, NOTHING, "{method}");
        }

        client.tell("textDocument/didClose", of(&one)).await;
        assert_eq!(work(&mut client).await, NOTHING, "closing");
        client.open_text(&one, 1, LOAN).await;
        client.of_version(&one, 1).await;
        assert_eq!(work(&mut client).await, NOTHING, "opening");

        client.change(&policy, 2, json!([{ "text": format!("# a remark\n{LENDING}") }])).await;
        assert_eq!(work(&mut client).await, NOTHING, "a comment in a policy");
    });
}
