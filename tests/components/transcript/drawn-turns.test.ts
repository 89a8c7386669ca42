import assert from "node:assert/strict";
import { test } from "node:test";
import type { Turn } from "#lib/client/conversation/turns.ts";
import { firstOfTurns, headingId } from "../../../components/transcript/drawn-turns.ts";

/** Turns without an answer, of such lengths. */
const turnsOf = (...lengths: readonly number[]): Turn[] =>
  lengths.map((length, at) => ({ key: `run-${at}`, text: "x".repeat(length), at: 0 }));

test("of a long conversation the newest turns are drawn at first, as many as fill a view", () => {
  const turns = turnsOf(...Array.from({ length: 500 }, () => 800));
  assert.equal(firstOfTurns(turns, turns.length), 494);
  assert.equal(firstOfTurns(turns, 494), 488);
  assert.equal(firstOfTurns(turns, 3), 0);
});

test("at least one is drawn, however long it is, and many short ones are not all drawn at once", () => {
  assert.equal(firstOfTurns(turnsOf(10, 1_000_000), 2), 1);
  assert.equal(firstOfTurns(turnsOf(10, 1_000_000), 1), 0);
  const short = turnsOf(...Array.from({ length: 500 }, () => 1));
  assert.ok(firstOfTurns(short, short.length) > 450);
});

test("the turn at which the reader left is among them", () => {
  const turns = turnsOf(...Array.from({ length: 500 }, () => 800));
  const [, , third] = turns;
  assert.ok(third);
  assert.equal(firstOfTurns(turns, turns.length, headingId(third)), 2);
  assert.equal(firstOfTurns(turns, turns.length, "q-gone"), 494);
});

test("a conversation without turns draws none", () => assert.equal(firstOfTurns([], 0), 0));
