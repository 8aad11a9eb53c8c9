//! Under which address people reach the service, and what follows for cookies and origins.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, Method, Uri, header, uri::Authority};

use crate::access::SESSION_MOST;

/// The address of the peer of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// How the service appears from outside.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// Whether people reach it by https.
    pub(crate) secure: bool,
    /// The public origin, such as `https://desk.example`, if configured.
    pub(crate) origin: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpAddr>,
}

impl Site {
    /// The name of the session cookie. `__Host-` binds it to this host and to https.
    pub(crate) fn cookie_name(&self) -> &'static str {
        if self.secure { "__Host-watchkeeper" } else { "watchkeeper" }
    }

    /// The origin that links in documents name: the configured one, else the one that was asked.
    pub(crate) fn shown_origin(&self, headers: &HeaderMap) -> String {
        if let Some(origin) = &self.origin {
            return origin.clone();
        }
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", host.unwrap_or("localhost"))
    }

    /// The `Set-Cookie` value that begins a session.
    pub(crate) fn session_cookie(&self, secret: &str) -> String {
        let (name, seconds) = (self.cookie_name(), SESSION_MOST.as_secs());
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
    }

    /// The `Set-Cookie` value that ends a session.
    pub(crate) fn ended_cookie(&self) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}", self.cookie_name())
    }

    /// The secret in the session cookie of a request.
    pub(crate) fn session_of<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let name = self.cookie_name();
        let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|v| v.to_str().ok());
        cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The address that a request comes from.
    pub(crate) fn client(&self, peer: Peer, headers: &HeaderMap) -> IpAddr {
        let direct = peer.0.ip().to_canonical();
        if !self.trusted_proxies.contains(&direct) {
            return direct;
        }
        let lines = headers.get_all("x-forwarded-for").into_iter().filter_map(|v| v.to_str().ok());
        let hops: Vec<IpAddr> =
            lines.flat_map(|l| l.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
        // what a client wrote itself stands left of what proxies added
        hops.into_iter().rev().find(|hop| !self.trusted_proxies.contains(hop)).unwrap_or(direct)
    }

    /// Whether a changing request may have been made by a page of another site. Browsers say so in
    /// `Sec-Fetch-Site`, older ones in `Origin`; programs send neither and have no cookies.
    pub(crate) fn is_cross_site(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
        if method.is_safe() {
            return false;
        }
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(site) = headers.get("sec-fetch-site") {
            return !(site == "same-origin" || site == "none");
        }
        let Some(origin) = headers.get(header::ORIGIN) else { return false };
        let Ok(origin) = origin.to_str() else { return true };
        if self.origin.as_deref() == Some(origin) {
            return false;
        }
        let host = uri.authority().map(Authority::as_str).or_else(|| text(header::HOST));
        let theirs = origin.split_once("://").map(|(_, authority)| authority);
        theirs.is_none() || theirs != host
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn site() -> Site {
        Site {
            secure: true,
            origin: Some("https://desk.example".to_owned()),
            trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        }
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[track_caller]
    fn check_crossing(crossing: bool, pairs: &[(&'static str, &'static str)]) {
        let uri = Uri::from_static("/api/v1/users");
        let found = site().is_cross_site(&Method::POST, &uri, &headers(pairs));
        assert_eq!(found, crossing, "{pairs:?}");
        assert!(!site().is_cross_site(&Method::GET, &uri, &headers(pairs)));
    }

    #[test]
    fn a_page_of_another_site_cannot_change_anything() {
        check_crossing(true, &[("sec-fetch-site", "cross-site")]);
        check_crossing(true, &[("sec-fetch-site", "same-site")]);
        check_crossing(true, &[("origin", "https://evil.example"), ("host", "wk.example:8443")]);
        check_crossing(true, &[("origin", "null"), ("host", "wk.example:8443")]);
        check_crossing(true, &[("origin", "https://wk.example"), ("host", "wk.example:8443")]);
    }

    #[test]
    fn the_own_page_and_programs_can() {
        check_crossing(false, &[("sec-fetch-site", "same-origin")]);
        check_crossing(
            false,
            &[("origin", "https://wk.example:8443"), ("host", "wk.example:8443")],
        );
        check_crossing(false, &[("origin", "https://desk.example"), ("host", "127.0.0.1:8080")]);
        check_crossing(false, &[]);
    }

    #[test]
    fn the_session_cookie_is_bound_to_this_host_and_hidden_from_scripts() {
        let cookie = site().session_cookie("abc");
        assert_eq!(
            cookie,
            "__Host-watchkeeper=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800; Secure"
        );
        let sent = headers(&[("cookie", "a=b; __Host-watchkeeper=abc; c=d")]);
        assert_eq!(site().session_of(&sent), Some("abc"));
        assert_eq!(site().session_of(&headers(&[("cookie", "watchkeeper=abc")])), None);
    }

    #[test]
    fn a_client_cannot_choose_its_address() {
        let client = |peer: &str, forwarded| {
            let peer = Peer(SocketAddr::new(peer.parse().unwrap(), 1));
            site().client(peer, &headers(&[("x-forwarded-for", forwarded)])).to_string()
        };
        assert_eq!(client("192.0.2.1", "198.51.100.9"), "192.0.2.1");
        assert_eq!(client("127.0.0.1", "10.9.9.9, 198.51.100.9"), "198.51.100.9");
        assert_eq!(client("::ffff:127.0.0.1", "198.51.100.9, 127.0.0.1"), "198.51.100.9");
        assert_eq!(client("127.0.0.1", "nonsense"), "127.0.0.1");
    }
}
