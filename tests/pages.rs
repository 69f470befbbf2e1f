//! The pages of the norms are what the packs say now. `UPDATE_PAGES=1` writes them again.
//!
//! That their examples are true is looked at where all examples are: in `docs.rs`.

mod support;

use std::fs;

use support::{folder, policy, tests};

/// The day that examples without a date are for.
const AS_OF: &str = "2026-11-22";

#[test]
fn the_pages_of_the_norms_are_up_to_date() {
    let root = tests().join("..");
    let mut arguments = vec!["pages", "-o", "docs/norms", "--as-of", AS_OF];
    if std::env::var_os("UPDATE_PAGES").is_none() {
        arguments.push("--check");
    }
    let ran = policy(&root, &arguments);
    assert_eq!(ran.code, Some(0), "run again with UPDATE_PAGES=1:\n{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_page_that_is_missing_stale_or_of_no_rule_is_named() {
    let folder = folder("pages");
    fs::copy(tests().join("cli/files/lending.policy"), folder.join("lending.policy")).expect("a pack");
    let run =
        |more: &[&str]| policy(&folder, &[&["pages", "-p", "lending.policy", "-o", "out"], more].concat());
    assert_eq!(run(&[]).code, Some(0));
    assert_eq!(run(&["--check"]).code, Some(0));
    fs::remove_file(folder.join("out/nl/deposits.md")).expect("the page of a rule");
    fs::write(folder.join("out/en/periods.md"), "changed").expect("the page of a rule");
    fs::write(folder.join("out/en/gone.md"), "old").expect("a page");
    let ran = run(&["--check"]);
    let said = "en/gone.md belongs to no rule\nen/periods.md is stale\nnl/deposits.md is missing\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), said));
}

#[test]
fn a_page_says_what_its_rule_says() {
    let folder = folder("page-content");
    let pack = fs::read_to_string(tests().join("cli/files/lending.policy")).expect("a pack");
    let more = "waarom nl \"Een verre uitlening komt zelden terug.\"\n  why en \"Loans far away seldom return.\"\n  ";
    let pack = pack.replacen("severity critical", &format!("{more}severity critical"), 1);
    fs::write(folder.join("lending.policy"), pack).expect("a pack");
    let ran = policy(&folder, &["pages", "-p", "lending.policy", "-o", "."]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let page = |name: &str| fs::read_to_string(folder.join(name)).expect("a page");
    let dutch = page("nl/deposits.md");
    let found = [
        "# deposits\n\n**Buiten de regio alleen met contante borg**\n",
        "| ernst | kritiek |\n| grondslag | Reglement 4(2); Reglement 5 |\n| pakket | lending 1.2.0 |\n",
        "```text\ngeen uitlening buiten Regio zonder contant\n```\n\nIn het Engels:\n\n```text\nno loan outside Region without cash\n",
        "## Waarom het ertoe doet\n\nEen verre uitlening komt zelden terug.\n",
        "## Wat te doen\n\nVraag alsnog om borg.\n",
        "Aan de leverancier:\n\n- Welke borg is gegeven? (waarborg van uitlening)\n",
        "dan voldoet zij niet als een van de uitspraken de norm breekt.",
        "## Een voorbeeld dat voldoet\n\ncash is enough\n\n```yaml declaration eval deposits=pass\nloans:\n",
        "- voldoet: geen uitlening met vestiging buiten `Regio` zonder waarborg `contant`",
        "komen uit op: voldoet (1).",
        "[English](../en/deposits.md)",
    ];
    let missing: Vec<_> = found.iter().filter(|words| !dutch.contains(**words)).collect();
    assert!(missing.is_empty(), "{missing:#?}\nnot on\n{dutch}");
    assert!(!dutch.contains("niet voldoet\n\n") && !dutch.contains("## Instellingen"), "{dutch}");
    let english = page("en/periods.md");
    assert!(english.contains("| `longest` | longest period | 6 weeks |"), "{english}");
    assert!(!english.contains("Why it matters"), "{english}");
    assert!(
        page("en/README.md").contains("| [periods](periods.md) | low | No longer than the longest period |")
    );
}
