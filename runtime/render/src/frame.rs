//! What goes between the pool and a child: a length of four bytes, big end first, and that many bytes of JSON.

use serde::{Deserialize, Serialize};

use crate::Error;

/// The longest frame either side takes: an output of 4 MiB with every character escaped.
pub(crate) const LONGEST: usize = 32 * 1024 * 1024;

/// A child's answer to a job.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// What the template made.
    Made(String),
    /// Why it made nothing.
    Failed(Error),
}

/// `value` as a frame.
pub(crate) fn frame(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, value)
        .map_err(|error| Error::new("template_value", format!("a value cannot be written as JSON: {error}")))?;
    let length = bytes.len() - 4;
    if length > LONGEST {
        return Err(Error::new("template_too_big", format!("the template and its values are longer than {LONGEST} bytes")));
    }
    let length = u32::try_from(length).expect("the longest frame is shorter");
    bytes[..4].copy_from_slice(&length.to_be_bytes());
    Ok(bytes)
}

/// The length that a frame's first bytes give, if it is one we take.
pub(crate) fn length(bytes: [u8; 4]) -> std::io::Result<usize> {
    usize::try_from(u32::from_be_bytes(bytes))
        .ok()
        .filter(|length| *length <= LONGEST)
        .ok_or_else(|| std::io::Error::new(std::io::ErrorKind::InvalidData, "a frame is too long"))
}
