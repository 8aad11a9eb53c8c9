//! What the plugins at work read out of a case: values with their evidence, and details. Nothing of
//! it is recorded; it is read anew whenever it is asked for.

use std::sync::Arc;

use engine::{
    CaseFile, Event, Step,
    plugin::{Detail, FieldValue, Reading},
};
use model::{CaseId, LevelName, MessageKey};

use crate::{Result, watchkeeper::Watchkeeper};

/// The most messages of a case that are read, the latest.
const MOST: usize = 200;

/// What plugins read out of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct PluginReading {
    /// The message.
    pub message: MessageKey,
    /// Values, each with the words it stands on.
    pub values: Vec<(FieldValue, String)>,
    /// Details of those who take part.
    pub details: Vec<Detail>,
    /// Failures of plugins.
    pub errors: Vec<String>,
}

impl Watchkeeper {
    /// What the plugins at work read out of each of the latest messages of a case, oldest first;
    /// messages out of which they read nothing are left out.
    pub fn read_by_plugins(&self, case: CaseId) -> Result<Vec<PluginReading>> {
        let (case, state) = self.live_case(case)?;
        let snapshot = self.ports.views.snapshot()?;
        let file = Arc::new(self.file(&*snapshot, case, &state)?);
        drop(snapshot);
        let first = file.messages.len().saturating_sub(MOST);
        let readings = (first..file.messages.len()).map(|position| self.reading(&file, position));
        Ok(readings.filter(|read| !read.is_empty()).collect())
    }

    fn reading(&self, file: &Arc<CaseFile>, position: usize) -> PluginReading {
        let rules = self.bench().judge(file).clone();
        let (findings, muted, promises) = (Arc::default(), Arc::default(), Arc::default());
        let message = &file.messages[position];
        let Reading { values, details, errors } = rules.read_by_plugins(&Step {
            case: file,
            messages: position + 1,
            notes: file.notes.iter().filter(|note| note.at <= message.at).count(),
            at: message.at,
            event: &Event::Message(position),
            findings: &findings,
            level: &LevelName::none(),
            levels: rules.levels(),
            reply_due: None,
            muted: &muted,
            promises: &promises,
            explain: false,
        });
        let quoted = |value: FieldValue| {
            let text = match value.span.part {
                model::SpanPart::Subject => value.span.of(&message.subject),
                _ => value.span.of(&message.body),
            };
            let quote = text.unwrap_or_default().to_owned();
            (value, quote)
        };
        PluginReading {
            message: message.key,
            values: values.into_iter().map(quoted).collect(),
            details,
            errors: errors.iter().map(ToString::to_string).collect(),
        }
    }
}

impl PluginReading {
    fn is_empty(&self) -> bool {
        self.values.is_empty() && self.details.is_empty() && self.errors.is_empty()
    }
}
