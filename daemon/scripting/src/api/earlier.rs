//! Cases of the same account that were opened earlier.

use std::sync::Arc;

use engine::EarlierCase;
use model::Instant;
use rhai::{Array, Dynamic, ImmutableString};

use super::{Api, record::Record};
use crate::scene::Scene;

/// A case of the account that was opened before this one.
#[derive(Debug, Clone)]
struct Earlier {
    scene: Arc<Scene>,
    position: usize,
}

impl Earlier {
    fn get(&self) -> &EarlierCase {
        &self.scene.case.earlier[self.position]
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    api.get(
        "Record",
        "earlier_cases: list of EarlierCase",
        "Cases of the account that were opened in the 90 days before this one about something alike, the latest first; at most 8.",
        |r: &mut Record| -> Array {
            let earlier = |position| Earlier { scene: Arc::clone(&r.0), position };
            (0..r.0.case.earlier.len()).map(|p| Dynamic::from(earlier(p))).collect()
        },
    );
    api.kind::<Earlier>(
        "EarlierCase",
        "A case of the same account that was opened before, by its first message alone.",
    );
    api.get("EarlierCase", "id: string", "Its id, such as `7F3K2-M9QAB`.", |e: &mut Earlier| {
        ImmutableString::from(e.get().id.to_string())
    });
    api.get(
        "EarlierCase",
        "opened: Instant",
        "When its first message came.",
        |e: &mut Earlier| -> Instant { e.get().opened },
    );
    api.get("EarlierCase", "title: string", "Its title.", |e: &mut Earlier| {
        ImmutableString::from(e.get().title.as_str())
    });
    api.get(
        "EarlierCase",
        "same_person: bool",
        "Whether the same person wrote the first message of both.",
        |e: &mut Earlier| e.get().same_person,
    );
    api.get(
        "EarlierCase",
        "likeness: int",
        "How many of the telling words of the shorter subject both subjects share, in percent; at least 50.",
        |e: &mut Earlier| i64::from(e.get().likeness),
    );
}
