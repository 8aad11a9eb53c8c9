//! Legal and confidentiality notices, by their phrases.

mod phrases;

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use phrases::{LIKELY, OF_LAW, OF_THE_MAIL};

/// How much a paragraph looks like a notice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Notice {
    /// Not at all.
    #[default]
    No,
    /// It may be one below a signature.
    Perhaps,
    /// It is one.
    Sure,
}

static PHRASES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::DFA))
        .build(OF_THE_MAIL.iter().chain(OF_LAW).chain(LIKELY))
        .ok()
});

/// How much `text`, one paragraph in lower case, looks like a notice. Law alone is not enough
/// where it is `talk` between people: a customer who threatens with it says just such words.
pub(super) fn judge(text: &str, talk: bool) -> Notice {
    let Some(phrases) = PHRASES.as_ref() else { return Notice::No };
    let (mut of_the_mail, mut of_law, mut likely) = (0, 0, 0);
    let mut seen: Vec<usize> = Vec::new();
    for found in phrases.find_iter(text) {
        let phrase = found.pattern().as_usize();
        if seen.contains(&phrase) {
            continue;
        }
        seen.push(phrase);
        if phrase < OF_THE_MAIL.len() {
            of_the_mail += 1;
        } else if phrase < OF_THE_MAIL.len() + OF_LAW.len() {
            of_law += 1;
        } else {
            likely += 1;
        }
    }
    if of_the_mail > 0 && (!talk || of_the_mail + of_law + likely > 1)
        || !talk && (of_law > 0 && text.len() < 600 || of_law > 1)
    {
        Notice::Sure
    } else if of_the_mail > 0 || of_law + likely > if talk { 2 } else { 0 } {
        Notice::Perhaps
    } else {
        Notice::No
    }
}

/// Whether `text`, the first paragraph of a body in lower case, is the banner that a gateway puts
/// above mail from outside.
pub(super) fn is_banner(text: &str) -> bool {
    const STARTS: &[&str] = &[
        "caution: this email",
        "caution: external",
        "[external]",
        "external email",
        "external sender",
        "warning: this email originated",
        "caution! external",
        "this email originated from outside",
        "this message originated from outside",
        "you don't often get email from",
        "achtung: diese e-mail",
        "achtung externe",
        "externe e-mail",
        "attention : ce message",
        "some people who received this message don't often",
    ];
    let text = text.trim_start_matches(['*', '-', '!', ' ', '⚠', '\u{fe0f}', '[']);
    text.len() < 400 && STARTS.iter().any(|start| text.starts_with(start.trim_start_matches('[')))
}

#[cfg(test)]
mod tests {
    use super::{super::paragraph::is_personal, *};

    fn judged(text: &str) -> Notice {
        judge(&text.to_lowercase(), is_personal(text))
    }

    #[test]
    fn notices_are_told_from_threats_that_use_their_words() {
        let check = |text: &str, want: Notice| assert_eq!(judged(text), want, "{text}");
        check("This e-mail is intended only for the named recipient.", Notice::Sure);
        check("If you have received this message in error, please delete it.", Notice::Sure);
        check("Nordwind GmbH, Sitz Kiel, Amtsgericht Kiel HRB 1", Notice::Sure);
        check("Ce message est confidentiel.", Notice::Sure);
        check("Eastwind Ltd is regulated by the harbour authority.", Notice::Perhaps);
        let threat = "We consider this an unauthorised disclosure of personal health information and \
                      will take legal action.";
        check(threat, Notice::Perhaps);
        check("Please delete the old account, it is not needed any more.", Notice::No);
    }
}
