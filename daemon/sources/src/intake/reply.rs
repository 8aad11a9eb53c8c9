//! What is answered: codes of RFC 5321 with those of RFC 3463.

use std::borrow::Cow;

use model::EvidenceId;
use smtp_proto::Error;

use super::{Intake, Protocol, body::Fault, keeper::Verdict};

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// Three digits.
    pub code: u16,
    lines: Vec<Cow<'static, str>>,
}

impl Reply {
    pub fn new(code: u16, text: impl Into<Cow<'static, str>>) -> Self {
        Self { code, lines: vec![text.into()] }
    }

    /// The greeting.
    pub fn greeting(intake: &Intake) -> Self {
        let protocol = match intake.protocol {
            Protocol::Smtp => "ESMTP",
            Protocol::Lmtp => "LMTP",
        };
        Self::new(220, format!("{} {protocol} Watchkeeper", intake.name))
    }

    /// What we can do.
    pub fn capabilities(intake: &Intake, starttls: bool) -> Self {
        let mut lines: Vec<Cow<'static, str>> = vec![
            intake.name.clone().into(),
            "PIPELINING".into(),
            format!("SIZE {}", intake.limits.message_size).into(),
            "8BITMIME".into(),
            "SMTPUTF8".into(),
            "CHUNKING".into(),
            "ENHANCEDSTATUSCODES".into(),
        ];
        if starttls {
            lines.push("STARTTLS".into());
        }
        Self { code: 250, lines }
    }

    /// Done.
    pub fn ok(text: &'static str) -> Self {
        Self::new(250, text)
    }

    /// What became of a message.
    pub fn verdict(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Kept(id) => Self::kept(id),
            Verdict::NoRoom => {
                Self::new(452, "4.3.1 there is no room on the disk; try again later")
            }
            Verdict::Failed => Self::new(451, "4.3.0 it cannot be kept at the moment"),
        }
    }

    fn kept(id: &EvidenceId) -> Self {
        let id = id.to_string();
        Self::new(250, format!("2.0.0 kept as {}", id.get(..16).unwrap_or(&id)))
    }

    /// Why a message that arrived is not taken.
    pub fn fault(fault: Fault, most: u64) -> Self {
        match fault {
            Fault::TooLarge => {
                Self::new(552, format!("5.3.4 it is larger than the {most} bytes that are allowed"))
            }
            Fault::Busy => Self::new(452, "4.3.2 too much arrives at once; try again later"),
            Fault::BareLineEnd => Self::new(
                554,
                "5.6.0 lines end in CRLF; a CR or LF without the other is not accepted (RFC 5321, 2.3.8)",
            ),
        }
    }

    /// Why a command cannot be read.
    pub fn misread(error: &Error) -> Self {
        match error {
            Error::UnknownCommand => Self::new(500, "5.5.1 there is no such command"),
            Error::InvalidSenderAddress => Self::new(501, "5.1.7 that is no address"),
            Error::InvalidRecipientAddress => Self::new(501, "5.1.3 that is no address"),
            Error::SyntaxError { syntax } => Self::new(501, format!("5.5.2 write it as {syntax}")),
            Error::InvalidParameter { param } => {
                Self::new(501, format!("5.5.4 {param} has another form"))
            }
            Error::UnsupportedParameter { .. } => {
                Self::new(555, "5.5.4 there is no such parameter here")
            }
            _ => Self::new(500, "5.5.2 that cannot be read"),
        }
    }

    /// Whether the sender did something that it should not have.
    pub fn is_refusal(&self) -> bool {
        self.code >= 500
    }

    /// Appends the answer as it is sent.
    pub fn write(&self, output: &mut Vec<u8>) {
        let last = self.lines.len().saturating_sub(1);
        for (at, line) in self.lines.iter().enumerate() {
            let mark = if at == last { ' ' } else { '-' };
            output.extend_from_slice(format!("{}{mark}{line}\r\n", self.code).as_bytes());
        }
    }
}
