//! The configuration: `stoa.toml`, and the environment over it. One table says what there is; the reader, the help and the errors use it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use model::nearest;

use crate::failure::{Exit, Failure};

/// Everything that can be set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Settings {
    pub(crate) data: PathBuf,
    pub(crate) socket: Option<PathBuf>,
    pub(crate) http: Option<SocketAddr>,
    pub(crate) hosts: Vec<String>,
    pub(crate) powershell: Option<PathBuf>,
    pub(crate) powershell_hosts: usize,
    pub(crate) actions_loopback: bool,
    pub(crate) log: String,
    pub(crate) log_days: usize,
}

/// One key of `stoa.toml`. Its variable is `STOA_` and the key in capitals, with `_` for the dot.
struct Setting {
    key: &'static str,
    usual: &'static str,
    help: &'static str,
    /// Sets it from its text; an error says what it must be.
    set: fn(&mut Settings, &str) -> Result<(), &'static str>,
}

const SETTINGS: &[Setting] = &[
    Setting {
        key: "data",
        usual: "\"stoa-data\"",
        help: "The data folder: store, logs, programs. Relative to the working folder.",
        set: |settings, text| path(text).map(|path| settings.data = path),
    },
    Setting {
        key: "listen.socket",
        usual: "\"\"",
        help: "The Unix socket. Empty: in $XDG_RUNTIME_DIR/stoa, else in the system's temporary folder, named after the data folder.",
        set: |settings, text| {
            settings.socket = Some(PathBuf::from(text)).filter(|path| !path.as_os_str().is_empty());
            Ok(())
        },
    },
    Setting {
        key: "listen.http",
        usual: "\"127.0.0.1:0\"",
        help: "The loopback address for HTTP; port 0 takes a free one, \"off\" listens on the socket alone.",
        set: |settings, text| {
            settings.http = match text {
                "off" => None,
                address => Some(address.parse().map_err(|_| "an address and port such as \"127.0.0.1:8470\", or \"off\"")?),
            };
            Ok(())
        },
    },
    Setting {
        key: "listen.hosts",
        usual: "[]",
        help: "Further names, with port, by which clients may call the server over HTTP.",
        set: |settings, text| {
            settings.hosts = text.split(',').map(str::trim).filter(|host| !host.is_empty()).map(str::to_owned).collect();
            Ok(())
        },
    },
    Setting {
        key: "powershell.program",
        usual: "\"\"",
        help: "The absolute path of pwsh. Empty: looked for on PATH and in the usual places.",
        set: |settings, text| {
            settings.powershell = Some(PathBuf::from(text)).filter(|path| !path.as_os_str().is_empty());
            Ok(())
        },
    },
    Setting {
        key: "powershell.hosts",
        usual: "8",
        help: "How many PowerShell hosts may live at a time.",
        set: |settings, text| count(text, 1..=256, "a whole number from 1 to 256").map(|count| settings.powershell_hosts = count),
    },
    Setting {
        key: "actions.loopback",
        usual: "false",
        help: "Whether http.* actions may call this machine itself: true for a system that runs beside the server.",
        set: |settings, text| text.parse().map(|may| settings.actions_loopback = may).map_err(|_| "true or false"),
    },
    Setting {
        key: "log.level",
        usual: "\"info\"",
        help: "What goes into logs/server: error, warn, info, debug, trace, or directives such as \"engine=debug\".",
        set: |settings, text| {
            settings.log = text.to_owned();
            Ok(())
        },
    },
    Setting {
        key: "log.days",
        usual: "14",
        help: "How many daily log files are kept.",
        set: |settings, text| count(text, 1..=3650, "a whole number from 1 to 3650").map(|count| settings.log_days = count),
    },
];

/// Sections and keys without their section, for suggestions.
const SECTIONS: &[&str] = &["listen", "powershell", "actions", "log"];

/// The settings of `file` (or of `stoa.toml` in the working folder, if it is there), with the environment over them.
pub(crate) fn read(file: Option<&Path>, environment: impl Fn(&str) -> Option<String>) -> Result<Settings, Failure> {
    let mut settings = usual();
    let beside = Path::new("stoa.toml");
    if let Some(file) = file.or_else(|| beside.exists().then_some(beside)) {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Failure::new(Exit::Configuration, "configuration", format!("failed to read {}: {error}", file.display())))?;
        apply(&mut settings, &text).map_err(|mistake| mistake.of(file))?;
    }
    for setting in SETTINGS {
        let name = variable(setting.key);
        let Some(text) = environment(&name) else { continue };
        (setting.set)(&mut settings, &text)
            .map_err(|wanted| Failure::new(Exit::Configuration, "configuration", format!("`{name}` must be {wanted}, not `{text}`")))?;
    }
    Ok(settings)
}

/// The keys as a commented file, for people.
pub(crate) fn reference() -> String {
    let mut text = String::from("stoa.toml, with the usual values:\n");
    let mut section = "";
    for setting in SETTINGS {
        let (own, key) = setting.key.rsplit_once('.').unwrap_or(("", setting.key));
        if own != section {
            text.push_str(&format!("\n[{own}]\n"));
            section = own;
        }
        text.push_str(&format!("# {} ({})\n{key} = {}\n", setting.help, variable(setting.key), setting.usual));
    }
    text
}

fn usual() -> Settings {
    let mut settings = Settings {
        data: PathBuf::new(),
        socket: None,
        http: None,
        hosts: Vec::new(),
        powershell: None,
        powershell_hosts: 0,
        actions_loopback: false,
        log: String::new(),
        log_days: 0,
    };
    apply(&mut settings, &reference().lines().skip(1).collect::<Vec<_>>().join("\n")).expect("the usual values are right");
    settings
}

fn variable(key: &str) -> String {
    format!("STOA_{}", key.replace('.', "_").to_uppercase())
}

/// Something wrong in a file.
#[derive(Debug)]
struct Mistake {
    line: usize,
    detail: String,
    advice: Option<String>,
}

impl Mistake {
    fn of(self, file: &Path) -> Failure {
        let failure = Failure::new(Exit::Configuration, "configuration", format!("{}:{}: {}", file.display(), self.line, self.detail));
        match self.advice {
            Some(advice) => failure.advise(advice),
            None => failure.advise("`stoa serve --help` lists every key"),
        }
    }
}

fn apply(settings: &mut Settings, text: &str) -> Result<(), Mistake> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start);
        Mistake { line: text[..at.min(text.len())].lines().count().max(1), detail: error.message().to_owned(), advice: None }
    })?;
    for (key, value) in &table {
        match value {
            toml::Value::Table(section) => {
                for (inner, value) in section {
                    set(settings, &format!("{key}.{inner}"), value, text)?;
                }
            }
            value => set(settings, key, value, text)?,
        }
    }
    Ok(())
}

fn set(settings: &mut Settings, key: &str, value: &toml::Value, text: &str) -> Result<(), Mistake> {
    let line = line_of(text, key);
    let Some(setting) = SETTINGS.iter().find(|setting| setting.key == key) else {
        let known = SETTINGS.iter().map(|setting| setting.key);
        let meant = nearest(key, known).or_else(|| nearest(key, SECTIONS.iter().copied()));
        let advice = meant.map(|meant| format!("did you mean `{meant}`?"));
        return Err(Mistake { line, detail: format!("`{key}` is not a key of the configuration"), advice });
    };
    let given = match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(items) => items.iter().map(|item| item.as_str().unwrap_or("?")).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    };
    (setting.set)(settings, &given).map_err(|wanted| Mistake {
        line,
        detail: format!("`{key}` must be {wanted}, not `{given}`"),
        advice: None,
    })
}

/// The line on which the last part of a key is set; good enough for a message.
fn line_of(text: &str, key: &str) -> usize {
    let last = key.rsplit('.').next().unwrap_or(key);
    let sets = |line: &str| line.split('=').next().is_some_and(|name| name.trim().trim_matches('"') == last);
    text.lines().position(sets).map_or(1, |index| index + 1)
}

fn path(text: &str) -> Result<PathBuf, &'static str> {
    if text.is_empty() { Err("the path of a folder") } else { Ok(PathBuf::from(text)) }
}

fn count(text: &str, range: std::ops::RangeInclusive<usize>, wanted: &'static str) -> Result<usize, &'static str> {
    text.parse().ok().filter(|count| range.contains(count)).ok_or(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, line: usize, detail: &str, advice: Option<&str>) {
        let mistake = apply(&mut usual(), text).expect_err(text);
        assert_eq!((mistake.line, mistake.detail.as_str(), mistake.advice.as_deref()), (line, detail, advice));
    }

    #[test]
    fn an_unknown_key_is_an_error_with_a_suggestion() {
        check("[listen]\nhtp = \"off\"", 2, "`listen.htp` is not a key of the configuration", Some("did you mean `listen.http`?"));
        check("dta = \"x\"", 1, "`dta` is not a key of the configuration", Some("did you mean `data`?"));
        check("[lissten]\nhttp = \"off\"", 2, "`lissten.http` is not a key of the configuration", Some("did you mean `listen.http`?"));
    }

    #[test]
    fn a_wrong_value_says_what_it_must_be() {
        check(
            "[listen]\nhttp = \"here\"",
            2,
            "`listen.http` must be an address and port such as \"127.0.0.1:8470\", or \"off\", not `here`",
            None,
        );
        check("[log]\ndays = 0", 2, "`log.days` must be a whole number from 1 to 3650, not `0`", None);
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("stoa.toml");
        std::fs::write(&file, "data = \"from-file\"\n[listen]\nhttp = \"off\"\nhosts = [\"a:1\", \"b:2\"]\n").unwrap();
        let settings = read(Some(&file), |name| (name == "STOA_DATA").then(|| "from-environment".to_owned())).unwrap();
        assert_eq!(settings.data, PathBuf::from("from-environment"));
        assert_eq!(settings.http, None);
        assert_eq!(settings.hosts, ["a:1", "b:2"]);
        assert_eq!(settings.log_days, 14);
    }
}
