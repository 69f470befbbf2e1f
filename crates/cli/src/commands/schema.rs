//! `policy schema`: the JSON Schema of a declaration, made from the packs; and that of policy.toml.

use std::io;

use policy_core::lang::Lang;
use policy_db::{config, engine, queries};

use super::{has_errors, of_policies, report};
use crate::args::Schema;
use crate::session::Session;
use crate::{exit, output};

pub fn run(args: &Schema, lang: Option<Lang>) -> io::Result<u8> {
    if args.config {
        let schema = serde_json::to_string_pretty(&config::schema())?;
        output::emit(None, |out| writeln!(out, "{schema}"))?;
        return Ok(exit::OK);
    }
    let mut session = Session::open(lang)?;
    session.load_packs(&args.packs.packs);
    let project = session.project();
    let diagnostics = of_policies(&session);
    report(&session, &diagnostics);
    let schema = serde_json::to_string_pretty(&engine::json_schema(queries::schema(&session.db, project)))?;
    output::emit(None, |out| writeln!(out, "{schema}"))?;
    Ok(if has_errors(&diagnostics) { exit::ERROR } else { exit::OK })
}
