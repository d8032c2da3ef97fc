//! From a rule's `With` to typed parameters, from outputs to what later rules see and to the undo.

use engine::{Program, Rule, Scope, Snapshot};
use model::{Effect, Failure, Object, Subject, Timestamp, Value, Verb};

use crate::snapshots::snapshot;
use crate::world::{package, program};

struct Run {
    program: Program,
    snapshot: Snapshot,
}

impl Run {
    fn of(rules: &str) -> Run {
        let program = program(&package(rules));
        Run { snapshot: snapshot(&program), program }
    }

    fn rule(&self, place: usize) -> &Rule {
        &self.program.process(Verb::Provision, Subject::Customer).unwrap().rules[place]
    }

    fn scope(&self) -> Scope {
        Scope::new(&self.snapshot)
    }
}

fn object(entries: &[(&str, Value)]) -> Object {
    entries.iter().cloned().collect()
}

fn list(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| Value::text(*item)).collect())
}

/// Parameters of `New-Account` for this `With`, besides a user name and a quota; or the code of the failure.
fn check(with: &str, wanted: Result<&[(&str, Value)], &str>) {
    let run = Run::of(&format!("@{{ Name = 'a'; Phase = 'Main'; Action = 'New-Account'; With = @{{ {with} }} }}"));
    let found = run.rule(0).parameters(&run.scope());
    let wanted = wanted.map(object);
    match (&found, &wanted) {
        (Ok(found), Ok(wanted)) => assert_eq!(found, wanted, "{with}"),
        (Err(failure), Err(code)) => {
            assert_eq!(failure.code, *code, "{with}: {failure:?}");
            assert!(failure.message.starts_with("processes/provision.psd1:2:"), "{failure:?}");
        }
        _ => panic!("{with}: {found:?}, wanted {wanted:?}"),
    }
}

#[test]
fn values_become_what_the_parameter_is() {
    let (name, quota) = (("UserName", Value::text("contoso")), ("QuotaGB", Value::Int(20480)));
    let base = "UserName = { $Property.Username }; QuotaGB = { $Plan.StorageTB * 1024 }";
    check(base, Ok(&[name.clone(), quota.clone()]));
    check("UserName = 'contoso'; QuotaGB = '20480'", Ok(&[name.clone(), quota.clone()]));
    check(&format!("{base}; Tags = 'one'"), Ok(&[name.clone(), quota.clone(), ("Tags", list(&["one"]))]));
    check(&format!("{base}; Tags = {{ $Customer.Name }}"), Ok(&[name.clone(), quota.clone(), ("Tags", list(&["contoso"]))]));
    check(&format!("{base}; Tags = {{ $null }}"), Ok(&[name.clone(), quota.clone(), ("Tags", list(&[]))]));
    check(&format!("{base}; Tags = @('x', {{ $Customer.Name }})"), Ok(&[name.clone(), quota.clone(), ("Tags", list(&["x", "contoso"]))]));
    check(&format!("{base}; Contact = {{ $Customer.Country }}"), Ok(&[name, quota]));
}

#[test]
fn what_does_not_fit_fails_the_step_with_its_place() {
    check("UserName = { $Customer.Country }; QuotaGB = 5", Err("parameter_null"));
    check("UserName = 'a'; QuotaGB = { $Customer.Name }", Err("parameter_error"));
    check("UserName = 'a'; QuotaGB = { $Plan.StorageTB - 20 }", Err("parameter_error"));
    check("UserName = 'a'; QuotaGB = 5; Priority = { $Customer.Name }", Err("parameter_error"));
    check("UserName = { $Customer.Path.Substring(99) }; QuotaGB = 5", Err("parameter_error"));
}

#[test]
fn expressions_stand_at_any_depth_of_an_open_action() {
    let run = Run::of(
        "@{ Name = 'a'; Phase = 'Main'; Action = 'data.compute'; With = @{ Body = @{ To = { $Customer.Name }; Lines = @(1, { $Customer.Country }) } } }",
    );
    let inner = object(&[("To", Value::text("contoso")), ("Lines", Value::List(vec![Value::Int(1), Value::Null]))]);
    assert_eq!(run.rule(0).parameters(&run.scope()), Ok(object(&[("Body", Value::Object(inner))])));
}

#[test]
fn a_condition_says_what_it_read_and_a_failing_one_is_never_false() {
    let run = Run::of(
        "@{ Name = 'a'; Phase = 'Main'; When = { $Plan.StorageTB -ge 20 }; Action = 'data.compute'; With = @{ A = 1 } }
         @{ Name = 'b'; Phase = 'Main'; When = { $Plan.StorageTB -lt 20 }; Action = 'data.compute'; With = @{ A = 1 } }
         @{ Name = 'c'; Phase = 'Main'; When = { 1 / ($Plan.StorageTB - 20) }; Action = 'data.compute'; With = @{ A = 1 } }
         @{ Name = 'd'; Phase = 'Main'; Action = 'data.compute'; With = @{ A = 1 } }",
    );
    let decided = |place: usize| run.rule(place).when(&run.scope());
    let first = decided(0).unwrap().unwrap();
    assert!(first.holds);
    assert_eq!(first.when.text, "$Plan.StorageTB -ge 20");
    assert_eq!(first.when.reads, object(&[("Plan.StorageTB", Value::Int(20))]));
    assert!(!decided(1).unwrap().unwrap().holds);
    assert_eq!(decided(2).unwrap_err().code, "condition_error");
    assert_eq!(decided(3), Ok(None));
}

const ACCOUNT: &str = "@{ Name = 'account'; Phase = 'Main'; Action = 'New-Account'; With = @{ UserName = 'a'; QuotaGB = 5 }";

#[test]
fn outputs_are_typed_and_all_of_them_must_be_there() {
    let run = Run::of(&format!("{ACCOUNT} }}"));
    let rule = run.rule(0);
    let raw = object(&[("accountid", Value::text("A-1")), ("CreatedAt", Value::text("2026-11-24T00:00:00Z")), ("More", Value::Int(1))]);
    let created = Value::DateTime("2026-11-24T00:00:00Z".parse().unwrap());
    let typed = rule.typed(&raw).unwrap();
    assert_eq!(typed, object(&[("AccountId", Value::text("A-1")), ("CreatedAt", created)]));
    assert_eq!(rule.outputs(&run.scope(), &typed), Ok(typed));
    let code = |raw: &Object| rule.typed(raw).unwrap_err().code;
    assert_eq!(code(&object(&[("AccountId", Value::text("A-1"))])), "output_missing");
    assert_eq!(code(&object(&[("AccountId", Value::text("A-1")), ("CreatedAt", Value::text("yesterday"))])), "output_type");
}

#[test]
fn out_renames_and_computes_for_later_rules() {
    let run = Run::of(&format!(
        "{ACCOUNT}; Out = @{{ Id = 'AccountId'; Upper = {{ $Output.AccountId.ToUpper() }} }} }}
         @{{ Name = 'later'; Phase = 'Main'; Action = 'data.compute'; With = @{{ Was = {{ $Step.account.Upper }} }} }}"
    ));
    let mut scope = run.scope();
    let raw = object(&[("AccountId", Value::text("a-1")), ("CreatedAt", Value::Null)]);
    let outputs = run.rule(0).outputs(&scope, &raw).unwrap();
    assert_eq!(outputs, object(&[("Id", Value::text("a-1")), ("Upper", Value::text("A-1"))]));
    assert_eq!(run.rule(1).parameters(&scope).unwrap(), object(&[("Was", Value::Null)]));
    scope.add_step("account", &outputs);
    assert_eq!(run.rule(1).parameters(&scope).unwrap(), object(&[("Was", Value::text("A-1"))]));
}

#[test]
fn an_undo_is_recorded_with_its_parameters_evaluated() {
    let run = Run::of(&format!(
        "{ACCOUNT} }}
         {} ; Undo = @{{ Action = 'Remove-Account'; With = @{{ AccountId = {{ $Output.AccountId + '!' }} }}; Always = $true }} }}
         {} ; Undo = $null }}",
        ACCOUNT.replace("'account'", "'two'"),
        ACCOUNT.replace("'account'", "'three'"),
    ));
    let parameters = object(&[("UserName", Value::text("a")), ("QuotaGB", Value::Int(5))]);
    let raw = object(&[("AccountId", Value::text("A-1")), ("CreatedAt", Value::Null)]);
    let undo = |place: usize, raw: &Object| run.rule(place).undo(&run.scope(), &parameters, raw);
    let own = undo(0, &raw).unwrap().unwrap();
    assert_eq!((own.action.as_str(), own.always), ("Remove-Account", false));
    assert_eq!(own.parameters, object(&[("AccountId", Value::text("A-1")), ("UserName", Value::text("a"))]));
    let given = undo(1, &raw).unwrap().unwrap();
    assert_eq!((given.parameters, given.always), (object(&[("AccountId", Value::text("A-1!"))]), true));
    assert_eq!(undo(2, &raw), Ok(None));
    let missing: Failure = undo(0, &Object::new()).unwrap_err();
    assert_eq!(missing.code, "undo_error");
    assert!(run.rule(1).undoes_unclear() && !run.rule(0).undoes_unclear());
}

#[test]
fn the_class_in_force_is_the_more_careful_one() {
    let run = Run::of(
        "@{ Name = 'a'; Phase = 'Main'; Action = 'http.request'; With = @{ Method = { $Customer.Name }; Uri = 'https://x.example/' } }
         @{ Name = 'b'; Phase = 'Main'; Action = 'file.delete'; With = @{ Path = '/x' }; Effect = 'Once' }",
    );
    let method = |method: &str| object(&[("Method", Value::text(method))]);
    assert_eq!(run.rule(0).effect, Effect::Once);
    assert_eq!(run.rule(0).effect_of(&method("GET")), Effect::Read);
    assert_eq!(run.rule(0).effect_of(&method("POST")), Effect::Once);
    assert_eq!(run.rule(1).effect_of(&Object::new()), Effect::Once);
}

#[test]
fn now_is_what_the_run_was_told() {
    let run = Run::of("@{ Name = 'a'; Phase = 'Main'; Action = 'data.compute'; With = @{ Now = { $Now } } }");
    let mut scope = run.scope();
    scope.set_now(Timestamp(5_000_000));
    let wanted = Value::DateTime(Timestamp(5_000_000).to_utc());
    assert_eq!(run.rule(0).parameters(&scope).unwrap(), object(&[("Now", wanted)]));
}

#[test]
fn the_quantity_is_one_unless_the_plan_computes_it() {
    let run = Run::of("");
    assert_eq!(run.program.quantity("Standard", &run.scope()).unwrap(), "1");
    assert_eq!(run.program.quantity("premium", &run.scope()).unwrap(), "3");
}
