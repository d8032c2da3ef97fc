//! Reading dates as `[datetime]'...'` does, in the forms that name a whole date; and by an exact format.

use super::{Parts, TICKS_SECOND, format};
use crate::value::{DateKind, DateTime};

/// What a text says about a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// A moment.
    Moment(DateTime),
    /// A date without its year, or a time without its date: the answer depends on today.
    NeedsToday,
    /// No date.
    No,
}

/// A piece of the text: digits, letters, or a separator.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'a> {
    Number(i64, usize),
    Word(&'a str),
    Mark(char),
    Space,
}

/// Reads a date in any of the usual forms of the invariant culture.
pub(crate) fn parse(text: &str, today: Option<DateTime>) -> Parsed {
    let text = text.trim();
    let today = today.map(|today| super::parts(today.ticks));
    let Some(tokens) = tokens(text) else { return Parsed::No };
    let mut reader = Reader { tokens: &tokens, at: 0, today };
    reader.moment().unwrap_or(Parsed::No)
}

fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end = match c {
            '0'..='9' => rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()),
            _ if c.is_alphabetic() => rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len()),
            _ if c.is_whitespace() => rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len()),
            _ => c.len_utf8(),
        };
        let piece = &rest[..end];
        out.push(match c {
            '0'..='9' => Token::Number(piece.parse().ok().filter(|_| piece.len() <= 9)?, piece.len()),
            _ if c.is_alphabetic() => Token::Word(piece),
            _ if c.is_whitespace() => Token::Space,
            _ => Token::Mark(c),
        });
        rest = &rest[end..];
        if out.len() > 40 {
            return None;
        }
    }
    Some(out)
}

struct Reader<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    today: Option<Parts>,
}

#[derive(Default)]
struct Date {
    year: Option<i64>,
    month: i64,
    day: i64,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    fn eat(&mut self, mark: char) -> bool {
        let found = self.peek() == Some(Token::Mark(mark));
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while self.peek() == Some(Token::Space) {
            self.at += 1;
        }
    }

    fn moment(&mut self) -> Option<Parsed> {
        self.day_name();
        let date = if self.begins_time() { Date::default() } else { self.date()? };
        let mut time = [0, 0, 0, 0];
        let mut offset = None;
        if date.day == 0 {
            time = self.time()?;
            offset = self.zone()?;
        } else {
            self.eat(',');
            let before = self.at;
            self.skip_space();
            let has_t = matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case("t"));
            self.at += usize::from(has_t);
            if self.peek().is_some() {
                if !has_t && before == self.at {
                    return None;
                }
                time = self.time()?;
                offset = self.zone()?;
            }
        }
        if !self.at_end() {
            return None;
        }
        self.complete(&date, time, offset)
    }

    /// The moment of the pieces; what is missing is taken from today.
    fn complete(&self, date: &Date, time: [i64; 4], offset: Option<i64>) -> Option<Parsed> {
        let (year, month, day) = match (date.year, self.today) {
            (Some(year), _) => (year, date.month, date.day),
            // Whether there is such a day is known without the year, but for the leap day.
            (None, _) if date.day != 0 && (!(1..=12).contains(&date.month) || date.day > super::days_in_month(2000, date.month)) => {
                return None;
            }
            (None, None) => return Some(Parsed::NeedsToday),
            (None, Some(today)) if date.day == 0 => (today.year, today.month, today.day),
            (None, Some(today)) => (today.year, date.month, date.day),
        };
        let [hour, minute, second, fraction] = time;
        let ticks = Parts { year, month, day, hour, minute, second, fraction }.ticks()?;
        Some(Parsed::Moment(match offset {
            None => DateTime { ticks, kind: DateKind::Unspecified },
            // The evaluator's zone is UTC, so local time is the same instant.
            Some(minutes) => DateTime { ticks: ticks.checked_sub(minutes * 60 * TICKS_SECOND).filter(|t| *t >= 0)?, kind: DateKind::Local },
        }))
    }

    fn at_end(&mut self) -> bool {
        self.skip_space();
        self.peek().is_none()
    }

    /// `Thu,` or `Thursday` before the date.
    fn day_name(&mut self) {
        if let Some(Token::Word(word)) = self.peek()
            && format::DAYS.iter().any(|day| day.eq_ignore_ascii_case(word) || day[..3].eq_ignore_ascii_case(word))
        {
            self.at += 1;
            self.eat(',');
            self.skip_space();
        }
    }

    fn begins_time(&self) -> bool {
        matches!(self.peek(), Some(Token::Number(..)))
            && (self.tokens.get(self.at + 1) == Some(&Token::Mark(':'))
                || matches!(self.tokens.get(self.at + 1), Some(Token::Word(w)) if is_half(w)))
    }

    fn date(&mut self) -> Option<Date> {
        match self.next()? {
            Token::Word(word) => {
                let month = month(word)?;
                self.skip_separator();
                let Token::Number(day, digits) = self.next()? else { return None };
                if digits > 2 {
                    return Some(Date { year: Some(day), month, day: 1 });
                }
                Some(Date { year: self.year_after(), month, day })
            }
            Token::Number(first, digits) => self.date_from(first, digits),
            _ => None,
        }
    }

    fn date_from(&mut self, first: i64, digits: usize) -> Option<Date> {
        self.skip_separator();
        match self.next()? {
            // `29 Feb 2024`
            Token::Word(word) => {
                let month = month(word)?;
                if digits > 2 {
                    let day = self.number_after().unwrap_or(1);
                    return Some(Date { year: Some(first), month, day });
                }
                Some(Date { year: self.year_after(), month, day: first })
            }
            // `2024-02-29`, `2024-02`
            Token::Number(second, _) if digits >= 3 => {
                let third = self.number_after();
                Some(Date { year: Some(first), month: second, day: third.unwrap_or(1) })
            }
            // `02/2024`
            Token::Number(second, second_digits) if second_digits >= 3 => Some(Date { year: Some(second), month: first, day: 1 }),
            // `02/29/2024`, `2/9/24`, `2/9`
            Token::Number(second, _) => Some(Date { year: self.year_after(), month: first, day: second }),
            _ => None,
        }
    }

    /// A separator of the date and a number after it, if both are there.
    fn number_after(&mut self) -> Option<i64> {
        let before = self.at;
        let is_mark = matches!(self.peek(), Some(Token::Mark('-' | '/' | '.')));
        self.at += usize::from(is_mark);
        match self.peek() {
            Some(Token::Number(number, digits)) if is_mark && digits <= 2 => {
                self.at += 1;
                Some(number)
            }
            _ => {
                self.at = before;
                None
            }
        }
    }

    fn year_after(&mut self) -> Option<i64> {
        let before = self.at;
        self.skip_separator();
        match self.peek() {
            Some(Token::Number(year, digits)) if self.tokens.get(self.at + 1) != Some(&Token::Mark(':')) => {
                self.at += 1;
                // Two digits mean the hundred years that end in 2049.
                Some(if digits > 2 { year } else { year + if year < 50 { 2000 } else { 1900 } })
            }
            _ => {
                self.at = before;
                None
            }
        }
    }

    fn skip_separator(&mut self) {
        self.skip_space();
        if matches!(self.peek(), Some(Token::Mark('-' | '/' | '.' | ','))) {
            self.at += 1;
        }
        self.skip_space();
    }

    /// `h:m[:s[.f]] [AM|PM]`
    fn time(&mut self) -> Option<[i64; 4]> {
        let Token::Number(mut hour, _) = self.next()? else { return None };
        let mut time = [0, 0, 0, 0];
        if self.eat(':') {
            let Token::Number(minute, _) = self.next()? else { return None };
            time[1] = minute;
            if self.eat(':') {
                let Token::Number(second, _) = self.next()? else { return None };
                time[2] = second;
                if self.eat('.') {
                    let Token::Number(fraction, digits) = self.next()? else { return None };
                    time[3] = fraction_ticks(fraction, digits);
                }
            }
        }
        self.skip_space();
        if let Some(Token::Word(word)) = self.peek()
            && is_half(word)
        {
            self.at += 1;
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if word.eq_ignore_ascii_case("pm") || word.eq_ignore_ascii_case("p") { 12 } else { 0 };
        }
        time[0] = hour;
        Some(time)
    }

    /// `Z`, `GMT`, `+02:00`: minutes east, or nothing said.
    fn zone(&mut self) -> Option<Option<i64>> {
        self.skip_space();
        let sign = match self.peek() {
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("z") || word.eq_ignore_ascii_case("gmt") => {
                self.at += 1;
                return Some(Some(0));
            }
            Some(Token::Mark('+')) => 1,
            Some(Token::Mark('-')) => -1,
            _ => return Some(None),
        };
        self.at += 1;
        let Token::Number(number, digits) = self.next()? else { return None };
        let (hours, minutes) = if digits > 2 {
            (number / 100, number % 100)
        } else if self.eat(':') {
            let Token::Number(minutes, _) = self.next()? else { return None };
            (number, minutes)
        } else {
            (number, 0)
        };
        (hours <= 14 && minutes < 60).then_some(Some(sign * (hours * 60 + minutes)))
    }
}

fn is_half(word: &str) -> bool {
    ["am", "pm", "a", "p"].iter().any(|half| half.eq_ignore_ascii_case(word))
}

fn month(word: &str) -> Option<i64> {
    let index = format::MONTHS.iter().position(|month| month.eq_ignore_ascii_case(word) || month[..3].eq_ignore_ascii_case(word))?;
    i64::try_from(index + 1).ok()
}

/// Digits after the point as ticks, rounded at the seventh.
pub(super) fn fraction_ticks(fraction: i64, digits: usize) -> i64 {
    let mut ticks = fraction;
    for _ in digits..7 {
        ticks *= 10;
    }
    for digit in 7..digits {
        ticks = if digit + 1 == digits { (ticks + 5) / 10 } else { ticks / 10 };
    }
    ticks
}
