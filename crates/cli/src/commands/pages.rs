//! `policy pages`: a page in Markdown for every rule, in both languages, with an index.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use policy_core::lang::Lang;

use super::{has_errors, of_policies, report};
use crate::args::Pages;
use crate::report::norm::{self, Book};
use crate::session::Session;
use crate::{exit, output};

pub fn run(args: &Pages, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    session.load_packs(&args.packs.packs);
    session.set_as_of(args.as_of);
    let found = of_policies(&session);
    report(&session, &found);
    if has_errors(&found) {
        return Ok(exit::ERROR);
    }
    let folder = session.cwd.join(&args.output);
    let pages = all(&session);
    if args.check {
        return check(&session, &folder, &pages);
    }
    for (name, text) in &pages {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        if fs::read_to_string(&path).ok().as_ref() != Some(text) {
            output::atomically(&path, |out| out.write_all(text.as_bytes()))?;
        }
    }
    Ok(exit::OK)
}

/// The text of every page, by its name in the folder.
fn all(session: &Session) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut book = Book::new(session);
    for lang in Lang::ALL {
        book.lang = lang;
        pages.insert(format!("{}/README.md", lang.code()), book.index());
        for rule in 0..book.len() {
            pages.insert(format!("{}/{}", lang.code(), norm::file_name(book.rule(rule))), book.page(rule));
        }
    }
    pages
}

/// Names the pages that are not as they should be.
fn check(session: &Session, folder: &Path, pages: &BTreeMap<String, String>) -> io::Result<u8> {
    let mut odd = Vec::new();
    for (name, text) in pages {
        match fs::read_to_string(folder.join(name)) {
            Err(_) => odd.push((name.clone(), ("ontbreekt", "is missing"))),
            Ok(there) if there != *text => odd.push((name.clone(), ("is verouderd", "is stale"))),
            Ok(_) => {}
        }
    }
    for lang in Lang::ALL {
        let Ok(entries) = fs::read_dir(folder.join(lang.code())) else { continue };
        for entry in entries {
            let name = format!("{}/{}", lang.code(), entry?.file_name().to_string_lossy());
            if !pages.contains_key(&name) {
                odd.push((name, ("hoort bij geen regel", "belongs to no rule")));
            }
        }
    }
    odd.sort();
    let line = |(name, (nl, en)): &(String, (&str, &str))| format!("{name} {}\n", session.lang.pick(nl, en));
    let text: String = odd.iter().map(line).collect();
    output::emit(None, |out| out.write_all(text.as_bytes()))?;
    Ok(if odd.is_empty() { exit::OK } else { exit::FAIL })
}
