//! A number as its decimal digits.

use crate::value::Value;
use crate::value::text::plain_text;

/// Sign, digits before the point without leading zeros, digits after it without trailing zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digits {
    pub(super) is_negative: bool,
    pub(super) whole: String,
    pub(super) fraction: String,
}

impl Digits {
    /// All digits of a number that is no double.
    fn exact(value: &Value) -> Self {
        Self::parse(&plain_text(value))
    }

    /// Rounded to so many digits after the point. Of a double the exact value counts and halves go to the even neighbour;
    /// of all others halves go away from zero.
    pub(super) fn rounded(value: &Value, places: usize) -> Self {
        match value {
            Value::Double(number) => Self::parse(&format!("{number:.places$}")),
            other => {
                let mut digits = Self::exact(other);
                digits.round(places);
                digits.is_negative &= !digits.is_zero();
                digits
            }
        }
    }

    /// Rounded to so many digits that count, at least one.
    pub(super) fn significant(value: &Value, count: usize) -> Self {
        match value {
            Value::Double(number) => Self::scientific(&format!("{number:.*e}", count - 1)),
            other => {
                let mut digits = Self::exact(other);
                let exponent = digits.exponent();
                digits.shift(-exponent);
                digits.round(count - 1);
                digits.shift(exponent);
                digits
            }
        }
    }

    /// The digits custom formats see: of a double, the first fifteen that count.
    pub(super) fn fifteen(value: &Value) -> Self {
        match value {
            Value::Double(number) => Self::scientific(&format!("{number:.14e}")),
            other => Self::exact(other),
        }
    }

    /// `1.234e-5`
    pub(super) fn scientific(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let mut digits = Self::parse(mantissa);
        digits.shift(exponent.parse().unwrap_or(0));
        digits
    }

    fn parse(text: &str) -> Self {
        let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        Self { is_negative, whole: whole.trim_start_matches('0').to_owned(), fraction: fraction.trim_end_matches('0').to_owned() }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.fraction.is_empty()
    }

    /// Moves the point to the right, or to the left where negative.
    pub(super) fn shift(&mut self, places: i32) {
        if self.is_zero() {
            return;
        }
        let count = usize::try_from(places.unsigned_abs()).unwrap_or(0);
        if places >= 0 {
            let mut fraction = std::mem::take(&mut self.fraction);
            while fraction.len() < count {
                fraction.push('0');
            }
            self.whole.push_str(&fraction[..count]);
            self.fraction = fraction[count..].to_owned();
        } else {
            let mut whole = "0".repeat(count.saturating_sub(self.whole.len())) + &self.whole;
            let moved = whole.split_off(whole.len() - count);
            self.whole = whole;
            self.fraction.insert_str(0, &moved);
        }
        self.whole = self.whole.trim_start_matches('0').to_owned();
        self.fraction = self.fraction.trim_end_matches('0').to_owned();
    }

    /// Rounds to so many digits after the point, halves away from zero.
    pub(super) fn round(&mut self, places: usize) {
        if self.fraction.len() <= places {
            return;
        }
        let is_up = self.fraction.as_bytes()[places] >= b'5';
        self.fraction.truncate(places);
        if is_up {
            let mut all: Vec<u8> = self.whole.bytes().chain(self.fraction.bytes()).collect();
            let mut at = all.len();
            loop {
                if at == 0 {
                    all.insert(0, b'1');
                    break;
                }
                at -= 1;
                if all[at] == b'9' {
                    all[at] = b'0';
                } else {
                    all[at] += 1;
                    break;
                }
            }
            let split = all.len() - self.fraction.len();
            let text: String = all.into_iter().map(char::from).collect();
            self.whole = text[..split].to_owned();
            self.fraction = text[split..].to_owned();
        }
        self.fraction = self.fraction.trim_end_matches('0').to_owned();
    }

    /// The power of ten of the first digit.
    pub(super) fn exponent(&self) -> i32 {
        if !self.whole.is_empty() {
            return i32::try_from(self.whole.len()).unwrap_or(0) - 1;
        }
        let zeros = self.fraction.bytes().take_while(|b| *b == b'0').count();
        if self.is_zero() { 0 } else { -i32::try_from(zeros).unwrap_or(0) - 1 }
    }

    /// `1,234` with or without commas, `0` for nothing.
    pub(super) fn whole_text(&self, is_grouped: bool) -> String {
        if self.whole.is_empty() {
            return "0".to_owned();
        }
        if !is_grouped {
            return self.whole.clone();
        }
        let mut out = String::new();
        for (index, digit) in self.whole.chars().enumerate() {
            if index > 0 && (self.whole.len() - index).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        out
    }

    /// The digits after the point, filled up to `places`.
    pub(super) fn fraction_text(&self, places: usize) -> String {
        format!("{:0<places$}", self.fraction)
    }
}
