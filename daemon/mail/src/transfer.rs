//! Content-Transfer-Encoding, leniently: what a decoder cannot read it passes over (RFC 2045 6.8)
//! instead of losing the part.

/// The bytes that base64 `text` stands for; characters outside the alphabet are ignored.
pub(crate) fn base64(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut group, mut digits) = (0_u32, 0_u8);
    for &b in text {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                finish_group(&mut bytes, group, digits);
                (group, digits) = (0, 0);
                continue;
            }
            _ => continue,
        };
        group = group << 6 | u32::from(value);
        digits += 1;
        if digits == 4 {
            bytes.extend_from_slice(&group.to_be_bytes()[1..]);
            (group, digits) = (0, 0);
        }
    }
    finish_group(&mut bytes, group, digits);
    bytes
}

/// Writes the one or two bytes that an unfinished group of base64 digits still holds.
fn finish_group(bytes: &mut Vec<u8>, group: u32, digits: u8) {
    match digits {
        2 => bytes.push((group >> 4) as u8),
        3 => bytes.extend_from_slice(&((group >> 2) as u16).to_be_bytes()),
        _ => {}
    }
}

/// The bytes that quoted-printable `text` stands for; an escape that is none stays as it is.
pub(crate) fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        if b == b'\n' {
            trim_line_end(&mut bytes);
        }
        if b != b'=' {
            bytes.push(b);
            at += 1;
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        if let [high, low, ..] = rest
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            bytes.push(high << 4 | low);
            at += 3;
            continue;
        }
        let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
        if rest.get(blanks) == Some(&b'\n') {
            at += blanks + 2;
        } else if blanks == rest.len() {
            break;
        } else {
            bytes.push(b'=');
            at += 1;
        }
    }
    bytes
}

/// Removes white space that transport may have added before a line end, keeping a CR.
fn trim_line_end(bytes: &mut Vec<u8>) {
    let cr = bytes.last() == Some(&b'\r');
    if cr {
        bytes.pop();
    }
    while matches!(bytes.last(), Some(b' ' | b'\t')) {
        bytes.pop();
    }
    if cr {
        bytes.push(b'\r');
    }
}

/// The value of a hexadecimal digit.
pub(crate) fn hex(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_characters_do_not_cost_a_base64_part() {
        assert_eq!(base64(b"SGVs\r\nbG8!gd29*ybGQ="), b"Hello world");
        assert_eq!(base64(b"SGk=SGk"), b"HiHi");
        assert_eq!(base64(b"\xff?"), b"");
    }

    #[test]
    fn a_stray_equals_sign_does_not_cost_a_quoted_printable_part() {
        assert_eq!(quoted_printable(b"a=3Db =\r\nc=zz 1=2 \t\nend="), b"a=b c=zz 1=2\nend");
        assert_eq!(quoted_printable(b"a  \r\nb= \nc"), b"a\r\nbc");
    }
}
