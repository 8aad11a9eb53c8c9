//! How printed documents are asked for.

use app::pilot::PilotRequest;
use model::Instant;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::printed::Language;

/// How a document speaks.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PaperQuery {
    /// Its language: `en` or `de`; English if not given.
    #[param(value_type = Option<String>)]
    pub(crate) lang: Option<Language>,
    /// The IANA name of the zone of its times; our own if not given.
    pub(crate) zone: Option<String>,
}

/// Which pilot report is printed, and how it speaks.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PilotPaperQuery {
    /// From when; the first message if not given.
    #[param(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
    /// Until when; now if not given.
    #[param(value_type = Option<String>, format = DateTime)]
    pub until: Option<Instant>,
    /// What parts before from after.
    #[param(value_type = Option<String>, format = DateTime)]
    pub split: Option<Instant>,
    /// Its language: `en` or `de`; English if not given.
    #[param(value_type = Option<String>)]
    pub(crate) lang: Option<Language>,
    /// The IANA name of the zone of its times; our own if not given.
    pub(crate) zone: Option<String>,
}

impl PilotPaperQuery {
    /// What is asked for, and how it is to be printed.
    pub(crate) fn parted(self) -> (PilotRequest, PaperQuery) {
        let Self { since, until, split, lang, zone } = self;
        (PilotRequest { since, until, split }, PaperQuery { lang, zone })
    }
}
