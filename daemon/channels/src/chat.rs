//! Messages into a chat, by the incoming webhooks of Slack, Teams and Mattermost.

use egress::{Egress, http::Endpoint};
use serde_json::{Value, json};

use crate::{Failure, Letter, Parcel, letter::Item, webhook::receipt};

/// A room of a chat.
#[derive(Debug, Clone)]
pub struct Chat {
    /// Whose.
    pub kind: ChatKind,
    /// Its webhook.
    pub endpoint: Endpoint,
}

/// A chat whose form is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatKind {
    /// Slack: blocks.
    Slack,
    /// Microsoft Teams: an adaptive card, as workflows take it.
    Teams,
    /// Mattermost: Markdown.
    Mattermost,
}

/// Cases that one message names; the rest is counted. Slack takes 50 blocks.
const MOST_ITEMS: usize = 20;

impl ChatKind {
    /// The kind as configured.
    pub fn word(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Teams => "teams",
            Self::Mattermost => "mattermost",
        }
    }
}

impl Chat {
    pub(crate) async fn deliver(
        &self,
        parcel: &Parcel,
        letter: &Letter,
        egress: &Egress,
    ) -> Result<String, Failure> {
        let body = payload(self.kind, letter).to_string().into_bytes();
        let headers = [("idempotency-key", parcel.id.to_string())];
        let answer = egress.post(&self.endpoint, "application/json", &headers, body).await?;
        receipt(&answer)
    }
}

/// A letter in the form of a chat.
pub(crate) fn payload(kind: ChatKind, letter: &Letter) -> Value {
    match kind {
        ChatKind::Slack => slack(letter),
        ChatKind::Teams => teams(letter),
        ChatKind::Mattermost => json!({ "text": mattermost(letter) }),
    }
}

fn shown(letter: &Letter) -> (&[Item], Option<String>) {
    let shown = &letter.items[..letter.items.len().min(MOST_ITEMS)];
    let more = letter.items.len() - shown.len();
    (shown, (more > 0).then(|| format!("and {more} more cases")))
}

fn slack(letter: &Letter) -> Value {
    // https://api.slack.com/reference/surfaces/formatting#escaping
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let section =
        |text: String| json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } });
    let (items, more) = shown(letter);
    let mut blocks = vec![section(format!("*{}*", escape(&letter.lead)))];
    for item in items {
        // `|` would end the address within a link.
        let title = escape(&item.title).replace('|', "/");
        let title = match &item.link {
            Some(link) => format!("<{link}|{title}>"),
            None => title,
        };
        let says: Vec<String> = item.says.iter().map(|says| escape(says)).collect();
        blocks.push(section(format!(
            "{title}\n{}\n{}",
            escape(&item.facts.join(" · ")),
            says.join("\n")
        )));
    }
    let small = [more, Some(letter.footer.clone())];
    let small =
        small.into_iter().flatten().map(|text| escape(&text)).collect::<Vec<_>>().join("\n");
    blocks.push(json!({ "type": "context", "elements": [{ "type": "mrkdwn", "text": small }] }));
    json!({ "text": escape(&letter.lead), "blocks": blocks, "unfurl_links": false })
}

fn teams(letter: &Letter) -> Value {
    let text = |text: &str| json!({ "type": "TextBlock", "text": text, "wrap": true });
    let (items, more) = shown(letter);
    let mut body = vec![json!({
        "type": "TextBlock", "text": plain_markdown(&letter.lead), "wrap": true,
        "weight": "Bolder", "size": "Medium",
    })];
    for item in items {
        let title = plain_markdown(&item.title);
        let title = match &item.link {
            Some(link) => format!("[{title}]({link})"),
            None => title,
        };
        body.push(text(&title));
        body.push(json!({
            "type": "TextBlock", "text": plain_markdown(&item.facts.join(" · ")), "wrap": true,
            "isSubtle": true, "spacing": "None",
        }));
        for says in &item.says {
            body.push(text(&plain_markdown(says)));
        }
    }
    body.extend(more.as_deref().map(text));
    body.push(json!({
        "type": "TextBlock", "text": plain_markdown(&letter.footer), "wrap": true,
        "isSubtle": true, "size": "Small",
    }));
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": body,
            },
        }],
    })
}

fn mattermost(letter: &Letter) -> String {
    let (items, more) = shown(letter);
    let mut text = format!("**{}**\n", plain_markdown(&letter.lead));
    for item in items {
        let title = plain_markdown(&item.title);
        let title = match &item.link {
            Some(link) => format!("[{title}]({link})"),
            None => title,
        };
        text.push_str(&format!("\n{title}\n{}\n", plain_markdown(&item.facts.join(" · "))));
        for says in &item.says {
            text.push_str(&format!("- {}\n", plain_markdown(says)));
        }
    }
    text.extend(more.map(|more| format!("\n{more}\n")));
    text.push_str(&format!("\n_{}_\n", plain_markdown(&letter.footer)));
    text
}

/// Text in which a customer's words form no link, no mention and no markup.
fn plain_markdown(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!' => {
                plain.push('\\');
                plain.push(c);
            }
            // A mention such as @all would wake the whole room.
            '@' => plain.push_str("@\u{200b}"),
            other => plain.push(other),
        }
    }
    plain
}
