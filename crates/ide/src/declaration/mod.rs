//! What an editor shows in declarations. Keys and words are looked up as the reader of declarations does; nothing
//! here knows what a verdict means.

mod complete;
mod fixes;
mod hover;
mod lens;
mod outline;
mod scan;
mod sheet;
mod verdict;

pub use complete::completions;
pub use fixes::fixes;
pub use hover::{definition, hover};
pub use lens::{lenses, questions};
pub use outline::{folding_ranges, selection_ranges, symbols};
