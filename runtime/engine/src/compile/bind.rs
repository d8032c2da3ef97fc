//! Checking what a rule gives an action against what the action takes: names, types, what must be there, listed values and limits.

use language::Names;
use model::{DataType, Object, Parameter, Position, Property, PropertyKind, Scalar, Signature, Value, nearest};
use package::{Argument, Error};

use super::{Compiler, action::find_parameter};
use crate::limits::Limits;
use crate::mapping::{Bound, Mapping, OnNull};
use crate::program::Action;

/// The action whose parameters are properties of the service.
const PROPERTY_SET: &str = "property.set";

/// Names that PowerShell's own members would hide.
const HIDDEN: [&str; 5] = ["Count", "Keys", "Values", "Length", "Item"];

impl Compiler<'_> {
    /// The mapping `with` of a rule for `action`, which is named at `at`.
    pub(super) fn bind(&mut self, action: &Action, with: &[Argument], names: &Names, at: &Position) -> Vec<Bound> {
        let signature = action.signature().clone();
        let mut bound: Vec<Bound> = Vec::new();
        for argument in with {
            let Some(target) = self.target(action, argument) else {
                continue;
            };
            if bound.iter().any(|other| other.name.eq_ignore_ascii_case(&target.name)) {
                let message = format!("`{}` of `{}` is given twice", target.name, signature.name);
                self.errors.push(Error::new(argument.position.clone(), "duplicate_parameter", message));
            } else if let Some(one) = self.bind_one(target, argument, names) {
                bound.push(one);
            }
        }
        // What was surely meant by a slip of the finger is not missing as well.
        let meant: Vec<&Parameter> = with.iter().filter_map(|argument| meant(&signature, &argument.name)).collect();
        let given = |parameter: &&Parameter| meant.contains(parameter);
        for missing in signature.parameters.iter().filter(|parameter| parameter.mandatory).filter(|parameter| !given(parameter)) {
            let message = format!("`{}` needs the parameter `{}`", signature.name, missing.name);
            let hint = format!("add {} = ... ({}) to With", missing.name, missing.data_type);
            self.errors.push(Error::new(at.clone(), "missing_parameter", message).hint(hint));
        }
        bound
    }

    /// The literal parameters of a mapping: what is known of them before there are values.
    pub(super) fn literals(bound: &[Bound]) -> Object {
        let literal = |one: &Bound| match &one.mapping {
            Mapping::Literal(value) if !value.is_null() => Some((one.name.clone(), value.clone())),
            _ => None,
        };
        bound.iter().filter_map(literal).collect()
    }

    /// What an argument is for: a parameter, a property, or anything where the action is open.
    fn target(&mut self, action: &Action, argument: &Argument) -> Option<Target> {
        let signature = action.signature();
        if let Some(parameter) = find_parameter(signature, &argument.name) {
            return Some(Target::parameter(parameter));
        }
        if action.name() == PROPERTY_SET {
            return self.property_target(argument);
        }
        if signature.open {
            if let Some(hidden) = HIDDEN.iter().find(|hidden| signature.open_outputs && hidden.eq_ignore_ascii_case(&argument.name)) {
                let message = format!("`{hidden}` cannot be the name of an output: PowerShell has a member of that name");
                self.errors.push(Error::new(argument.position.clone(), "forbidden_name", message));
                return None;
            }
            return Some(Target { name: argument.name.clone(), data_type: None, on_null: OnNull::Keep, limits: Limits::None });
        }
        let hint = match meant(signature, &argument.name) {
            Some(near) => format!("did you mean `{}`?", near.name),
            None => format!("it takes {}", names(signature).collect::<Vec<_>>().join(", ")),
        };
        let message = format!("`{}` has no parameter `{}`", signature.name, argument.name);
        self.errors.push(Error::new(argument.position.clone(), "unknown_parameter", message).hint(hint));
        None
    }

    fn property_target(&mut self, argument: &Argument) -> Option<Target> {
        let service = &self.package.service;
        let writable = |property: &Property| matches!(property.kind, PropertyKind::Result | PropertyKind::Input);
        let found = service.property(&argument.name);
        if let Some(property) = found.filter(|property| writable(property)) {
            return Some(Target {
                name: property.name.clone(),
                data_type: Some(property.data_type),
                on_null: OnNull::Keep,
                limits: Limits::of_property(property),
            });
        }
        let known = service.properties.iter().filter(|property| writable(property)).map(|property| property.name.as_str());
        let (code, message) = match found {
            Some(property) => {
                ("property_kind", format!("`{}` is a {} property; only Result and Input can be set", property.name, property.kind))
            }
            None => ("unknown_property", format!("the service has no property `{}`", argument.name)),
        };
        let hint = nearest(&argument.name, known).filter(|_| found.is_none()).map(|near| format!("did you mean `{near}`?"));
        let error = Error::new(argument.position.clone(), code, message);
        self.errors.push(Error { hint, ..error });
        None
    }

    fn bind_one(&mut self, target: Target, argument: &Argument, names: &Names) -> Option<Bound> {
        let mapping = Mapping::compile(&argument.mapping, names, &mut self.errors)?;
        let Target { name, data_type, on_null, limits } = target;
        let mut bound = Bound { name, data_type, on_null, limits, mapping, position: argument.position.clone() };
        let wrong = match &bound.mapping {
            Mapping::Literal(value) => match bound.accept(value.clone()) {
                Ok(value) => {
                    bound.mapping = Mapping::Literal(value);
                    None
                }
                Err((_, what)) => Some(what),
            },
            Mapping::List(_) => {
                data_type.filter(|wanted| !wanted.list).map(|wanted| format!("`{}`: a list is not {}", bound.name, article(wanted)))
            }
            Mapping::Table(_) => data_type
                .filter(|wanted| wanted.scalar != Scalar::Object)
                .map(|wanted| format!("`{}`: a hashtable is not {}", bound.name, article(wanted))),
            Mapping::Block(_) => None,
        };
        match wrong {
            None => Some(bound),
            Some(what) => {
                self.errors.push(Error::new(argument.position.clone(), "wrong_type", what));
                None
            }
        }
    }
}

/// Where an argument goes.
struct Target {
    name: String,
    data_type: Option<DataType>,
    on_null: OnNull,
    limits: Limits,
}

impl Target {
    fn parameter(parameter: &Parameter) -> Self {
        let on_null = match (parameter.mandatory, parameter.allow_null) {
            (true, false) => OnNull::Refuse,
            (true, true) => OnNull::Keep,
            (false, _) => OnNull::LeaveOut,
        };
        Target { name: parameter.name.clone(), data_type: Some(parameter.data_type), on_null, limits: Limits::of_parameter(parameter) }
    }
}

fn names(signature: &Signature) -> impl Iterator<Item = &str> {
    signature.parameters.iter().map(|parameter| parameter.name.as_str())
}

/// The parameter of that name, or the one that was most likely meant.
fn meant<'a>(signature: &'a Signature, name: &str) -> Option<&'a Parameter> {
    find_parameter(signature, name).or_else(|| find_parameter(signature, nearest(name, names(signature))?))
}

/// What a value of the type is called in a sentence; the model's own words for a mismatch.
fn article(wanted: DataType) -> String {
    wanted.convert(Value::List(Vec::new())).err().map_or_else(|| format!("a {wanted}"), |mismatch| mismatch.wanted)
}
