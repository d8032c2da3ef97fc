//! Signatures, written as a table at the top of each action.

use model::{DataType, Effect, Output, Parameter, Scalar, Signature};

pub(crate) const TEXT: DataType = DataType::one(Scalar::Text);
pub(crate) const STRING: DataType = DataType::one(Scalar::String);
pub(crate) const STRINGS: DataType = DataType::list(Scalar::String);
pub(crate) const INT: DataType = DataType::one(Scalar::Int);
pub(crate) const INTS: DataType = DataType::list(Scalar::Int);
pub(crate) const BOOL: DataType = DataType::one(Scalar::Bool);
pub(crate) const OBJECT: DataType = DataType::one(Scalar::Object);
pub(crate) const URI: DataType = DataType::one(Scalar::Uri);
pub(crate) const DURATION: DataType = DataType::one(Scalar::Duration);

/// Permissions as `chmod` takes them, as text: a number would lose its leading zero and its base.
pub(crate) const MODE_PATTERN: &str = "^[0-7]{3,4}$";

/// A signature without parameters, outputs, verify and undo.
pub(crate) fn signature(name: &str, synopsis: &str, effect: Effect) -> Signature {
    Signature {
        name: name.to_owned(),
        synopsis: synopsis.to_owned(),
        parameters: Vec::new(),
        open: false,
        outputs: Vec::new(),
        open_outputs: false,
        effect,
        verify: None,
        undo: None,
        what_if: false,
        timeout: None,
    }
}

/// The parts of a signature, added one by one.
pub(crate) trait Declare: Sized {
    fn takes(self, name: &str, data_type: DataType) -> Self;
    fn may_take(self, name: &str, data_type: DataType) -> Self;
    fn may_take_one_of(self, name: &str, values: &[&str]) -> Self;
    fn may_take_mode(self) -> Self;
    fn gives(self, name: &str, data_type: DataType) -> Self;
    fn undone_by(self, action: &str) -> Self;
    fn verified_by_itself(self) -> Self;
}

impl Declare for Signature {
    fn takes(mut self, name: &str, data_type: DataType) -> Self {
        self.parameters.push(Parameter::mandatory(name, data_type));
        self
    }

    fn may_take(mut self, name: &str, data_type: DataType) -> Self {
        self.parameters.push(Parameter::optional(name, data_type));
        self
    }

    fn may_take_one_of(mut self, name: &str, values: &[&str]) -> Self {
        let values = values.iter().map(|value| (*value).into()).collect();
        self.parameters.push(Parameter { values, ..Parameter::optional(name, STRING) });
        self
    }

    fn may_take_mode(mut self) -> Self {
        self.parameters.push(Parameter { pattern: Some(MODE_PATTERN.to_owned()), ..Parameter::optional("Mode", STRING) });
        self
    }

    fn gives(mut self, name: &str, data_type: DataType) -> Self {
        self.outputs.push(Output { name: name.to_owned(), data_type });
        self
    }

    fn undone_by(mut self, action: &str) -> Self {
        self.undo = Some(action.to_owned());
        self
    }

    fn verified_by_itself(mut self) -> Self {
        self.verify = Some(self.name.clone());
        self
    }
}
