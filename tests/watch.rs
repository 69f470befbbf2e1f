//! `policy eval --watch`: a child process that sees files change.

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use support::{folder, tests};

/// How long something may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long nothing must happen to say that nothing happens.
const QUIET: Duration = Duration::from_secs(2);

struct Watched {
    child: Child,
    lines: Receiver<String>,
}

impl Watched {
    fn start(folder: &Path, arguments: &[&str]) -> Watched {
        let mut child = Command::new(env!("CARGO_BIN_EXE_policy"))
            .args(["--lang", "en", "eval", "--watch", "--format", "compact"])
            .args(arguments)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command starts");
        let stdout = child.stdout.take().expect("a pipe");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Watched { child, lines }
    }

    /// The line that closes the next result.
    fn next(&self) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).expect("another result");
            if line.contains("not-applicable") {
                return line;
            }
        }
    }

    fn interrupt(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let sent = Command::new("sh").args(["-c", &format!("kill -INT {id}")]).status().expect("a shell");
        assert!(sent.success());
        self.child.wait().expect("it ends").code()
    }
}

#[test]
fn results_follow_the_files_and_the_last_one_is_the_exit_code() {
    let folder = folder("watch");
    for file in ["lending.policy", "north.declaration.yaml", "south.declaration.json"] {
        fs::copy(tests().join("cli/files").join(file), folder.join(file)).expect("a copy");
    }
    let north = folder.join("north.declaration.yaml");
    let text = fs::read_to_string(&north).expect("a declaration");
    let settings = "packs = ['lending.policy']\ndeclarations = ['*.declaration.*']\nas-of = 2026-11-22\n";
    fs::write(folder.join("policy.toml"), settings).expect("settings");
    let watched = Watched::start(&folder, &["--format", "csv=all.csv"]);
    assert_eq!(watched.next(), "2 pass, 2 fail, 0 unknown, 0 not-applicable");

    fs::write(&north, text.replace("8 weeks", "2 weeks")).expect("an edit");
    assert_eq!(watched.next(), "3 pass, 1 fail, 0 unknown, 0 not-applicable");

    fs::write(&north, format!("{}\n# a remark\n", text.replace("8 weeks", "2 weeks"))).expect("an edit");
    let quiet = watched.lines.recv_timeout(QUIET);
    assert!(quiet.is_err(), "an edit that changes no result prints nothing: {quiet:?}");

    fs::write(
        folder.join("policy.toml"),
        format!("{settings}[rules]\nperiods = {{ off = true, reason = 'r' }}\n"),
    )
    .expect("settings");
    assert_eq!(watched.next(), "1 pass, 1 fail, 0 unknown, 0 not-applicable");

    fs::remove_file(&north).expect("a file less");
    assert_eq!(watched.next(), "1 pass, 0 fail, 0 unknown, 0 not-applicable");
    let table = fs::read_to_string(folder.join("all.csv")).expect("the other format");
    assert!(!table.contains("north"), "{table}");
    assert_eq!(watched.interrupt(), Some(0), "as the last evaluation");
}

#[test]
fn an_error_is_no_reason_to_stop() {
    let folder = folder("watch-error");
    for file in ["lending.policy", "north.declaration.yaml"] {
        fs::copy(tests().join("cli/files").join(file), folder.join(file)).expect("a copy");
    }
    let arguments = ["-p", "lending.policy", "--as-of", "2026-11-22", "north.declaration.yaml"];
    let watched = Watched::start(&folder, &arguments);
    assert_eq!(watched.next(), "0 pass, 2 fail, 0 unknown, 0 not-applicable");
    let policy = fs::read_to_string(folder.join("lending.policy")).expect("a policy");
    let cut = policy.find("rule periods").expect("the rule");
    fs::write(folder.join("lending.policy"), &policy[..cut]).expect("an edit");
    assert_eq!(watched.next(), "0 pass, 1 fail, 0 unknown, 0 not-applicable");
    fs::write(folder.join("lending.policy"), &policy).expect("an edit");
    assert_eq!(watched.next(), "0 pass, 2 fail, 0 unknown, 0 not-applicable");
    assert_eq!(watched.interrupt(), Some(1));
}
