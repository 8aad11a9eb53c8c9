//! From the address of a page to its answer, over redirects and past robots.txt.

use std::{collections::BTreeMap, time::Duration};

use egress::{Egress, EgressError, Fetch, Fetched, Host, Protection, Trust, http::Endpoint};
use http::{HeaderName, StatusCode, header};
use jiff::SignedDuration;
use model::Instant;

use super::{LARGEST, PageError, WatchedPage, robots::Robots};

/// The most redirects of one page.
const HOPS: usize = 5;
/// The most bytes of a robots.txt that are read (RFC 9309 asks for 500 KiB).
const ROBOTS: usize = 512 << 10;
/// How long a robots.txt holds (RFC 9309).
const HOLDS: SignedDuration = SignedDuration::from_hours(24);

/// An answer of a page's server.
pub(crate) enum Answer {
    /// The page, and where it was in the end.
    Page(String, Fetched),
    /// It is as it was.
    NotModified,
}

/// Gets pages politely.
pub(crate) struct Hops {
    egress: Egress,
    robots: BTreeMap<String, (Instant, Robots)>,
}

impl Hops {
    pub(crate) fn new(egress: Egress) -> Self {
        Self { egress, robots: BTreeMap::new() }
    }

    /// Gets `page`, unless it is as `conditions` say.
    pub(crate) async fn get(
        &mut self,
        page: &WatchedPage,
        conditions: &[(HeaderName, String)],
    ) -> Result<Answer, PageError> {
        let mut at = page.endpoint.clone();
        for _ in 0..=HOPS {
            if !page.ignore_robots {
                self.ask(page, &at).await?;
            }
            let fetched = self.egress.fetch(&fetch(page, &at, conditions, LARGEST)).await?;
            match fetched.status {
                StatusCode::NOT_MODIFIED if !conditions.is_empty() => {
                    return Ok(Answer::NotModified);
                }
                StatusCode::OK => return Ok(Answer::Page(at.url(), fetched)),
                status if status.is_redirection() => at = next(page, &at, &fetched)?,
                status => return Err(refused(&at, status)),
            }
        }
        let remedy = "it leads on and on; write the address that a browser ends at".to_owned();
        Err(PageError::Elsewhere { url: page.endpoint.url(), to: at.url(), remedy })
    }

    /// Whether robots.txt lets us.
    async fn ask(&mut self, page: &WatchedPage, at: &Endpoint) -> Result<(), PageError> {
        let now = self.egress.now();
        let site = at.authority().to_owned();
        let fresh = self.robots.get(&site).is_some_and(|(since, _)| now < since.plus(HOLDS));
        if !fresh {
            let rules = self.robots_of(page, at).await?;
            self.robots.insert(site.clone(), (now, rules));
        }
        let allowed = self.robots.get(&site).is_none_or(|(_, robots)| robots.allows(at.path()));
        if allowed { Ok(()) } else { Err(PageError::Robots { host: site }) }
    }

    async fn robots_of(&self, page: &WatchedPage, at: &Endpoint) -> Result<Robots, PageError> {
        let mut place = at
            .join("/robots.txt", trust_of(page))
            .map_err(|detail| EgressError::Broken { host: at.host.name.clone(), detail })?;
        for _ in 0..=HOPS {
            let fetched = match self.egress.fetch(&fetch(page, &place, &[], ROBOTS)).await {
                // So many rules are nobody's rules.
                Err(EgressError::TooLarge { .. }) => return Ok(Robots::default()),
                other => other?,
            };
            match fetched.status {
                StatusCode::OK => {
                    return Ok(Robots::parse(&String::from_utf8_lossy(&fetched.body)));
                }
                // A server in trouble has not said that we may (RFC 9309, section 2.3.1.4).
                status if status.is_server_error() => return Err(refused(&place, status)),
                status if status.is_redirection() => match next(page, &place, &fetched) {
                    Ok(further) => place = further,
                    Err(_) => return Ok(Robots::default()),
                },
                _ => return Ok(Robots::default()),
            }
        }
        Ok(Robots::default())
    }
}

fn fetch(
    page: &WatchedPage,
    at: &Endpoint,
    conditions: &[(HeaderName, String)],
    most: usize,
) -> Fetch {
    Fetch {
        endpoint: at.clone(),
        headers: conditions.to_vec(),
        most,
        deadline: page.deadline.max(Duration::from_millis(1)),
        inside: page.inside,
    }
}

/// Where a redirect leads, if we may go there: to the page's own host, or one that is named beside it.
fn next(page: &WatchedPage, at: &Endpoint, fetched: &Fetched) -> Result<Endpoint, PageError> {
    let location = fetched.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    let Some(location) = location else { return Err(refused(at, fetched.status)) };
    let elsewhere = |remedy: String| PageError::Elsewhere {
        url: at.url(),
        to: location.chars().take(200).collect(),
        remedy,
    };
    let further = at.join(location, trust_of(page)).map_err(&elsewhere)?;
    if at.host.protection != Protection::None && further.host.protection == Protection::None {
        return Err(elsewhere(
            "it gives up TLS; write the address that a browser ends at".to_owned(),
        ));
    }
    let known =
        page.allowed().any(|host| host.name == further.host.name && host.port == further.host.port);
    if known {
        return Ok(further);
    }
    let name = &further.host.name;
    Err(elsewhere(format!("add hosts = [\"{name}\"] if that is meant, or write that address")))
}

/// Whom we trust to name the page's servers.
fn trust_of(page: &WatchedPage) -> Trust {
    match &page.endpoint.host.protection {
        Protection::Tls(trust) => trust.clone(),
        Protection::StartTls(_) | Protection::None => Trust::Platform,
    }
}

fn refused(at: &Endpoint, status: StatusCode) -> PageError {
    let remedy = match status.as_u16() {
        401 | 403 => "; it wants a login, or keeps programs out",
        404 | 410 => "; look whether the page has moved",
        429 => "; it is asked too often: look at it less often",
        500..=599 => "; the server is in trouble",
        _ => "",
    };
    PageError::Status { url: at.url(), status: status.as_u16(), remedy }
}

impl WatchedPage {
    /// The hosts that may be called for it.
    pub(crate) fn allowed(&self) -> impl Iterator<Item = Host> {
        let own = &self.endpoint.host;
        let usual = own.port == 80 || own.port == 443;
        let mut hosts = vec![own.clone()];
        for host in std::iter::once(own).chain(&self.hosts) {
            let ports: &[u16] = if usual { &[80, 443] } else { &[own.port] };
            hosts.extend(ports.iter().map(|port| Host { port: *port, ..host.clone() }));
        }
        hosts.into_iter()
    }
}
