//! Writing data files: what is not changed stays byte for byte, and what is written reads back the same.

use language::data::{Entry, Kind, Node, Step, read, set, write};
use proptest::prelude::*;

const FILE: &str = "# ours\n@{\n    Name  = 'backup'   # the id\n    Plans = @(\n        @{ Name = 'Standard'; Set = @{ Size = 1 } } # small\n        @{ Name = 'Extra'; Set = @{ Size = 10 } }\n    )\n    Levels = 'a','b'\n    Empty = @{}\n}\n# end\n";

fn check(way: &[Step<'_>], to: &Kind, from: &str, expected: &str) {
    let changed = set(FILE, way, to).expect("the way leads somewhere");
    assert_eq!(changed, FILE.replacen(from, expected, 1));
    assert!(read(&changed).is_ok(), "{changed}");
}

#[test]
fn one_value_changes_and_the_rest_stays() {
    check(&[Step::Key("name")], &Kind::String("it's".to_owned()), "'backup'", "'it''s'");
    check(&[Step::Key("Plans"), Step::Index(1), Step::Key("Set"), Step::Key("Size")], &Kind::Int(20), "Size = 10", "Size = 20");
    check(&[Step::Key("Levels"), Step::Index(0)], &Kind::Bool(true), "'a','b'", "$true,'b'");
    check(&[Step::Key("Levels")], &Kind::Null, "'a','b'", "$null");
}

#[test]
fn a_missing_key_is_added_in_the_layout_of_its_table() {
    check(
        &[Step::Key("Plans"), Step::Index(0), Step::Key("Sku")],
        &Kind::String("S1".to_owned()),
        "@{ Size = 1 } }",
        "@{ Size = 1 }; Sku = 'S1' }",
    );
    check(&[Step::Key("Version")], &Kind::Long(5), "    Empty = @{}\n", "    Empty = @{}\n    Version = 5L\n");
    check(&[Step::Key("Empty"), Step::Key("a-b")], &Kind::Double(5.0), "@{}\n", "@{\n        'a-b' = 5.0\n    }\n");
}

#[test]
fn a_way_that_leads_nowhere_is_an_error() {
    assert!(set(FILE, &[Step::Key("None"), Step::Key("x")], &Kind::Null).is_err());
    assert!(set(FILE, &[Step::Key("Plans"), Step::Index(2)], &Kind::Null).is_err());
    assert!(set("@{", &[Step::Key("a")], &Kind::Null).is_err());
}

fn node(kind: Kind) -> Node {
    Node { kind, line: 0, column: 0 }
}

fn kinds() -> impl Strategy<Value = Kind> {
    let leaf = prop_oneof![
        Just(Kind::Null),
        any::<bool>().prop_map(Kind::Bool),
        any::<i32>().prop_map(Kind::Int),
        any::<i64>().prop_map(Kind::Long),
        any::<f64>().prop_filter("numbers", |x| !x.is_nan()).prop_map(Kind::Double),
        (any::<i64>(), 0_u32..20).prop_map(|(n, scale)| Kind::Decimal(rust_decimal::Decimal::new(n, scale))),
        "[ -~\u{2018}-\u{201f}\u{e9}\n]{0,12}".prop_map(Kind::String),
        "[a-z $'(){}]{0,0}".prop_map(|text| Kind::Block { text, line: 0, column: 0 }),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| Kind::Array(items.into_iter().map(node).collect())),
            prop::collection::btree_map("[a-z ’-]{1,6}", inner, 0..4).prop_map(|entries| {
                Kind::Table(entries.into_iter().map(|(key, value)| Entry { key, line: 0, column: 0, value: node(value) }).collect())
            }),
        ]
    })
}

/// The same values, wherever they stand.
fn is_same(a: &Kind, b: &Kind) -> bool {
    match (a, b) {
        (Kind::Array(a), Kind::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(&a.kind, &b.kind)),
        (Kind::Table(a), Kind::Table(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.key == b.key && is_same(&a.value.kind, &b.value.kind))
        }
        (Kind::Block { text: a, .. }, Kind::Block { text: b, .. }) => a == b,
        (Kind::Long(a), Kind::Long(b)) => a == b,
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back(kind in kinds()) {
        let file = Kind::Table(vec![Entry { key: "Value".to_owned(), line: 0, column: 0, value: node(kind) }]);
        // A list whose only item is a list has no literal.
        if let Ok(text) = write(&file) {
            let back = read(&text).map_err(|errors| TestCaseError::fail(format!("{}: {text}", errors[0])))?;
            prop_assert!(is_same(&file, &back.kind), "{text}");
            prop_assert_eq!(write(&back.kind).ok(), Some(text));
        }
    }
}
