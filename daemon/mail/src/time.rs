//! When a message happened (F20): which of its dates to trust.

use model::Instant;

use crate::{ParseContext, TimeSource, date::read_date, headers::Fields};

/// A Date header within an hour of the trusted time is as good as equal to it.
const SKEW_SECONDS: i64 = 3600;
const DAY_SECONDS: i64 = 86_400;

/// The times of a message.
pub(crate) struct Times {
    /// The Date header.
    pub date: Option<Instant>,
    /// The offset that the Date header was written in, in seconds east of UTC, if it had one.
    pub offset: Option<i32>,
    /// When it happened.
    pub happened: Instant,
    /// What that rests on.
    pub source: TimeSource,
    /// See [`crate::Message::date_skew`].
    pub skew: Option<i64>,
}

/// Decides the times of a message with these header fields.
pub(crate) fn decide(fields: &Fields<'_>, context: &ParseContext) -> Times {
    let written = fields.raw("date").and_then(|raw| read_date(&String::from_utf8_lossy(raw)));
    let date = written.map(|w| w.at);
    let received = received_date(fields).filter(|at| is_possible(*at, context, DAY_SECONDS));
    // A Date in the future is a wrong clock; more than a year ahead it is nonsense.
    let usable = date.filter(|at| is_possible(*at, context, 366 * DAY_SECONDS));
    let (trusted, hint) = match context.received {
        Some(received) if received.trusted => (Some(received.at), None),
        other => (None, other.map(|received| received.at)),
    };
    // The clock of the source may be as wrong as any: a date that cannot be is the last resort.
    let (trusted, odd) = match trusted {
        Some(at) if !is_possible(at, context, DAY_SECONDS) => (None, Some(at)),
        other => (other, None),
    };
    let (happened, source) = [
        (trusted, TimeSource::Source),
        (received, TimeSource::ReceivedHeader),
        (usable, TimeSource::DateHeader),
        (hint, TimeSource::SourceHint),
        (odd, TimeSource::Source),
    ]
    .into_iter()
    .find_map(|(at, source)| Some((at?, source)))
    .unwrap_or((context.captured, TimeSource::Capture));
    let is_trusted = matches!(source, TimeSource::Source | TimeSource::ReceivedHeader);
    let skew = date.filter(|_| is_trusted).map(|date| date.since(happened).as_secs());
    Times {
        date,
        offset: written.and_then(|w| w.offset),
        happened,
        source,
        skew: skew.filter(|seconds| seconds.abs() > SKEW_SECONDS),
    }
}

/// Whether mail can have been sent at `at`, given when it was captured.
fn is_possible(at: Instant, context: &ParseContext, ahead: i64) -> bool {
    let first = 315_532_800; // 1980-01-01
    (first..=context.captured.seconds() + ahead).contains(&at.seconds())
}

/// The date behind the last semicolon of the topmost Received header.
fn received_date(fields: &Fields<'_>) -> Option<Instant> {
    let raw = String::from_utf8_lossy(fields.raw("received")?);
    read_date(raw.rsplit_once(';')?.1).map(|written| written.at)
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;
    use model::fact::Received;

    use super::*;

    fn times(raw: &str, received: Option<(&str, bool)>) -> Times {
        let parsed = MessageParser::default().parse(raw.as_bytes()).unwrap();
        let received = received.map(|(at, trusted)| Received { at: at.parse().unwrap(), trusted });
        let captured = "2026-06-01T00:00:00Z".parse().unwrap();
        let fields = Fields::new(raw.as_bytes(), &parsed.parts[0].headers);
        decide(&fields, &ParseContext { received, journal: false, captured })
    }

    const DATED: &str = "Date: Mon, 12 Jan 2026 09:14:00 +0100\n";
    const RECEIVED: &str = "Received: from a by b; Mon, 12 Jan 2026 12:14:00 +0000\n";

    #[test]
    fn the_best_time_there_is_decides() {
        let check = |raw: &str, received, want: &str, source| {
            let times = times(&format!("{raw}Subject: x\n\nbody"), received);
            assert_eq!((times.happened.to_string().as_str(), times.source), (want, source));
        };
        let both = format!("{RECEIVED}{DATED}");
        check(
            &both,
            Some(("2026-01-13T00:00:00Z", true)),
            "2026-01-13T00:00:00Z",
            TimeSource::Source,
        );
        check(
            &both,
            Some(("2026-01-13T00:00:00Z", false)),
            "2026-01-12T12:14:00Z",
            TimeSource::ReceivedHeader,
        );
        check(
            DATED,
            Some(("2026-01-13T00:00:00Z", false)),
            "2026-01-12T08:14:00Z",
            TimeSource::DateHeader,
        );
        check(
            "",
            Some(("2026-01-13T00:00:00Z", false)),
            "2026-01-13T00:00:00Z",
            TimeSource::SourceHint,
        );
        check("", None, "2026-06-01T00:00:00Z", TimeSource::Capture);
    }

    #[test]
    fn a_wrong_clock_is_flagged_and_an_impossible_one_not_believed() {
        let skewed = times(&format!("{RECEIVED}{DATED}\nx"), None);
        assert_eq!(skewed.skew, Some(-4 * 3600));
        let future = "Received: from a by b; Mon, 12 Jan 2037 12:14:00 +0000\n";
        assert_eq!(times(&format!("{future}{DATED}\nx"), None).source, TimeSource::DateHeader);
        let ahead = Some(("2031-01-14T11:00:00Z", true));
        assert_eq!(times(&format!("{DATED}\nx"), ahead).source, TimeSource::DateHeader);
        let nothing_better = times("Subject: x\n\nx", ahead);
        assert_eq!(nothing_better.source, TimeSource::Source);
        assert_eq!(
            times("Date: Thu, 1 Jan 1970 00:00:00 +0000\n\nx", None).source,
            TimeSource::Capture
        );
    }
}
