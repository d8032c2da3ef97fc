//! How many everyday conditions a second one core evaluates: `cargo run --release -p language --example speed`.

use std::hint::black_box;
use std::time::Instant;

use language::{Expression, Names, Shape, Table, Value};

const CONDITIONS: [&str; 5] = [
    "$Plan.StorageTB -gt 10",
    "$Customer.Tags -contains 'vip' -and $Plan.StorageTB -ge 20",
    "$Property.Username -like 'a*'",
    "-not $Step.x.Exists",
    "$Changed -contains 'StorageTB'",
];

fn table(members: &[(&str, Value)]) -> Value {
    let mut table = Table::new();
    for (name, value) in members {
        table.insert(*name, value.clone());
    }
    Value::from(table)
}

fn main() {
    let names = ["Plan", "Customer", "Property", "Step", "Changed"].iter().fold(Names::new(), |names, name| names.with(name, Shape::Any));
    let slots = [
        table(&[("Name", Value::from("Premium")), ("Sku", Value::from("IA003")), ("StorageTB", Value::Int(20))]),
        table(&[("Name", Value::from("Contoso")), ("Tags", Value::from(vec![Value::from("gold"), Value::from("vip")]))]),
        table(&[("Username", Value::from("anna")), ("AdminEmailAddress", Value::from("a@b.example"))]),
        table(&[("x", table(&[("Exists", Value::Bool(false))]))]),
        Value::from(vec![Value::from("BandwidthGB"), Value::from("StorageTB")]),
    ];
    for condition in CONDITIONS {
        let Ok(expression) = Expression::compile(condition, 1, 1, &names) else { continue };
        let rounds = 1_000_000_u32;
        let start = Instant::now();
        for _ in 0..rounds {
            let _ = black_box(expression.evaluate(black_box(&slots)));
        }
        println!("{:>12.0} a second: {condition}", f64::from(rounds) / start.elapsed().as_secs_f64());
    }
    let start = Instant::now();
    for _ in 0..1000 {
        for condition in CONDITIONS {
            let _ = black_box(Expression::compile(condition, 1, 1, &names).is_ok());
        }
    }
    println!("{:>12.1} ms to compile {} conditions", start.elapsed().as_secs_f64() * 1000.0, 1000 * CONDITIONS.len());
}
