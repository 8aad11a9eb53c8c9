//! What teams have of their own: rule sets and working hours.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use app::TeamHours;
use toml::Spanned;

use super::{
    Config,
    recipients::{calendar, known_names},
};

impl Config {
    /// Teams with a rule set of their own: the name of a set of the program, or a folder.
    pub fn team_rules(&self) -> impl Iterator<Item = (&str, &str)> {
        self.teams.iter().filter_map(|team| {
            let rules = team.rules.as_ref()?;
            Some((team.name.get_ref().as_str(), rules.get_ref().as_str()))
        })
    }

    /// Working hours of teams that have their own, for the use cases.
    pub fn team_hours(&self) -> BTreeMap<String, TeamHours> {
        let zone = self.calendar().zone;
        let own = self.teams.iter().filter_map(|team| {
            let hours = self.hours_of(team.calendar.as_ref()?.get_ref())?;
            let keeps_zone = hours.timezone.is_some();
            let calendar = Arc::new(calendar(&hours, &zone));
            Some((team.name.get_ref().clone(), TeamHours { calendar, keeps_zone }))
        });
        own.collect()
    }

    /// Checks that the sets and calendars that teams name are there; `folder` is where the
    /// configuration stands. Gives where the first fault is.
    pub(super) fn check_teams(&self, folder: &Path) -> Result<(), (usize, String)> {
        for team in &self.teams {
            let name = team.name.get_ref();
            if let Some(rules) = &team.rules
                && !is_shipped(rules.get_ref())
                && !folder.join(rules.get_ref()).is_dir()
            {
                return Err((rules.span().start, no_set(name, rules)));
            }
            if let Some(calendar) = &team.calendar
                && !self.calendars.contains_key(calendar.get_ref())
            {
                let names = self.calendars.keys().map(String::as_str).collect();
                let detail = format!(
                    "team \"{name}\": there is no calendar \"{}\"; {}; define it under [calendars]",
                    calendar.get_ref(),
                    known_names(&names)
                );
                return Err((calendar.span().start, detail));
            }
        }
        Ok(())
    }

    /// Takes folders of rule sets from `folder`.
    pub(super) fn resolve_teams(&mut self, folder: &Path) {
        let named = self.teams.iter_mut().filter_map(|team| team.rules.as_mut());
        for rules in named.filter(|rules| !is_shipped(rules.get_ref())) {
            let path = folder.join(rules.get_ref());
            *rules.get_mut() = path.to_string_lossy().into_owned();
        }
    }
}

fn is_shipped(name: &str) -> bool {
    scripting::shipped_names().any(|shipped| shipped == name)
}

fn no_set(team: &str, rules: &Spanned<String>) -> String {
    let name = rules.get_ref();
    let shipped: Vec<&str> = scripting::shipped_names().collect();
    let closest = shipped
        .iter()
        .map(|known| (strsim::damerau_levenshtein(name, known), *known))
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
        .min();
    let remedy = match closest {
        Some((_, known)) => format!("did you mean \"{known}\"?"),
        None => {
            format!("name a folder, or one of the sets of the program: {}", shipped.join(", "))
        }
    };
    format!("team \"{team}\": there is no rule set \"{name}\"; {remedy}")
}
