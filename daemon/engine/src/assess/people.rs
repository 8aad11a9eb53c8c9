//! Who owns a case and who has to act next, as far as the mail alone tells.

use std::sync::Arc;

use model::{Instant, Promisor, Side};

use crate::{case_file::CaseMessage, promises::Ledger};

/// Local parts of mailboxes that several people share; who writes from one does not become owner.
const SHARED: &str = "support help helpdesk service services servicedesk info contact customer customerservice \
    care team sales billing accounts invoices office admin hello mail ticket tickets noreply \
    no-reply donotreply postmaster mailer-daemon status security abuse feedback success";

/// What a case waits on when nobody has to act.
pub const NOBODY: &str = "nobody";

/// Whether an address belongs to a mailbox rather than a person.
pub(crate) fn is_shared_mailbox(email: &str) -> bool {
    let local = email.split('@').next().unwrap_or_default();
    let name = local.split('+').next().unwrap_or_default();
    SHARED.split(' ').any(|shared| shared == name)
}

/// What the messages so far tell of owner and the side that has to act.
#[derive(Debug, Clone, Default)]
pub(super) struct Turn {
    /// The person of ours who wrote to the customer last.
    pub(super) owner: Option<String>,
    /// The oldest customer message that needs an answer: its position and instant.
    pub(super) owed: Option<(usize, Instant)>,
    /// The team of ours that was asked last, and the one that asked it.
    asked: Option<(String, Option<Arc<str>>)>,
    /// Whether our latest reply asked the customer something.
    asked_customer: bool,
}

impl Turn {
    /// Takes in the message at `position`.
    pub(super) fn take(&mut self, position: usize, message: &CaseMessage) {
        if message.is_automatic() {
            return;
        }
        match message.from.side {
            Side::Customer => {
                self.asked_customer = false;
                if message.needs_answer() {
                    self.asked = None;
                    self.owed.get_or_insert((position, message.at));
                }
            }
            Side::Us if message.is_reply_of_ours() => {
                self.owed = None;
                self.asked = None;
                self.asked_customer = message.new_text().any(|(_, text)| asks(text));
                if !message.from.address.email.is_empty()
                    && !is_shared_mailbox(&message.from.address.email)
                {
                    self.owner = Some(message.from.address.email.clone());
                }
            }
            Side::Us => {
                let own = &message.from.team;
                let mut teams = message.to.iter().filter_map(|p| p.team.as_ref());
                if let Some(other) = teams.find(|team| Some(*team) != own.as_ref()) {
                    // A team that answers the one that asked it hands the turn back.
                    let answers = self.asked.as_ref().is_some_and(|(asked, asker)| {
                        Some(asked.as_str()) == own.as_deref() && asker.as_ref() == Some(other)
                    });
                    self.asked = (!answers).then(|| (other.to_string(), own.clone()));
                }
            }
            Side::Partner => {}
        }
    }

    /// The side that has to act next.
    pub(super) fn waiting_on(&self, promises: &Ledger) -> String {
        if let Some((team, _)) = &self.asked {
            format!("internal:{team}")
        } else if self.owed.is_some() || promises.owes(Promisor::Us) {
            "us".to_owned()
        } else if self.asked_customer {
            "customer".to_owned()
        } else {
            NOBODY.to_owned()
        }
    }
}

/// Whether a text asks something: a question mark that ends a word, not one within an address.
fn asks(text: &str) -> bool {
    let ends = |(at, mark): (usize, &str)| {
        let next = text[at + mark.len()..].chars().next();
        next.is_none_or(|c| !c.is_alphanumeric() && c != '=' && c != '&')
    };
    text.match_indices(['?', '？', '؟']).any(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_with_a_query_asks_nothing() {
        assert!(asks("Which version do you run? It matters."));
        assert!(!asks("See https://status.example/page?id=7 for details."));
    }

    #[test]
    fn a_shared_mailbox_owns_nothing() {
        assert!(is_shared_mailbox("support+eu@brightwater.example"));
        assert!(!is_shared_mailbox("anna.keller@support.brightwater.example"));
    }
}
