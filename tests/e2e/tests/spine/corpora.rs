//! Real and malformed mail: everything in it is accounted for, as Python counts it.

use std::{collections::BTreeMap, path::Path};

use serde_json::Value;

use crate::program::{Place, corpora, number, python};

#[test]
fn real_mail_is_all_there_as_python_counts_it() {
    let Some(root) = corpora("the real mail") else { return };
    compare(&root.join("corpora/mail"));
}

#[test]
fn malformed_mail_stops_nothing_and_is_all_accounted_for() {
    let Some(root) = corpora("the malformed mail") else { return };
    compare(&root.join("corpora/weird"));
}

/// Takes in what is below `path`, and holds the ledger of every source against `census.py`, which
/// states the rules by which Python's view and ours differ.
fn compare(path: &Path) {
    let census = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spine/census.py");
    let counted: BTreeMap<String, BTreeMap<String, u64>> =
        serde_json::from_str::<BTreeMap<String, Value>>(&python(&[&census, path]))
            .unwrap()
            .into_iter()
            .map(|(source, kinds)| (source, serde_json::from_value(kinds).unwrap()))
            .collect();
    let place = Place::new();
    let ledgers = place.import(&[path]);
    let ours: BTreeMap<String, BTreeMap<String, u64>> =
        ledgers.iter().map(|(source, ledger)| (source.clone(), kinds(ledger))).collect();
    assert_eq!(ours, counted);
    assert!(counted.values().flat_map(BTreeMap::values).sum::<u64>() > 1000);
    place.run(&["verify"]).expect(0);

    let again = place.import(&[path]);
    for (source, ledger) in &again {
        assert_eq!((number(&ledger["stored"]), number(&ledger["duplicate"])), (0, 0), "{source}");
        assert_eq!(ledger["seen"], ledgers[source]["seen"]);
    }
}

/// How many items were what.
fn kinds(ledger: &Value) -> BTreeMap<String, u64> {
    let mut kinds: BTreeMap<String, u64> =
        serde_json::from_value(ledger["skipped"].clone()).unwrap();
    kinds.insert("message".to_owned(), number(&ledger["stored"]) + number(&ledger["duplicate"]));
    kinds
}
