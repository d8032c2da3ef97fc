//! `processes/*.psd1` into [`Process`] and its rules.

use language::data::{Kind, Node};
use model::{Effect, OnError, Phase, Subject, nearest};

use crate::{
    Argument, Out, OutValue, Process, Retry, Rule, UndoRule,
    fields::{Fields, Shape, block, entries},
    literal::{described, mapping},
    names::{self, Names},
    report::{At, Report},
    service::VERBS,
};

const PROCESS: Shape = Shape { what: "a process", keys: &["Rules"], required: &["Rules"], later: &[] };

const RULE: Shape = Shape {
    what: "a rule",
    keys: &["Name", "Phase", "When", "Action", "With", "Out", "Undo", "Retry", "Timeout", "OnError", "Required", "Effect"],
    required: &["Name", "Phase", "Action"],
    later: &["Engine", "Mutex", "ForEach", "Parallel", "Locked", "Include", "Of"],
};

const UNDO: Shape = Shape { what: "`Undo`", keys: &["Action", "With", "Always"], required: &["Action"], later: &["Of"] };

const RETRY: Shape = Shape { what: "`Retry`", keys: &["Count", "Delay", "Backoff"], required: &["Count"], later: &[] };

const PHASES: &[(&str, Phase)] = &[("Pre", Phase::Pre), ("Main", Phase::Main), ("Post", Phase::Post)];

const ON_ERROR: &[(&str, OnError)] = &[("Undo", OnError::Undo), ("Continue", OnError::Continue), ("Attention", OnError::Attention)];

/// The classes by the words that headers and rules use.
pub(crate) const EFFECTS: &[(&str, Effect)] =
    &[("Read", Effect::Read), ("Idempotent", Effect::Idempotent), ("VerifyFirst", Effect::VerifyFirst), ("Once", Effect::Once)];

/// Name and subject of the process that a file in `processes/` holds: `provision.psd1`, `provision.user.psd1`.
pub(crate) fn name_of(report: &Report<'_>, file: &str, service_for: Subject) -> Option<(String, Subject)> {
    let stem = file.strip_prefix("processes/")?.strip_suffix(".psd1").filter(|stem| !stem.contains('/'));
    let Some(stem) = stem else {
        report.error(
            At::START,
            "unknown_file",
            "`processes/` holds files like `provision.psd1` and `provision.user.psd1`, and nothing else",
        );
        return None;
    };
    let (name, subject) = match stem.rsplit_once('.') {
        None => (stem, service_for),
        Some((name, "customer")) => (name, Subject::Customer),
        Some((name, "user")) => (name, Subject::User),
        Some((name, suffix)) => {
            let message = format!("'.{suffix}' does not say whose subscription the process is for");
            report.error_with(At::START, "unknown_word", message, format!("`{name}.customer.psd1` or `{name}.user.psd1`"));
            return None;
        }
    };
    if subject == Subject::User && service_for == Subject::Customer {
        report.error(
            At::START,
            "no_user_level",
            "a service for customers has no processes for users; `For = 'User'` makes it one for users",
        );
    }
    check_verb(report, name);
    Some((name.to_ascii_lowercase(), subject))
}

fn check_verb(report: &Report<'_>, name: &str) {
    let verbs = || VERBS.iter().map(|(verb, _)| *verb);
    if verbs().any(|verb| verb == name) {
        return;
    }
    match nearest(name, verbs()) {
        Some(verb) => {
            report.error_with(At::START, "unknown_verb", format!("'{name}' is not a verb"), format!("did you mean `{verb}.psd1`?"))
        }
        None => {
            let hint = format!("the verbs are {}", verbs().collect::<Vec<_>>().join(", "));
            report.error_with(At::START, "not_available", "a process to call is not available in this version", hint);
        }
    }
}

/// Reads a process, as far as it can be read.
pub(crate) fn read(report: &Report<'_>, file: &str, name: String, subject: Subject, node: &Node) -> Option<Process> {
    let fields = Fields::of(report, &PROCESS, node)?;
    let mut seen = Names::new();
    let rules = fields.list("Rules").iter().filter_map(|node| rule(report, node, &mut seen)).collect();
    Some(Process { file: file.to_owned(), name, subject, rules })
}

fn rule(report: &Report<'_>, node: &Node, seen: &mut Names) -> Option<Rule> {
    let fields = Fields::of(report, &RULE, node)?;
    if let Some(name) = fields.text("Name") {
        names::check(report, fields.at("Name"), &names::RULE, name);
        seen.add(report, fields.at("Name"), "rules", name);
    }
    let phase = fields.word("Phase", PHASES);
    let action = action(&fields);
    let rest = Rule {
        name: fields.owned("Name").unwrap_or_default(),
        phase: phase.unwrap_or(Phase::Main),
        when: fields.block("When"),
        action: action.unwrap_or_default().to_owned(),
        action_position: report.position(fields.at("Action")),
        with: arguments(&fields),
        out: outs(&fields),
        undo: undo(&fields),
        retry: fields.node("Retry").and_then(|node| retry(report, node)),
        timeout: fields.duration("Timeout"),
        on_error: fields.word("OnError", ON_ERROR),
        required: fields.flag("Required").unwrap_or(true),
        effect: fields.word("Effect", EFFECTS),
        position: fields.position(),
    };
    // Without a name or an action there is nothing for the compiler to check; the mistake is already on record.
    (!rest.name.is_empty() && action.is_some()).then_some(rest)
}

fn action<'a>(fields: &Fields<'a>) -> Option<&'a str> {
    let action = fields.text("Action")?;
    if action == "undo" {
        fields.report.error(fields.at("Action"), "not_available", "the action `undo` is not available in this version");
        return None;
    }
    Some(action)
}

fn arguments(fields: &Fields<'_>) -> Vec<Argument> {
    let report = fields.report;
    let argument = |entry: &language::data::Entry| {
        Some(Argument { name: entry.key.clone(), position: report.position(entry), mapping: mapping(report, &entry.value)? })
    };
    fields.table("With").iter().filter_map(argument).collect()
}

fn outs(fields: &Fields<'_>) -> Option<Vec<Out>> {
    let report = fields.report;
    let node = fields.node("Out")?;
    let mut outs = Vec::new();
    for entry in entries(report, "`Out`", node)? {
        names::check(report, entry.into(), &names::OUTPUT, &entry.key);
        let value = match (&entry.value.kind, block(report, &entry.value)) {
            (Kind::String(output), _) => OutValue::Output(output.clone()),
            (_, Some(block)) => OutValue::Block(block),
            _ => {
                let message = format!("`{}` must be the name of an output or a script block, not {}", entry.key, described(&entry.value));
                report.error_with(&entry.value, "wrong_type", message, format!("as in {} = {{ $Output.{} }}", entry.key, entry.key));
                continue;
            }
        };
        outs.push(Out { name: entry.key.clone(), position: report.position(entry), value });
    }
    Some(outs)
}

fn undo(fields: &Fields<'_>) -> UndoRule {
    let Some(node) = fields.node("Undo") else { return UndoRule::OfAction };
    match &node.kind {
        Kind::Null => UndoRule::Off,
        Kind::Table(_) => used(fields.report, node).unwrap_or(UndoRule::OfAction),
        _ => {
            let message = format!("`Undo` must be a hashtable or $null, not {}", described(node));
            fields.report.error_with(node, "wrong_type", message, "as in Undo = @{ Action = '...'; With = @{ ... } }");
            UndoRule::OfAction
        }
    }
}

fn used(report: &Report<'_>, node: &Node) -> Option<UndoRule> {
    let fields = Fields::of(report, &UNDO, node)?;
    let (with, always) = (arguments(&fields), fields.flag("Always").unwrap_or(false));
    Some(UndoRule::Use { action: action(&fields)?.to_owned(), position: report.position(fields.at("Action")), with, always })
}

fn retry(report: &Report<'_>, node: &Node) -> Option<Retry> {
    let fields = Fields::of(report, &RETRY, node)?;
    let (count, delay, backoff) = (fields.whole("Count", 1), fields.duration("Delay"), fields.number("Backoff", 1.0));
    Some(Retry { count: count?, delay: delay.unwrap_or_default(), backoff: backoff.unwrap_or(1.0) })
}
