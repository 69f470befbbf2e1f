//! Features in policy files.
