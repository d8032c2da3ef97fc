//! Text in CLIXML: XML's own escapes, and `_xHHHH_` for what XML cannot carry.

/// Writes `text` so that PowerShell reads the same text.
///
/// `_x` is escaped because what follows might look like an escape; line ends because XML would make all of them line feeds.
pub(super) fn encode(out: &mut String, text: &str) {
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '_' if matches!(characters.peek(), Some('x' | 'X')) => out.push_str("_x005F_"),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                out.push_str(&format!("_x{:04X}_", u32::from(character)));
            }
            _ => out.push(character),
        }
    }
}

/// Reads text as PowerShell wrote it. Each escape is one UTF-16 unit: two make a pair, one alone has no meaning and becomes U+FFFD.
pub(super) fn decode(text: &str) -> String {
    if !text.contains("_x") && !text.contains("_X") {
        return text.to_owned();
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if let Some(unit) = escaped(rest) {
            units.push(unit);
            rest = &rest[7..];
        } else {
            units.extend(character.encode_utf16(&mut [0; 2]).iter());
            rest = &rest[character.len_utf8()..];
        }
    }
    String::from_utf16_lossy(&units)
}

/// The unit that `_xHHHH_` at the start of `text` stands for.
fn escaped(text: &str) -> Option<u16> {
    let bytes = text.as_bytes().get(..7)?;
    let [b'_', b'x' | b'X', digits @ .., b'_'] = bytes else { return None };
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back_as_it_was() {
        let nasty = [
            "",
            "plain",
            "_x0041_",
            "_X0041_",
            "__x",
            "_",
            "x_",
            "a\r\nb\tc\0",
            "<&>\"'",
            "é 😀 \u{fffe}\u{ffff}",
            "\u{85}\u{2028}",
            "_x00G1_",
            "_x0041",
            "]]>",
            " lead and trail ",
            "\u{7f}",
        ];
        for text in nasty {
            let mut out = String::new();
            encode(&mut out, text);
            let plain = out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
            assert_eq!(decode(&plain), text, "{out}");
        }
    }

    #[test]
    fn two_escapes_make_a_pair_and_one_alone_is_replaced() {
        assert_eq!(decode("_xD83D__xDE00_"), "😀");
        assert_eq!(decode("a_xD83D_b"), "a\u{fffd}b");
    }
}
