//! Addresses: those written in strings, and those of provisions. Where a source can be read stands in a pack's
//! header (`link NAME "…{article}"`).

use policy_core::lang::Lang;
use policy_core::marks::{Is, Mark};
use policy_core::model::{Schema, SourceLink};
use policy_db::{Database, SourceFile};

use super::describe::host;
use super::view::{View, inner};
use crate::DocumentLink;

/// What stands for the number of an article in an address.
const ARTICLE: &str = "{article}";

/// The words of a file that lead to a page.
pub fn document_links(db: &Database, file: SourceFile, lang: Lang) -> Vec<DocumentLink> {
    let view = View::new(db, file);
    view.marks().iter().filter_map(|mark| link(&view, mark, lang)).collect()
}

fn link(view: &View<'_>, mark: &Mark, lang: Lang) -> Option<DocumentLink> {
    match mark.is {
        Is::Text => {
            let span = inner(view.text, mark.span);
            let url = span.of(view.text);
            let whole = (url.starts_with("https://") || url.starts_with("http://"))
                && !url.contains(|c: char| c.is_whitespace() || c == '{');
            whole.then(|| DocumentLink { span, url: url.to_owned(), tooltip: host(url).to_owned() })
        }
        Is::Literal => {
            let words = mark.span.of(view.text);
            let url = url(view.schema, words)?;
            let tooltip = format!("{words} {} {}", lang.pick("op", "at"), host(&url));
            Some(DocumentLink { span: mark.span, url, tooltip })
        }
        _ => None,
    }
}

/// The address of a provision, if a pack says where its source can be read.
pub(super) fn url(schema: &Schema, provision: &str) -> Option<String> {
    let links = schema.packs.iter().flat_map(|pack| &pack.links);
    let fits = |link: &&SourceLink| {
        let rest = provision.strip_prefix(link.name.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let link = links.filter(fits).max_by_key(|link| link.name.len())?;
    let rest = provision[link.name.len()..].trim_start();
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let article = &rest[..end];
    match (link.address.contains(ARTICLE), article.is_empty()) {
        (true, true) => None,
        _ => Some(link.address.replace(ARTICLE, article)),
    }
}

/// A provision as Markdown, with its address.
pub(super) fn linked(schema: &Schema, provision: &str) -> String {
    url(schema, provision).map_or_else(|| provision.to_owned(), |url| format!("[{provision}]({url})"))
}
