//! Fields of a team's own, such as an order number: how a rule set declares them, and what is read.

use model::{PluginName, Span};

/// What values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldKind {
    /// Any words.
    Text,
    /// A number, written as `1234.5`.
    Number,
    /// A day, written as `2026-03-31`.
    Date,
    /// One of a few words that the field names.
    Choice,
}

impl FieldKind {
    /// Its name, as rule sets and the API write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Choice => "choice",
        }
    }
}

/// A field as a rule set declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its name: lower-case letters, digits and `_`.
    pub name: String,
    /// A short title.
    pub title: String,
    /// What it is, in a sentence or a few.
    pub help: String,
    /// What its values are.
    pub kind: FieldKind,
    /// The values of a choice.
    pub choices: Vec<String>,
    /// The plugin that reads it, and what it calls the field there; nothing if the set does itself.
    pub plugin: Option<(PluginName, String)>,
}

/// A value that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFound {
    /// The field.
    pub field: String,
    /// The value in its usual form.
    pub value: String,
    /// Where it stands.
    pub span: Span,
}

impl FieldSpec {
    /// Whether `value` is in the form of its values; else what to write.
    pub fn accepts(&self, value: &str) -> Result<(), String> {
        match self.kind {
            FieldKind::Number if value.parse::<f64>().is_err() => {
                Err("write a number such as 1234.5".to_owned())
            }
            FieldKind::Date if value.parse::<jiff::civil::Date>().is_err() => {
                Err("write a day such as 2026-03-31".to_owned())
            }
            FieldKind::Choice
                if !self.choices.is_empty() && !self.choices.iter().any(|c| c == value) =>
            {
                Err(format!("use one of {}", self.choices.join(", ")))
            }
            _ => Ok(()),
        }
    }
}
