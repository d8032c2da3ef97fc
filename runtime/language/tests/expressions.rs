//! Expressions and their values: the constructs of the subset, and the corners in which PowerShell is unlike other languages.

use language::{Expression, Names, Shape, Table, Value, vectors};

/// The value of an expression as type and text, or the code of what is wrong.
fn check(text: &str, expected: &str) {
    let names = Names::new().with("Plan", Shape::Any).with("Customer", Shape::Any);
    let mut plan = Table::new();
    plan.insert("Name", "Premium");
    plan.insert("StorageTB", 20);
    let mut customer = Table::new();
    customer.insert("Tags", vec![Value::from("gold"), Value::from("vip")]);
    let found = match Expression::compile(text, 1, 1, &names) {
        Ok(expression) => match expression.evaluate(&[Value::from(plan), Value::from(customer)]) {
            Ok(value) => vectors::show(&value).replace("System.", ""),
            Err(error) => format!("{}:{} {}", error.line, error.column, error.code),
        },
        Err(errors) => errors.iter().map(|e| format!("{}:{} {}", e.line, e.column, e.code)).collect::<Vec<_>>().join(", "),
    };
    assert_eq!(found, expected, "{text}");
}

#[test]
fn numbers_overflow_into_wider_ones() {
    check("2147483647 + 1", "Double 2147483648");
    check("5 / 2", "Double 2.5");
    check("6 / 2", "Int32 3");
    check("[int]2.5", "Int32 2");
    check("0xffffffff", "Int32 -1");
    check("1kb * 2", "Int32 2048");
    check("1.10d * 0", "Decimal 0.00");
    check("1 / 0", "1:3 RuntimeException");
}

#[test]
fn the_left_operand_decides() {
    check("'2' * 3", "String 222");
    check("'2' + 3", "String 23");
    check("2 + '3'", "Int32 5");
    check("$null -eq 0", "Boolean false");
    check("'a' -lt 'B'", "Boolean true");
    check("@(1,2,3) -gt 1", "[Int32 2, Int32 3]");
    check("'True' -eq $true", "Boolean true");
}

#[test]
fn members_and_indexes_of_what_is_not_there_are_null() {
    check("$Plan.Missing.Deeper", "null");
    check("$Plan.storagetb", "Int32 20");
    check("$Customer.Tags[-1]", "String vip");
    check("$Customer.Tags[5]", "null");
    check("$null[0]", "1:6 NullArray");
    check("$Plan?.Name", "1:1 unknown_variable");
    check("${Plan}?.Name", "String Premium");
}

#[test]
fn strings_expand() {
    check("\"$($Plan.StorageTB * 1024) GB of $Plan\"", "String 20480 GB of Collections.Hashtable");
    check("\"a`tb $(if ($true) { 'c' })\"", "String a\tb c");
    check("@\"\n${Plan}\n\"@.Length", "Int32 28");
    check("'{0:N2} {1,5}' -f 1234.5, 'x'", "String 1,234.50     x");
}

#[test]
fn statements_put_out_values() {
    check("if ($Plan.StorageTB -gt 10) { 'big' } else { 'small' }", "String big");
    check("switch ('b') { 'a' { 1 } 'b' { 2; break } default { 3 } }", "Int32 2");
    check("1..5 | Where-Object { $_ % 2 } | ForEach-Object { $_ * 10 }", "[Int32 10, Int32 30, Int32 50]");
    check("$Customer.Tags | Sort-Object -Descending | Select-Object -First 1", "String vip");
    check("'a-b' -replace '(\\w)-(\\w)', '$2-$1'", "String b-a");
}

#[test]
fn what_is_outside_the_subset_is_refused_with_its_place() {
    check("Get-Date", "1:1 not_available");
    check("$x = 1", "1:1 unknown_variable, 1:4 not_available");
    check("[datetime]::Now", "1:13 not_available");
    check("1 -foo 2", "1:3 unknown_operator");
    check("1 == 2", "1:3 not_available");
    check("'a' -match '(?=b)'", "1:5 not_available");
    check("$Plan.Name.Foo()", "1:12 not_available");
    check("(1 + 2", "1:1 missing_end");
    check("1 +", "1:3 missing_value");
    check("\n  $Plam.Name", "2:3 unknown_variable");
}

#[test]
fn a_hint_says_what_to_write_instead() {
    let shape = Shape::Members(vec![("StorageTB".to_owned(), Shape::Any), ("Name".to_owned(), Shape::Any)]);
    let names = Names::new().with("Plan", shape).with("Now", Shape::Any);
    let message = |text: &str| Expression::compile(text, 1, 1, &names).unwrap_err()[0].to_string();
    assert_eq!(message("Get-Date"), "`Get-Date` is not available in an expression (use `$Now`, or a script action)");
    assert_eq!(message("$Plan.StorageTb2"), "`$Plan` has no `StorageTb2` (did you mean `StorageTB`?)");
    assert_eq!(message("$Plam.Name"), "there is no `$Plam` (did you mean `$Plan`?)");
    assert_eq!(message("1 -equ 2"), "`-equ` is no operator (did you mean `-eq`?)");
    assert_eq!(message("'x' -eq premium"), "`premium` would be a command (a string stands in quotes: `'premium'`)");
}

#[test]
fn what_an_expression_reads_is_known() {
    let names = Names::new().with("Plan", Shape::Any).with("Customer", Shape::Any);
    let reads = |text: &str| Expression::compile(text, 1, 1, &names).unwrap().reads().iter().map(|path| path.join(".")).collect::<Vec<_>>();
    assert_eq!(reads("$Plan.StorageTB -gt 10 -and $customer.Tags[0] -eq 'x' -and $Plan.StorageTB"), ["Plan.StorageTB", "Customer.Tags"]);
    assert_eq!(reads("\"$($Plan['Name'])\""), ["Plan.Name"]);
}

#[test]
fn depth_steps_and_sizes_have_limits() {
    check(&format!("{}1{}", "(".repeat(500), ")".repeat(500)), "1:40 too_deep");
    check(&"1+".repeat(1000), "1:300 too_deep");
    check("'x' * 100000000", "1:5 StoaTooLarge");
    check("1..1000000000", "1:2 StoaTooLarge");
    check("1..1000 | ForEach-Object { 1..1000 | ForEach-Object { 1..1000 } }", "1:56 StoaTooManySteps");
}
