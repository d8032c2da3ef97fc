//! The child: reads jobs from standard input, writes what they make to standard output, until its input ends.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use crate::frame::{Answer, frame, length};
use crate::{Error, Job, template};

/// Address space of a child.
const MEMORY: u64 = 256 * 1024 * 1024;

/// The whole life of a child; the program calls it first thing, before it starts threads or opens files.
pub fn worker_main() -> ExitCode {
    match limit(Resource::As, MEMORY).and_then(|()| limit(Resource::Core, 0)).and_then(|()| serve()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn serve() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    while let Some(bytes) = read(&mut input)? {
        allow_a_second()?;
        let answer = match serde_json::from_slice::<Job>(&bytes) {
            Ok(job) => template::render(&job).map_or_else(Answer::Failed, Answer::Made),
            Err(error) => Answer::Failed(Error::new("render_unavailable", format!("the job could not be read: {error}"))),
        };
        output.write_all(&frame(&answer).map_err(io::Error::other)?)?;
        output.flush()?;
    }
    Ok(())
}

fn read(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut head = [0; 4];
    match input.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut bytes = vec![0; length(head)?];
    input.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

/// One to two seconds of processor time from now: the limit counts whole seconds of all jobs so far.
fn allow_a_second() -> io::Result<()> {
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(0);
    limit(Resource::Cpu, used + 2)
}

/// Sets the soft limit only: it is raised again for the next job.
fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let maximum = rustix::process::getrlimit(resource).maximum;
    let current = maximum.map_or(most, |maximum| most.min(maximum));
    Ok(setrlimit(resource, Rlimit { current: Some(current), maximum })?)
}
