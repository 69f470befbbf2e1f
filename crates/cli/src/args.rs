//! The command line: commands, options and their help. Says what can be asked, not how it is done.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::civil::Date;
use policy_core::lang::Lang;
use policy_core::model::Severity;

use crate::desk;
use crate::report::targets::{self, Wanted};

const EXIT_CODES: &str = "\
Exit codes:
  eval   0  no fail, and no unknown, at or above the fail level
         1  a fail
         3  no fail, but an unknown
         4  nothing was evaluated, or no rule applied
         2  usage, policy or input error
         Several at once: 2 comes before 1, 1 before 3, 3 before 4.
         --no-fail turns 1 and 3 into 0, and nothing else.
  check  0  no errors (warnings are allowed, unless --deny-warnings)    2  errors
  fmt    0  done, or nothing to do    1  --check: a file is not formatted    2  errors
  test   0  every test passes         1  a test fails, or too little covered 2  errors
  pages  0  written, or up to date    1  --check: a page is not up to date   2  errors
  diff, whatif  0  nothing got worse   1  a verdict got worse               2  errors
  report 0  written                  4  nothing was evaluated                2  errors
  Other commands: 0, or 2 for a usage, policy or input error.

Settings come from the nearest policy.toml, here or in a folder above; paths in it are relative to it.
Without one, the pack is `core` and the language Dutch. Variables POLICY_PACKS, POLICY_DECLARATIONS (both divided
by `;`), POLICY_PROFILE, POLICY_LANG, POLICY_AS_OF, POLICY_FAIL_LEVEL and POLICY_PAGES replace what it says,
arguments replace both. POLICY_CONFIG names another file than policy.toml.";

/// Checks declarations against policies, and says why.
#[derive(Debug, Parser)]
#[command(name = "policy", version, after_help = EXIT_CODES, max_term_width = 110)]
pub struct Cli {
    /// Language of the output: nl or en
    #[arg(long, global = true, value_name = "LANG", value_parser = language)]
    pub lang: Option<Lang>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Evaluate declarations against policies
    #[command(after_help = EXIT_CODES)]
    Eval(Eval),
    /// Look for mistakes in policies and declarations
    Check(Check),
    /// Lay out policy files, or render them in the other language (--lang)
    Fmt(Fmt),
    /// Run the tests that stand beside the rules
    Test(Test),
    /// Explain a rule or a diagnostic code
    Explain(Explain),
    /// Write the questions to a vendor as a letter, or as a declaration to fill in (--template)
    Ask(desk::Ask),
    /// Say which verdicts flip between two declarations, policies, dates or revisions, and why
    #[command(after_help = desk::DIFF_HELP)]
    Diff(desk::Diff),
    /// Say which verdicts on a declaration change by themselves, and when
    Timeline(desk::Timeline),
    /// Say which verdicts flip with another limit in a rule
    Whatif(desk::Whatif),
    /// List the rules
    Rules(Rules),
    /// Write a page in Markdown for every rule, in Dutch and English
    Pages(Pages),
    /// Print the JSON Schema of a declaration, or of policy.toml
    Schema(Schema),
    /// Begin a repository: settings, a first policy, a first declaration and a CI file; overwrites nothing
    Init(Init),
    /// Write a readable page about declarations: one HTML file, for the screen, a phone or paper
    #[command(after_help = EXIT_CODES)]
    Report(Report),
    /// Serve an editor on standard input and output (Language Server Protocol)
    Lsp(Lsp),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// The packs to work with.
#[derive(Debug, Args, Default)]
pub struct Packs {
    /// A standard pack, a policy file or a folder of them; may be repeated
    #[arg(short, long = "pack", value_name = "PACK|FILE|DIR")]
    pub packs: Vec<String>,
}

/// What declarations are held against.
#[derive(Debug, Args, Default)]
pub struct Selection {
    #[command(flatten)]
    pub packs: Packs,
    /// What the user's own side decides, such as consent
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    /// Only this rule; may be repeated
    #[arg(long = "rule", value_name = "ID")]
    pub rules: Vec<String>,
}

/// Print a JSON Schema.
#[derive(Debug, Args)]
pub struct Schema {
    #[command(flatten)]
    pub packs: Packs,
    /// The schema of policy.toml instead
    #[arg(long, conflicts_with = "packs")]
    pub config: bool,
}

/// Begin a repository.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder, which is made if it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
    /// The CI file: by default for GitLab where there is a `.gitlab-ci.yml`, else for GitHub
    #[arg(long, value_enum)]
    pub ci: Option<Ci>,
}

/// For whose CI a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ci {
    /// `.github/workflows/policy.yml`
    Github,
    /// `.gitlab-ci.yml`
    Gitlab,
    /// None
    None,
}

/// Serve an editor.
#[derive(Debug, Args)]
pub struct Lsp {
    /// Print the settings that an editor can offer, as JSON, and end
    #[arg(long)]
    pub settings: bool,
    /// Speak over standard input and output; the default, and what editors add by themselves
    #[arg(long, hide = true)]
    pub stdio: bool,
}

/// Evaluate declarations against policies.
#[derive(Debug, Args)]
pub struct Eval {
    /// Declarations (`*.declaration.yaml|yml|json`), folders or globs; `-` is standard input
    #[arg(value_name = "DECLARATION|DIR|GLOB|-")]
    pub inputs: Vec<String>,
    #[command(flatten)]
    pub selection: Selection,
    /// The date that law, waivers and ages are taken at (default: today in UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub as_of: Option<Date>,
    /// How to write the result: pretty, compact, json, ndjson, sarif, junit, github, gitlab, markdown, csv or
    /// html; with `=FILE` to that file. May be repeated; one goes to standard output, pretty if none is left for it
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = targets::wanted)]
    pub formats: Vec<Wanted>,
    /// Write what would go to standard output to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Evaluate again whenever a file changes, until interrupted; then exit as the last evaluation did
    #[arg(long)]
    pub watch: bool,
    /// Rules below this severity never fail the run: low, medium, high or critical (default: low)
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub fail_level: Option<Severity>,
    /// Exit with 0 instead of 1 or 3
    #[arg(long)]
    pub no_fail: bool,
    /// How much to explain
    #[arg(long, value_enum, default_value_t = Amount::Findings)]
    pub explain: Amount,
    /// What standard input is called, and by its ending its format
    #[arg(long, value_name = "NAME", default_value = "stdin.declaration.yaml")]
    pub stdin_name: String,
}

/// Look for mistakes.
#[derive(Debug, Args)]
pub struct Check {
    /// Policies and declarations; by default those of policy.toml
    #[arg(value_name = "FILE")]
    pub files: Vec<String>,
    #[command(flatten)]
    pub packs: Packs,
    /// What the user's own side decides
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    /// Treat warnings as errors
    #[arg(long)]
    pub deny_warnings: bool,
    /// How to write the result: pretty, compact, json, ndjson, sarif, junit, github, gitlab, markdown or csv;
    /// with `=FILE` to that file. May be repeated; one goes to standard output, pretty if none is left for it
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = targets::wanted)]
    pub formats: Vec<Wanted>,
    /// Write what would go to standard output to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Lay out policy files.
#[derive(Debug, Args)]
pub struct Fmt {
    /// Policy files, changed in place; `-` reads standard input and writes standard output
    #[arg(value_name = "FILE|-")]
    pub files: Vec<String>,
    /// Change nothing; exit with 1 if a file is not formatted
    #[arg(long)]
    pub check: bool,
}

/// Run tests.
#[derive(Debug, Args)]
pub struct Test {
    #[command(flatten)]
    pub packs: Packs,
    /// Only the tests of this rule; may be repeated
    #[arg(long = "rule", value_name = "ID")]
    pub rules: Vec<String>,
    /// Also say which pieces of rules no test made true, or none false; fail below this percentage
    #[arg(long, value_name = "MIN", num_args = 0..=1, require_equals = true, default_missing_value = "100",
          value_parser = clap::value_parser!(u8).range(0..=100))]
    pub coverage: Option<u8>,
    /// How to write the result: pretty, compact, json, junit or github;
    /// with `=FILE` to that file. May be repeated; one goes to standard output, pretty if none is left for it
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = targets::wanted)]
    pub formats: Vec<Wanted>,
    /// Write what would go to standard output to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Explain a rule or a code.
#[derive(Debug, Args)]
pub struct Explain {
    /// The id of a rule, or a diagnostic code such as P0201
    #[arg(value_name = "RULE|CODE")]
    pub what: String,
    #[command(flatten)]
    pub packs: Packs,
    /// Also show the typed core form
    #[arg(long)]
    pub core: bool,
}

/// List rules.
#[derive(Debug, Args)]
pub struct Rules {
    #[command(flatten)]
    pub packs: Packs,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    pub format: Format,
}

/// Write pages.
#[derive(Debug, Args)]
pub struct Pages {
    /// The folder that gets `nl/RULE.md`, `en/RULE.md` and an index in each
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    #[command(flatten)]
    pub packs: Packs,
    /// The date of examples that name none (default: today in UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub as_of: Option<Date>,
    /// Write nothing; exit with 1 if a page is missing, stale or of no rule
    #[arg(long)]
    pub check: bool,
}

/// Write a readable page.
#[derive(Debug, Args)]
pub struct Report {
    /// Declarations (`*.declaration.yaml|yml|json`), folders or globs; `-` is standard input
    #[arg(value_name = "DECLARATION|DIR|GLOB|-")]
    pub inputs: Vec<String>,
    /// Only this declaration: its file, the file's stem, or the name of the vendor or product; may be repeated
    #[arg(long = "vendor", value_name = "VENDOR")]
    pub vendors: Vec<String>,
    #[command(flatten)]
    pub selection: Selection,
    /// The date that law, waivers and ages are taken at (default: today in UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub as_of: Option<Date>,
    /// Write the page to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What standard input is called, and by its ending its format
    #[arg(long, value_name = "NAME", default_value = "stdin.declaration.yaml")]
    pub stdin_name: String,
}

/// How to write a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Pretty,
    /// For programs
    Json,
}

/// How much to explain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Amount {
    /// Verdicts only
    Off,
    /// Also why
    Findings,
    /// Also what a pass rests on
    Full,
}

fn language(text: &str) -> Result<Lang, String> {
    Lang::from_code(text).ok_or_else(|| "the languages are `nl` and `en`".to_owned())
}

fn severity(text: &str) -> Result<Severity, String> {
    let known = Severity::ALL.into_iter().find(|severity| severity.word() == text);
    known.ok_or_else(|| "the severities are `low`, `medium`, `high` and `critical`".to_owned())
}

/// Reads a date, strictly as `YYYY-MM-DD`.
pub fn date(text: &str) -> Result<Date, String> {
    policy_db::config::date(text)
        .ok_or_else(|| "write a real date as YYYY-MM-DD, such as 2026-11-22".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{Cli, EXIT_CODES};
    use crate::commands::{check, test};
    use crate::report::ahead;
    use crate::report::formats::Format;
    use crate::report::targets;

    const README: &str = include_str!("../../../README.md");

    /// The rows of the table after "Exit codes of `eval`", as the help writes them.
    fn rows() -> Vec<String> {
        let (_, after) = README.split_once("Exit codes of `eval`").expect("exit codes in the README");
        let table = after.lines().skip_while(|line| !line.starts_with('|'));
        let cells =
            |row: &str| row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>().join("  ");
        table.take_while(|line| line.starts_with('|')).skip(2).map(cells).collect()
    }

    /// The help of `--format` of a command as one line.
    fn help(command: &str) -> String {
        let mut cli = Cli::command();
        let command = cli.find_subcommand_mut(command).expect("a command");
        let argument =
            command.get_arguments().find(|one| one.get_long() == Some("format")).expect("--format");
        argument.get_help().expect("a help").to_string()
    }

    #[test]
    fn the_help_names_the_formats_that_a_command_writes() {
        let all: [(&str, &[Format]); 6] = [
            ("eval", Format::all()),
            ("diff", Format::all()),
            ("whatif", Format::all()),
            ("timeline", &ahead::FORMATS),
            ("check", &check::FORMATS),
            ("test", &test::FORMATS),
        ];
        for (command, formats) in all {
            let help = help(command).replace(" or ", ", ");
            let named = help.split_once(": ").and_then(|(_, rest)| rest.split_once(';')).expect("a list").0;
            assert_eq!(named, targets::names(formats), "{command}");
        }
    }

    #[test]
    fn the_readme_and_the_help_give_the_same_exit_codes() {
        let (of_eval, _) = EXIT_CODES.split_once("  check").expect("the codes of `eval` come first");
        let lines: Vec<&str> =
            of_eval.lines().skip(1).map(|l| l.trim().trim_start_matches("eval   ")).collect();
        let (codes, notes) = lines.split_at(5);
        assert_eq!(rows(), codes);
        let plain = README.replace('`', "");
        assert!(plain.contains(&notes.join(" ")), "the README lacks {notes:?}");
    }
}
