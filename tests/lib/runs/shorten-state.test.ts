import assert from "node:assert/strict";
import { test } from "node:test";
import { partsLength, shortenInput, shortenState } from "#lib/runs/shorten-state.ts";
import {
  finish,
  numbered,
  start,
  startStep,
  textDelta,
  textEnd,
  textStart,
} from "../../support/event-builders.ts";
import { foldAll, textOf } from "../../support/run-bench.ts";

const folded = (...texts: string[]) =>
  foldAll(
    numbered([
      start(),
      startStep(),
      ...texts.flatMap((text, at) => [textStart(`${at}`), textDelta(text, `${at}`)]),
      finish(),
    ]),
  );

test("as much is kept as there is room for, from the beginning, and never half a character", () => {
  const state = folded("first ", "😀".repeat(500));
  const whole = partsLength(state);
  assert.deepEqual(shortenState(state, whole), state);
  for (let length = whole; length >= 0; length -= 7) {
    const short = shortenState(state, length);
    const text = textOf(short);
    assert.ok(textOf(state).startsWith(text) && text.isWellFormed(), text);
    assert.ok(partsLength(short) <= length + 3 * 2, `${partsLength(short)} of ${length}`);
    assert.deepEqual({ ...short, parts: state.parts }, state, "nothing but the parts is changed");
  }
  assert.deepEqual(shortenState(state, 0).parts, []);
});

test("a text that is shortened loses what its provider gave with the whole", () => {
  const end = { ...textEnd("0"), providerMetadata: { wire: { signature: "abc=" } } };
  const state = foldAll(
    numbered([start(), startStep(), textStart("0"), textDelta("long ".repeat(20), "0"), end]),
  );
  const [part] = shortenState(state, partsLength(state) - 30).parts;
  assert.ok(part?.type === "text" && part.text.length < 100 && !("providerMetadata" in part));
});

test("the arguments that a cut-off call is closed with are shortened, other events are not", () => {
  const event = {
    type: "tool-input-error",
    toolCallId: "c",
    toolName: "t",
    input: "abc",
    errorText: "e",
  } as const;
  assert.deepEqual(shortenInput(event, 2), { ...event, input: "ab" });
  assert.deepEqual(shortenInput(event, Infinity), event);
  assert.deepEqual(shortenInput(textDelta("abc"), 1), textDelta("abc"));
});
