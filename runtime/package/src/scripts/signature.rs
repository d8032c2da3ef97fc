//! The typed face of a script, from its header and its `param()`.

use language::{data::Kind, script};
use model::{DataType, Effect, Output, Parameter, Scalar, Signature, Value};

use super::types;
use crate::{
    Pattern,
    fields::{Fields, Shape},
    literal::literal,
    names,
    report::{At, Report, meant},
    rules::EFFECTS,
};

const HEADER: Shape = Shape {
    what: "the header of an action",
    keys: &["Effect", "Verify", "Undo", "Outputs", "DryRun", "Timeout"],
    required: &[],
    later: &["Secrets"],
};

/// Other actions that a header names, and where.
#[derive(Default)]
pub(crate) struct References {
    pub(crate) verify: Option<(String, At)>,
    pub(crate) undo: Option<(String, At)>,
}

impl References {
    /// The names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.verify.iter().chain(&self.undo).map(|(name, _)| name.as_str())
    }
}

/// What a script says about itself. Without a header its class is `Once`: it must never run twice by itself.
pub(super) fn read(report: &Report<'_>, name: &str, script: &script::Script) -> (Signature, References) {
    let mut signature = Signature {
        name: name.to_owned(),
        synopsis: script.synopsis.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "),
        parameters: parameters(report, script),
        open: false,
        outputs: Vec::new(),
        open_outputs: false,
        effect: Effect::Once,
        verify: None,
        undo: None,
        what_if: false,
        timeout: None,
    };
    let references = match &script.header {
        Some(header) if header.kind.eq_ignore_ascii_case("StoaAction") => fields(report, script, header, &mut signature),
        Some(header) => {
            let message = format!("`<#{}` is not the header of an action", header.kind);
            report.error_with(&header.node, "wrong_header", message, "an action has <#StoaAction @{ ... } #>");
            References::default()
        }
        None => References::default(),
    };
    signature.verify = references.verify.as_ref().map(|(name, _)| name.clone());
    signature.undo = references.undo.as_ref().map(|(name, _)| name.clone());
    (signature, references)
}

fn fields(report: &Report<'_>, script: &script::Script, header: &script::Header, signature: &mut Signature) -> References {
    let Some(fields) = Fields::of(report, &HEADER, &header.node) else { return References::default() };
    let named = |key: &str| fields.owned(key).map(|name| (name, fields.at(key)));
    let references = References { verify: named("Verify"), undo: named("Undo") };
    signature.effect = fields.word("Effect", EFFECTS).unwrap_or(Effect::Once);
    signature.outputs = outputs(&fields);
    signature.timeout = fields.duration("Timeout").and_then(|timeout| i64::try_from(timeout.as_nanos() / 100).ok());
    if signature.effect == Effect::VerifyFirst && fields.entry("Verify").is_none() {
        let hint = "Verify = 'Test-...', a script that answers all outputs when it is already so";
        report.error_with(fields.at("Effect"), "missing_key", "an action of class VerifyFirst needs the key `Verify`", hint);
    }
    signature.what_if = fields.word("DryRun", &[("WhatIf", true)]).unwrap_or(false);
    if signature.what_if && !script.supports_should_process {
        let message = "`DryRun = 'WhatIf'` needs a script that knows -WhatIf";
        report.error_with(fields.at("DryRun"), "no_should_process", message, "add [CmdletBinding(SupportsShouldProcess)] above param()");
    }
    references
}

fn outputs(fields: &Fields<'_>) -> Vec<Output> {
    let mut outputs = Vec::new();
    for entry in fields.table("Outputs") {
        names::check(fields.report, entry.into(), &names::OUTPUT, &entry.key);
        let Kind::String(text) = &entry.value.kind else {
            fields.report.error(&entry.value, "wrong_type", format!("`{}` must be the name of a type, as in 'string'", entry.key));
            continue;
        };
        let data_type = DataType::parse(text).unwrap_or_else(|| {
            let hint = meant(text.trim_end_matches("[]"), Scalar::ALL.iter().map(|scalar| scalar.as_str()).collect::<Vec<_>>());
            fields.report.add(&entry.value, "unknown_type", format!("'{text}' is not a type"), hint);
            DataType::one(Scalar::String)
        });
        outputs.push(Output { name: entry.key.clone(), data_type });
    }
    outputs
}

fn parameters(report: &Report<'_>, script: &script::Script) -> Vec<Parameter> {
    // With several sets, what one of them needs another may not have: PowerShell checks that when it binds.
    let sets: std::collections::BTreeSet<String> =
        script.parameters.iter().flat_map(|parameter| &parameter.parameter_sets).map(|set| set.to_ascii_lowercase()).collect();
    let one_set = sets.len() <= 1;
    script.parameters.iter().map(|written| parameter(report, written, one_set)).collect()
}

fn parameter(report: &Report<'_>, written: &script::Parameter, one_set: bool) -> Parameter {
    let at = At { line: written.line, column: written.column };
    let known = match written.type_name.as_deref().map(types::known) {
        Some(Ok(known)) => known,
        Some(Err((message, hint))) => {
            report.add(at, "unknown_type", format!("parameter `{}`: {message}", written.name), hint);
            types::Known { data_type: DataType::one(Scalar::String), nullable: false }
        }
        None => {
            let message = format!("parameter `{}` needs a type", written.name);
            report.error_with(at, "missing_type", message, format!("as in [string]${}", written.name));
            types::Known { data_type: DataType::one(Scalar::String), nullable: false }
        }
    };
    let one = DataType::one(known.data_type.scalar);
    let (min, max) = written.range.as_ref().map_or((None, None), |(min, max)| (limit(report, min, one), limit(report, max, one)));
    Parameter {
        name: written.name.clone(),
        aliases: written.aliases.clone(),
        data_type: known.data_type,
        mandatory: written.mandatory && (one_set || written.parameter_sets.is_empty()),
        allow_null: written.allow_null || known.nullable,
        values: written.values.iter().filter_map(|text| value(report, at, &written.name, text, one)).collect(),
        // A pattern that does not run on the linear engine is left to PowerShell, which checks it when it binds.
        pattern: written.pattern.clone().filter(|pattern| Pattern::compile(pattern).is_ok()),
        min,
        max,
    }
}

fn value(report: &Report<'_>, at: At, name: &str, text: &str, one: DataType) -> Option<Value> {
    match one.convert(Value::text(text)) {
        Ok(value) => Some(value),
        Err(error) => {
            report.error(at, "wrong_type", format!("[ValidateSet()] of `{name}`: {} is not {}", error.shown, error.wanted));
            None
        }
    }
}

fn limit(report: &Report<'_>, node: &language::data::Node, one: DataType) -> Option<Value> {
    match one.convert(literal(report, "[ValidateRange()]", node)?) {
        Ok(value) => Some(value),
        Err(error) => {
            report.error(node, "wrong_type", format!("[ValidateRange()]: {} is not {}", error.shown, error.wanted));
            None
        }
    }
}
