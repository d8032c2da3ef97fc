//! What a property takes, as its definition says it.

use std::path::Path;

use model::{Object, Value};
use package::{Checker, Files, load};

fn object(entries: &[(&str, &str)]) -> Value {
    Value::Object(entries.iter().map(|(name, value)| (*name, Value::text(*value))).collect::<Object>())
}

/// The code with which a property of the small package refuses a value, or the value as it takes it.
#[track_caller]
fn check(property: &str, value: impl Into<Value>, wanted: Result<Value, &str>) {
    let files = Files::read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/small")).expect("the small package is there");
    let service = load(&files, &Files::default()).package.expect("it has a definition").service;
    let checker = Checker::new(service.property(property).expect("it has the property")).expect("its pattern compiles");
    let value = value.into();
    assert_eq!(checker.check(value.clone()).map_err(|refused| refused.code), wanted, "{property} {value:?}");
}

#[test]
fn a_value_is_converted_to_its_type_or_refused() {
    check("SizeGB", "50", Ok(Value::Int(50)));
    check("SizeGB", "fifty", Err("wrong_type"));
    check("SizeGB", Value::Null, Err("null_value"));
    check("Seats", Value::Null, Ok(Value::Null));
    check("Alias", Value::Null, Ok(Value::Null));
    check("Domain", Value::Null, Err("null_value"));
}

#[test]
fn limits_count_the_characters_of_text() {
    check("SizeGB", 1, Ok(Value::Int(1)));
    check("SizeGB", 0, Err("below_min"));
    check("SizeGB", 101, Err("above_max"));
    check("Alias", "ab", Ok(Value::text("ab")));
    check("Alias", "a", Err("below_min"));
    check("Alias", "abcdefghi", Err("above_max"));
    check("Alias", "abC", Err("no_match"));
}

#[test]
fn listed_values_are_taken_as_they_are_written() {
    check("Class", "Gold", Ok(Value::text("Gold")));
    check("Class", "gold", Err("not_in_values"));
}

#[test]
fn members_of_objects_are_checked_like_properties() {
    let one = object(&[("From", "it@contoso.example")]);
    check("Rules", one.clone(), Ok(Value::List(vec![one.clone()])));
    check("Rules", object(&[("from", "it@contoso.example")]), Ok(Value::List(vec![one])));
    check("Rules", Value::Null, Ok(Value::List(Vec::new())));
    check("Rules", object(&[]), Err("missing_member"));
    check("Rules", object(&[("From", "nobody")]), Err("wrong_type"));
    check("Rules", object(&[("From", "it@contoso.example"), ("Form", "x")]), Err("unknown_member"));
    check("Rules", "text", Err("wrong_type"));
}
