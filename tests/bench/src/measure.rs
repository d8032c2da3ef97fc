//! How often, how long, and which of the figures count.

use std::time::{Duration, Instant};

/// Rounds a benchmark makes; baseline and subject take turns in each, so that a slow minute slows both.
pub(crate) const ROUNDS: usize = 5;

/// How long one measurement of a rate takes.
pub(crate) const SPAN: Duration = Duration::from_millis(1500);

/// The middle one.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The one that this share of the figures does not exceed.
pub(crate) fn percentile(mut figures: Vec<f64>, share: f64) -> f64 {
    figures.sort_by(f64::total_cmp);
    let rank = (figures.len() as f64 * share).ceil() as usize;
    figures.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// The runtime a server has: a thread for each core.
pub(crate) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

/// Processor time of this process so far, in microseconds; none where the system does not tell.
pub(crate) fn processor_us() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name in parentheses: user and system time are fields 14 and 15 of all, in hundredths of a second.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) * 10_000.0)
}

/// So many in a second since `start`.
pub(crate) fn rate(count: u64, start: Instant) -> f64 {
    count as f64 / start.elapsed().as_secs_f64()
}
