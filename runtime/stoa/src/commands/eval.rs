//! `stoa eval`: what the engine makes of an expression, tried before it stands in a definition.

use std::path::Path;

use language::{DateKind, DateTime, vectors};
use serde_json::json;

use crate::{
    arguments::Eval,
    failure::{Exit, Failure},
    output,
    server::clock,
};

/// Ticks of 100 ns from the first day of year 1, where .NET begins to count, to 1970.
const UNIX_EPOCH_TICKS: i64 = 621_355_968_000_000_000;

/// Evaluates the expression, or runs the vectors.
pub(crate) fn run(eval: &Eval, as_json: bool) -> Result<(), Failure> {
    let context = eval.context.as_deref().map_or_else(|| Ok("{}".to_owned()), read)?;
    match (&eval.expression, &eval.vectors) {
        (_, Some(file)) => compare(&context, file, eval.show, as_json),
        (Some(text), None) => evaluate(&context, text, as_json),
        (None, None) => Err(Failure::new(Exit::Usage, "usage", "there is no expression")),
    }
}

fn evaluate(context: &str, text: &str, as_json: bool) -> Result<(), Failure> {
    let context = vectors::Context::read(context, now()).map_err(|error| bad_context(&error))?;
    let expression = context.compile(text).map_err(|found| {
        let said: Vec<String> = found.iter().map(|one| format!("line {}, column {}: {one}", one.line, one.column)).collect();
        Failure::new(Exit::Failed, "expression_refused", said.join("; "))
    })?;
    let value = expression.evaluate(context.slots()).map_err(|error| {
        let place = format!("line {}, column {}", error.line, error.column);
        Failure::new(Exit::Failed, "expression_error", format!("{place}: {} ({})", error.message, error.code))
    })?;
    let shown = vectors::show(&value);
    if as_json {
        output::json(&json!({ "type": value.type_of().map(|of| of.full_name()), "value": shown }));
    } else {
        output::line(&shown);
    }
    Ok(())
}

fn compare(context: &str, file: &Path, show: bool, as_json: bool) -> Result<(), Failure> {
    let report = vectors::run(context, &read(file)?, now()).map_err(|error| bad_context(&error))?;
    if as_json {
        let (agree, refused, differ, crashed) = (report.agree, report.refused, report.differ, report.crashed);
        output::json(&json!({ "agree": agree, "refused": refused, "differ": differ, "crashed": crashed, "reasons": report.reasons }));
    } else {
        output::line(&report.to_string());
    }
    if show {
        report.differences.iter().for_each(|difference| output::line(difference));
    }
    match report.differ + report.crashed {
        0 => Ok(()),
        count => Err(Failure::new(Exit::Failed, "vectors_differ", format!("{count} answers are not PowerShell's"))),
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure::new(Exit::Usage, "usage", format!("failed to read {}: {error}", file.display())))
}

fn bad_context(error: &vectors::Error) -> Failure {
    Failure::new(Exit::Usage, "usage", format!("the context or a vector is not what it should be: {error}"))
}

fn now() -> DateTime {
    DateTime { ticks: UNIX_EPOCH_TICKS + clock()().0 * 10, kind: DateKind::Utc }
}
