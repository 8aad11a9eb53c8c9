//! What a site asks programs to leave alone (RFC 9309).

/// The name that rules may address us by.
const OURS: &str = "watchkeeper";
/// Rules beyond this many are not read.
const MOST: usize = 2000;

/// The rules that hold for us.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Robots {
    /// Patterns, each with whether it allows.
    rules: Vec<(String, bool)>,
}

impl Robots {
    /// Reads a robots.txt: the group for our name, else the one for everybody.
    pub fn parse(text: &str) -> Self {
        let (mut ours, mut all) = (Vec::new(), Vec::new());
        let mut named = false;
        let (mut for_us, mut for_all, mut in_rules) = (false, false, false);
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((field, value)) = line.split_once(':') else { continue };
            let (field, value) = (field.trim().to_ascii_lowercase(), value.trim());
            match field.as_str() {
                "user-agent" => {
                    if in_rules {
                        (for_us, for_all, in_rules) = (false, false, false);
                    }
                    for_us |= value.eq_ignore_ascii_case(OURS);
                    for_all |= value == "*";
                    named |= for_us;
                }
                "allow" | "disallow" => {
                    in_rules = true;
                    let rule = (value.to_owned(), field == "allow");
                    if !value.is_empty() && ours.len() + all.len() < MOST {
                        if for_us {
                            ours.push(rule.clone());
                        }
                        if for_all {
                            all.push(rule);
                        }
                    }
                }
                _ => {}
            }
        }
        Self { rules: if named { ours } else { all } }
    }

    /// Whether `path` (with its query) may be fetched: the longest rule decides, and of two as long
    /// the one that allows.
    pub fn allows(&self, path: &str) -> bool {
        let fitting = self.rules.iter().filter(|(pattern, _)| fits(pattern, path));
        fitting
            .max_by_key(|(pattern, allow)| (pattern.len(), *allow))
            .is_none_or(|(_, allow)| *allow)
    }
}

/// Whether a pattern with `*` and a final `$` fits the beginning of a path.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, whole) = match pattern.strip_suffix('$') {
        Some(bare) => (bare, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    let mut last_open = false;
    while let Some(part) = parts.next() {
        let at_end = whole && parts.peek().is_none();
        last_open = part.is_empty();
        let found = if at_end && !part.is_empty() { rest.rfind(part) } else { rest.find(part) };
        let Some(at) = found else { return false };
        rest = &rest[at + part.len()..];
    }
    !whole || rest.is_empty() || last_open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rule_for_us_decides() {
        let robots = Robots::parse(
            "User-agent: somebody\nDisallow: /\n\nUser-Agent: *\nUser-agent: other\nDisallow: /private # all of it\n\
             Allow: /private/status\nDisallow: /*.pdf$\nDisallow:\n",
        );
        for (path, allowed) in [
            ("/", true),
            ("/private/x", false),
            ("/private/status?x=1", true),
            ("/doc.pdf", false),
            ("/doc.pdf?x", true),
        ] {
            assert_eq!(robots.allows(path), allowed, "{path}");
        }
        let named =
            Robots::parse("User-agent: *\nDisallow: /\nUser-agent: Watchkeeper\nDisallow: /x");
        assert!(named.allows("/") && !named.allows("/x/y"));
        assert!(Robots::parse("").allows("/anything"));
        assert!(!Robots::parse("User-agent: *\nDisallow: /a*b*c").allows("/a-b-c-d"));
    }
}
