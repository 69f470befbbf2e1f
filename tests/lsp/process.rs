//! The server as a process: it starts, ends with the right code while its input stays open, and writes nothing to its
//! output but the protocol.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

fn start() -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_policy"));
    command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

fn send(child: &mut Child, message: &Value) {
    let text = message.to_string();
    let input = child.stdin.as_mut().expect("an input");
    write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("it reads");
    input.flush().expect("it reads");
}

fn wait(child: &mut Child) -> Option<i32> {
    let until = Instant::now() + Duration::from_secs(30);
    while Instant::now() < until {
        if let Some(status) = child.try_wait().expect("a process") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().expect("it can be ended");
    panic!("it did not end");
}

#[test]
fn it_ends_as_asked_and_says_nothing_else() {
    let mut child = start();
    let hello = json!({ "processId": null, "rootUri": null, "capabilities": {} });
    send(&mut child, &json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello }));
    send(&mut child, &json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
    send(&mut child, &json!({ "jsonrpc": "2.0", "id": 2, "method": "no/such", "params": {} }));
    send(&mut child, &json!({ "jsonrpc": "2.0", "id": 3, "method": "shutdown", "params": null }));
    send(&mut child, &json!({ "jsonrpc": "2.0", "method": "exit" }));
    // The input stays open until here.
    assert_eq!(wait(&mut child), Some(0));
    let mut output = BufReader::new(child.stdout.take().expect("an output"));
    let mut answers = Vec::new();
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).expect("text") == 0 {
            break;
        }
        let length =
            line.strip_prefix("Content-Length: ").unwrap_or_else(|| panic!("not a message: {line:?}"));
        let mut body = vec![0; length.trim().parse().expect("a number")];
        output.read_line(&mut line).expect("an empty line");
        output.read_exact(&mut body).expect("a message");
        let message: Value = serde_json::from_slice(&body).expect("JSON");
        answers.extend(message["id"].as_i64());
    }
    answers.sort_unstable();
    assert_eq!(answers, [1, 2, 3]);
}

#[test]
fn exit_without_shutdown_and_an_input_that_ends_are_failures() {
    let mut child = start();
    send(&mut child, &json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(wait(&mut child), Some(1));
    let mut child = start();
    drop(child.stdin.take());
    assert_eq!(wait(&mut child), Some(1));
}
