//! Addresses: those written in strings, and those of provisions. Where a source can be read stands in a pack's
//! header (`link NAME "…{article}"`).

use policy_core::lang::Lang;
use policy_core::marks::{Is, Mark};
use policy_core::model::Schema;
use policy_db::{Database, SourceFile};

use super::describe::host;
use super::view::{View, inner};
use crate::DocumentLink;

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
    schema.address(provision)
}

/// A provision as Markdown, with its address.
pub(crate) fn linked(schema: &Schema, provision: &str) -> String {
    url(schema, provision).map_or_else(|| provision.to_owned(), |url| format!("[{provision}]({url})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provision_leads_to_its_article() {
        let mut db = Database::default();
        let text = "policy lending \"L\" { version 1.0.0; link Rules, \"House Rules\" \"https://l.example/#{article}\" }\n\
                    rule a {\n  no loan\n  basis Rules 7(4), House Rules 12, Rules, Rulesets 3\n}\n";
        let file = db.add("lending.policy", text);
        let pack = policy_db::PolicyFile { file, pack: "lending".to_owned() };
        db.set_packs(vec![pack], vec!["lending".to_owned()]);
        let found: Vec<_> =
            document_links(&db, file, Lang::En).into_iter().map(|l| (l.url, l.tooltip)).collect();
        let first = ("https://l.example/#7".to_owned(), "Rules 7(4) at l.example".to_owned());
        let second = ("https://l.example/#12".to_owned(), "House Rules 12 at l.example".to_owned());
        assert_eq!(found, [first, second]);
    }
}
