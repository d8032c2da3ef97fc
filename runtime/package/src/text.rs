//! Files that are text: UTF-8, and no larger than anybody writes by hand.

use crate::report::{At, Report};

/// The most that a data file, a script or a template may have.
pub(crate) const TEXT_MAX: usize = 1 << 20;

/// The text of a file, without a byte order mark; what cannot be text is reported.
pub(crate) fn text_of<'a>(report: &Report<'_>, bytes: &'a [u8]) -> Option<&'a str> {
    if bytes.len() > TEXT_MAX {
        report.error(At::START, "too_large", format!("the file has {} bytes; a text has at most {TEXT_MAX}", bytes.len()));
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Some(text),
        Ok(text) => {
            let at = place(text, text.find('\0').unwrap_or_default());
            report.error(at, "not_text", "the file holds a zero byte: it is not text");
            None
        }
        Err(error) => {
            let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            report.error_with(place(valid, valid.len()), "not_text", "the file is not UTF-8 from here on", "save it as UTF-8");
            None
        }
    }
}

fn place(text: &str, offset: usize) -> At {
    // A carriage return of its own ends a line too, as it does for PowerShell.
    let before = text[..offset].replace("\r\n", "\n").replace('\r', "\n");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    At { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) }
}
