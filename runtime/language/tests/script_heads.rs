//! What is read from the head of a script, and that nothing else in it matters.

use language::script::{Parameter, Script, read};

fn parameter(p: &Parameter) -> String {
    let mut out = format!("{}:{}", p.name, p.type_name.as_deref().unwrap_or("-"));
    let mut add = |text: String| {
        out.push(' ');
        out.push_str(&text);
    };
    if p.mandatory {
        add("mandatory".to_owned());
    }
    if p.allow_null {
        add("null".to_owned());
    }
    if let Some(default) = &p.default {
        add(format!("={default}"));
    }
    if !p.values.is_empty() {
        add(format!("set{:?}", p.values));
    }
    if p.range.is_some() {
        add("range".to_owned());
    }
    if let Some(pattern) = &p.pattern {
        add(format!("/{pattern}/"));
    }
    if !p.aliases.is_empty() {
        add(format!("alias{:?}", p.aliases));
    }
    if !p.parameter_sets.is_empty() {
        add(format!("in{:?}", p.parameter_sets));
    }
    out
}

fn show(script: &Script) -> String {
    let mut parts = Vec::new();
    if let Some(synopsis) = &script.synopsis {
        parts.push(format!("synopsis {synopsis:?}"));
    }
    for (name, text) in &script.parameter_help {
        parts.push(format!("help {name} {text:?}"));
    }
    if let Some(header) = &script.header {
        parts.push(format!("{} {}:{}", header.kind, header.node.line, header.node.column));
    }
    parts.extend(script.parameters.iter().map(parameter));
    if script.supports_should_process {
        parts.push("whatif".to_owned());
    }
    parts.extend(script.warnings.iter().map(|warning| format!("{}:{} {}", warning.line, warning.column, warning.code)));
    parts.join("; ")
}

fn check(text: &str, expected: &str) {
    let found = match read(text) {
        Ok(script) => show(&script),
        Err(errors) => errors.iter().map(|e| format!("{}:{} {}", e.line, e.column, e.code)).collect::<Vec<_>>().join(", "),
    };
    assert_eq!(found, expected, "{text}");
}

const HEAD: &str = "<#\n.SYNOPSIS\n    Makes an account.\n.PARAMETER UserName\n    The name.\n\n    Lower case.\n#>\n\n<#StoaAction @{\n    Effect = 'VerifyFirst'\n} #>\n\n";

#[test]
fn help_header_and_parameters_are_read() {
    check(
        &format!(
            "{HEAD}[CmdletBinding(SupportsShouldProcess)]\nparam([Parameter(Mandatory)][ValidatePattern('^[a-z]')][string]$UserName, [Parameter(Mandatory)][int]$QuotaGB, [string]$Contact)\n'x'"
        ),
        "synopsis \"Makes an account.\"; help UserName \"The name.\\n\\nLower case.\"; StoaAction 10:14; UserName:string mandatory /^[a-z]/; QuotaGB:int mandatory; Contact:string; whatif",
    );
}

#[test]
fn attributes_may_stand_in_any_order_with_comments_between() {
    check(
        "param(\n# one\n[string[]] <# type #> [Alias('n', \"m\")] $Name = @('a,b', \"c)\") <# why, so #>,\n[ValidateSet('a','b')]$X='b' # end, )\n, ${odd name}, [Parameter(ParameterSetName='p', Mandatory=$false)]\n[Parameter(Mandatory = $true, ParameterSetName = 'q')] [AllowNull()] [ValidateRange(1, 10)] [Nullable[int]] $Y\n)",
        "Name:string[] =@('a,b', \"c)\") alias[\"n\", \"m\"]; X:- =\'b\' set[\"a\", \"b\"]; odd name:-; Y:Nullable[int] mandatory null range in[\"p\", \"q\"]",
    );
    check(
        "using namespace System.Text\n#requires -Version 7\n[CmdletBinding(SupportsShouldProcess = $true)]PARAM ( $a=1,$b = @'\n),(\n'@ ,[switch]$c )",
        "a:- =1; b:- =@'\n),(\n'@; c:switch; whatif",
    );
}

#[test]
fn anything_else_does_not_matter() {
    check("'param($a)'\nparam($b)", "");
    check("class A { [string]$x }\nfunction f { param($y) }", "");
    check("if (", "");
    check("", "");
    check("param()", "");
    check("$x = @\"\nparam($z)\n\"@", "");
}

#[test]
fn a_header_before_the_help_hides_it() {
    check("<#StoaAction @{ Effect = 'Once' } #>\n<#\n.SYNOPSIS\nX\n#>\nparam($a)", "StoaAction 1:14; a:-; 1:1 help_hidden");
}

#[test]
fn a_broken_header_is_reported_in_the_scripts_lines() {
    check("<#\n.SYNOPSIS\nX\n#>\n\n<#StoaAction @{\n    Effect = Once\n} #>\nparam($a", "7:14 not_a_value, 9:6 missing_end");
}
