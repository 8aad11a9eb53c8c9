//! Errors as clients get them: problem details of RFC 9457 with a stable code.

use std::borrow::Cow;

use app::AppError;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use store::StoreError;
use utoipa::ToSchema;

use crate::{access::AccessError, dto::RuleFault};

/// What went wrong, by what the caller must do. The word is part of the API and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Sign in, or send a token that holds.
    NotSignedIn,
    /// Name and password, or the set-up code, do not fit.
    WrongCredentials,
    /// Ask for a role that may do this.
    Forbidden,
    /// The request came from another site.
    CrossSite,
    /// There is no such thing.
    NotFound,
    /// This path does not know this method.
    MethodNotAllowed,
    /// Correct the request.
    Invalid,
    /// Mend the rule set; `errors` says where.
    RulesRefused,
    /// Take a longer password.
    WeakPassword,
    /// It contradicts what is there.
    Conflict,
    /// Somebody changed it meanwhile: read it again.
    Changed,
    /// Send less.
    TooLarge,
    /// Send the declared kind of content.
    UnsupportedMediaType,
    /// Send it more quickly.
    TooSlow,
    /// Wait as `Retry-After` says.
    TooManyAttempts,
    /// Try again in a moment.
    Busy,
    /// An operator must make room on the disk.
    NoRoom,
    /// An operator must look at the log.
    Internal,
}

impl Code {
    fn status(self) -> StatusCode {
        match self {
            Self::NotSignedIn | Self::WrongCredentials => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Invalid | Self::RulesRefused | Self::WeakPassword => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Conflict => StatusCode::CONFLICT,
            Self::Changed => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::NoRoom => StatusCode::INSUFFICIENT_STORAGE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::NotSignedIn => "not signed in",
            Self::WrongCredentials => "wrong credentials",
            Self::Forbidden => "not allowed for this role",
            Self::CrossSite => "the request came from another site",
            Self::NotFound => "not found",
            Self::MethodNotAllowed => "method not allowed",
            Self::Invalid => "the request is not valid",
            Self::RulesRefused => "the rule set is refused",
            Self::WeakPassword => "the password is too weak",
            Self::Conflict => "in conflict with what is there",
            Self::Changed => "changed meanwhile",
            Self::TooLarge => "too large",
            Self::UnsupportedMediaType => "unsupported kind of content",
            Self::TooSlow => "sent too slowly",
            Self::TooManyAttempts => "too many attempts",
            Self::Busy => "busy",
            Self::NoRoom => "no room left",
            Self::Internal => "internal error",
        }
    }
}

/// An error response, as `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A URN made of the code.
    #[serde(rename = "type")]
    kind: Cow<'static, str>,
    /// The code in words; the same for every occurrence.
    title: Cow<'static, str>,
    /// The HTTP status.
    status: u16,
    /// What to tell problems apart by.
    code: Code,
    /// What happened to what, and what to do.
    detail: String,
    /// Seconds to wait before trying again, where that helps.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    retry_after: Option<u64>,
    /// What is wrong with a rule set.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    errors: Vec<RuleFault>,
}

impl Problem {
    /// What kind of problem it is.
    pub fn code(&self) -> Code {
        self.code
    }

    /// A problem of this kind; `detail` names the thing and the remedy.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let word = serde_json::to_value(code).ok();
        let word = word.as_ref().and_then(serde_json::Value::as_str).unwrap_or("internal");
        Self {
            kind: Cow::Owned(format!("urn:watchkeeper:problem:{word}")),
            title: Cow::Borrowed(code.title()),
            status: code.status().as_u16(),
            code,
            detail: detail.into(),
            retry_after: None,
            errors: Vec::new(),
        }
    }

    /// The request is wrong in itself.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Code::Invalid, detail)
    }

    /// There is no such thing.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("there is no {what}"))
    }

    /// Something failed that only an operator can mend. The cause goes to the log, not to the
    /// client, who could learn paths from it.
    pub fn internal(doing: &str, cause: &dyn std::fmt::Display) -> Self {
        log::error!(doing = doing, cause:% = cause; "request failed");
        Self::new(
            Code::Internal,
            format!("{doing} failed: the cause is in the log of the service; ask who operates it"),
        )
    }

    /// Says when to try again.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds.max(1));
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.code.status();
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        let detail = error.to_string();
        match error {
            AccessError::WeakPassword { .. } | AccessError::LongPassword { .. } => {
                Self::new(Code::WeakPassword, detail)
            }
            AccessError::BadName { .. }
            | AccessError::BadExpiry { .. }
            | AccessError::BadView { .. } => Self::invalid(detail),
            AccessError::Taken { .. }
            | AccessError::LastAdmin { .. }
            | AccessError::SetUpAlready => Self::new(Code::Conflict, detail),
            AccessError::Unknown { .. } => Self::new(Code::NotFound, detail),
            AccessError::WrongPassword | AccessError::WrongSetupCode => {
                Self::new(Code::WrongCredentials, detail)
            }
            AccessError::Throttled { wait } => {
                Self::new(Code::TooManyAttempts, detail).retry_after(wait.as_secs())
            }
            AccessError::NoRandomness | AccessError::Store(_) => {
                Self::internal("checking or changing access", &detail)
            }
        }
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let detail = error.to_string();
        match error {
            AppError::NotFound { .. } => Self::new(Code::NotFound, detail),
            AppError::Invalid { .. } => Self::invalid(detail),
            AppError::Conflict { .. } => Self::new(Code::Conflict, detail),
            AppError::Forbidden { .. } => Self::new(Code::Forbidden, detail),
            AppError::Rules(errors) => Self {
                errors: errors.into_iter().map(RuleFault::from).collect(),
                ..Self::new(Code::RulesRefused, detail)
            },
            AppError::Store(StoreError::DiskFull { .. }) => {
                log::error!(cause:% = detail; "request failed");
                Self::new(Code::NoRoom, "the disk is full: ask who operates the service for room")
            }
            _ => Self::internal("reading or writing the record", &detail),
        }
    }
}
