//! Whatever the text, readers answer; whatever the expression, it ends.

use language::{Expression, Names, Shape, Value, data, script};
use proptest::prelude::*;

/// Pieces that are more likely to meet in odd ways than random characters.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "$",
        "$x",
        "$_",
        "@(",
        "@{",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "'",
        "\"",
        "@'\n",
        "\n'@",
        "@\"\n",
        "\n\"@",
        "`",
        "#",
        "<#",
        "#>",
        ",",
        ";",
        "|",
        "\n",
        " ",
        "-",
        "-eq",
        "-match",
        "-replace",
        "-split",
        "-f",
        "..",
        "?",
        "??",
        "::",
        ".",
        "=",
        "1",
        "0x",
        "1.5d",
        "1e9",
        "kb",
        "'a'",
        "\"$x\"",
        "$(",
        "[int]",
        "[math]",
        "Max",
        "if",
        "else",
        "switch",
        "Where-Object",
        "ForEach-Object",
        "param",
        "StoaAction",
        "é",
        "\u{1f600}",
        "\u{feff}",
        "'(a+)+$'",
        "*",
        "%",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn data_files(text in soup()) {
        let _ = data::read(&text);
        let _ = data::read(&format!("@{{ a = {text} }}"));
    }

    #[test]
    fn script_heads(text in soup()) {
        let _ = script::read(&text);
        let _ = script::read(&format!("param({text})"));
    }

    #[test]
    fn expressions(text in soup()) {
        let names = Names::new().with("x", Shape::Any);
        if let Ok(expression) = Expression::compile(&text, 1, 1, &names) {
            let _ = expression.evaluate(&[Value::from("x")]);
        }
    }

    #[test]
    fn random_text(text in ".{0,40}") {
        let _ = data::read(&text);
        let _ = script::read(&text);
        let _ = Expression::compile(&text, 1, 1, &Names::new().open());
    }
}
