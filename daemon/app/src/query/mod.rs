//! Answers for readers. Every answer comes from one snapshot of the views.

pub mod accounts;
pub mod cases;
pub mod changes;
pub mod course;
pub mod health;
pub mod levels;
pub mod messages;
pub mod past;
pub mod people;
pub mod plugins;
pub mod queues;
pub mod search;
pub mod similar;
pub mod sources;

use crate::{Result, acts::invalid, record::Page};

/// Which page of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// What the page before gave as `next`; nothing for the first.
    pub cursor: Option<String>,
    /// How many rows; at most 200.
    pub limit: usize,
}

/// The most rows of a page.
pub const MAX_PAGE: usize = 200;

impl PageRequest {
    /// Position of the first row, and number of rows.
    pub(crate) fn window(&self) -> Result<(usize, usize)> {
        let start = match &self.cursor {
            None => 0,
            Some(cursor) => cursor.parse().map_err(|_| {
                invalid(&format!("`{cursor}` is no cursor"), "pass what the page before gave")
            })?,
        };
        Ok((start, self.limit.clamp(1, MAX_PAGE)))
    }

    /// The page of `all` that is asked for.
    pub(crate) fn cut<T, U>(
        &self,
        all: &[T],
        mut row: impl FnMut(&T) -> Result<Option<U>>,
    ) -> Result<Page<U>> {
        let (start, limit) = self.window()?;
        let end = (start + limit).min(all.len());
        let mut items = Vec::with_capacity(end.saturating_sub(start));
        for one in all.get(start..end).unwrap_or_default() {
            items.extend(row(one)?);
        }
        let next = (end < all.len()).then(|| end.to_string());
        Ok(Page { items, next, total: all.len() as u64 })
    }
}
