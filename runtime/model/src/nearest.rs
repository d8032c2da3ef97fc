//! The nearest known word, for errors about unknown ones.

/// The known word that `word` was most likely meant to be, if one is near enough to suggest.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.to_lowercase();
    let limit = (wanted.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_finds_its_word() {
        let known = ["Properties", "Plans", "Validate"];
        assert_eq!(nearest("Propertys", known), Some("Properties"));
        assert_eq!(nearest("plan", known), Some("Plans"));
        assert_eq!(nearest("Roles", known), None);
    }
}
