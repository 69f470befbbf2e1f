//! How evaluation and explanation ask for facts and for the places of them.

use super::{Condition, Facts, List, Notes};
use crate::model::RecordId;

/// What a declaration says, as evaluation asks for it: piece by piece. Whoever keeps verdicts learns in this way which
/// pieces each of them depends on.
pub trait FactSource {
    /// What is listed of a record.
    fn list(&self, record: RecordId) -> &List;

    /// Names of conditions, as [`Facts::conditions`].
    fn conditions(&self) -> &[Condition];

    /// Words of open kinds, as [`Facts::words`].
    fn words(&self) -> &[String];

    /// Everything, for what makes copies with changes in them.
    fn whole(&self) -> &Facts;
}

impl FactSource for Facts {
    fn list(&self, record: RecordId) -> &List {
        &self.lists[record.ix()]
    }

    fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    fn words(&self) -> &[String] {
        &self.words
    }

    fn whole(&self) -> &Facts {
        self
    }
}

/// Where a declaration says what it says, as explanations ask for it: whoever keeps words learns which of them depend
/// on places and sources.
pub trait NoteSource {
    /// Places, sources and quotations.
    fn notes(&self) -> &Notes;
}

impl NoteSource for Notes {
    fn notes(&self) -> &Notes {
        self
    }
}
