//! Declarations about a library that lends books, read against a schema made by hand.

mod damage;
mod diagnostics;
mod editor;
mod facts;
mod fixture;
mod profiles;
mod show;
