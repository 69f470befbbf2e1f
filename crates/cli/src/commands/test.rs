//! later
use std::io; use policy_core::lang::Lang; pub fn run(_a: &crate::args::Test, _l: Option<Lang>) -> io::Result<u8> { Ok(2) }
