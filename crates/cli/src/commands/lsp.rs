//! `policy lsp`: the language server on standard input and output.

use std::io;

use policy_core::lang::Lang;
use policy_lsp::Options;

use super::explain::PAGES;
use crate::args::Lsp;
use crate::{exit, output};

pub fn run(args: &Lsp, lang: Option<Lang>) -> io::Result<u8> {
    if args.settings {
        let text = serde_json::to_string_pretty(&policy_lsp::description())? + "\n";
        output::emit(None, |out| out.write_all(text.as_bytes()))?;
        return Ok(exit::OK);
    }
    policy_lsp::stdio(Options { lang, pages: PAGES, ..Options::default() })
}
