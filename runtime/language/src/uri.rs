//! Uris as `[uri]` takes them apart. Only what configuration needs: a scheme, a host, a path.

/// An absolute uri in pieces.
pub(crate) struct Parts<'a> {
    pub(crate) scheme: String,
    pub(crate) user: &'a str,
    pub(crate) host: String,
    /// The port, or -1 where the scheme has none.
    pub(crate) port: i32,
    pub(crate) has_default_port: bool,
    /// Escaped, `/` where the text has none.
    pub(crate) path: String,
    /// With its question mark, or empty.
    pub(crate) query: String,
    /// With its hash, or empty.
    pub(crate) fragment: String,
    has_authority: bool,
}

/// Whether `[uri]` accepts the text: any relative text, and absolute ones with a sound host and port.
pub(crate) fn check(text: &str) -> bool {
    match scheme(text.trim()) {
        Some((_, rest)) if rest.starts_with("//") => split(text).is_some(),
        _ => true,
    }
}

fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then_some((scheme, rest))
}

fn default_port(scheme: &str) -> i32 {
    match scheme {
        "http" | "ws" => 80,
        "https" | "wss" => 443,
        "ftp" => 21,
        "mailto" => 25,
        "ldap" => 389,
        _ => -1,
    }
}

/// Takes an absolute uri apart; `None` when the text is relative or unsound.
pub(crate) fn split(text: &str) -> Option<Parts<'_>> {
    let (scheme, rest) = scheme(text.trim())?;
    let scheme = scheme.to_ascii_lowercase();
    let (rest, fragment) = rest.split_once('#').map_or((rest, String::new()), |(a, b)| (a, format!("#{}", escape(b))));
    let (rest, query) = rest.split_once('?').map_or((rest, String::new()), |(a, b)| (a, format!("?{}", escape(b))));
    let default = default_port(&scheme);
    let Some(after) = rest.strip_prefix("//") else {
        let (user, host) = match rest.split_once('@') {
            Some((user, host)) if scheme == "mailto" => (user, host.to_ascii_lowercase()),
            _ => ("", String::new()),
        };
        let path = if scheme == "mailto" { String::new() } else { escape(rest) };
        return Some(Parts { scheme, user, host, port: default, has_default_port: true, path, query, fragment, has_authority: false });
    };
    let slash = after.find(['/', '\\']).unwrap_or(after.len());
    let (authority, path) = after.split_at(slash);
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, if port.is_empty() { default } else { port.parse::<u16>().ok()?.into() }),
        _ => (host, default),
    };
    let is_host = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | '[' | ']' | ':');
    if (host.is_empty() && scheme != "file") || !host.chars().all(is_host) {
        return None;
    }
    let path = if path.is_empty() { "/".to_owned() } else { escape(&path.replace('\\', "/")) };
    let host = host.to_lowercase();
    Some(Parts { has_default_port: port == default, scheme, user, host, port, path, query, fragment, has_authority: true })
}

impl Parts<'_> {
    pub(crate) fn authority(&self) -> String {
        if self.has_default_port { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }

    /// The canonical form, escaped.
    pub(crate) fn absolute(&self) -> String {
        let user = if self.user.is_empty() { String::new() } else { format!("{}@", self.user) };
        let slashes = if self.has_authority { "//" } else { "" };
        let authority = if self.has_authority || self.scheme == "mailto" { self.authority() } else { String::new() };
        format!("{}:{slashes}{user}{authority}{}{}{}", self.scheme, self.path, self.query, self.fragment)
    }
}

/// What `[uri]` makes of the text as a string: the canonical form with harmless escapes undone.
pub(crate) fn display(text: &str) -> String {
    match split(text) {
        Some(parts) => unescape_harmless(&parts.absolute()),
        None => text.to_owned(),
    }
}

/// Escapes what may not stand in a path or query; what is escaped stays.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte) {
            out.push(char::from(byte));
        } else {
            push_escaped(&mut out, byte);
        }
    }
    out
}

fn push_escaped(out: &mut String, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(char::from(HEX[usize::from(byte >> 4)]));
    out.push(char::from(HEX[usize::from(byte & 15)]));
}

/// `[uri]::EscapeDataString`
pub(crate) fn escape_data(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) { out.push(char::from(byte)) } else { push_escaped(&mut out, byte) }
    }
    out
}

/// `[uri]::UnescapeDataString`: escapes that are no UTF-8 stay.
pub(crate) fn unescape_data(text: &str) -> String {
    unescape(text, |_| true)
}

fn unescape_harmless(text: &str) -> String {
    unescape(text, |c| !c.is_control() && !matches!(c, '%' | '/' | '\\' | '?' | '#' | '@' | ':' | ';' | '&' | '=' | '+' | '$' | ','))
}

fn unescape(text: &str, may: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match escaped_char(rest) {
            Some((c, len)) if may(c) => {
                out.push(c);
                rest = &rest[len..];
            }
            _ => {
                out.push('%');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// One character spelled by escapes at the start of the text, and how long they are.
fn escaped_char(text: &str) -> Option<(char, usize)> {
    let mut bytes = Vec::with_capacity(4);
    for index in 0..4 {
        let piece = text.get(index * 3..index * 3 + 3)?;
        let digits = piece.strip_prefix('%').filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        if let Ok(found) = std::str::from_utf8(&bytes) {
            return found.chars().next().map(|c| (c, bytes.len() * 3));
        }
    }
    None
}
