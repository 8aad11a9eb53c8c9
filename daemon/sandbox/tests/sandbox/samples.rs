//! The shipped samples start, import no more than they ask for, and find what they should.

use std::path::Path;

use engine::Act;
use sandbox::{Folder, Plugin};

use crate::guests::{at_message, case, case_saying, host};

fn sample(name: &str) -> Folder {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/samples").join(name);
    let read = |file: &str| std::fs::read(folder.join(file)).unwrap();
    let manifest = String::from_utf8(read("plugin.toml")).unwrap();
    Folder::new(name, &manifest, &read(&format!("{name}.wasm"))).unwrap()
}

#[test]
fn every_sample_starts() {
    let host = host();
    for name in ["capitals", "order-number", "tone", "workdays"] {
        Plugin::new(&host, sample(name)).prepare().unwrap();
    }
}

#[test]
fn the_tone_model_shows_the_words_that_carried_it() {
    let plugin = Plugin::new(&host(), sample("tone"));
    let text = "Hello. We have lost all trust in your service and nobody seems to care about it.";
    let case = case_saying(text);
    let acts = at_message(&case, |step| plugin.signals(step)).unwrap().value;
    let [Act::Raise { signal, spans, inputs, .. }] = &acts[..] else { panic!("{acts:?}") };
    assert_eq!(signal.as_str(), "tone");
    let words: Vec<_> = spans.iter().filter_map(|span| span.of(text)).collect();
    assert!(words.iter().any(|w| w.contains("seems") || w.contains("care")), "{words:?}");
    assert!(inputs["score"].parse::<f64>().unwrap() >= 0.97);
    let calm = at_message(&case_saying("The export fails since this morning."), |step| {
        plugin.signals(step)
    });
    assert!(calm.unwrap().value.is_empty());
}

#[test]
fn an_order_number_is_found_with_its_place() {
    let plugin = Plugin::new(&host(), sample("order-number"));
    let text = "Order 40 1234 5676 is late, 4012345677 is none.";
    let ran = at_message(&case_saying(text), |step| plugin.fields(step, 0)).unwrap();
    let [value] = &ran.value[..] else { panic!("{:?}", ran.value) };
    assert_eq!((value.field.as_str(), value.value.as_str()), ("order", "4012345676"));
    assert_eq!(value.span.of(text), Some("40 1234 5676"));
}

#[test]
fn a_sample_in_c_works_like_the_others() {
    let plugin = Plugin::new(&host(), sample("capitals"));
    let text = "Hello. WE ASKED FOR THIS IN JANUARY. Please look.";
    let acts = at_message(&case_saying(text), |step| plugin.signals(step)).unwrap().value;
    let [Act::Raise { spans, .. }] = &acts[..] else { panic!("{acts:?}") };
    assert_eq!(spans[0].of(text), Some("WE ASKED FOR THIS IN JANUARY"));
    let quiet = at_message(&case(), |step| plugin.signals(step)).unwrap().value;
    assert!(quiet.is_empty());
}
