//! Variables: slots, the few that PowerShell sets itself, and what is said of all others.

use super::{Parse, Parser};
use crate::expression::Shape;
use crate::tree::Kind;
use crate::value::Value;

impl<'a> Parser<'a> {
    /// What begins with `$`. In a string, a name goes no further than its letters.
    pub(super) fn dollar(&mut self, in_string: bool) -> Parse<(Kind, Option<&'a Shape>)> {
        let start = self.scan.at;
        self.scan.at += 1;
        match self.scan.peek() {
            Some('(') => {
                self.scan.at += 1;
                return Ok((Kind::Sub(Box::new(self.body(Some(')'))?)), None));
            }
            Some('{') => {
                self.scan.at += 1;
                let rest = self.scan.rest();
                let Some(end) = rest.find('}') else {
                    return self.error("missing_end", "`${` has no `}`", "add `}`", start);
                };
                self.scan.at += end + 1;
                return self.variable(&rest[..end], start);
            }
            _ => {}
        }
        let rest = self.scan.rest();
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '?';
        let mut end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        // `$env:NAME`: a scope and a name; `$a ? $b:$c` and `"$a: x"` are not.
        if rest[end..].starts_with(':') && !rest[end..].starts_with("::") && rest[end + 1..].starts_with(is_name) {
            end += 1 + rest[end + 1..].find(|c: char| !is_name(c)).unwrap_or(rest.len() - end - 1);
        }
        if end == 0 {
            let what: String = rest.chars().take(1).collect();
            return self.error("unknown_variable", format!("`${what}` is not available in an expression"), "name a variable", start);
        }
        let _ = in_string;
        self.scan.at += end;
        self.variable(&rest[..end], start)
    }

    fn variable(&mut self, name: &str, start: usize) -> Parse<(Kind, Option<&'a Shape>)> {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "true" => return Ok((Kind::Const(Value::Bool(true)), None)),
            "false" => return Ok((Kind::Const(Value::Bool(false)), None)),
            "null" => return Ok((Kind::Const(Value::Null), None)),
            "_" | "psitem" => return Ok((Kind::Item, None)),
            "matches" => return Ok((Kind::Matches, None)),
            _ => {}
        }
        if let Some(slot) = self.names.slot(name) {
            return Ok((Kind::Slot(slot), Some(self.names.shape(slot))));
        }
        if AUTOMATIC.contains(&lower.as_str()) {
            return self.error(
                "unknown_variable",
                format!("`${name}` belongs to a PowerShell session and is not available in an expression"),
                "use a script action",
                start,
            );
        }
        if self.names.is_open() && (!name.contains(':') || lower.starts_with("env:")) {
            return Ok((Kind::Const(Value::Null), None));
        }
        if let Some((scope, rest)) = name.split_once(':') {
            let hint = if scope.eq_ignore_ascii_case("env") {
                "use a property, or a script action".to_owned()
            } else {
                format!("in a string write `${{{scope}}}:{rest}`")
            };
            return self.error(
                "unknown_variable",
                format!("`${name}` names a scope, which is not available in an expression"),
                hint,
                start,
            );
        }
        let near = crate::nearest::nearest(name, self.names.iter().map(|(name, _)| name));
        let hint = match near {
            Some(near) => format!("did you mean `${near}`?"),
            None => {
                let all: Vec<String> = self.names.iter().map(|(name, _)| format!("${name}")).collect();
                format!("known are {}", all.join(", "))
            }
        };
        // Parsing goes on, so that other mistakes are seen too.
        self.errors.push(
            crate::diagnostic::Diagnostic::new("unknown_variable", format!("there is no `${name}`"), self.scan.place(start)).hint(hint),
        );
        Ok((Kind::Const(Value::Null), None))
    }
}

/// Variables that PowerShell itself sets and that mean nothing here.
const AUTOMATIC: &[&str] = &[
    "args",
    "consolefilename",
    "enabledexperimentalfeatures",
    "error",
    "event",
    "eventargs",
    "eventsubscriber",
    "executioncontext",
    "foreach",
    "home",
    "host",
    "input",
    "iscoreclr",
    "islinux",
    "ismacos",
    "iswindows",
    "lastexitcode",
    "myinvocation",
    "nestedpromptlevel",
    "ofs",
    "outputencoding",
    "pid",
    "profile",
    "psboundparameters",
    "pscmdlet",
    "pscommandpath",
    "psculture",
    "psdebugcontext",
    "psdefaultparametervalues",
    "psedition",
    "psemailserver",
    "pshome",
    "psscriptroot",
    "pssenderinfo",
    "pssessionoption",
    "psstyle",
    "psuiculture",
    "psversiontable",
    "pwd",
    "sender",
    "shellid",
    "stacktrace",
    "switch",
    "this",
    "confirmpreference",
    "debugpreference",
    "erroractionpreference",
    "errorview",
    "formatenumerationlimit",
    "informationpreference",
    "maximumhistorycount",
    "progresspreference",
    "psmoduleautoloadingpreference",
    "psnativecommanduseerroractionpreference",
    "verbosepreference",
    "warningpreference",
    "whatifpreference",
    "pslogusercatalog",
];
