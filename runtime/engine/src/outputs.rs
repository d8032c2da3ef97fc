//! What a done step leaves: typed outputs, what later rules see of them, and how to take the step back.

use model::{Failure, Object, Output, RecordedUndo, Scalar, Signature, Value};

use crate::Scope;
use crate::mapping::{Bound, Code, evaluate_all};
use crate::program::Action;

/// The outputs of one rule.
#[derive(Debug)]
pub(crate) struct Outputs {
    /// What the action declares; none where its outputs are its parameters.
    pub(crate) declared: Option<Vec<Output>>,
    /// The rule's `Out`; none keeps everything under its own name.
    pub(crate) kept: Option<Vec<(String, Kept)>>,
}

/// Where one name of `Out` comes from.
#[derive(Debug)]
pub(crate) enum Kept {
    Output(String),
    Block(Code),
}

/// The undo of one rule.
#[derive(Debug)]
pub(crate) struct Undo {
    pub(crate) action: Action,
    /// The rule's own mapping; none gives the step's outputs and parameters by name.
    pub(crate) with: Option<Vec<Bound>>,
    pub(crate) always: bool,
}

impl Outputs {
    pub(crate) fn typed(&self, raw: &Object) -> Result<Object, Failure> {
        let Some(declared) = &self.declared else {
            return Ok(raw.clone());
        };
        declared.iter().map(|output| Ok((output.name.clone(), typed(output, raw)?))).collect()
    }

    pub(crate) fn kept(&self, scope: &Scope, raw: &Object) -> Result<Object, Failure> {
        let Some(kept) = &self.kept else {
            return Ok(raw.clone());
        };
        let has_blocks = kept.iter().any(|(_, value)| matches!(value, Kept::Block(_)));
        let inner = has_blocks.then(|| scope.with_output(raw));
        kept.iter()
            .map(|(name, value)| {
                let value = match value {
                    Kept::Output(output) => raw.get(output).cloned().unwrap_or_default(),
                    Kept::Block(code) => code.value(inner.as_ref().unwrap_or(scope), "output_error")?,
                };
                Ok((name.clone(), value))
            })
            .collect()
    }
}

fn typed(output: &Output, raw: &Object) -> Result<Value, Failure> {
    let Some(value) = raw.get(&output.name) else {
        return Err(Failure::new("output_missing", format!("the action ended without its output `{}`", output.name)));
    };
    // Where the target decides (the body of an answer), `object` means any value.
    if output.data_type.scalar == Scalar::Object {
        return Ok(value.clone());
    }
    output
        .data_type
        .convert(value.clone())
        .map_err(|mismatch| Failure::new("output_type", format!("the output `{}`: {mismatch}", output.name)))
}

impl Undo {
    pub(crate) fn record(&self, scope: &Scope, parameters: &Object, raw: &Object) -> Result<RecordedUndo, Failure> {
        let parameters = match &self.with {
            Some(with) => evaluate_all(with, &scope.with_output(raw), "undo_error")?,
            None => by_name(self.action.signature(), parameters, raw)?,
        };
        Ok(RecordedUndo { action: self.action.name().to_owned(), parameters, always: self.always })
    }
}

/// An action's own undo gets the outputs and parameters of the step by name; an output goes before a parameter, it is what became true.
fn by_name(signature: &Signature, parameters: &Object, raw: &Object) -> Result<Object, Failure> {
    let mut given = Object::new();
    for parameter in &signature.parameters {
        let names = || std::iter::once(&parameter.name).chain(&parameter.aliases);
        let found = names().find_map(|name| raw.get(name)).or_else(|| names().find_map(|name| parameters.get(name)));
        let value = parameter.data_type.convert(found.cloned().unwrap_or_default());
        let value = value.map_err(|mismatch| undo_error(signature, &format!("`{}`: {mismatch}", parameter.name)))?;
        match (value.is_null() || found.is_none(), parameter.mandatory, parameter.allow_null) {
            (false, _, _) | (true, true, true) => given.insert(parameter.name.as_str(), value),
            (true, false, _) => {}
            (true, true, false) => return Err(undo_error(signature, &format!("`{}` has no value", parameter.name))),
        }
    }
    Ok(given)
}

fn undo_error(signature: &Signature, what: &str) -> Failure {
    Failure::new("undo_error", format!("the undo `{}` cannot be prepared: {what}", signature.name))
}
