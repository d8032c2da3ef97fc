//! What stands at the head of a script: comment help, a header `<#StoaAction @{ ... } #>` and `param()`.
//! Nothing else in a script may make the reader fail.

use crate::{Diagnostic, data};

/// What a script says about itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Script {
    /// `.SYNOPSIS` of the comment help.
    pub synopsis: Option<String>,
    /// `.DESCRIPTION` of the comment help.
    pub description: Option<String>,
    /// `.PARAMETER` sections: name and text.
    pub parameter_help: Vec<(String, String)>,
    /// The header, if there is one.
    pub header: Option<Header>,
    /// `param()`, in order.
    pub parameters: Vec<Parameter>,
    /// Whether `[CmdletBinding(SupportsShouldProcess)]` is there.
    pub supports_should_process: bool,
    /// What is legal and yet surely not meant, such as help that a header hides.
    pub warnings: Vec<Diagnostic>,
}

/// A comment `<#StoaAction @{ ... } #>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// The word after `<#`: `StoaAction` or `StoaJob`.
    pub kind: String,
    /// Its table; places are those of the script file.
    pub node: data::Node,
}

/// A parameter of `param()`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parameter {
    /// The name without `$`.
    pub name: String,
    /// The type as written, without brackets: `int`, `string[]`.
    pub type_name: Option<String>,
    /// Whether it must be given (in any of its parameter sets).
    pub mandatory: bool,
    /// Whether `[AllowNull()]` is there.
    pub allow_null: bool,
    /// The text of the default.
    pub default: Option<String>,
    /// `[ValidateSet()]`
    pub values: Vec<String>,
    /// `[ValidateRange()]`
    pub range: Option<(data::Node, data::Node)>,
    /// `[ValidatePattern()]`
    pub pattern: Option<String>,
    /// `[Alias()]`
    pub aliases: Vec<String>,
    /// The parameter sets it names.
    pub parameter_sets: Vec<String>,
    /// The line of its name, from 1.
    pub line: u32,
    /// The column of its name, from 1.
    pub column: u32,
}

/// Reads the head of a script.
///
/// # Errors
/// Mistakes in the header's table, or a `param()` that does not end.
pub fn read(text: &str) -> Result<Script, Vec<Diagnostic>> {
    let _ = text;
    todo!()
}
