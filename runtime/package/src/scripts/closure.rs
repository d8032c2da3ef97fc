//! Scripts that name each other: which ones a package uses, and whether they fit together.

use std::collections::{BTreeMap, BTreeSet};

use model::{Effect, Signature};

use super::{Known, Scripts};
use crate::{
    Error, Script,
    report::{At, Report, all_named, meant},
};

/// Reads the scripts that `named` names, those their headers name in turn, and, for their mistakes only, the package's others.
pub(crate) fn read<'n>(
    scripts: &Scripts<'_>,
    named: impl Iterator<Item = &'n str>,
    errors: &mut Vec<Error>,
    warnings: &mut Vec<Error>,
) -> BTreeMap<String, Script> {
    let named: Vec<String> = named.map(str::to_ascii_lowercase).collect();
    let own = scripts.own().map(|source| source.name.to_ascii_lowercase());
    let mut known: BTreeMap<String, Option<Known>> = BTreeMap::new();
    walk(named.iter().cloned().chain(own), |name| {
        let read = scripts.get(name).and_then(|source| source.read(errors, warnings));
        let names = named_by(read.as_ref());
        known.insert(name.to_owned(), read);
        names
    });
    for script in known.values().flatten() {
        check(scripts, &known, script, errors);
    }
    let used = walk(named.into_iter(), |name| named_by(known.get(name).and_then(Option::as_ref)));
    let used = used.into_iter().filter_map(|name| known.remove(&name).flatten());
    used.map(|known| (known.script.name.clone(), known.script)).collect()
}

/// Every name that can be reached, each visited once.
fn walk(start: impl Iterator<Item = String>, mut visit: impl FnMut(&str) -> Vec<String>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<String> = start.collect();
    while let Some(name) = next.pop() {
        if reached.insert(name.clone()) {
            next.extend(visit(&name));
        }
    }
    reached
}

fn named_by(known: Option<&Known>) -> Vec<String> {
    known.map(|known| known.references.names().map(str::to_ascii_lowercase).collect()).unwrap_or_default()
}

fn check(scripts: &Scripts<'_>, known: &BTreeMap<String, Option<Known>>, script: &Known, errors: &mut Vec<Error>) {
    let report = Report::new(&script.script.path);
    let found = |name: &str| known.get(&name.to_ascii_lowercase()).and_then(Option::as_ref).map(|known| &known.script.signature);
    let signature = &script.script.signature;
    if let Some((name, at)) = &script.references.verify {
        check_exists(&report, scripts, name, *at);
        if let Some(verify) = found(name) {
            check_verify(&report, *at, signature, verify);
        }
    }
    // An undo with a dot is a native, which the compiler knows.
    if let Some((name, at)) = script.references.undo.as_ref().filter(|(name, _)| !name.contains('.')) {
        check_exists(&report, scripts, name, *at);
        if let Some(undo) = found(name) {
            check_undo(&report, *at, signature, undo);
        }
    }
    errors.extend(report.into_errors());
}

fn check_exists(report: &Report<'_>, scripts: &Scripts<'_>, name: &str, at: At) {
    if scripts.get(name).is_none() {
        let names = scripts.names();
        let hint = meant(name, names.iter().map(String::as_str));
        report.add(at, "unknown_action", format!("there is no script `{name}`"), hint);
    }
}

fn check_verify(report: &Report<'_>, at: At, of: &Signature, verify: &Signature) {
    if verify.effect != Effect::Read {
        let message = format!("`{}` is of class {}; a verify only looks", verify.name, verify.effect);
        report.error_with(at, "verify_class", message, "its header says Effect = 'Read'");
    }
    if let Some((parameters, named)) = all_named("parameter", mandatory(verify).filter(|name| !has_parameter(of, name))) {
        let message = format!("`{}` needs the {parameters} {named}, which `{}` has not", verify.name, of.name);
        report.error_with(at, "verify_parameter", message, "a verify gets the same parameters by name");
    }
}

fn check_undo(report: &Report<'_>, at: At, of: &Signature, undo: &Signature) {
    if !matches!(undo.effect, Effect::Idempotent | Effect::VerifyFirst) {
        let message = format!("`{}` is of class {}; an undo must bear being repeated", undo.name, undo.effect);
        report.error_with(at, "undo_class", message, "its header says Effect = 'Idempotent' or 'VerifyFirst'");
    }
    let given = |name: &str| has_parameter(of, name) || of.outputs.iter().any(|output| output.name.eq_ignore_ascii_case(name));
    if let Some((parameters, named)) = all_named("parameter", mandatory(undo).filter(|name| !given(name))) {
        let message = format!("`{}` needs the {parameters} {named}, which `{}` neither takes nor outputs", undo.name, of.name);
        report.error_with(at, "undo_parameter", message, "an undo gets the action's outputs and parameters by name");
    }
}

fn mandatory(signature: &Signature) -> impl Iterator<Item = &str> {
    signature.parameters.iter().filter(|parameter| parameter.mandatory).map(|parameter| parameter.name.as_str())
}

fn has_parameter(signature: &Signature, name: &str) -> bool {
    signature.parameters.iter().any(|parameter| {
        parameter.name.eq_ignore_ascii_case(name) || parameter.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
    })
}
