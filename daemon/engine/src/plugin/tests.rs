use super::*;

fn manifest() -> Manifest {
    Manifest {
        name: "tone".parse().unwrap(),
        version: "1".to_owned(),
        title: "Tone".to_owned(),
        help: "Finds a bad tone.".to_owned(),
        author: String::new(),
        capabilities: BTreeSet::from([Capability::Text]),
        on: messages(),
        signals: vec![SignalSpec {
            id: SignalId::new("tone"),
            title: "Tone".to_owned(),
            help: "A bad tone.".to_owned(),
            weight: 8,
            inputs: BTreeSet::from(["score".to_owned()]),
        }],
        fields: Vec::new(),
        details: Vec::new(),
        extract: None,
        notify: None,
    }
}

fn permit() -> Permit {
    let capabilities = BTreeSet::from([Capability::Text]);
    Permit { hash: Digest([7; 32]), capabilities, disabled: None }
}

#[test]
fn other_bytes_than_those_granted_do_not_run() {
    let (manifest, permit) = (manifest(), permit());
    let standing = |hash: u8| Standing::of(&manifest, &Digest([hash; 32]), Some(&permit));
    assert_eq!(standing(7), Standing::AtWork);
    assert_eq!(standing(8), Standing::Changed { granted: Digest([7; 32]) });
    assert_eq!(Standing::of(&manifest, &Digest([7; 32]), None), Standing::Waiting);
}

#[test]
fn a_plugin_that_asks_for_more_than_it_was_granted_does_not_run() {
    let mut manifest = manifest();
    manifest.capabilities.insert(Capability::People);
    let standing = Standing::of(&manifest, &Digest([7; 32]), Some(&permit()));
    assert_eq!(standing, Standing::Changed { granted: Digest([7; 32]) });
}

#[test]
fn a_plugin_that_was_switched_off_says_why() {
    let permit = Permit { disabled: Some("it looped".to_owned()), ..permit() };
    let standing = Standing::of(&manifest(), &Digest([7; 32]), Some(&permit));
    assert_eq!(standing, Standing::Disabled { reason: "it looped".to_owned() });
}

#[test]
fn a_manifest_that_cannot_be_kept_is_refused() {
    let mut manifest = manifest();
    assert_eq!(manifest.defects("tone"), Vec::<String>::new());
    assert_eq!(manifest.defects("other").len(), 1);
    manifest.signals[0].weight = 200;
    manifest.signals.push(SignalSpec { weight: 1, ..manifest.signals[0].clone() });
    manifest.signals[1].inputs.insert("the words".to_owned());
    assert_eq!(manifest.defects("tone").len(), 3, "{:?}", manifest.defects("tone"));
    manifest.signals.clear();
    assert_eq!(manifest.defects("tone").len(), 1);
}
