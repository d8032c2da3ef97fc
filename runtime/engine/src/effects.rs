//! The table of effects: what may follow when an action did not end well. It is the promise made about the outside world.

use model::Effect;

/// How an attempt ended when it did not end done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadEnd {
    /// Proved: nothing happened.
    NotDone,
    /// Nobody can tell: time-out, exception, lost host, or a crash in the middle.
    Unclear,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Another attempt, if the rule's policy leaves one.
    Retry,
    /// Its verify says what is true.
    Verify,
    /// Only a person may go on from here.
    Unknown,
}

/// The one table by which a bad end is judged.
pub(crate) fn next(effect: Effect, end: BadEnd) -> Next {
    match (effect, end) {
        (Effect::Once, BadEnd::Unclear) => Next::Unknown,
        (Effect::VerifyFirst, BadEnd::Unclear) => Next::Verify,
        (Effect::Read | Effect::Idempotent, BadEnd::Unclear) | (_, BadEnd::NotDone) => Next::Retry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_unclear_end_of_the_stricter_classes_is_not_simply_tried_again() {
        for effect in Effect::ALL {
            assert_eq!(next(*effect, BadEnd::NotDone), Next::Retry, "{effect}");
        }
        let unclear = Effect::ALL.iter().map(|effect| next(*effect, BadEnd::Unclear));
        assert_eq!(unclear.collect::<Vec<_>>(), [Next::Retry, Next::Retry, Next::Verify, Next::Unknown]);
    }
}
