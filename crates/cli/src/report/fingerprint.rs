//! What a finding is known by from one run to the next: never a line or column, an index in a list, or words of an
//! explanation, so that it survives lines and items that are added elsewhere, another language and better wording.

use policy_core::report::Explained;
use sha2::{Digest, Sha256};

/// The version of the recipe; a change of it makes every finding a new one.
pub const NAME: &str = "policyFinding/v1";

/// A hash of some texts, in hexadecimal.
pub fn of(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// What a finding is about: the rule, whose declaration it is, where in its structure, and the text that stands there.
pub fn key(rule: &str, about: &str, finding: &Explained, text: &str) -> String {
    let span = finding.place.span;
    let marked = text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let marked = marked.split_whitespace().collect::<Vec<_>>().join(" ");
    of(&[rule, about, finding.verdict.word(), &without_indexes(&finding.place.path), &marked])
}

/// `loans[0].branch` as `loans[].branch`.
fn without_indexes(path: &str) -> String {
    let mut inside = false;
    let keep = |c: &char| {
        inside = (inside || *c == '[') && *c != ']';
        !inside || *c == '['
    };
    path.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_do_not_count_and_borders_do() {
        assert_eq!(without_indexes("loans[0].branch[12]"), "loans[].branch[]");
        assert_eq!(without_indexes("loans"), "loans");
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_eq!(of(&[]).len(), 32);
    }
}
