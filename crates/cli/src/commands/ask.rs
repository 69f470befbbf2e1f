//! `policy ask`: the questions to a vendor, as a letter or as a declaration to fill in.

use std::fmt::Write as _;
use std::io;

use policy_core::lang::Lang;

use super::about;
use crate::desk::{Ask, LetterFormat};
use crate::letter::{self, Block};
use crate::session::Session;
use crate::{exit, output, template};

pub fn run(args: &Ask, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    let Some(file) = about(&mut session, &args.vendor, &args.selection, args.as_of) else {
        return Ok(exit::ERROR);
    };
    let text = match args.template {
        true => template::text(&session, file),
        false => {
            let blocks = letter::letter(&session, file, args.reply_by).blocks();
            match args.format {
                LetterFormat::Markdown => markdown(&blocks),
                LetterFormat::Html => html(&blocks, session.lang),
            }
        }
    };
    output::emit(args.output.as_deref(), |out| out.write_all(text.as_bytes()))?;
    Ok(exit::OK)
}

fn markdown(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        let _ = match block {
            Block::Title(text) => writeln!(out, "# {}\n", plain(text)),
            Block::Heading(text) => writeln!(out, "## {}\n", plain(text)),
            Block::Text(text) => writeln!(out, "{}\n", plain(text)),
            Block::Point(number, text, details) => {
                let indent = " ".repeat(number.to_string().len() + 2);
                let _ = writeln!(out, "{number}. **{}**", plain(text));
                for (label, texts) in details {
                    match texts.as_slice() {
                        [one] => {
                            let _ = writeln!(out, "{indent}- {label}: {}", plain(one));
                        }
                        many => {
                            let _ = writeln!(out, "{indent}- {label}:");
                            for text in many {
                                let _ = writeln!(out, "{indent}  - {}", plain(text));
                            }
                        }
                    }
                }
                writeln!(out)
            }
        };
    }
    out.trim_end().to_owned() + "\n"
}

/// Text from a declaration cannot begin markup of its own.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars().map(|c| if c.is_control() { ' ' } else { c }) {
        if matches!(letter, '*' | '_' | '<' | '[' | ']' | '\\' | '|' | '#') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

const STYLE: &str = "body{font:1rem/1.5 Georgia,serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#111;\
background:#fff}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}li{margin:.4rem 0}dt{font-weight:600}\
dd{margin:0 0 .3rem 1rem}ol>li{margin-bottom:1.2rem;break-inside:avoid}@media print{body{margin:0}}";

fn html(blocks: &[Block], lang: Lang) -> String {
    let title = blocks.iter().find_map(|block| match block {
        Block::Title(text) => Some(escape(text)),
        _ => None,
    });
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        lang.code(),
        title.unwrap_or_default()
    );
    let mut listing = false;
    for block in blocks {
        let point = matches!(block, Block::Point(..));
        if listing && !point {
            out.push_str("</ol>\n");
        }
        let _ = match block {
            Block::Title(text) => writeln!(out, "<h1>{}</h1>", escape(text)),
            Block::Heading(text) => writeln!(out, "<h2>{}</h2>", escape(text)),
            Block::Text(text) => writeln!(out, "<p>{}</p>", escape(text)),
            Block::Point(number, text, details) => {
                if !listing {
                    let _ = writeln!(out, "<ol start=\"{number}\">");
                }
                let _ = writeln!(out, "<li><strong>{}</strong>\n<dl>", escape(text));
                for (label, texts) in details {
                    let _ = writeln!(out, "<dt>{}</dt>", escape(label));
                    for text in texts {
                        let _ = writeln!(out, "<dd>{}</dd>", escape(text));
                    }
                }
                writeln!(out, "</dl></li>")
            }
        };
        listing = point;
    }
    out + "</body>\n</html>\n"
}

fn escape(text: &str) -> String {
    let one = |letter: char| match letter {
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '&' => "&amp;".to_owned(),
        '"' => "&quot;".to_owned(),
        other if other.is_control() => " ".to_owned(),
        other => other.to_string(),
    };
    text.chars().map(one).collect()
}
