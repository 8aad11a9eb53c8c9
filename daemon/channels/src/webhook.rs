//! A signed HTTP request.

use std::time::Duration;

use app::{alerts::AlertRecord, outbox::Sending};
use data_encoding::HEXLOWER;
use egress::{Egress, Secret, http::Answer, http::Endpoint};
use http::StatusCode;
use model::Instant;
use ring::hmac;
use serde_json::{Value, json};

use crate::{Failure, Parcel, courier::House, failure::short};

/// Where a request goes, and with which key it is signed.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Where.
    pub endpoint: Endpoint,
    /// The key that the receiver knows too.
    pub key: Secret,
}

impl Webhook {
    pub(crate) async fn deliver(
        &self,
        parcel: &Parcel,
        house: &House,
        egress: &Egress,
    ) -> Result<String, Failure> {
        let body = payload(parcel, house).to_string().into_bytes();
        let now = egress.now();
        let headers = [
            ("idempotency-key", parcel.id.to_string()),
            ("watchkeeper-timestamp", now.seconds().to_string()),
            ("watchkeeper-signature", sign(self.key.read()?.as_bytes(), now, &body)),
        ];
        let answer =
            egress.post(&self.endpoint, "application/json; charset=utf-8", &headers, body).await?;
        receipt(&answer)
    }
}

/// The signature of a body sent at `now`: HMAC-SHA256 over the seconds since 1970, a full stop and
/// the body. The instant is part of it, so that an old request cannot be played again.
pub(crate) fn sign(key: &[u8], now: Instant, body: &[u8]) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    context.update(now.seconds().to_string().as_bytes());
    context.update(b".");
    context.update(body);
    format!("v1={}", HEXLOWER.encode(context.sign().as_ref()))
}

fn payload(parcel: &Parcel, house: &House) -> Value {
    let alerts: Vec<Value> = parcel
        .sendings
        .iter()
        .flat_map(|sending| {
            std::iter::once(&sending.alert)
                .chain(&sending.along)
                .map(|alert| told(alert, sending, house))
        })
        .collect();
    json!({
        "id": parcel.id.to_string(),
        "kind": if parcel.digest { "digest" } else { "notice" },
        "to": parcel.recipients(),
        "alerts": alerts,
    })
}

fn told(alert: &AlertRecord, sending: &Sending, house: &House) -> Value {
    json!({
        "alert": alert.id.to_string(),
        "to": sending.to,
        "case": alert.case.map(|case| case.to_string()),
        "title": alert.title,
        "account": alert.account,
        "level": alert.level.to_string(),
        "policy": alert.policy,
        "says": alert.says,
        "urgency": alert.urgency,
        "at": alert.at.to_string(),
        "round": sending.round,
        "url": alert.case.map(|case| house.case_url(case)),
    })
}

/// What an answer means.
pub(crate) fn receipt(answer: &Answer) -> Result<String, Failure> {
    let Answer { status, retry_after, body } = answer;
    let said = short(&format!("{status} {}", String::from_utf8_lossy(body)));
    if status.is_success() {
        return Ok(said);
    }
    let passing = status.is_server_error()
        || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS]
            .contains(status);
    if passing {
        let after = retry_after.map(|seconds| Duration::from_secs(seconds.min(24 * 3600)));
        return Err(Failure::Later { said, after });
    }
    Err(Failure::Never { said })
}
