//! The helpers that templates may call.

use std::ops::RangeInclusive;

/// A helper: how many values it takes, and whether it may be a block.
pub(crate) struct Helper {
    pub(crate) name: &'static str,
    pub(crate) values: RangeInclusive<usize>,
    pub(crate) block: Block,
}

/// Whether a helper is used as `{{#name}}`.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Block {
    Always,
    Maybe,
    Never,
}

const fn helper(name: &'static str, values: usize, block: Block) -> Helper {
    Helper { name, values: values..=values, block }
}

/// All of them; what handlebars brings along besides (`log`) is taken out.
pub(crate) const HELPERS: &[Helper] = &[
    helper("if", 1, Block::Always),
    helper("unless", 1, Block::Always),
    helper("each", 1, Block::Always),
    helper("with", 1, Block::Always),
    helper("raw", 0, Block::Always),
    helper("lookup", 2, Block::Never),
    helper("len", 1, Block::Never),
    helper("eq", 2, Block::Maybe),
    helper("ne", 2, Block::Maybe),
    helper("gt", 2, Block::Maybe),
    helper("gte", 2, Block::Maybe),
    helper("lt", 2, Block::Maybe),
    helper("lte", 2, Block::Maybe),
    helper("and", 2, Block::Maybe),
    helper("or", 2, Block::Maybe),
    helper("not", 1, Block::Maybe),
];

/// The helper of this name.
pub(crate) fn named(name: &str) -> Option<&'static Helper> {
    HELPERS.iter().find(|helper| helper.name == name)
}
