//! The page behind the link in an alert: who was told says that they see to it, from any phone and
//! without signing in. The sealed token is the permission; it names one alert and one recipient.
//!
//! Opening the link changes nothing, because mail scanners open links: a button does.

use app::{AppError, alerts::AlertRecord, seal::AcknowledgeLink};
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderValue, StatusCode, header};

use crate::{
    problem::{Code, Problem},
    service::{Service, Shared},
};

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// What people say by this.
const NOTE: &str = "by the link in the alert";

/// The route of the page.
pub(crate) fn routes() -> Router<Shared> {
    Router::new().route("/acknowledge/{token}", get(show).post(acknowledge))
}

async fn show(State(service): State<Shared>, Path(token): Path<String>) -> Response {
    let shown = service.work(move |service, now| {
        let link = read(service, &token)?;
        Ok(service.app.alert(link.alert, now)?)
    });
    match shown.await {
        Ok(alert) => asking(&alert),
        Err(problem) => refused(&problem),
    }
}

async fn acknowledge(State(service): State<Shared>, Path(token): Path<String>) -> Response {
    let done = service.work(move |service, now| {
        let link = read(service, &token)?;
        let actor = service.app.recipient(&link.to);
        let _one = service.one_change_at_a_time();
        Ok(service.app.acknowledge_alert(link.alert, NOTE.to_owned(), actor, now)?)
    });
    match done.await {
        Ok(alert) => done_page(&alert),
        Err(problem) => refused(&problem),
    }
}

/// What a token says. Whether it was forged or its alert is gone is nobody's business.
fn read(service: &Service, token: &str) -> Result<AcknowledgeLink, Problem> {
    let link = service.app.seal().and_then(|seal| seal.read_acknowledge_token(token));
    link.ok_or_else(|| AppError::NotFound { what: "such link".to_owned() }.into())
}

fn asking(alert: &AlertRecord) -> Response {
    if alert.acknowledged.is_some() {
        return done_page(alert);
    }
    let body = format!(
        "{}<form method=\"post\"><button>I see to it</button></form>\
         <p class=\"small\">It is not repeated then, and nobody further is told.</p>",
        about(alert)
    );
    page(StatusCode::OK, "Alert", &body)
}

fn done_page(alert: &AlertRecord) -> Response {
    let seen = alert.acknowledged.as_ref();
    let by = seen.map_or_else(|| "Somebody".to_owned(), |seen| seen.by.clone());
    let at = seen.map_or_else(String::new, |seen| format!(" since {}", seen.at));
    let body = format!(
        "{}<p><strong>{} sees to it{}.</strong></p>",
        about(alert),
        escape(&by),
        escape(&at)
    );
    page(StatusCode::OK, "Seen to", &body)
}

fn refused(problem: &Problem) -> Response {
    let (status, words) = match problem.code() {
        Code::NotFound => (
            StatusCode::NOT_FOUND,
            "This link does not lead anywhere. It may have been cut off by the mail program: open \
             the alert again and use the whole link, or sign in.",
        ),
        Code::Conflict => (StatusCode::CONFLICT, "This alert is over; nothing needs to be done."),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "This does not work at the moment: try again."),
    };
    page(status, "Alert", &format!("<p>{words}</p>"))
}

fn about(alert: &AlertRecord) -> String {
    let title = alert.title.as_deref().unwrap_or(&alert.policy_title);
    let link = alert.case.map_or_else(String::new, |case| {
        format!("<p class=\"small\"><a href=\"/cases/{case}\">Open the case (sign in)</a></p>")
    });
    format!(
        "<h1>{}</h1><p>{}: {}</p>{link}",
        escape(title),
        escape(&alert.level.to_string()),
        escape(&alert.says)
    )
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{title} – Watchkeeper</title>\
         <style>{STYLE}</style><main>{body}</main></html>"
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ];
    (status, headers, html).into_response()
}

const STYLE: &str = ":root{color-scheme:light dark}body{margin:0;padding:24px 16px;font:17px/1.5 \
                     system-ui,sans-serif}main{max-width:34rem;margin:0 auto}h1{font-size:1.3rem;\
                     overflow-wrap:anywhere}button{font:inherit;font-weight:600;padding:14px 22px;\
                     border:0;border-radius:8px;background:#1f5fae;color:#fff;width:100%}\
                     .small{font-size:.9rem;opacity:.8}";

/// Text as HTML shows it.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
