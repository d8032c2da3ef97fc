//! Everyday conditions are evaluated without a single allocation.
#![expect(unsafe_code, reason = "an allocator that counts must be one")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use language::{Expression, Names, Shape, Table, Value};

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: everything is handed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn table(members: &[(&str, Value)]) -> Value {
    let mut table = Table::new();
    for (name, value) in members {
        table.insert(*name, value.clone());
    }
    Value::from(table)
}

fn check(condition: &str, expected: bool) {
    let names = ["Plan", "Customer", "Property", "Step", "Changed"].iter().fold(Names::new(), |names, name| names.with(name, Shape::Any));
    let slots = [
        table(&[("Name", Value::from("Premium")), ("StorageTB", Value::Int(20))]),
        table(&[("Tags", Value::from(vec![Value::from("gold"), Value::from("VIP")]))]),
        table(&[("Username", Value::from("anna"))]),
        table(&[("x", table(&[("Exists", Value::Bool(false))]))]),
        Value::from(vec![Value::from("Name"), Value::from("storagetb")]),
    ];
    let expression = Expression::compile(condition, 1, 1, &names).unwrap_or_else(|errors| panic!("{condition}: {}", errors[0]));
    let before = COUNT.with(Cell::get);
    let value = expression.evaluate(&slots);
    let after = COUNT.with(Cell::get);
    assert_eq!(value.map(|value| value.is_true()), Ok(expected), "{condition}");
    assert_eq!(after - before, 0, "{condition} allocates");
}

#[test]
fn everyday_conditions_allocate_nothing() {
    check("$Plan.StorageTB -gt 10", true);
    check("$Customer.Tags -contains 'vip' -and $Plan.StorageTB -ge 20", true);
    check("$Property.Username -like 'a*'", true);
    check("-not $Step.x.Exists", true);
    check("$Changed -contains 'StorageTB'", true);
    check("$Plan.StorageTB -gt 100 -or $Plan.Name -eq 'standard'", false);
}
