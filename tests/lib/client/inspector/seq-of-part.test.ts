import assert from "node:assert/strict";
import { test } from "node:test";
import { seqOfPart } from "#lib/client/inspector/seq-of-part.ts";
import * as b from "../../../support/event-builders.ts";

test("a part is found where it begins: a text, a call, what was said into it, the beginning and the end", () => {
  const events = b.numbered([
    ...[b.start(), b.workflowStart(), b.startStep(), b.textStart("t"), b.textDelta("a", "t"), b.textEnd("t")],
    ...[b.refusalDelta("No", "r"), b.refusalDelta(".", "r"), b.toolInputStart("c", "add"), b.toolStart("c")],
    b.finish(),
  ]);
  const places = { t: 4, r: 7, c: 9, start: 2, end: 11, nothing: undefined };
  for (const [part, seq] of Object.entries(places)) assert.equal(seqOfPart(events, part), seq, part);
  assert.equal(seqOfPart(events.slice(0, 3), "t"), undefined);
  assert.equal(seqOfPart(events.slice(0, 3), "end"), undefined);
  assert.equal(seqOfPart(b.numbered([b.start()]), "start"), 1);
});
