//! Whose side an address is on, and which team of ours it belongs to.

use std::{collections::HashMap, sync::Arc};

use model::{Address, Side};
use serde::{Deserialize, Serialize};

/// Domains of mail providers where anybody may have an address.
const FREE_MAIL: &str = include_str!("free_mail.txt");

/// Who is ours, as configured. Domains and patterns are compared without regard to case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SidesConfig {
    /// Our domains; their subdomains are ours too.
    pub domains: Vec<String>,
    /// Our teams; the first with a fitting pattern wins.
    pub teams: Vec<TeamConfig>,
    /// Domains, addresses or patterns of partners: neither ours nor customers.
    pub partners: Vec<String>,
    /// Further domains of mail providers, beside the shipped list.
    pub free_mail: Vec<String>,
    /// Domains, addresses or patterns that are customers although they look like ours.
    pub customers: Vec<String>,
}

/// A team of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamConfig {
    /// Its name, such as `support`.
    pub name: String,
    /// Whom it is made of: `support@x`, `*@support.x`, or a glob with `*` and `?`. A pattern without
    /// `@` is a domain.
    pub addresses: Vec<String>,
}

/// Tells the sides apart. Made once from the configuration and shared.
#[derive(Debug, Clone, Default)]
pub struct Sides {
    ours: Patterns<()>,
    teams: Patterns<Arc<str>>,
    team_names: Vec<Arc<str>>,
    partners: Patterns<()>,
    customers: Patterns<()>,
    free_mail: std::collections::HashSet<String>,
}

impl Sides {
    /// Reads the configuration.
    pub fn new(config: &SidesConfig) -> Self {
        let mut sides = Self::default();
        for domain in &config.domains {
            sides.ours.add(domain.trim_start_matches('@'), &());
        }
        for team in &config.teams {
            let name: Arc<str> = Arc::from(team.name.as_str());
            sides.team_names.push(name.clone());
            for pattern in &team.addresses {
                sides.teams.add(pattern, &name);
            }
        }
        for pattern in &config.partners {
            sides.partners.add(pattern, &());
        }
        for pattern in &config.customers {
            sides.customers.add(pattern, &());
        }
        sides.free_mail = FREE_MAIL.split_whitespace().map(str::to_owned).collect();
        sides.free_mail.extend(config.free_mail.iter().map(|domain| domain.trim().to_lowercase()));
        sides
    }

    /// Whose side `address` is on. Overrides for customers come first, then partners, then our
    /// teams and domains; everybody else is a customer.
    pub fn side(&self, address: &Address) -> Side {
        let email = address.email.as_str();
        if self.customers.find(email).is_some() {
            Side::Customer
        } else if self.partners.find(email).is_some() {
            Side::Partner
        } else if self.ours.find(email).is_some() || self.teams.find(email).is_some() {
            Side::Us
        } else {
            Side::Customer
        }
    }

    /// The team of ours that `address` belongs to, if any.
    pub fn team(&self, address: &Address) -> Option<Arc<str>> {
        self.teams.find(&address.email).cloned()
    }

    /// Our teams, in the order of the configuration.
    pub fn team_names(&self) -> &[Arc<str>] {
        &self.team_names
    }

    /// Whether anybody may have an address at `domain`, so that it says nothing of an account.
    pub fn is_free_mail(&self, domain: &str) -> bool {
        self.free_mail.contains(domain)
            || (domain.bytes().any(|b| b.is_ascii_uppercase())
                && self.free_mail.contains(domain.to_lowercase().as_str()))
    }
}

/// Address patterns with what they stand for; the pattern added first wins.
#[derive(Debug, Clone)]
struct Patterns<T> {
    exact: HashMap<String, (usize, T)>,
    /// Domains by themselves (`*@x`).
    domains: HashMap<String, (usize, T)>,
    /// Domains with everything below them (`x`).
    trees: HashMap<String, (usize, T)>,
    globs: Vec<(usize, String, T)>,
    count: usize,
}

impl<T> Default for Patterns<T> {
    fn default() -> Self {
        Self {
            exact: HashMap::new(),
            domains: HashMap::new(),
            trees: HashMap::new(),
            globs: Vec::new(),
            count: 0,
        }
    }
}

impl<T: Clone> Patterns<T> {
    fn add(&mut self, pattern: &str, value: &T) {
        let pattern = pattern.trim().to_lowercase();
        if pattern.is_empty() {
            return;
        }
        let entry = (self.count, value.clone());
        self.count += 1;
        let is_glob = |text: &str| text.contains(['*', '?']);
        match pattern.rsplit_once('@') {
            Some(("*" | "", domain)) if !is_glob(domain) => {
                self.domains.entry(domain.to_owned()).or_insert(entry);
            }
            Some(_) if !is_glob(&pattern) => {
                self.exact.entry(pattern).or_insert(entry);
            }
            None if !is_glob(&pattern) => {
                self.trees.entry(pattern).or_insert(entry);
            }
            None if pattern.starts_with("*.") && !is_glob(&pattern[2..]) => {
                self.trees.entry(pattern[2..].to_owned()).or_insert(entry);
            }
            _ => self.globs.push((entry.0, pattern, entry.1)),
        }
    }

    fn find(&self, email: &str) -> Option<&T> {
        if self.count == 0 || email.is_empty() {
            return None;
        }
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        let mut best = self.exact.get(email);
        for found in [self.domains.get(domain), self.tree(domain)].into_iter().flatten() {
            if best.is_none_or(|b| found.0 < b.0) {
                best = Some(found);
            }
        }
        let glob = self.globs.iter().find(|(order, pattern, _)| {
            best.is_none_or(|b| *order < b.0) && {
                let subject = if pattern.contains('@') { email } else { domain };
                glob_fits(pattern.as_bytes(), subject.as_bytes())
            }
        });
        glob.map(|(_, _, value)| value).or(best.map(|(_, value)| value))
    }

    /// The entry of `domain` or of the nearest domain above it.
    fn tree(&self, domain: &str) -> Option<&(usize, T)> {
        if self.trees.is_empty() {
            return None;
        }
        let mut rest = domain;
        loop {
            if let Some(found) = self.trees.get(rest) {
                return Some(found);
            }
            rest = rest.split_once('.')?.1;
        }
    }
}

/// Whether `text` fits a glob of `*` (any run) and `?` (one character), without backtracking more
/// than one star.
fn glob_fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && pattern[p] == b'*' {
            star = Some((p, t));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == b'?' || pattern[p] == text[t]) {
            p += 1;
            t += 1;
        } else if let Some((at, from)) = star {
            star = Some((at, from + 1));
            p = at + 1;
            t = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|b| *b == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(email: &str) -> Address {
        Address { name: String::new(), email: email.to_owned() }
    }

    fn sides() -> Sides {
        let team = |name: &str, addresses: &[&str]| TeamConfig {
            name: name.to_owned(),
            addresses: addresses.iter().map(|a| (*a).to_owned()).collect(),
        };
        Sides::new(&SidesConfig {
            domains: vec!["Ours.example".to_owned()],
            teams: vec![
                team(
                    "desk",
                    &["support@ours.example", "*@desk.ours.example", "hotline@agency.example"],
                ),
                team("night", &["night-*@ours.example", "*@nights.*"]),
                team("everybody", &["ours.example"]),
            ],
            partners: vec!["*@ext.ours.example".to_owned(), "partner.example".to_owned()],
            free_mail: vec!["post.example".to_owned()],
            customers: vec!["trainee@ours.example".to_owned()],
        })
    }

    #[test]
    fn everybody_stands_on_one_side() {
        for (email, side) in [
            ("anna@ours.example", Side::Us),
            ("anna@deep.below.ours.example", Side::Us),
            ("hotline@agency.example", Side::Us),
            ("other@agency.example", Side::Customer),
            ("anna@notours.example", Side::Customer),
            ("kim@ext.ours.example", Side::Partner),
            ("kim@sub.partner.example", Side::Partner),
            ("trainee@ours.example", Side::Customer),
            ("", Side::Customer),
        ] {
            assert_eq!(sides().side(&address(email)), side, "{email}");
        }
    }

    #[test]
    fn the_first_team_that_fits_counts() {
        for (email, team) in [
            ("support@ours.example", Some("desk")),
            ("ben@desk.ours.example", Some("desk")),
            ("night-3@ours.example", Some("night")),
            ("x@nights.ours.example", Some("night")),
            ("boss@ours.example", Some("everybody")),
            ("jane@northwind.example", None),
        ] {
            assert_eq!(sides().team(&address(email)).as_deref(), team, "{email}");
        }
    }

    #[test]
    fn mail_providers_are_known_and_may_be_added() {
        for domain in ["gmail.com", "GMX.de", "post.example"] {
            assert!(sides().is_free_mail(domain), "{domain}");
        }
        assert!(!sides().is_free_mail("northwind.example"));
    }

    #[test]
    fn a_glob_with_many_stars_is_decided_at_once() {
        let pattern = "*a".repeat(30) + "b";
        assert!(!glob_fits(pattern.as_bytes(), "a".repeat(5000).as_bytes()));
        assert!(glob_fits(b"n?ght-*@x*", b"night-@xyz"));
    }
}
