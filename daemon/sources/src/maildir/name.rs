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

/// The size of the message where the name says it (`,S=1234`, as Dovecot and Courier write it).
pub fn size(name: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(base(name)).ok()?;
    text.split(',').skip(1).find_map(|part| part.strip_prefix("S=")?.parse().ok())
}

/// What people call a folder: `.Sub.Folder` of Maildir++ is `Sub/Folder`. Names are in the modified
/// UTF-7 of IMAP (RFC 3501, section 5.1.3) where a mail server made them.
pub fn folder(relative: &str) -> String {
    let parts: Vec<String> = relative
        .split('/')
        .map(|part| match part.strip_prefix('.') {
            Some(rest) => decode_utf7(&rest.replace('.', "/")),
            None => decode_utf7(part),
        })
        .collect();
    parts.join("/")
}

/// `name` with its `&...-` runs decoded; as it is if one of them is none.
fn decode_utf7(name: &str) -> String {
    let decode = || -> Option<String> {
        let mut text = String::new();
        let mut rest = name;
        while let Some((before, run)) = rest.split_once('&') {
            let (run, behind) = run.split_once('-')?;
            text.push_str(before);
            if run.is_empty() {
                text.push('&');
            } else {
                let bytes = BASE64.decode(run.replace(',', "/").as_bytes()).ok()?;
                let units =
                    bytes.chunks(2).map(|unit| Some(u16::from_be_bytes(unit.try_into().ok()?)));
                text.push_str(&String::from_utf16(&units.collect::<Option<Vec<_>>>()?).ok()?);
            }
            rest = behind;
        }
        text.push_str(rest);
        Some(text)
    };
    decode().unwrap_or_else(|| name.to_owned())
}

/// Base 64 without padding, as modified UTF-7 has it (`,` for `/` is replaced before).
const BASE64: data_encoding::Encoding = data_encoding::BASE64_NOPAD;

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
    fn folders_are_called_what_people_call_them() {
        assert_eq!(folder(".Archiv.Entw&APw-rfe"), "Archiv/Entwürfe");
        assert_eq!(folder(".&Jjo-.A&-B"), "☺/A&B");
        assert_eq!(folder("Deep/.R&D"), "Deep/R&D");
        assert_eq!(folder(".&2D0-"), "&2D0-");
    }

    #[test]
    fn a_size_is_taken_from_the_name() {
        assert_eq!(size(b"1.M2P3.host,S=1000,W=1030:2,S"), Some(1000));
        assert_eq!(size(b"1.M2P3.host:2,S"), None);
    }

    #[test]
    fn flags_are_the_same_in_whatever_order_they_are_written() {
        assert_eq!(flags(b"1.a:2,SRRb,"), "RS");
        assert_eq!(flags(b"1.a"), "");
        assert_eq!(flags(b"1.a:1,S"), "");
        assert!(likely(b"1.a", b';').any(|name| name == b"1.a;2,FS"));
    }
}
