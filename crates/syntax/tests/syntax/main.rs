//! The syntax from outside: texts about a library that lends books.

mod common;
mod layout;
mod mistakes;
mod mutations;
