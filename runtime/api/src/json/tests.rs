use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Order {
    #[expect(dead_code, reason = "only read by serde")]
    service: String,
    plan: Option<String>,
    #[serde(default)]
    properties: GivenObject,
    years: Option<u32>,
}

fn order(text: &str) -> Result<Order, Refusal> {
    read(text).and_then(typed)
}

fn check(text: &str, code: &str, field: &str) -> Refusal {
    let refusal = order(text).expect_err(text);
    assert_eq!((refusal.code, refusal.field.as_str()), (code, field), "{text}: {refusal:?}");
    refusal
}

#[test]
fn what_does_not_fit_is_refused_with_its_field() {
    check("{", "invalid_json", "");
    check(r#"{"service":"a"} x"#, "invalid_json", "");
    check(r#"{"plan":"Premium"}"#, "missing_field", "service");
    check(r#"{"service":5}"#, "invalid_type", "service");
    check(r#"{"service":"a","years":-1}"#, "invalid_value", "years");
    check(r#"{"service":"a","years":1.5}"#, "invalid_value", "years");
    check(r#"{"service":"a","service":"b"}"#, "duplicate_field", "service");
    check(r#"{"service":"a","properties":{"Username":1,"userName":2}}"#, "duplicate_field", "properties.userName");
    check(r#"{"service":"a","properties":[{"a":1,"a":1}]}"#, "duplicate_field", "properties[0].a");
    check(r#"{"service":"a","properties":[]}"#, "invalid_value", "properties");
    let refusal = check(r#"{"service":"a","pln":"Premium"}"#, "unknown_field", "pln");
    assert_eq!(refusal.advice.as_deref(), Some("did you mean `plan`?"));
}

#[test]
fn a_body_may_be_nested_thirty_two_levels_and_not_one_more() {
    let nested = |levels: usize| format!(r#"{{"service":"a","properties":{{"x":{}{}}}}}"#, "[".repeat(levels), "]".repeat(levels));
    assert!(order(&nested(30)).is_ok());
    assert_eq!(order(&nested(31)).expect_err("33 levels").code, "too_deep");
    assert_eq!(order(&nested(100_000)).expect_err("far too deep").code, "too_deep");
}

#[test]
fn numbers_are_read_exactly() {
    use model::Value;
    let text =
        r#"{"service":"a","plan":null,"properties":{"a":1,"b":9007199254740993,"c":1.10,"d":1e400,"e":0.1000000000000000000000000001}}"#;
    let order = order(text).expect("a good body");
    assert_eq!(order.plan, None);
    assert_eq!(order.years, None);
    let value = |name: &str| order.properties.0.get(name).cloned().expect("it was given");
    assert_eq!(value("a"), Value::Int(1));
    assert_eq!(value("b"), Value::Long(9_007_199_254_740_993));
    assert_eq!(value("c").to_wire(), serde_json::json!("1.10"));
    assert!(matches!(value("d"), Value::Double(number) if number.is_infinite()));
}
