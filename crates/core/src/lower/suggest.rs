//! What somebody may have meant.

/// The candidate most like `word`, if one is like it: at most a third of its letters differ. Case does not
/// count; of equals the first.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.to_lowercase();
    let most = (wanted.chars().count() / 3).clamp(1, 4);
    let distance = |candidate: &str| strsim::osa_distance(&wanted, &candidate.to_lowercase());
    let near = candidates
        .into_iter()
        .map(|c| (distance(c), c))
        .filter(|(d, c)| *d <= most && *d < c.chars().count());
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn near_words_only() {
        let words = ["member", "loan", "book"];
        assert_eq!(closest("memebr", words), Some("member"));
        assert_eq!(closest("Lone", words), None);
        assert_eq!(closest("loans", words), Some("loan"));
        assert_eq!(closest("shelf", words), None);
        assert_eq!(closest("x", ["y"]), None, "one letter is like any other");
    }
}
