//! Every native action by its signature, and those that touch nothing.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without may end it")]

use std::collections::BTreeSet;

use actions::{Context, Done, Outcome, Registry};
use argon2::password_hash::phc::PasswordHash;
use model::{Effect, Object, Timestamp, Value};

fn object<const N: usize>(entries: [(&str, Value); N]) -> Object {
    entries.into_iter().collect()
}

async fn run(action: &str, parameters: &Object) -> Outcome {
    Registry::standard().get(action).unwrap().run(&Context::new(Timestamp(0), "t1"), parameters).await
}

#[test]
fn every_undo_is_an_action_that_may_run_again_and_finds_what_it_must_be_given() {
    let registry = Registry::standard();
    for name in registry.names() {
        let action = registry.get(name).unwrap();
        let signature = action.signature();
        assert_eq!(signature.name, name);
        assert!(signature.synopsis.ends_with('.'), "{name}: {}", signature.synopsis);
        if let Some(verify) = &signature.verify {
            assert_eq!(verify, name, "a native verifies itself");
        }
        let Some(undo) = &signature.undo else { continue };
        let undo = registry.get(undo).unwrap_or_else(|| panic!("{name} is undone by {undo}, which is not there"));
        assert!(matches!(undo.signature().effect, Effect::Idempotent | Effect::VerifyFirst), "{name}");
        let outputs = signature.outputs.iter().map(|output| (output.name.as_str(), output.data_type));
        let parameters = signature.parameters.iter().map(|parameter| (parameter.name.as_str(), parameter.data_type));
        let given: Vec<_> = outputs.chain(parameters).collect();
        for parameter in &undo.signature().parameters {
            assert!(given.contains(&(&parameter.name, parameter.data_type)), "{name} gives its undo no {}", parameter.name);
        }
    }
}

#[test]
fn names_of_parameters_and_outputs_are_unique() {
    let registry = Registry::standard();
    for name in registry.names() {
        let action = registry.get(name).unwrap();
        let parameters = action.signature().parameters.iter().map(|parameter| parameter.name.to_lowercase());
        assert_eq!(parameters.collect::<BTreeSet<_>>().len(), action.signature().parameters.len(), "{name}");
        let outputs = action.signature().outputs.iter().map(|output| output.name.to_lowercase());
        assert_eq!(outputs.collect::<BTreeSet<_>>().len(), action.signature().outputs.len(), "{name}");
    }
}

#[tokio::test]
async fn compute_gives_its_parameters_back_and_property_set_makes_them_results() {
    let given = object([("Folder", Value::text("/srv")), ("Count", Value::Long(3)), ("Nothing", Value::Null)]);
    let computed = Done { outputs: given.clone(), results: Object::new() };
    assert_eq!(run("data.compute", &given).await, Outcome::Done(computed));
    let set = Done { outputs: Object::new(), results: given.clone() };
    assert_eq!(run("property.set", &given).await, Outcome::Done(set));
}

#[tokio::test]
async fn fail_ends_as_not_done_with_what_it_was_told() {
    let told = object([("Code", Value::text("BK010")), ("Message", Value::text("Too much.")), ("Direction", Value::text("Ask for less."))]);
    let Outcome::NotDone(failure) = run("flow.fail", &told).await else { panic!("must fail") };
    assert_eq!((failure.code.as_str(), failure.message.as_str()), ("BK010", "Too much."));
    assert_eq!(failure.recommended_action.as_deref(), Some("Ask for less."));
    let Outcome::NotDone(failure) = run("flow.fail", &Object::new()).await else { panic!("must fail") };
    assert_eq!(failure.code, "bad_parameter");
}

#[tokio::test]
async fn a_password_comes_out_only_as_an_argon2id_hash() {
    let Outcome::Done(done) = run("data.password.generate", &Object::new()).await else { panic!("must be done") };
    assert_eq!(done.outputs.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["Hash"]);
    let hash = done.outputs.get("Hash").and_then(Value::as_text).unwrap();
    assert!(hash.starts_with("$argon2id$v=19$"), "{hash}");
    assert!(PasswordHash::new(hash).is_ok(), "{hash}");
    for (name, value) in
        [("Length", Value::Int(11)), ("Length", Value::Int(129)), ("Alphabet", Value::text("Emoji")), ("Length", Value::text("x"))]
    {
        let Outcome::NotDone(failure) = run("data.password.generate", &object([(name, value.clone())])).await else { panic!("{value:?}") };
        assert_eq!(failure.code, "bad_parameter");
    }
}
