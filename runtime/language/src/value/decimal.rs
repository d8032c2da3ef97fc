//! Decimals as .NET reads and writes them: 28 or 29 digits, trailing zeros kept.

use rust_decimal::Decimal;

/// Reads digits with an optional sign and point; digits past the last that fits are rounded to even, as .NET does.
pub(crate) fn parse(text: &str) -> Option<Decimal> {
    let text = text.strip_suffix('.').unwrap_or(text);
    if let Ok(value) = Decimal::from_str_exact(text) {
        return Some(value);
    }
    // Too many digits after the point: round; too many before it: no decimal.
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let fraction = text.split_once('.').map_or(0, |(_, after)| after.len());
    if fraction == 0 || digits == 0 {
        return None;
    }
    text.parse().ok()
}
