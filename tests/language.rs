//! Mistakes that are easily made, and what is said of them.

#[path = "language/errors.rs"]
mod errors;
// The golden tests use more of it.
#[allow(dead_code)]
#[path = "golden/world.rs"]
mod world;
