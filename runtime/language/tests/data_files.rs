//! What a data file may hold, and what its author is told when it holds something else.

use language::data::{Kind, Node, read};

/// A value as one line of text, so that a case is data.
fn show(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Int(value) => format!("i{value}"),
        Kind::Long(value) => format!("l{value}"),
        Kind::Double(value) => format!("f{value}"),
        Kind::Decimal(value) => format!("d{value}"),
        Kind::String(text) => format!("{text:?}"),
        Kind::Array(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
        Kind::Table(entries) => {
            format!("{{{}}}", entries.iter().map(|entry| format!("{}={}", entry.key, show(&entry.value))).collect::<Vec<_>>().join(" "))
        }
        Kind::Block { text, line, column } => format!("<{line}:{column} {text}>"),
    }
}

/// The text read as a file: its value, or `line:column code` of each mistake.
fn check(text: &str, expected: &str) {
    let found = match read(text) {
        Ok(node) => show(&node),
        Err(errors) => errors.iter().map(|e| format!("{}:{} {}", e.line, e.column, e.code)).collect::<Vec<_>>().join(", "),
    };
    assert_eq!(found, expected, "{text}");
}

#[test]
fn literals_have_powershells_types() {
    check("@{ a = 1; b = 2147483648; c = 2.5; d = 199.90d; e = 0x10; f = 1kb }", "{a=i1 b=l2147483648 c=f2.5 d=d199.90 e=i16 f=i1024}");
    check("@{ a = -5; b = - 5; c = -0.5d; d = -2147483648; e = .5; f = 1e3 }", "{a=i-5 b=i-5 c=d-0.5 d=i-2147483648 e=f0.5 f=f1000}");
    check("@{ a = $true; b = $FALSE; c = $null }", "{a=true b=false c=null}");
    check("@{ a = 'it''s'; b = \"x`ty`u{41}`$z\"; \"c d\" = 'e' }", r#"{a="it's" b="x\tyA$z" c d="e"}"#);
    check("@{ a = @'\nx 'y'\n'@; b = @\"\n`tz\n\n\"@ }", r#"{a="x 'y'" b="\tz\n"}"#);
}

#[test]
fn lists_unroll_as_powershell_unrolls_them() {
    check("@{ a = 1,2; b = @(); c = @(1); d = @(@(1,2)); e = @(@(1),@(2)) }", "{a=[i1 i2] b=[] c=[i1] d=[i1 i2] e=[[i1] [i2]]}");
    check("@{ a = @(\n1,\n2\n3; 4\n) # end\n}", "{a=[i1 i2 i3 i4]}");
    check("@{ a = 'x', @{ b = 1 }, { $_ } }", r#"{a=["x" {b=i1} <1:26  $_ >]}"#);
}

#[test]
fn blocks_keep_their_text_and_place() {
    check("@{\n  When = { $a.b -eq '}' <# } #> }\n}", "{When=<2:11  $a.b -eq '}' <# } #> >}");
    check("@{ a = { \"$(if ($x) { '}' })\" } }", "{a=<1:9  \"$(if ($x) { '}' })\" >}");
    check("@{ a = { ${a}b} } }", "1:19 after_table");
}

#[test]
fn comments_and_separators_may_stand_anywhere() {
    check("# first\n<# and\n more #> @{ # here\n a = 1; ; b = 2 <# c #>\n\n ; }\n# last", "{a=i1 b=i2}");
    check("\u{feff}@{ a = `\n1 }", "{a=i1}");
    check("@{ a =\n1 } ;", "{a=i1}");
}

#[test]
fn every_mistake_is_reported_with_its_place() {
    check(
        "@{\n  Name = backup\n  Size = 5abc\n  On = $flase\n  Key 'x'\n}",
        "2:10 not_a_value, 3:11 bad_number, 4:8 no_variables, 5:7 missing_equals",
    );
    check(
        "@{ a = [int]'5'\n b = (1)\n c = \"$x\"\n d = 1 + 2\n e = 'x'.Length }",
        "1:8 not_a_value, 2:6 not_a_value, 3:7 no_expansion, 4:8 missing_separator, 5:9 no_operators",
    );
    check("@{ a = 1; A = 2; foo-bar = 3; 5 = 1; b = }", "1:11 duplicate_key, 1:18 bad_key, 1:31 bad_key, 1:38 missing_value");
    check("@{ a = @{ b = c }; d = @( e; 1 ); f = 1 b = 2 }", "1:15 not_a_value, 1:27 not_a_value, 1:41 missing_separator");
    check("@{ a = 5u; b = 1.2.3 }", "1:8 bad_number, 1:19 no_operators");
}

#[test]
fn what_does_not_end_is_reported_where_it_begins() {
    check("@{ a = 'x\n}", "1:8 missing_end");
    check("@{\n a = @(1, 2\n}", "2:6 missing_end");
    check("@{ a = { b ", "1:8 missing_end");
    check("@{ a = 1", "1:1 missing_end");
    check("@{ a = 1 <# }", "1:10 missing_end");
    check("", "1:1 no_table");
    check("'a'", "1:1 no_table");
    check("@{} x", "1:5 after_table");
    check(&format!("@{{ a = {}1{} }}", "@(".repeat(100), ")".repeat(100)), "1:134 too_deep");
}

#[test]
fn a_hint_names_the_nearest_word() {
    let errors = read("@{ a = $flase; b = backup }").unwrap_err();
    assert_eq!(errors[0].to_string(), "`$flase` has no value in a data file (did you mean `$false`?)");
    assert_eq!(errors[1].to_string(), "`backup` is not a value; strings stand in quotes (write `'backup'`)");
}
