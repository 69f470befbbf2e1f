//! What an editor shows of policy files and declarations, as cases with a cursor: `tests/ide/FEATURE/*.txt` and
//! `tests/ide/declaration/FEATURE/*.txt`.

#[path = "ide/support.rs"]
mod support;

use std::fmt::Write as _;

use policy_core::lang::Lang;
use policy_db::queries;
use policy_ide::{Command, Insert, Symbol, declaration, policy};
use policy_syntax::Span;
use support::{Asked, apply, changed_lines, check, check_declaration, check_that, world};

#[test]
fn hover() {
    check("hover", |asked| {
        let Some(found) = policy::hover(asked.db, asked.file, asked.start, asked.lang) else {
            return "nothing".into();
        };
        format!("[{}]\n{}", found.span.of(asked.text()), found.markdown)
    });
}

/// Every line of the answer holds: `+ LABEL` is offered, `+ LABEL => WHAT IS WRITTEN`, `- LABEL` is not offered,
/// `1 LABEL` is the first, `< LABEL | LABEL` the one comes before the other.
#[test]
fn completion() {
    let listed = |asked: &Asked<'_>| {
        let found = policy::completions(asked.db, asked.file, asked.start, asked.lang);
        let line = |c: &policy_ide::Completion| {
            let (Insert::Text(new) | Insert::Snippet(new)) = &c.insert;
            let over = c.replace.of(asked.text());
            format!("{} => [{over}] {}", c.label, new.replace('\n', "⏎"))
        };
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    check_that("completion", listed, |case, got| {
        let labels: Vec<&str> =
            got.lines().map(|l| l.split_once(" => ").map_or(l, |(label, _)| label)).collect();
        case.answer.lines().filter(|line| !line.is_empty()).all(|line| match line.split_at(2) {
            ("+ ", whole) if whole.contains(" => ") => got.lines().any(|line| line == whole),
            ("+ ", label) => labels.contains(&label),
            ("- ", label) => !labels.contains(&label),
            ("1 ", label) => labels.first() == Some(&label),
            ("< ", two) => {
                let (one, other) = two.split_once(" | ").expect("two labels");
                let at = |label: &str| labels.iter().position(|l| *l == label);
                at(one).is_some() && at(one) < at(other)
            }
            _ => panic!("`{line}`"),
        })
    });
}

#[test]
fn definition() {
    check("definition", |asked| {
        let found = policy::definition(asked.db, asked.file, asked.start);
        let line = |t: &policy_ide::Target| {
            let (full, from) = (t.full.of(t.file.text(asked.db)), t.from.of(asked.text()));
            format!("[{from}] {} | {}", asked.place(t.file, t.name), full.lines().next().unwrap_or_default())
        };
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    });
}

#[test]
fn references() {
    check("references", |asked| {
        let found = policy::references(asked.db, asked.file, asked.start, true);
        // Of what stands in the standard pack only that there is some, and what is ours.
        let (standard, own): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|place| queries::is_standard(asked.db, place.file));
        let mut out: Vec<String> = own.iter().map(|place| asked.place(place.file, place.span)).collect();
        if !standard.is_empty() {
            out.push("and in the standard pack".into());
        }
        out.join("\n")
    });
}

#[test]
fn highlight() {
    check("highlight", |asked| {
        let found = policy::highlights(asked.db, asked.file, asked.start);
        let line = |h: &policy_ide::Highlight| {
            format!("{}{}", asked.place(asked.file, h.span), if h.definition { " (definition)" } else { "" })
        };
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    });
}

#[test]
fn symbols() {
    check("symbols", |asked| {
        let mut out = String::new();
        let found = policy::document_symbols(asked.db, asked.file, asked.lang);
        found.iter().for_each(|symbol| tree(&mut out, symbol, 0));
        out
    });
}

fn tree(out: &mut String, symbol: &Symbol, depth: usize) {
    let detail = symbol.detail.as_deref().unwrap_or("-");
    writeln!(out, "{:indent$}{:?} {} | {detail}", "", symbol.kind, symbol.name, indent = depth * 2).unwrap();
    symbol.children.iter().for_each(|child| tree(out, child, depth + 1));
}

#[test]
fn workspace_symbols() {
    check("workspace-symbols", |asked| {
        let found = policy::workspace_symbols(asked.db, asked.to, asked.lang);
        let line = |s: &policy_ide::FoundSymbol| {
            let container = s.container.as_deref().unwrap_or("-");
            format!("{:?} {} | {container} | {}", s.kind, s.name, s.place.file.path(asked.db))
        };
        found.iter().take(1).map(line).collect::<Vec<_>>().join("\n")
    });
}

#[test]
fn rename() {
    check("rename", |asked| {
        if let Err(why) = policy::prepare_rename(asked.db, asked.file, asked.start) {
            return format!("no: {}", why.get(asked.lang));
        }
        match policy::rename(asked.db, asked.file, asked.start, asked.to) {
            Ok(edit) => asked.applied(&edit),
            Err(why) => format!("not that: {}", why.get(asked.lang)),
        }
    });
}

#[test]
fn folding() {
    check("folding", |asked| {
        let line_of = |byte| queries::lines(asked.db, asked.file).position(asked.text(), byte).line;
        let found = policy::folding_ranges(asked.db, asked.file);
        let line = |f: &policy_ide::FoldingRange| {
            format!("{}-{} {:?}", line_of(f.span.start), line_of(f.span.end), f.kind)
        };
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    });
}

#[test]
fn selection() {
    check("selection", |asked| {
        let found = policy::selection_ranges(asked.db, asked.file, &[asked.start]);
        let line = |span: &Span| span.of(asked.text()).replace('\n', "⏎");
        found[0].iter().map(line).collect::<Vec<_>>().join("\n")
    });
}

#[test]
fn tokens() {
    check("tokens", |asked| {
        let range = asked.start < asked.end;
        let found = if range {
            policy::semantic_tokens_in(asked.db, asked.file, asked.range())
        } else {
            policy::semantic_tokens(asked.db, asked.file)
        };
        let line = |t: &policy_ide::SemanticToken| {
            let bits =
                policy_ide::Modifiers::NAMES.iter().enumerate().filter(|(i, _)| t.modifiers.0 & 1 << i != 0);
            let names: String = bits.map(|(_, name)| format!(" {name}")).collect();
            format!("{:?} {}{names}", t.kind, t.span.of(asked.text()))
        };
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    });
}

#[test]
fn formatting() {
    check("formatting", |asked| {
        let edits = policy::formatting(asked.db, asked.file);
        format!("{} edits\n{}", edits.len(), apply(asked.text(), &edits))
    });
}

#[test]
fn range_formatting() {
    check("range-formatting", |asked| {
        let edits = policy::range_formatting(asked.db, asked.file, asked.range());
        changed_lines(asked.text(), &apply(asked.text(), &edits))
    });
}

#[test]
fn translate() {
    check("translate", |asked| {
        let to = Lang::from_code(asked.to).expect("a language");
        let (edits, left) = policy::translated(asked.db, asked.file, to);
        let mut out = apply(asked.text(), &edits);
        left.iter().for_each(|d| writeln!(out, "! {} {}", d.code, d.message.get(asked.lang)).unwrap());
        out
    });
}

#[test]
fn hints() {
    check("hints", |asked| {
        let whole = Span::new(0, asked.text().len());
        let hints = policy::inlay_hints(asked.db, asked.file, whole, asked.lang);
        let mut out = asked.text().to_owned();
        hints.iter().rev().for_each(|hint| out.insert_str(hint.at as usize, &format!("⟨{}⟩", hint.label)));
        out
    });
}

#[test]
fn links() {
    check("links", |asked| {
        let found = policy::document_links(asked.db, asked.file, asked.lang);
        let line = |l: &policy_ide::DocumentLink| {
            format!("{} -> {} ({})", l.span.of(asked.text()), l.url, l.tooltip)
        };
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    });
}

#[test]
fn fixes() {
    check("fixes", |asked| {
        let project = asked.db.project();
        let mut found = queries::policy_diagnostics(asked.db, project);
        found.extend(queries::lints(asked.db, project));
        let mut out = String::new();
        for fix in policy::fixes(asked.db, asked.file, asked.range(), asked.lang, &found) {
            let codes: Vec<&str> = fix.settles.iter().map(|d| d.code).collect();
            let preferred = if fix.preferred { ", preferred" } else { "" };
            writeln!(out, "* {} ({:?}{preferred}) {}", fix.title, fix.kind, codes.join(" ")).unwrap();
            out.push_str(&asked.applied(&fix.edit));
        }
        out
    });
}

#[test]
fn lens() {
    check("lens", |asked| {
        let mut out = String::new();
        for lens in policy::lenses(asked.db, asked.file, asked.lang) {
            writeln!(out, "{}: {}", lens.span.of(asked.text()), lens.title).unwrap();
            if let Command::Results { results, .. } = lens.command {
                for result in results {
                    let waived = if result.waived { " waived" } else { "" };
                    let path = result.declaration.path(asked.db);
                    writeln!(out, "  {path} {}{waived}", result.verdict.word()).unwrap();
                }
            }
        }
        out
    });
}

#[test]
fn hover_in_declarations() {
    check_declaration("hover", |asked| {
        match declaration::hover(asked.db, asked.file, asked.start, asked.lang) {
            Some(found) => format!("[{}]\n{}", found.span.of(asked.text()), found.markdown),
            None => "nothing".into(),
        }
    });
}

#[test]
fn completion_in_declarations() {
    check_declaration("completion", |asked| {
        let found = declaration::completions(asked.db, asked.file, asked.start, asked.lang);
        let line = |c: &policy_ide::Completion| {
            let (Insert::Text(new) | Insert::Snippet(new)) = &c.insert;
            format!("{:?} {} => [{}] {}", c.kind, c.label, c.replace.of(asked.text()), new.replace('\n', "⏎"))
        };
        let mut out: Vec<String> = found.iter().take(8).map(line).collect();
        out.push(format!("{} in all", found.len()));
        out.join("\n")
    });
}

#[test]
fn definition_in_declarations() {
    check_declaration("definition", |asked| {
        let found = declaration::definition(asked.db, asked.file, asked.start);
        let line =
            |t: &policy_ide::Target| format!("[{}] {}", t.from.of(asked.text()), asked.place(t.file, t.name));
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    });
}

#[test]
fn fixes_in_declarations() {
    check_declaration("fixes", |asked| {
        let mut out = String::new();
        for fix in declaration::fixes(asked.db, asked.file, asked.range(), asked.lang) {
            let preferred = if fix.preferred { ", preferred" } else { "" };
            writeln!(out, "* {} ({:?}{preferred})", fix.title, fix.kind).unwrap();
            out.push_str(&asked.applied(&fix.edit));
        }
        out
    });
}

#[test]
fn symbols_in_declarations() {
    check_declaration("symbols", |asked| {
        let mut out = String::new();
        let found = declaration::symbols(asked.db, asked.file, asked.lang);
        found.iter().for_each(|symbol| tree(&mut out, symbol, 0));
        out
    });
}

#[test]
fn folding_in_declarations() {
    check_declaration("folding", |asked| {
        let line_of = |byte| queries::lines(asked.db, asked.file).position(asked.text(), byte).line;
        let found = declaration::folding_ranges(asked.db, asked.file);
        let line = |f: &policy_ide::FoldingRange| {
            format!("{}-{} {:?}", line_of(f.span.start), line_of(f.span.end), f.kind)
        };
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    });
}

#[test]
fn lens_in_declarations() {
    check_declaration("lens", |asked| {
        let mut out = String::new();
        for lens in declaration::lenses(asked.db, asked.file, asked.lang) {
            writeln!(out, "{}", lens.title).unwrap();
            if let Command::Questions(page) = lens.command {
                let head: Vec<&str> = page.lines().take(12).collect();
                writeln!(out, "{}", head.join("\n")).unwrap();
            }
        }
        out
    });
}

/// Nothing an editor asks for panics, wherever the cursor is and however broken the text.
#[test]
fn nothing_panics_while_a_rule_is_typed() {
    let mut world = world();
    let file = world.text;
    let whole =
        "regel x {\n  nl \"Één\"\n  geen leerlinggegevens buiten EER zonder SCC\n  ernst kritiek\n}\n";
    // Every third place: each one reads all packs again.
    for end in (0..=whole.len()).filter(|at| whole.is_char_boundary(*at)).step_by(3) {
        world.db.set_text(file, &whole[..end]);
        let (db, at, range) = (&world.db, end as u32, Span::new(0, end));
        policy::completions(db, file, at, Lang::Nl);
        policy::hover(db, file, at, Lang::En);
        policy::selection_ranges(db, file, &[at]);
        policy::semantic_tokens(db, file);
        policy::inlay_hints(db, file, range, Lang::Nl);
        policy::document_symbols(db, file, Lang::Nl);
        policy::folding_ranges(db, file);
        policy::fixes(db, file, range, Lang::Nl, &[]);
        let _ = policy::rename(db, file, at, "y");
    }
}
