//! What every adapter of [`crate::Search`] shares: the words, the query language, the plan of a
//! query with its near spellings, and snippets. It knows no index; an adapter answers a
//! [`plan::Plan`] and lends it a [`near::Dictionary`].

pub mod near;
pub mod plan;
pub mod query;
pub mod snippet;
pub mod tags;
pub mod words;
