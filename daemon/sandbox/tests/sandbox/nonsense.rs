//! What a plugin returns is not believed.

use engine::Act;
use sandbox::PluginFailure;

use crate::guests::{BODY, at_message, case, host, plugin};

fn run(assess: &str) -> Result<Vec<Act>, PluginFailure> {
    let plugin = plugin(&host(), assess);
    at_message(&case(), |step| plugin.signals(step)).map(|ran| ran.value)
}

fn nonsense(assess: &str) -> String {
    match run(assess) {
        Err(PluginFailure::Nonsense(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_firing_with_its_place_and_number_is_taken() {
    let acts = run("(call $raise (i32.const 4) (i32.const 10) (f64.const 0.25))
        (call $list (i32.const 1))");
    let [Act::Raise { signal, weight, spans, inputs }] = &acts.unwrap()[..] else {
        panic!("one firing")
    };
    assert_eq!((signal.as_str(), *weight), ("guest", 7));
    assert_eq!(spans[0].of(BODY), Some("warten"));
    assert_eq!(inputs["score"], "0.25");
}

#[test]
fn a_span_beside_the_text_is_refused() {
    let place = BODY.find('\u{fc}').unwrap() + 1;
    for (start, end) in [(0, 4000), (9, 9), (9, 4), (place, place + 1)] {
        let why = nonsense(&format!(
            "(call $raise (i32.const {start}) (i32.const {end}) (f64.const 1))
             (call $list (i32.const 1))"
        ));
        assert!(why.contains("span"), "{why}");
    }
    let later = "(call $raise (i32.const 0) (i32.const 4) (f64.const 1))
        (i32.store (i32.const 512) (i32.const 7)) (call $list (i32.const 1))";
    assert!(nonsense(later).contains("has not come yet"));
}

#[test]
fn not_a_number_is_refused() {
    for number in ["nan", "inf", "-inf", "1e300"] {
        let why = nonsense(&format!(
            "(call $raise (i32.const 0) (i32.const 4) (f64.const {number}))
             (call $list (i32.const 1))"
        ));
        assert!(why.contains("score"), "{why}");
    }
}

#[test]
fn words_of_a_message_do_not_get_into_facts() {
    let input = "(call $raise (i32.const 0) (i32.const 4) (f64.const 1))
        (call $words (i32.const 576) (i32.const 32) (i32.const 5)) (call $list (i32.const 1))";
    assert!(nonsense(input).contains("manifest lacks"));
    let signal = "(call $raise (i32.const 0) (i32.const 4) (f64.const 1))
        (call $words (i32.const 136) (i32.const 32) (i32.const 5)) (call $list (i32.const 1))";
    assert!(nonsense(signal).contains("manifest lacks"));
}

#[test]
fn a_weight_beyond_measure_is_refused() {
    let why = nonsense(
        "(call $raise (i32.const 0) (i32.const 4) (f64.const 1))
         (i32.store8 (i32.const 144) (i32.const 1)) (i32.store (i32.const 148) (i32.const 5000))
         (call $list (i32.const 1))",
    );
    assert!(why.contains("5000"), "{why}");
}

#[test]
fn a_timer_in_a_thousand_years_is_refused() {
    let why = nonsense(
        "(i32.store8 (i32.const 128) (i32.const 2))
         (call $words (i32.const 136) (i32.const 16) (i32.const 5))
         (call $words (i32.const 144) (i32.const 24) (i32.const 5))
         (i64.store (i32.const 152) (i64.const 9223372036854775807))
         (call $list (i32.const 1))",
    );
    assert!(why.contains("ten years"), "{why}");
}

#[test]
fn lists_and_texts_beyond_measure_cost_the_host_nothing() {
    let why = nonsense("(call $list (i32.const 2000))");
    assert!(why.contains("at most"), "{why}");
    let outside = run("(call $list (i32.const 0x0fffffff))");
    assert!(outside.is_err(), "a list that leaves the memory");
    // Two hundred thousand texts that are all the same megabyte.
    let bomb = "(drop (memory.grow (i32.const 200)))
        (i32.store (i32.const 64) (i32.const 1))
        (i32.store (i32.const 68) (i32.const 0))
        (i32.store (i32.const 72) (i32.const 12000000)) (i32.const 64)";
    assert!(run(bomb).is_err());
}

#[test]
fn an_error_of_its_own_is_shown_but_not_recorded() {
    let failure = run("(i32.store (i32.const 64) (i32.const 1))
        (call $words (i32.const 68) (i32.const 32) (i32.const 5)) (i32.const 64)")
    .unwrap_err();
    assert_eq!(failure, PluginFailure::Reported("other".to_owned()));
    assert!(!failure.without_words().contains("other"));
}
