//! Who we are, for people to look at.

use app::organisation::{CalendarRecord, EarlierRecord, MemberRecord, Organisation, TeamRecord};

use super::{Config, sections::Team, value::DayHours};

impl Config {
    /// Who we are, as the file `file` says it.
    pub fn organisation_record(&self, file: String) -> Organisation {
        let names = std::iter::once("").chain(self.calendars.keys().map(String::as_str));
        Organisation {
            file,
            name: self.organisation.name.clone(),
            domains: self.organisation.domains.iter().map(|domain| domain.0.clone()).collect(),
            teams: self.teams.iter().map(|team| self.team_record(team)).collect(),
            calendars: names.filter_map(|name| self.calendar_record(name)).collect(),
            reply_minutes: self
                .reply_targets
                .iter()
                .map(|(tier, time)| (tier.clone(), time.minutes))
                .collect(),
        }
    }

    fn team_record(&self, team: &Team) -> TeamRecord {
        let name = team.name.get_ref();
        let people = self
            .people
            .iter()
            .filter(|person| person.team.as_ref().is_some_and(|of| of.get_ref() == name));
        let mut members: Vec<MemberRecord> = people
            .map(|person| MemberRecord {
                email: person.email.get_ref().0.clone(),
                role: person.role,
                on_duty: team.on_duty.contains(person.email.get_ref()),
            })
            .collect();
        for address in &team.on_duty {
            if !members.iter().any(|member| member.email == address.0) {
                let email = address.0.clone();
                members.push(MemberRecord { email, role: None, on_duty: true });
            }
        }
        let named =
            |text: &Option<toml::Spanned<String>>| text.as_ref().map(|text| text.get_ref().clone());
        TeamRecord {
            name: name.clone(),
            addresses: team.addresses.iter().map(|pattern| pattern.0.clone()).collect(),
            members,
            rules: named(&team.rules),
            calendar: named(&team.calendar),
        }
    }

    fn calendar_record(&self, name: &str) -> Option<CalendarRecord> {
        let hours = self.hours_of(name)?;
        let earlier = hours.earlier.iter().map(|one| EarlierRecord {
            until: one.until.0,
            week: one.week.each_ref().map(DayHours::texts),
        });
        Some(CalendarRecord {
            name: name.to_owned(),
            timezone: hours.timezone.clone().unwrap_or_else(|| self.zone().to_owned()),
            week: hours.week().map(DayHours::texts),
            holidays: hours.holidays.iter().map(|day| day.0.to_string()).collect(),
            earlier: earlier.collect(),
            changed: self.changed_hours.get(name).is_some(),
            version: hours.version(),
        })
    }
}
