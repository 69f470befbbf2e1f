//! How long a thousand declarations take, measured by a client over standard input and output:
//! `cargo test --release -p policy-cli --test lsp -- --ignored --nocapture speed`. `DECLARATIONS=10000` takes more.

use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{at, root, uri};

struct Server {
    child: Child,
    input: ChildStdin,
    output: Receiver<(Instant, Value)>,
    next: i64,
}

impl Server {
    fn start(folder: &Path) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_policy"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let (input, stdout) = (child.stdin.take().expect("input"), child.stdout.take().expect("output"));
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut stdout = BufReader::with_capacity(1 << 20, stdout);
            while let Some(body) = message(&mut stdout) {
                // What a client notices first is that the message is there.
                let now = Instant::now();
                if sender.send((now, serde_json::from_slice(&body).expect("JSON"))).is_err() {
                    return;
                }
            }
        });
        let mut server = Server { child, input, output, next: 0 };
        let folders = json!([{ "uri": uri(folder), "name": "x" }]);
        let hello =
            json!({ "processId": null, "rootUri": null, "capabilities": {}, "workspaceFolders": folders });
        server.ask("initialize", hello);
        server.tell("initialized", json!({}));
        server
    }

    fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = json!("2.0");
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("it reads");
        self.input.flush().expect("it reads");
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(json!({ "method": method, "params": params }));
    }

    fn ask(&mut self, method: &str, params: Value) -> Duration {
        self.next += 1;
        let start = Instant::now();
        self.send(json!({ "id": self.next, "method": method, "params": params }));
        let id = json!(self.next);
        self.until(|message| message["id"] == id) - start
    }

    fn until(&mut self, right: impl Fn(&Value) -> bool) -> Instant {
        loop {
            let (at, message) = self.output.recv_timeout(Duration::from_secs(120)).expect("an answer");
            if right(&message) {
                return at;
            }
        }
    }

    /// Takes what comes until nothing comes for so long; gives how much, and when the last came.
    fn drain(&mut self, quiet: Duration) -> (usize, Option<Instant>) {
        let (mut count, mut last) = (0, None);
        while let Ok((at, message)) = self.output.recv_timeout(quiet) {
            if message["method"] == json!("textDocument/publishDiagnostics") {
                count += 1;
                last = Some(at);
            }
        }
        (count, last)
    }

    fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or_default() / 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn message(output: &mut impl std::io::BufRead) -> Option<Vec<u8>> {
    let mut line = String::new();
    output.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let length: usize = line.strip_prefix("Content-Length: ")?.trim().parse().ok()?;
    output.read_line(&mut line).ok()?;
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(body)
}

/// A folder with the standard packs and so many declarations, each with a name of its own.
fn workspace(count: usize) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lsp").join(format!("speed-{count}"));
    let _ = std::fs::remove_dir_all(&folder);
    copy(&root().join("policies"), &folder.join("policies"));
    let settings = std::fs::read_to_string(root().join("policy.toml")).expect("settings");
    let packs = settings.lines().find(|line| line.starts_with("packs")).expect("packs");
    std::fs::write(folder.join("policy.toml"), packs).expect("a file");
    let vendors = std::fs::read_dir(root().join("tests/vendors")).expect("vendors").flatten();
    let mut vendors: Vec<_> = vendors
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .collect();
    vendors.sort();
    for number in 0..count {
        let vendor = &vendors[number % vendors.len()];
        let text = std::fs::read_to_string(vendor).expect("a declaration");
        let text = text.replacen("\n  name: { value: ", &format!("\n  name: {{ value: V{number} "), 2);
        let name = vendor.file_name().expect("a name").to_string_lossy();
        std::fs::write(folder.join(format!("{number:05}-{name}")), text).expect("a file");
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file");
        }
    }
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
    println!("{what}: median {:?}, 99 % {:?}, worst {:?}", at(50), at(99), times[times.len() - 1]);
}

#[test]
#[ignore = "a measurement"]
fn speed() {
    let count = std::env::var("DECLARATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(1000);
    let folder = workspace(count);
    let start = Instant::now();
    let mut server = Server::start(&folder);
    let path = folder.join("00002-smartschools.declaration.yaml");
    let path = if path.exists() {
        path
    } else {
        std::fs::read_dir(&folder)
            .expect("it")
            .flatten()
            .map(|e| e.path())
            .find(|p| p.to_string_lossy().contains("snappet"))
            .expect("one")
    };
    let text = std::fs::read_to_string(&path).expect("a declaration");
    let open = |path: &Path, text: &str| json!({ "textDocument": { "uri": uri(path), "languageId": "x", "version": 1, "text": text } });
    server.tell("textDocument/didOpen", open(&path, &text));
    let address = uri(&path);
    let of = |address: String, version: i32| {
        move |message: &Value| {
            message["params"]["uri"] == json!(address) && message["params"]["version"] == json!(version)
        }
    };
    println!(
        "{count} declarations; first diagnostics of the open one: {:?}",
        server.until(of(address.clone(), 1)) - start
    );
    let (shown, last) = server.drain(Duration::from_secs(5));
    println!("all {shown}: {:?}; resident {} MB", last.map(|last| last - start), server.resident());

    let line = text.lines().position(|line| line.contains("source: \"")).expect("a source") as u32;
    let column =
        text.lines().nth(line as usize).and_then(|l| l.find("source: \"")).expect("a source") as u32 + 9;
    let (mut keys, mut hovers, mut completions) = (Vec::new(), Vec::new(), Vec::new());
    for version in 2..202 {
        let place = json!({ "line": line, "character": column });
        let edit = json!([{ "range": { "start": place, "end": place }, "text": "x" }]);
        let begun = Instant::now();
        server.tell(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": address, "version": version }, "contentChanges": edit }),
        );
        if version % 2 == 0 {
            hovers.push(server.ask("textDocument/hover", at(&path, line, 3)));
            completions.push(server.ask("textDocument/completion", at(&path, line, column)));
        } else {
            keys.push(server.until(of(address.clone(), version)) - begun);
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    report("keystroke in a declaration to its diagnostics", keys);
    report("hover right after a keystroke", hovers);
    report("completion after that", completions);
    server.drain(Duration::from_secs(1));

    let rule = folder.join("policies/mission/mission.policy");
    let rule = if rule.exists() { rule } else { folder.join("policies/mission/rules.policy") };
    let text = std::fs::read_to_string(&rule).expect("a policy");
    server.tell("textDocument/didOpen", open(&rule, &text));
    server.drain(Duration::from_secs(3));
    for (version, months) in [(2, "12"), (3, "11"), (4, "10"), (5, "9"), (6, "13")] {
        let changed = text.replacen("≤13 months", &format!("≤{months} months"), 1);
        let begun = Instant::now();
        let document = json!({ "uri": uri(&rule), "version": version });
        server.tell(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [{ "text": changed }] }),
        );
        let (shown, last) = server.drain(Duration::from_secs(2));
        println!(
            "keystroke in a rule: {shown} documents in {:?}; resident {} MB",
            last.map(|last| last - begun),
            server.resident()
        );
    }
}
