//! The names of files in a Maildir: a unique base name, and flags behind it.

/// The base name and the flags of a file name.
///
/// The flags follow `:2,`, or `;2,` or `!2,` where a file system cannot have a colon in names.
/// The base name alone names the message: a mail program that marks it as read renames the file.
pub fn split(name: &[u8]) -> (&[u8], &[u8]) {
    let info = name
        .windows(3)
        .rposition(|at| matches!(at, [b':' | b';' | b'!', b'1' | b'2', b',']))
        .filter(|at| name[at + 3..].iter().all(|b| b.is_ascii_alphanumeric() || *b == b','));
    match info {
        Some(at) if at > 0 => (&name[..at], &name[at + 3..]),
        _ => (name, &[]),
    }
}

/// The base name of a file name.
pub fn base(name: &[u8]) -> &[u8] {
    split(name).0
}

/// The flags of a file name that Maildir defines, in order, each once.
pub fn flags(name: &[u8]) -> String {
    let (base, flags) = split(name);
    if name.get(base.len() + 1) != Some(&b'2') {
        return String::new();
    }
    let mut flags: Vec<char> =
        flags.iter().filter(|b| b"DFPRST".contains(b)).map(|b| char::from(*b)).collect();
    flags.sort_unstable();
    flags.dedup();
    flags.into_iter().collect()
}

/// Every name that a message with this base name can have by the flags of Maildir alone, so that
/// one that was just marked is found without listing a large folder.
pub fn likely(base: &[u8], separator: u8) -> impl Iterator<Item = Vec<u8>> {
    const LETTERS: &[u8] = b"DFPRST";
    let base = base.to_vec();
    (0_u32..1 << LETTERS.len()).map(move |set| {
        let mut name = base.clone();
        name.extend_from_slice(&[separator, b'2', b',']);
        name.extend(LETTERS.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|(_, b)| *b));
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_keeps_its_base_name_whatever_its_flags() {
        for name in ["1.a.host", "1.a.host:2,", "1.a.host:2,SR", "1.a.host;2,S", "1.a.host!2,RDF,"]
        {
            assert_eq!(base(name.as_bytes()), b"1.a.host", "{name}");
        }
        assert_eq!(base(b"1.a,S=12,W=13:2,Sb"), b"1.a,S=12,W=13");
        assert_eq!(base(b"1.a:2,S.eml"), b"1.a:2,S.eml");
        assert_eq!(base(b":2,S"), b":2,S");
    }

    #[test]
    fn flags_are_the_same_in_whatever_order_they_are_written() {
        assert_eq!(flags(b"1.a:2,SRRb,"), "RS");
        assert_eq!(flags(b"1.a"), "");
        assert_eq!(flags(b"1.a:1,S"), "");
        assert!(likely(b"1.a", b';').any(|name| name == b"1.a;2,FS"));
    }
}
