//! The language against a real PowerShell: expressions, data files and heads of scripts must read the same on both sides.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use language::data::{Kind, Node};
use language::{DateKind, DateTime, data, script, vectors};
use libtest_mimic::{Failed, Trial};

use crate::peers::{checkout, test_with_pwsh};

#[path = "language/generate.rs"]
mod generate;

pub fn trials() -> Vec<Trial> {
    vec![
        test_with_pwsh("two_thousand_generated_expressions_agree_with_powershell", expressions),
        test_with_pwsh("two_hundred_regular_expressions_agree_with_powershell", patterns),
        test_with_pwsh("what_the_data_reader_accepts_powershell_imports_the_same", data_files),
        test_with_pwsh("the_head_of_every_script_reads_as_powershells_parser_reads_it", script_heads),
    ]
}

const CONTEXT: &str = r#"{
  "Customer": { "Name": "Contoso Ltd", "Seats": 25, "Vip": true, "Tags": ["gold", "Pilot"], "Parent": null },
  "Plan": { "Name": "Premium", "StorageTB": 20, "Price": { "$type": "System.Decimal", "value": "199.90" }, "Ratio": 0.25, "Features": ["24x7", "email", "phone"] },
  "Property": { "Username": "O'Brien", "Domains": ["contoso.example", "mail.contoso.example"], "Empty": "", "Zero": 0, "Off": false, "Nothing": null }
}"#;

/// Runs one of the scripts beside this module: a file in, a file out.
fn ask(pwsh: &Path, script: &str, folder: &Path, lines: &[String]) -> Result<Vec<String>, Failed> {
    let (input, output, context) = (folder.join("in.txt"), folder.join("out.txt"), folder.join("context.json"));
    fs::write(&input, lines.join("\n"))?;
    fs::write(&context, CONTEXT)?;
    let mut command = Command::new(pwsh);
    command.args(["-NoProfile", "-NonInteractive", "-File"]).arg(checkout().join("tests/all/language").join(script));
    command.arg("-In").arg(&input).arg("-Out").arg(&output).env("NO_COLOR", "1").env("TZ", "UTC");
    if script == "ask.ps1" {
        command.arg("-Context").arg(&context);
    }
    let ended = command.output()?;
    if !ended.status.success() {
        return Err(String::from_utf8_lossy(&ended.stderr).into_owned().into());
    }
    Ok(fs::read_to_string(&output)?.lines().map(str::to_owned).collect())
}

/// Now, which dates without a year need on both sides.
fn now() -> DateTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    DateTime { ticks: 621_355_968_000_000_000 + i64::try_from(since.as_nanos() / 100).unwrap_or(0), kind: DateKind::Utc }
}

fn agree(pwsh: &Path, expressions: Vec<String>) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let lines: Result<Vec<String>, _> = expressions.iter().map(serde_json::to_string).collect();
    let answers = ask(pwsh, "ask.ps1", folder.path(), &lines?)?;
    if answers.len() != expressions.len() {
        return Err(format!("{} answers to {} expressions", answers.len(), expressions.len()).into());
    }
    let report = vectors::run(CONTEXT, &answers.join("\n"), now())?;
    println!("{report}");
    if report.differ + report.crashed > 0 { Err(report.differences.join("\n").into()) } else { Ok(()) }
}

fn seed() -> u64 {
    let seed = std::env::var("STOA_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("STOA_SEED={seed}");
    seed
}

fn expressions(pwsh: &Path) -> Result<(), Failed> {
    agree(pwsh, generate::expressions(seed(), 2000))
}

fn patterns(pwsh: &Path) -> Result<(), Failed> {
    agree(pwsh, generate::patterns(seed(), 200))
}

/// The files below a folder whose names end so.
fn files(folder: &Path, end: &str, found: &mut Vec<PathBuf>) -> Result<(), Failed> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() && !name.starts_with('.') && name != "target" {
            files(&path, end, found)?;
        } else if name.ends_with(end) {
            found.push(path);
        }
    }
    found.sort();
    Ok(())
}

/// A value as `import.ps1` shows it.
fn show(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        Kind::Int(number) => format!("i{number}"),
        Kind::Long(number) => format!("l{number}"),
        Kind::Double(number) => vectors::show(&language::Value::Double(*number)).replace("System.Double ", "f"),
        Kind::Decimal(number) => vectors::show(&language::Value::Decimal(*number)).replace("System.Decimal ", "d"),
        Kind::String(text) => format!("s{}", text.bytes().map(|byte| format!("{byte:02X}")).collect::<String>()),
        Kind::Block { .. } => "block".to_owned(),
        Kind::Array(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
        Kind::Table(entries) => {
            let mut entries: Vec<_> = entries.iter().map(|entry| (&entry.key, show(&entry.value))).collect();
            // As .NET orders ordinally: by UTF-16 units.
            entries.sort_by_key(|(key, _)| key.encode_utf16().collect::<Vec<_>>());
            format!("{{{}}}", entries.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" "))
        }
    }
}

fn data_files(pwsh: &Path) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let mut paths = Vec::new();
    files(&checkout().join("templates"), ".psd1", &mut paths)?;
    for (index, text) in generate::data_files(seed(), 500).iter().enumerate() {
        let path = folder.path().join(format!("{index}.psd1"));
        fs::write(&path, text)?;
        paths.push(path);
    }
    let mut readable = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path)?;
        if let Ok(node) = data::read(&text) {
            let back = data::write(&node.kind).ok().and_then(|text| data::read(&text).ok());
            if back.as_ref().map(show) != Some(show(&node)) {
                return Err(format!("{text}\nis not the same when written and read").into());
            }
            readable.push((path, text, show(&node)));
        }
    }
    let lines: Vec<String> = readable.iter().map(|(path, ..)| path.display().to_string()).collect();
    let answers = ask(pwsh, "import.ps1", folder.path(), &lines)?;
    println!("{} files", readable.len());
    for ((_, text, ours), theirs) in readable.iter().zip(&answers) {
        if ours != theirs {
            return Err(format!("{text}\nours   {ours}\ntheirs {theirs}").into());
        }
    }
    if answers.len() == readable.len() { Ok(()) } else { Err("not every file has an answer".into()) }
}

fn script_heads(pwsh: &Path) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let mut paths = Vec::new();
    files(checkout(), ".ps1", &mut paths)?;
    for (index, text) in generate::scripts(seed(), 200).iter().enumerate() {
        let path = folder.path().join(format!("{index}.ps1"));
        fs::write(&path, text)?;
        paths.push(path);
    }
    let lines: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let answers = ask(pwsh, "heads.ps1", folder.path(), &lines)?;
    for (path, theirs) in paths.iter().zip(&answers) {
        let text = fs::read_to_string(path)?;
        let head = script::read(&text).map_err(|errors| format!("{}: {}\n{text}", path.display(), errors[0]))?;
        let parameters = head.parameters.iter().map(|parameter| {
            let mandatory = if parameter.mandatory { "True" } else { "False" };
            let default = parameter.default.as_deref().unwrap_or_default();
            format!("{}:{}:{mandatory}:{default}", parameter.name, parameter.type_name.as_deref().unwrap_or_default())
        });
        let ours = parameters.collect::<Vec<_>>().join("|").replace("\r\n", "~").replace('\n', "~");
        if ours != *theirs {
            return Err(format!("{}\n{text}\nours   {ours}\ntheirs {theirs}", path.display()).into());
        }
    }
    println!("{} scripts", paths.len());
    if answers.len() == paths.len() { Ok(()) } else { Err("not every script has an answer".into()) }
}
