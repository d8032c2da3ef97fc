//! Frames: what crosses the socket between server and host. Numbers are little-endian, text is UTF-8 with its length in front.
//!
//! A frame is u32 length of the body, u8 kind, u32 run, body. What is malformed ends the connection; nothing is guessed.

use model::LogLevel;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Longest body.
pub(crate) const BODY_MAX: usize = 8 * 1024 * 1024;

const HEADER: usize = 9;
const RUN: u8 = 1;
const STOP: u8 = 2;
const ANSWER: u8 = 3;
const READY: u8 = 16;
const OUTPUT: u8 = 17;
const LOG: u8 = 18;
const PROGRESS: u8 = 19;
const ASK: u8 = 20;
const END: u8 = 21;

/// What a host says, with the number of the run it says it of.
#[derive(Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) run: u32,
    pub(crate) message: Message,
}

/// The messages of a host. Documents are CLIXML and not read yet.
#[derive(Debug, PartialEq)]
pub(crate) enum Message {
    Ready { nonce: String, version: String },
    Output { document: String },
    Log { level: LogLevel, code: String, message: String, source: String, document: String },
    Progress { activity: String, status: String, percent: i32, completed: bool },
    Ask { id: u32, op: String, document: String },
    End { outcome: Outcome, code: String, message: String, action: String },
}

/// How a host says a script ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    NotDone,
    Unclear,
}

/// Why a connection cannot go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The other end is gone.
    #[error("the connection was closed")]
    Closed,
    /// The other end does not speak the protocol.
    #[error("a frame is malformed: {0}")]
    Malformed(&'static str),
    /// More than fits into a frame.
    #[error("{0} bytes do not fit into a frame")]
    TooLarge(usize),
    /// The system refused.
    #[error("the connection failed")]
    Io(#[from] std::io::Error),
}

/// Tells the host to run what the CLIXML `document` says.
pub(crate) fn run(run: u32, document: &str) -> Result<Vec<u8>, Error> {
    frame(RUN, run, document.as_bytes())
}

/// Tells the host to stop the script of `run`.
pub(crate) fn stop(run: u32) -> Vec<u8> {
    frame(STOP, run, &[]).expect("an empty body fits")
}

/// Answers an ask with the CLIXML `document`.
pub(crate) fn answer(run: u32, id: u32, document: &str) -> Result<Vec<u8>, Error> {
    let mut body = id.to_le_bytes().to_vec();
    body.push(1);
    put_text(&mut body, document);
    frame(ANSWER, run, &body)
}

/// Refuses an ask.
pub(crate) fn refuse(run: u32, id: u32, failure: &model::Failure) -> Result<Vec<u8>, Error> {
    let mut body = id.to_le_bytes().to_vec();
    body.push(0);
    put_text(&mut body, &failure.code);
    put_text(&mut body, &failure.message);
    put_text(&mut body, failure.recommended_action.as_deref().unwrap_or_default());
    frame(ANSWER, run, &body)
}

fn frame(kind: u8, run: u32, body: &[u8]) -> Result<Vec<u8>, Error> {
    if body.len() > BODY_MAX {
        return Err(Error::TooLarge(body.len()));
    }
    let mut bytes = Vec::with_capacity(HEADER + body.len());
    bytes.extend(u32::try_from(body.len()).expect("a body is at most 8 MiB").to_le_bytes());
    bytes.push(kind);
    bytes.extend(run.to_le_bytes());
    bytes.extend(body);
    Ok(bytes)
}

/// Text as .NET's `BinaryWriter` writes it: the length in groups of seven bits, lowest first.
fn put_text(body: &mut Vec<u8>, text: &str) {
    let mut length = text.len();
    while length >= 0x80 {
        body.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    body.push(length as u8);
    body.extend(text.as_bytes());
}

/// Reads frames from a host. Waiting for one can be given up at any time without losing a byte.
pub(crate) struct Reader<R> {
    from: R,
    buffer: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    pub(crate) fn new(from: R) -> Self {
        Reader { from, buffer: Vec::with_capacity(16 * 1024) }
    }

    /// The next frame.
    pub(crate) async fn next(&mut self) -> Result<Said, Error> {
        loop {
            if let Some(said) = self.buffered()? {
                return Ok(said);
            }
            if self.from.read_buf(&mut self.buffer).await? == 0 {
                return Err(Error::Closed);
            }
        }
    }

    fn buffered(&mut self) -> Result<Option<Said>, Error> {
        let Some((header, rest)) = self.buffer.split_at_checked(HEADER) else { return Ok(None) };
        let length = u32::from_le_bytes(header[..4].try_into().expect("four bytes")) as usize;
        if length > BODY_MAX {
            return Err(Error::TooLarge(length));
        }
        let Some(body) = rest.get(..length) else { return Ok(None) };
        let run = u32::from_le_bytes(header[5..].try_into().expect("four bytes"));
        let message = decode(header[4], Fields(body))?;
        self.buffer.drain(..HEADER + length);
        Ok(Some(Said { run, message }))
    }
}

fn decode(kind: u8, mut fields: Fields<'_>) -> Result<Message, Error> {
    let message = match kind {
        READY => Message::Ready { nonce: fields.text()?, version: fields.text()? },
        OUTPUT => Message::Output { document: fields.text()? },
        LOG => Message::Log {
            level: *LogLevel::ALL.get(usize::from(fields.byte()?)).ok_or(Error::Malformed("no such level"))?,
            code: fields.text()?,
            message: fields.text()?,
            source: fields.text()?,
            document: fields.text()?,
        },
        PROGRESS => Message::Progress {
            activity: fields.text()?,
            status: fields.text()?,
            percent: i32::from_le_bytes(fields.four()?),
            completed: fields.byte()? != 0,
        },
        ASK => Message::Ask { id: u32::from_le_bytes(fields.four()?), op: fields.text()?, document: fields.text()? },
        END => Message::End {
            outcome: match fields.byte()? {
                0 => Outcome::Done,
                1 => Outcome::NotDone,
                2 => Outcome::Unclear,
                _ => return Err(Error::Malformed("no such end")),
            },
            code: fields.text()?,
            message: fields.text()?,
            action: fields.text()?,
        },
        _ => return Err(Error::Malformed("no such kind")),
    };
    if fields.0.is_empty() { Ok(message) } else { Err(Error::Malformed("more than its fields")) }
}

/// The fields of a body that are not read yet.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn byte(&mut self) -> Result<u8, Error> {
        Ok(self.take(1)?[0])
    }

    fn four(&mut self) -> Result<[u8; 4], Error> {
        Ok(self.take(4)?.try_into().expect("four bytes were taken"))
    }

    fn text(&mut self) -> Result<String, Error> {
        let mut length = 0usize;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            length |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                let bytes = self.take(length)?;
                return std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Error::Malformed("text is not UTF-8"));
            }
        }
        Err(Error::Malformed("a length is too long"))
    }

    fn take(&mut self, count: usize) -> Result<&[u8], Error> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Error::Malformed("less than its fields"))?;
        self.0 = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests;
