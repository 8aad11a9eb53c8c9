//! One HTTP request at a time, for webhooks and tokens. Redirects are not followed: the host that
//! was allowed answers, or nobody.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;

use crate::{Egress, EgressError, Host, Protection, Trust, dial::within};

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(30);
/// Bytes of an answer that are read.
const LARGEST: usize = 64 << 10;

/// An address that is called by HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Who is called.
    pub host: Host,
    uri: Uri,
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Seconds after which to come back, if said.
    pub retry_after: Option<u64>,
    /// The body, as far as it was read.
    pub body: Bytes,
}

impl Endpoint {
    /// The endpoint at `url`. Says what is wrong if it is none.
    pub fn parse(url: &str, trust: Trust) -> Result<Self, String> {
        let wanted = "write a URL such as https://hooks.brightwater.example/watch";
        let uri: Uri = url.parse().map_err(|_| format!("\"{url}\" is no URL; {wanted}"))?;
        let name = uri.host().ok_or_else(|| format!("\"{url}\" names no host; {wanted}"))?;
        let name = name.trim_start_matches('[').trim_end_matches(']').to_owned();
        let (protection, port) = match uri.scheme_str() {
            Some("https") => (Protection::Tls(trust), 443),
            Some("http") => (Protection::None, 80),
            _ => return Err(format!("\"{url}\" is neither https nor http; {wanted}")),
        };
        let host = Host { name, port: uri.port_u16().unwrap_or(port), protection };
        Ok(Self { host, uri })
    }

    /// Where a link of this page, absolute or relative, leads; nothing after `#` is kept.
    pub fn join(&self, link: &str, trust: Trust) -> Result<Self, String> {
        let link = link.split('#').next().unwrap_or_default().trim();
        let scheme = self.uri.scheme_str().unwrap_or("https");
        if let Some(rest) = link.strip_prefix("//") {
            return Self::parse(&format!("{scheme}://{rest}"), trust);
        }
        let head = link.split(['/', '?']).next().unwrap_or_default();
        if head.contains(':') {
            return Self::parse(link, trust);
        }
        let path = self.path();
        let path = path.split('?').next().unwrap_or(path);
        let target = match link.as_bytes().first() {
            None => self.path().to_owned(),
            Some(b'/') => link.to_owned(),
            Some(b'?') => format!("{path}{link}"),
            Some(_) => {
                let folder = path.rfind('/').map_or("/", |end| &path[..=end]);
                format!("{folder}{link}")
            }
        };
        Self::parse(&format!("{scheme}://{}{target}", self.authority()), trust)
    }

    /// Path and query, as they are asked for.
    pub fn path(&self) -> &str {
        self.uri.path_and_query().map_or("/", |path| path.as_str())
    }

    /// Host and port as the header `Host` has them.
    pub fn authority(&self) -> &str {
        let authority = self.uri.authority().map_or(self.host.name.as_str(), |a| a.as_str());
        authority.rsplit('@').next().unwrap_or(authority)
    }

    /// The whole address.
    pub fn url(&self) -> String {
        self.uri.to_string()
    }

    /// Whether what is sent there stays on this machine or is protected.
    pub fn is_private(&self) -> bool {
        let ip = self.host.name.parse::<std::net::IpAddr>();
        let local = self.host.name == "localhost" || ip.is_ok_and(|ip| ip.is_loopback());
        local || self.host.protection != Protection::None
    }
}

impl Egress {
    /// Posts `body` and gives the answer, whatever its status.
    pub async fn post(
        &self,
        to: &Endpoint,
        content_type: &'static str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<Answer, EgressError> {
        let name = &to.host.name;
        let broken = |detail: String| EgressError::Broken { host: name.clone(), detail };
        let mut all = HeaderMap::new();
        for (key, value) in headers {
            let value = HeaderValue::from_str(value).map_err(|error| broken(error.to_string()))?;
            all.insert(HeaderName::from_static(key), value);
        }
        all.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        all.insert(header::USER_AGENT, HeaderValue::from_static("Watchkeeper"));
        let host =
            HeaderValue::from_str(to.authority()).map_err(|error| broken(error.to_string()))?;
        all.insert(header::HOST, host);
        let mut request = Request::post(to.path())
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| broken(error.to_string()))?;
        *request.headers_mut() = all;

        let stream = self.connect(&to.host).await?;
        let talking = async {
            let io = TokioIo::new(stream);
            let (mut sender, connection) = hyper::client::conn::http1::handshake(io)
                .await
                .map_err(|error| broken(error.to_string()))?;
            let driven = tokio::spawn(connection);
            let outcome = async {
                let response =
                    sender.send_request(request).await.map_err(|e| broken(e.to_string()))?;
                let status = response.status();
                let retry_after = response.headers().get(header::RETRY_AFTER);
                let retry_after =
                    retry_after.and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
                // A long answer is cut, not refused: its status counts.
                let body = Limited::new(response.into_body(), LARGEST).collect().await;
                let body = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
                Ok(Answer { status, retry_after, body })
            };
            let outcome = outcome.await;
            driven.abort();
            outcome
        };
        let outcome = within(name, "waiting for the answer", ANSWER, talking).await;
        if let Err(error) = &outcome {
            let port = to.host.port;
            self.book().called(name, port, Some(error.to_string()), self.now());
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_called_is_named_with_the_remedy() {
        for (url, word) in [
            ("hooks.example/x", "https"),
            ("ftp://hooks.example/x", "neither"),
            ("https:///x", "URL"),
        ] {
            let error = Endpoint::parse(url, Trust::Platform).unwrap_err();
            assert!(error.contains(word), "{url}: {error}");
        }
        let local = Endpoint::parse("http://127.0.0.1:9/x", Trust::Platform).unwrap();
        assert_eq!((local.host.port, local.is_private()), (9, true));
        let open = Endpoint::parse("http://hooks.example/x", Trust::Platform).unwrap();
        assert!(!open.is_private());
    }
}
