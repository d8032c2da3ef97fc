//! Values in and out.

use libtest_mimic::{Failed, Trial};
use model::{Object, Value};

use super::{Shell, expect, object, test};

pub(super) fn trials() -> Vec<Trial> {
    vec![
        test("every_value_comes_back_as_it_went", every_value_comes_back_as_it_went),
        test("text_that_xml_cannot_carry_is_replaced_and_said_so", text_that_xml_cannot_carry),
        test("typed_parameters_get_their_type", typed_parameters_get_their_type),
        test("a_null_is_left_out_or_refused_and_never_becomes_zero", a_null_never_becomes_zero),
        test("objects_of_dotnet_become_property_bags", objects_of_dotnet_become_property_bags),
    ]
}

/// Text that has broken serializers, shells and readers of XML.
const NASTY: &[&str] = &[
    "",
    " ",
    " lead and trail ",
    "a\r\nb\nc\rd\te",
    "\u{0}\u{1}\u{7}\u{1b}[31m\u{7f}\u{85}\u{9f}",
    "<a href=\"x\">&amp;</a> ]]> <!-- -->",
    "_x0041_ _X0041_ _x_ __x005F_ _xZZZZ_",
    "$(Get-Process) `$env:PATH ${x} @{a=1} ; | & 'q' \"qq\" #",
    "é ß 漢字 😀 \u{202e}right\u{202c} e\u{301}",
    "\u{feff}bom \u{2028}\u{2029}\u{a0}",
    "'; Remove-Item -Recurse / #",
    "-Verbose",
    "%PATH% ~ ../../etc/passwd",
];

fn every_value() -> Vec<Value> {
    let parse = |text: &str| Value::Decimal(text.parse().expect("a decimal"));
    let time = |text: &str| Value::DateTime(text.parse().expect("a time"));
    let nested = object([
        ("Zebra", Value::Int(1)),
        ("apple", object_value([("Inner", Value::List(vec![object_value([("Deep", Value::Bool(false))])]))])),
        ("Empty", Value::Object(Object::new())),
        ("", Value::text("no name")),
        ("a b._x0041_<>", Value::Null),
    ]);
    let mut values: Vec<Value> = NASTY.iter().map(|text| Value::text(*text)).collect();
    values.extend([Value::Bool(true), Value::Int(0), Value::Int(i32::MIN), Value::Long(5), Value::Long(i64::MIN), Value::Long(i64::MAX)]);
    values.extend([Value::Double(0.1), Value::Double(-1e300), Value::Double(f64::INFINITY), Value::Double(f64::NEG_INFINITY)]);
    values.extend([parse("1.10"), parse("-79228162514264337593543950335"), parse("0.0000000000000000000000000001")]);
    values.extend([time("2026-11-24T01:02:03.1234567Z"), time("0001-01-01T00:00:00Z"), time("9999-12-31T23:59:59.9999999Z")]);
    values.extend([Value::Duration(1), Value::Duration(-937_840_050_000), Value::Duration(i64::MAX)]);
    values.push(Value::Guid("0193a5e8-0000-7000-8000-00000000abcd".parse().expect("a guid")));
    values.extend([Value::Version("1.2".into()), Value::Version("1.2.3.4".into())]);
    values.extend([
        Value::List(vec![]),
        Value::List(vec![Value::Int(1)]),
        Value::List(vec![Value::List(vec![Value::Null, Value::text("x")])]),
    ]);
    values.extend([Value::Object(nested), Value::text("x".repeat(1_000_000))]);
    values
}

fn object_value<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Object(object(entries))
}

/// As a parameter, inside a prepared variable, and back as output.
async fn every_value_comes_back_as_it_went(shell: Shell) -> Result<(), Failed> {
    let echo =
        "param($Value) , [ordered]@{ parameter = $Value; variable = $Given.Value; same = $Value.GetType() -eq $Given.Value.GetType() }";
    for value in every_value() {
        let mut given = shell.script(echo);
        given.parameters = object([("Value", value.clone())]);
        given.variables = object([("Given", object_value([("Value", value.clone())]))]);
        let output = shell.output(given).await?;
        let expected = object_value([("parameter", value.clone()), ("variable", value), ("same", Value::Bool(true))]);
        expect("a value", output, expected)?;
    }
    Ok(())
}

async fn text_that_xml_cannot_carry(shell: Shell) -> Result<(), Failed> {
    let mut given = shell.script("param($Value) $Value.Length; @{ inner = @($Value, 1) }; [string][char]0xD800");
    given.parameters = object([("Value", Value::text("a\u{fffe}\u{ffff}"))]);
    let ran = shell.run(given).await;
    let inner = Value::List(vec![Value::text("a\u{fffd}\u{fffd}"), Value::Int(1)]);
    expect("output", ran.end.output, vec![Value::Int(3), object_value([("inner", inner)]), Value::text("\u{fffd}")])?;
    let codes: Vec<_> = ran.records.into_iter().filter_map(|record| record.code).collect();
    expect("codes", codes, vec!["text_replaced".to_owned()])
}

async fn typed_parameters_get_their_type(shell: Shell) -> Result<(), Failed> {
    let cases = [
        ("int", Value::Int(5), "System.Int32 5"),
        ("long", Value::Int(5), "System.Int64 5"),
        ("decimal", Value::Decimal("1.10".parse()?), "System.Decimal 1.10"),
        ("double", Value::Double(2.5), "System.Double 2.5"),
        ("bool", Value::Bool(false), "System.Boolean False"),
        ("string", Value::text("x"), "System.String x"),
        ("string[]", Value::List(vec![Value::text("a"), Value::text("b")]), "System.String[] a b"),
        ("int[]", Value::List(vec![]), "System.Int32[] "),
        ("datetime", Value::DateTime("2026-11-24T13:00:00Z".parse()?), "System.DateTime 11/24/2026 13:00:00"),
        ("timespan", Value::Duration(600_000_000), "System.TimeSpan 00:01:00"),
        ("guid", Value::text("0193a5e8-0000-7000-8000-00000000abcd"), "System.Guid 0193a5e8-0000-7000-8000-00000000abcd"),
        ("version", Value::Version("1.2.3".into()), "System.Version 1.2.3"),
        ("uri", Value::text("https://a.example/"), "System.Uri https://a.example/"),
        ("System.Collections.IDictionary", object_value([("a", Value::Int(1))]), "System.Collections.Specialized.OrderedDictionary [a, 1]"),
        ("switch", Value::Bool(true), "System.Management.Automation.SwitchParameter True"),
    ];
    for (kind, value, expected) in cases {
        let text = format!(
            "[CmdletBinding()]param([Parameter(Mandatory)][AllowEmptyCollection()][{kind}]$Value) \"$($Value.GetType().FullName) $($Value.GetEnumerator ? @($Value.GetEnumerator()) : $Value)\""
        );
        let text = if kind == "string" || kind == "uri" {
            text.replace("$($Value.GetEnumerator ? @($Value.GetEnumerator()) : $Value)", "$Value")
        } else {
            text
        };
        let mut given = shell.script(&text);
        given.parameters = object([("value", value)]);
        expect(kind, shell.output(given).await?, Value::text(expected))?;
    }
    Ok(())
}

async fn a_null_never_becomes_zero(shell: Shell) -> Result<(), Failed> {
    let cases = [
        ("param([int]$Value = 7) \"$Value $($PSBoundParameters.Count)\"", "done", "7 0"),
        ("[CmdletBinding()]param([Parameter(Mandatory)][int]$Value) \"$Value\"", "not_done parameter_null", ""),
        ("[CmdletBinding()]param([Parameter(Mandatory)][AllowNull()]$Value) \"is null: $($null -eq $Value)\"", "done", "is null: True"),
        (
            "[CmdletBinding()]param([Parameter(Mandatory)][AllowNull()][nullable[int]]$Value) \"is null: $($null -eq $Value)\"",
            "done",
            "is null: True",
        ),
    ];
    for (text, outcome, output) in cases {
        let mut given = shell.script(text);
        given.parameters = object([("Value", Value::Null)]);
        let ran = shell.run(given).await;
        expect(text, ran.outcome(), outcome.to_owned())?;
        let expected: Vec<Value> = if output.is_empty() { vec![] } else { vec![Value::text(output)] };
        expect(text, ran.end.output, expected)?;
    }
    Ok(())
}

async fn objects_of_dotnet_become_property_bags(shell: Shell) -> Result<(), Failed> {
    let ran = shell
        .run(shell.script(
            "[System.DayOfWeek]::Monday; Get-Item -LiteralPath $PSCommandPath; $null; [pscustomobject]@{ A = [uri]'https://a.example/' }; 'a'; [char]'b'",
        ))
        .await;
    let [day, file, custom, text, character] = ran.end.output.as_slice() else { return Err(format!("{ran:#?}").into()) };
    let name = file.as_object().and_then(|file| file.get("Name")).and_then(Value::as_text).unwrap_or_default();
    expect("an enumeration", day.clone(), Value::text("Monday"))?;
    expect("a file", name.ends_with(".ps1"), true)?;
    expect("a custom object", custom.clone(), object_value([("A", Value::text("https://a.example/"))]))?;
    expect("text", (text.clone(), character.clone()), (Value::text("a"), Value::text("b")))
}
