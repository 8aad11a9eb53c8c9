#!/usr/bin/env python3
"""Trains the tone model and writes src/weights.bin: `python3 train.py`.

Logistic regression over hashed words and pairs of words of a sentence, by stochastic gradient
descent in a fixed order. The material is made here, from phrases written for this purpose; no
customer's words are in it. Needs Python alone. The same script gives the same bytes.
"""
import itertools
import math
import pathlib
import random
import re
import struct

BUCKETS = 4096
SCALE = 16.0  # weights are kept as signed bytes, sixteenths

EXASPERATED = """
this is {very} unacceptable | i am {very} disappointed with {thing} | we are {very} frustrated by {thing}
i am at my wits end with {thing} | how many times do we have to explain this | this is the third time i ask
nobody seems to care about {thing} | we keep getting the same useless answer | i am tired of repeating myself
why is nobody taking this seriously | this has gone on for far too long | we are losing patience
we have lost all trust in {thing} | your team keeps ignoring us | i have had enough of {thing}
this is a joke | it is beyond me how {thing} can be this bad | still nothing and nobody calls back
i am fed up with {thing} | what a disgrace | {thing} has been a nightmare from the start
we were promised a fix and got nothing | you keep passing us from one person to the next
this is not good enough | honestly this is ridiculous | it is shocking how {thing} is handled
once again we are left waiting | we have been waiting for {span} and heard nothing
your answer does not help at all | stop sending us the same template | do you even read what we write
i cannot believe we are still talking about {thing} | this is a complete waste of our time
we feel let down by {thing} | this is simply not acceptable any more | enough is enough
it is embarrassing that {thing} still fails | every single time it breaks again | i am appalled by {thing}
we are sick of excuses | no one takes ownership of {thing} | again no reply from anyone
""".strip()
CALM = """
thanks for looking into {thing} | could you please send us {thing} | we would like to know more about {thing}
please find attached the log of {thing} | i have a question about {thing} | the meeting is moved to {span} from now
we noticed a small problem with {thing} | it works now many thanks | great work on {thing}
let me know if you need anything else | the export of {thing} fails with an error since this morning
can we schedule a call about {thing} | we have waited {span} as you asked and tried again
i am happy with {thing} | this is the third item on the list | no rush with {thing}
would it be possible to change {thing} | we asked our team and they agree | here is the answer to your question
the same error appears again on the test server | nobody is affected outside of the office
please ignore my last message | i will be out of the office for {span} | looking forward to hearing from you
we are still testing {thing} | it is not urgent | the report of {thing} is wrong in the second column
how do we set up {thing} | we received {thing} and everything is fine | sorry for the late reply
the fix was promised for next week and it arrived | our team keeps the old version for now
could you take another look at {thing} when you have time | i read the manual but do not find {thing}
the service was down for {span} and is back | we cannot sign in to {thing} since the update
a colleague asked for the invoice of {thing} | thank you for the quick answer | that answers our question
every single user has a licence now | the time of the call suits us | i will take ownership of the test
please call me back about {thing} | your team was very helpful | we trust that {thing} will be ready in time
""".strip()
THINGS = """the support | your service | the last release | the billing | the whole process | the import | the migration
the new portal | your product | the ticket | the api | the contract | the order | this case""".replace("\n", " | ")
SPANS = "two days | a week | three weeks | a month | the whole morning | ten days"
VERY = "very | really | extremely | deeply | quite | "
OPENINGS = " | hello | hi all | dear team | sorry but | as i said before | to be clear | well"
ENDINGS = " | please | today | thanks | regards | from our side | at the moment | again"


def parts(text):
    return [part.strip() for line in text.split("\n") for part in line.split(" | ")]


def sentences(templates, count, rng):
    """`count` sentences, every template as often as every other."""
    things, spans, very = parts(THINGS), parts(SPANS), [v.strip() for v in VERY.split("|")]
    openings, endings = ([o.strip() for o in text.split("|")] for text in (OPENINGS, ENDINGS))
    made = []
    for template in itertools.islice(itertools.cycle(templates), count):
        text = template.replace("{thing}", rng.choice(things)).replace("{span}", rng.choice(spans))
        text = text.replace("{very}", rng.choice(very))
        made.append(f"{rng.choice(openings)} {text} {rng.choice(endings)}")
    return made


def words(text):
    return re.findall(r"[a-z']+", text.lower())


def bucket(gram):
    """FNV-1a, 32 bits."""
    value = 0x811C9DC5
    for byte in gram.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value % BUCKETS


def features(text):
    plain = words(text)
    grams = plain + [f"{a} {b}" for a, b in zip(plain, plain[1:])]
    return sorted({bucket(gram) for gram in grams})


def train(rows, rng):
    weights, bias = [0.0] * BUCKETS, 0.0
    for epoch in range(12):
        rng.shuffle(rows)
        rate = 0.2 / (1 + epoch)
        for found, label in rows:
            score = bias + sum(weights[f] for f in found)
            error = label - 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
            bias += rate * error
            for f in found:
                weights[f] += rate * (error - 0.002 * weights[f])
    return weights, bias


def share(rows, weights, bias):
    right = sum((bias + sum(weights[f] for f in found) > 0) == (label == 1) for found, label in rows)
    return right / len(rows)


def main():
    rng = random.Random(20260301)
    angry, calm = parts(EXASPERATED), parts(CALM)
    # Every fifth phrase is left out of training, to see how the model does on what it never saw.
    split = lambda all_of_them, held: [t for i, t in enumerate(all_of_them) if (i % 5 == 4) == held]
    row = lambda texts, label: [(features(text), label) for text in texts]
    seen = row(sentences(split(angry, False), 4000, rng), 1) + row(sentences(split(calm, False), 4000, rng), 0)
    unseen = row(sentences(split(angry, True), 500, rng), 1) + row(sentences(split(calm, True), 500, rng), 0)
    weights, bias = train(seen, rng)
    print(f"right on phrases it was trained on {share(seen, weights, bias):.3f}, on others {share(unseen, weights, bias):.3f}")
    everything = row(sentences(angry, 5000, rng), 1) + row(sentences(calm, 5000, rng), 0)
    weights, bias = train(everything, rng)
    quantised = [max(-127, min(127, round(value * SCALE))) for value in [bias, *weights]]
    out = pathlib.Path(__file__).parent / "src" / "weights.bin"
    out.write_bytes(struct.pack(f"{len(quantised)}b", *quantised))
    print(f"{out.name}: {out.stat().st_size} bytes, bias {quantised[0] / SCALE}")


main()
