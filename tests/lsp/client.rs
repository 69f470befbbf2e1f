//! A client that speaks to a server in this process, over a pair of streams.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, ReadHalf, WriteHalf,
};
use tokio::task::JoinHandle;

/// How long anything may take, on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(240);

pub struct Client {
    input: WriteHalf<DuplexStream>,
    output: BufReader<ReadHalf<DuplexStream>>,
    server: JoinHandle<u8>,
    next: i64,
    /// The last diagnostics that were sent of each document.
    pub published: HashMap<String, Value>,
    /// Every notification but those.
    pub told: Vec<Value>,
    /// Answers that nobody has asked for yet.
    answers: HashMap<i64, Value>,
    /// What is answered to a question about settings.
    pub settings: Value,
    /// Questions about settings that wait for [`Client::answer_settings`], if they are to wait.
    pub held: Option<Vec<Value>>,
}

/// What a client can do that takes everything, except that it is sent its diagnostics.
pub fn capable() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-8", "utf-16"] },
        "workspace": { "configuration": true, "workspaceEdit": { "documentChanges": true } },
        "textDocument": {
            "completion": { "completionItem": { "snippetSupport": true } },
            "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } } },
            "definition": { "linkSupport": true },
            "publishDiagnostics": { "relatedInformation": true, "versionSupport": true },
        },
    })
}

/// The same for one that asks for diagnostics.
pub fn pulling() -> Value {
    let mut can = capable();
    can["textDocument"]["diagnostic"] = json!({ "dynamicRegistration": false });
    can
}

impl Client {
    /// A server that nobody has spoken to.
    pub fn new() -> Client {
        Client::with(policy_lsp::Options::default())
    }

    /// The same with options.
    pub fn with(options: policy_lsp::Options) -> Client {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let (from, to) = tokio::io::split(theirs);
        let server = tokio::spawn(policy_lsp::serve(from, to, options));
        let (output, input) = tokio::io::split(ours);
        let (published, answers, told) = (HashMap::new(), HashMap::new(), Vec::new());
        Client {
            input,
            output: BufReader::new(output),
            server,
            next: 0,
            published,
            answers,
            told,
            settings: Value::Null,
            held: None,
        }
    }

    /// A server with folders open.
    pub async fn open(folders: &[&Path], can: Value) -> Client {
        Client::new().hello(folders, can).await
    }

    /// Says hello.
    pub async fn hello(mut self, folders: &[&Path], can: Value) -> Client {
        let client = &mut self;
        let folders: Vec<_> =
            folders.iter().map(|folder| json!({ "uri": uri(folder), "name": "x" })).collect();
        let hello =
            json!({ "processId": null, "rootUri": null, "capabilities": can, "workspaceFolders": folders });
        client.ask("initialize", hello).await;
        client.tell("initialized", json!({})).await;
        self
    }

    pub async fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = json!("2.0");
        let text = message.to_string();
        let framed = format!("Content-Length: {}\r\n\r\n{text}", text.len());
        self.input.write_all(framed.as_bytes()).await.expect("the server reads");
    }

    pub async fn tell(&mut self, method: &str, params: Value) {
        self.send(json!({ "method": method, "params": params })).await;
    }

    /// Sends a request and gives its number.
    pub async fn request(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        self.send(json!({ "id": self.next, "method": method, "params": params })).await;
        self.next
    }

    /// The answer to a request, which may have come in the meantime.
    pub async fn answer(&mut self, id: i64) -> Value {
        loop {
            if let Some(answer) = self.answers.remove(&id) {
                return answer;
            }
            self.receive().await;
        }
    }

    pub async fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params).await;
        let answer = self.answer(id).await;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The next message; what the server asks is answered, what it tells is kept.
    pub async fn receive(&mut self) -> Value {
        let message = tokio::time::timeout(PATIENCE, self.read()).await.expect("the server says something");
        match (message["method"].as_str(), message.get("id")) {
            (Some("textDocument/publishDiagnostics"), None) => {
                let uri = message["params"]["uri"].as_str().expect("an address").to_owned();
                self.published.insert(uri, message["params"].clone());
            }
            (Some("workspace/configuration"), Some(_)) => match &mut self.held {
                Some(held) => held.push(message.clone()),
                None => self.answer_settings(&message).await,
            },
            (Some(_), Some(id)) => self.send(json!({ "id": id, "result": null })).await,
            (Some(_), None) => self.told.push(message.clone()),
            (None, id) => {
                let id = id.and_then(Value::as_i64).expect("the number of a request");
                self.answers.insert(id, message.clone());
            }
        }
        message
    }

    /// Answers a question about settings: the same for every folder.
    pub async fn answer_settings(&mut self, question: &Value) {
        let items = question["params"]["items"].as_array().expect("items");
        let result: Value = items.iter().map(|_| self.settings.clone()).collect();
        self.send(json!({ "id": question["id"], "result": result })).await;
    }

    async fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).await.expect("a header");
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().expect("a number"),
                None if line == "\r\n" => break,
                None => panic!("not of the protocol: {line:?}"),
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).await.expect("a body");
        serde_json::from_slice(&body).expect("JSON")
    }

    pub async fn open_text(&mut self, path: &Path, version: i32, text: &str) {
        let document = json!({ "uri": uri(path), "languageId": "x", "version": version, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document })).await;
    }

    pub async fn change(&mut self, path: &Path, version: i32, changes: Value) {
        let document = json!({ "uri": uri(path), "version": version });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }))
            .await;
    }

    pub async fn watched(&mut self, path: &Path, kind: u32) {
        let changes = json!([{ "uri": uri(path), "type": kind }]);
        self.tell("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    }

    /// Waits until the diagnostics of a document are of this version and `right`.
    pub async fn diagnostics(&mut self, path: &Path, right: impl Fn(&Value) -> bool) -> Value {
        let uri = uri(path);
        loop {
            if let Some(found) = self.published.get(&uri).filter(|found| right(found)) {
                return found["diagnostics"].clone();
            }
            self.receive().await;
        }
    }

    pub async fn of_version(&mut self, path: &Path, version: i32) -> Value {
        self.diagnostics(path, |found| found["version"] == json!(version)).await
    }

    /// Says goodbye and gives the exit code.
    pub async fn end(mut self) -> u8 {
        self.ask("shutdown", Value::Null).await;
        self.tell("exit", Value::Null).await;
        tokio::time::timeout(PATIENCE, self.server).await.expect("it ends").expect("without a panic")
    }

    /// Says `exit` without `shutdown`.
    pub async fn break_off(mut self) -> u8 {
        self.tell("exit", Value::Null).await;
        tokio::time::timeout(PATIENCE, self.server).await.expect("it ends").expect("without a panic")
    }
}

pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// A position parameter.
pub fn at(path: &Path, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": uri(path) }, "position": { "line": line, "character": character } })
}

/// A new folder with these files.
pub fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lsp").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    for (file, text) in files {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}
