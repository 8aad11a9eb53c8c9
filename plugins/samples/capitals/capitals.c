/* Raises `capitals` where a customer writes four words or more in a row in capital letters. Words
 * that are always written so (names of errors, products, settings) come alone or in pairs. */
#define WK_MAIN
#include "../../sdk-c/watchkeeper.h"

enum { ENOUGH_WORDS = 4, ENOUGH_LETTERS = 14 };

static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_lower(char c) { return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool in_word(char c) {
    return is_upper(c) || is_lower(c) || is_digit(c) || c == '_' || c == '\'';
}

/* A run of words in capitals. */
typedef struct { size_t start, end, words, letters; } run;

/* The first run that is long enough, or one of no words. */
static run find(wk_text text) {
    run now = {0, 0, 0, 0};
    for (size_t at = 0; at < text.length;) {
        if (!in_word(text.at[at])) {
            /* A line break or a bracket ends a run: tables and codes are written so. */
            bool ends = text.at[at] == '\n' || text.at[at] == '[' || text.at[at] == '<';
            if (ends && now.words < ENOUGH_WORDS) now.words = now.letters = 0;
            at++;
            continue;
        }
        size_t start = at;
        size_t letters = 0;
        bool plain = true;
        for (; at < text.length && in_word(text.at[at]); at++) {
            letters += is_upper(text.at[at]);
            plain = plain && (is_upper(text.at[at]) || text.at[at] == '\'');
        }
        if (!plain || letters == 0) {
            if (now.words >= ENOUGH_WORDS && now.letters >= ENOUGH_LETTERS) return now;
            now.words = now.letters = 0;
            continue;
        }
        if (now.words == 0) now.start = start;
        now.end = at;
        now.words++;
        now.letters += letters;
    }
    if (now.words < ENOUGH_WORDS || now.letters < ENOUGH_LETTERS) now.words = 0;
    return now;
}

wk_answer wk_assess(uint32_t event, uint32_t index) {
    static wk_act act;
    static wk_span span;
    static wk_input input;
    wk_answer nothing = {.failed = 0, .acts = {&act, 0}};
    wk_maybe_outline message;
    if (event != WK_ON_MESSAGE) return nothing;
    wk_message(index, &message);
    if (!message.some || message.value.side != WK_CUSTOMER || message.value.class != WK_HUMAN)
        return nothing;

    wk_passages passages;
    wk_new_text(index, &passages);
    for (size_t place = 0; place < passages.length; place++) {
        const wk_passage *passage = &passages.at[place];
        run found = find(passage->text);
        if (found.words == 0) continue;
        span = (wk_span){index, 0, passage->start + found.start, passage->start + found.end};
        input = (wk_input){WK_TEXT("words"), (double)found.words};
        act.kind = WK_RAISE;
        act.raise.signal = WK_TEXT("capitals");
        act.raise.weight.some = 0;
        act.raise.spans.at = &span;
        act.raise.spans.length = 1;
        act.raise.inputs.at = &input;
        act.raise.inputs.length = 1;
        return (wk_answer){.failed = 0, .acts = {&act, 1}};
    }
    return nothing;
}
