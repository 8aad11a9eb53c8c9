//! The script engine with every limit set: scripts can compute and nothing else.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use rhai::{
    Dynamic, Engine, OptimizationLevel,
    packages::{
        ArithmeticPackage, BasicArrayPackage, BasicIteratorPackage, BasicMapPackage,
        BasicMathPackage, BasicStringPackage, LogicPackage, MoreStringPackage, Package,
    },
};

/// Operations of one call: what stops a loop. Pure scripts reach it at the same place every time.
pub(crate) const MAX_OPERATIONS: u64 = 100_000;
/// The longest string a script may hold, in bytes.
pub(crate) const MAX_STRING: usize = 64 * 1024;
const MAX_ARRAY: usize = 4096;
const MAX_MAP: usize = 512;
const MAX_CALL_DEPTH: usize = 24;
const MAX_EXPRESSION_DEPTH: usize = 64;
const MAX_FUNCTIONS: usize = 100;
const MAX_VARIABLES: usize = 200;

/// After this time a call is killed whatever it does. It lies far beyond what the operations allow
/// in ordinary work, so that a busy machine decides nothing.
const MAX_TIME: Duration = Duration::from_secs(2);
/// The clock is read once in so many operations.
const OPERATIONS_A_LOOK: u64 = 1024;

thread_local! {
    static BEGAN: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// An engine with its limits and the plain packages: numbers, logic, strings, arrays, maps. It has
/// no clock, no file, no module, no `eval` and no output.
pub(crate) fn bare_engine() -> Engine {
    let mut engine = Engine::new_raw();
    ArithmeticPackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicMathPackage::new().register_into_engine(&mut engine);
    BasicStringPackage::new().register_into_engine(&mut engine);
    MoreStringPackage::new().register_into_engine(&mut engine);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicMapPackage::new().register_into_engine(&mut engine);
    BasicIteratorPackage::new().register_into_engine(&mut engine);

    engine
        .set_max_operations(MAX_OPERATIONS)
        .set_max_call_levels(MAX_CALL_DEPTH)
        .set_max_expr_depths(MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_DEPTH)
        .set_max_functions(MAX_FUNCTIONS)
        .set_max_variables(MAX_VARIABLES)
        .set_max_string_size(MAX_STRING)
        .set_max_array_size(MAX_ARRAY)
        .set_max_map_size(MAX_MAP)
        .set_max_modules(0)
        .set_strict_variables(true)
        .set_allow_shadowing(true)
        .set_allow_looping(true)
        .set_optimization_level(OptimizationLevel::Simple);
    for symbol in ["eval", "import", "export", "print", "debug", "sleep", "timestamp"] {
        engine.disable_symbol(symbol);
    }
    engine.on_progress(|operations| {
        let late = operations % OPERATIONS_A_LOOK == 0
            && BEGAN.get().is_some_and(|began| began.elapsed() > MAX_TIME);
        late.then(|| Dynamic::from("it ran for more than two seconds"))
    });
    engine
}

/// Runs `call` with its deadline beginning now.
pub(crate) fn timed<T>(call: impl FnOnce() -> T) -> T {
    BEGAN.set(Some(Instant::now()));
    let result = call();
    BEGAN.set(None);
    result
}
