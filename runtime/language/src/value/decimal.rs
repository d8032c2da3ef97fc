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

/// The largest mantissa.
const LARGEST: u128 = (1 << 96) - 1;

fn made(mantissa: u128, scale: u32, is_negative: bool) -> Option<Decimal> {
    let mantissa = i128::try_from(mantissa).ok().filter(|_| mantissa <= LARGEST)?;
    Decimal::try_from_i128_with_scale(if is_negative { -mantissa } else { mantissa }, scale).ok()
}

/// A product; nothing keeps the digits after its point.
pub(crate) fn multiply(a: Decimal, b: Decimal) -> Option<Decimal> {
    if a.is_zero() || b.is_zero() {
        return made(0, (a.scale() + b.scale()).min(28), false);
    }
    a.checked_mul(b)
}

/// A quotient, digit by digit: as few digits as are exact and as both scales ask for, else as many as fit.
pub(crate) fn divide(a: Decimal, b: Decimal) -> Option<Decimal> {
    let divisor = b.mantissa().unsigned_abs();
    let dividend = a.mantissa().unsigned_abs();
    let mut scale = i64::from(a.scale()) - i64::from(b.scale());
    let (mut quotient, mut rest) = (dividend / divisor, dividend % divisor);
    while scale < 0 || (rest != 0 && scale < 28) {
        let next = quotient.checked_mul(10)?.checked_add(rest * 10 / divisor)?;
        if next > LARGEST {
            if scale < 0 {
                return None;
            }
            break;
        }
        quotient = next;
        rest = rest * 10 % divisor;
        scale += 1;
    }
    // Half goes to the even neighbour.
    if rest * 2 > divisor || (rest * 2 == divisor && quotient % 2 == 1) {
        quotient += 1;
    }
    // Zeros that only the search for digits has brought go again.
    let asked = (i64::from(a.scale()) - i64::from(b.scale())).max(0);
    while scale > asked && quotient % 10 == 0 {
        quotient /= 10;
        scale -= 1;
    }
    made(quotient, u32::try_from(scale).ok()?, a.is_sign_negative() != b.is_sign_negative())
}

/// What is left of a division, with the longer of both scales.
pub(crate) fn remainder(a: Decimal, b: Decimal) -> Option<Decimal> {
    if a.abs() < b.abs() {
        return Some(a);
    }
    let mut rest = a.checked_rem(b)?;
    rest.rescale(a.scale().max(b.scale()));
    Some(rest)
}
