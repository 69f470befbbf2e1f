//! What takes time: the day that changes, progress, and requests that are given up.

use std::sync::atomic::{AtomicI8, Ordering};
use std::time::{Duration, Instant};

use policy_lsp::{Calendar, Options};
use serde_json::{Value, json};

use crate::client::{Client, capable, folder, pulling};
use crate::{BAD, LENDING, library, talk};

/// The day of the month in the test below.
static DAY: AtomicI8 = AtomicI8::new(22);

/// A term that begins to count on the 23rd: the finding comes by itself when the day does.
#[test]
fn at_midnight_the_new_day_counts() {
    let policy = LENDING.replace("members near }", "members near, far until 2026-11-23 }");
    let files = [
        ("lending.policy", policy.as_str()),
        ("policy.toml", "packs = [\"lending.policy\"]\nlang = \"en\"\n"),
        ("bad.declaration.yaml", BAD),
    ];
    let root = folder("midnight", &files);
    let today = || jiff::civil::date(2026, 11, DAY.load(Ordering::SeqCst));
    let calendar = Some(Calendar { today, every: Duration::from_millis(20) });
    talk(async {
        let mut client = Client::with(Options { calendar, ..Options::default() });
        client = client.hello(&[&root], capable()).await;
        let path = root.join("bad.declaration.yaml");
        client.open_text(&path, 1, BAD).await;
        assert_eq!(client.of_version(&path, 1).await, json!([]));
        DAY.store(23, Ordering::SeqCst);
        let found = |found: &Value| found["diagnostics"][0]["code"] == json!("deposits");
        client.diagnostics(&path, found).await;
        let status = client.ask("policy/status", json!({})).await;
        assert_eq!(status["asOf"], json!("2026-11-23"));
    });
}

#[test]
fn the_first_evaluation_of_many_declarations_tells_how_far_it_is() {
    let root = library("progress");
    for number in 0..100 {
        std::fs::write(root.join(format!("{number}.declaration.yaml")), BAD).expect("a file");
    }
    talk(async {
        let mut can = capable();
        can["window"] = json!({ "workDoneProgress": true });
        let mut client = Client::open(&[&root], can).await;
        let mut told: Vec<Value> = Vec::new();
        while told.last().is_none_or(|last| last["kind"] != json!("end")) {
            client.receive().await;
            let progress = client.told.iter().filter(|told| told["method"] == json!("$/progress"));
            told = progress.map(|told| told["params"]["value"].clone()).collect();
        }
        assert_eq!(
            told[0],
            json!({ "kind": "begin", "title": "policy: evaluating declarations", "percentage": 0 })
        );
        let steps = &told[1..told.len() - 1];
        assert!(!steps.is_empty());
        let part = |step: &Value| step["percentage"].as_u64().expect("a number");
        assert!(steps.windows(2).all(|two| part(&two[0]) <= part(&two[1])), "{steps:?}");
        assert_eq!(steps[steps.len() - 1]["message"], json!("102/102"));
    });
}

#[test]
fn a_request_that_is_given_up_is_answered_at_once() {
    let root = library("given-up");
    talk(async {
        let mut client = Client::open(&[&root], pulling()).await;
        let mut quickest = Duration::MAX;
        for _ in 0..10 {
            let held = client
                .request(
                    "workspace/diagnostic",
                    json!({ "previousResultIds": [], "partialResultToken": "all" }),
                )
                .await;
            client.ask("policy/status", json!({})).await;
            let begun = Instant::now();
            client.tell("$/cancelRequest", json!({ "id": held })).await;
            assert_eq!(client.answer(held).await["error"]["code"], json!(-32800));
            quickest = quickest.min(begun.elapsed());
        }
        // The quickest of ten, since a machine may be busy with other things.
        assert!(quickest < Duration::from_millis(10), "{quickest:?}");
    });
}
