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

/// How often each of these ran: reading a declaration, judging a rule on one that is open and on one that is closed, and
/// putting what is found into words (of an open one, where they are kept).
#[derive(Debug, PartialEq)]
struct Work {
    read: usize,
    open: usize,
    closed: usize,
    words: usize,
}

const NOTHING: Work = Work { read: 0, open: 0, closed: 0, words: 0 };
const READING: Work = Work { read: 1, ..NOTHING };

/// The work since it was last asked, once nothing more comes.
async fn work(client: &mut Client) -> Work {
    while tokio::time::timeout(Duration::from_millis(600), client.receive()).await.is_ok() {}
    let ran = std::mem::take(&mut *RAN.lock().unwrap_or_else(PoisonError::into_inner));
    let count = |query: &str| ran.iter().filter(|ran| ran.split('(').next() == Some(query)).count();
    assert_eq!(count("outcome"), 0, "what a pass works out is not worked out again beside it");
    let (open, closed, words) = (count("kept_judgement"), count("judged"), count("kept_words"));
    Work { read: count("read"), open, closed, words }
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
        assert_eq!(first, Work { read: 2, open: 1, closed: 1, words: 1 }, "one rule on two");

        let steps = [
            ("a source", LOAN.replace("page 1", "page 12"), READING),
            ("a quotation", LOAN.replace("will do", "will do here"), READING),
            ("a comment", LOAN.replace("# What", "# All that"), READING),
            ("a blank line", LOAN.replace("loans", "\nloans"), READING),
            ("a value", LOAN.replace("card]", "cash]"), Work { open: 1, words: 1, ..READING }),
        ];
        for (version, (what, text, expected)) in (2..).zip(steps) {
            client.change(&one, version, json!([{ "text": text }])).await;
            client.of_version(&one, version).await;
            let found = work(&mut client).await;
            // Where the verdict is a pass there is nothing to put into words.
            assert!(found.words <= expected.words, "{what}: {found:?}");
            assert_eq!(found, Work { words: found.words, ..expected }, "{what}");
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

        let stricter = LENDING.replace("severity high", "silence fails");
        assert_ne!(stricter, LENDING, "the rule is grave");
        for (version, text) in [(2, stricter.as_str()), (3, LENDING)] {
            client.change(&policy, version, json!([{ "text": text }])).await;
            let found = work(&mut client).await;
            assert_eq!(found, Work { open: 1, closed: 1, words: 1, ..NOTHING }, "another rule");
        }

        client.tell("textDocument/didClose", of(&one)).await;
        assert_eq!(work(&mut client).await, NOTHING, "closing");
        client.open_text(&one, 1, LOAN).await;
        client.of_version(&one, 1).await;
        assert_eq!(work(&mut client).await, NOTHING, "opening");

        client.change(&policy, 4, json!([{ "text": format!("# a remark\n{LENDING}") }])).await;
        assert_eq!(work(&mut client).await, NOTHING, "a comment in a policy");
    });
}
