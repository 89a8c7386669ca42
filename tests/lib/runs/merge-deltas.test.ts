import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { mergeDeltas, splitDelta } from "#lib/runs/merge-deltas.ts";
import {
  objectDelta,
  reasoningDelta,
  refusalDelta,
  textDelta,
  textEnd,
  toolInputDelta,
} from "../../support/event-builders.ts";

const merged: [what: string, one: EventBody, next: EventBody, both: EventBody | undefined][] = [
  ["deltas of one text are one", textDelta("a"), textDelta("b"), textDelta("ab")],
  ["so are those of a thought", reasoningDelta("a"), reasoningDelta("b"), reasoningDelta("ab")],
  ["of one call's arguments", toolInputDelta("c", "{"), toolInputDelta("c", "}"), toolInputDelta("c", "{}")],
  ["and of one object", objectDelta("["), objectDelta("]"), objectDelta("[]")],
  [
    "the text of both has been read as far as the later one says",
    { ...textDelta("a"), cursor: 3 },
    { ...textDelta("b"), cursor: 4 },
    { ...textDelta("ab"), cursor: 4 },
  ],
  ["those of two texts are not", textDelta("a", "1"), textDelta("b", "2"), undefined],
  ["nor of two calls", toolInputDelta("c", "{"), toolInputDelta("d", "}"), undefined],
  ["nor of two kinds, whatever their ids", textDelta("a", "1"), reasoningDelta("b", "1"), undefined],
  ["a refusal's stay as they are", refusalDelta("a"), refusalDelta("b"), undefined],
  ["and so does what is no delta", textDelta("a"), textEnd(), undefined],
];
for (const [what, one, next, both] of merged)
  test(`1.6 ${what}`, () => assert.deepEqual(mergeDeltas(one, next), both));

const split: [what: string, event: EventBody, halves: EventBody[] | undefined][] = [
  ["a text is divided in the middle", textDelta("abc"), [textDelta("ab"), textDelta("c")]],
  ["so is a thought", reasoningDelta("ab"), [reasoningDelta("a"), reasoningDelta("b")]],
  ["and a refusal", refusalDelta("ab"), [refusalDelta("a"), refusalDelta("b")]],
  ["and arguments", toolInputDelta("c", "{}"), [toolInputDelta("c", "{"), toolInputDelta("c", "}")]],
  [
    "with its first half nothing has been read to its end",
    { ...textDelta("ab"), cursor: 3 },
    [textDelta("a"), { ...textDelta("b"), cursor: 3 }],
  ],
  ["never inside a character", textDelta("😀x"), [textDelta("😀"), textDelta("x")]],
  ["one character is not", textDelta("😀"), undefined],
  ["nor what is no delta", textEnd(), undefined],
];
for (const [what, event, halves] of split)
  test(`a delta that is too large: ${what}`, () => assert.deepEqual(splitDelta(event), halves));
