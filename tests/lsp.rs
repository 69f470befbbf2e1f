//! The language server from end to end: in this process over a pair of streams, and once as a process.

#[path = "lsp/client.rs"]
mod client;
#[path = "lsp/diagnostics.rs"]
mod diagnostics;
#[path = "lsp/edits.rs"]
mod edits;
#[path = "lsp/process.rs"]
mod process;
#[path = "lsp/requests.rs"]
mod requests;
#[path = "lsp/speed.rs"]
mod speed;
#[path = "lsp/start.rs"]
mod start;
#[path = "lsp/time.rs"]
mod time;
#[path = "lsp/work.rs"]
mod work;
#[path = "lsp/workspace.rs"]
mod workspace;

/// A library that lends books: what can be declared, and what it asks.
pub const LENDING: &str = concat!(
    include_str!("support/lending/vocabulary.policy"),
    "\n",
    include_str!("support/lending/deposits.policy"),
);

/// A declaration that breaks the rule.
pub const BAD: &str = "loans:\n  complete: true\n  items: [{ branch: Faraway, deposit: [card] }]\n";

/// One that keeps it.
pub const GOOD: &str = "loans:\n  complete: true\n  items: [{ branch: Faraway, deposit: [cash] }]\n";

/// Settings for a folder with that library.
pub const TOML: &str = "packs = [\"lending.policy\"]\nlang = \"en\"\nas-of = 2026-11-22\n";

/// A folder with the library, a declaration that breaks the rule and one that keeps it.
pub fn library(name: &str) -> std::path::PathBuf {
    let files = [
        ("lending.policy", LENDING),
        ("policy.toml", TOML),
        ("bad.declaration.yaml", BAD),
        ("good.declaration.yaml", GOOD),
    ];
    client::folder(name, &files)
}

/// Runs a conversation.
pub fn talk<T>(conversation: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let said = runtime.block_on(conversation);
    runtime.shutdown_background();
    said
}
