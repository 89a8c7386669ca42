import assert from "node:assert/strict";
import { test } from "node:test";
import { followLog } from "#lib/client/follow-log.ts";
import type { EventBody, RunEvent } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { textHash } from "#lib/protocol/text-hash.ts";
import { encodeFrame } from "#lib/wire/frames.ts";
import { clientEnvironment } from "../../support/client-environment.ts";
import {
  finish,
  finishStep,
  ids,
  numbered,
  start,
  startStep,
  textDelta,
  textEnd,
  textStart,
} from "../../support/event-builders.ts";

/** A log whose step ends with the hash of `written`, and whose deltas come to `read`. */
const logOf = (stepId: string, written: string, read: string): RunEvent[] => {
  const end: EventBody = { ...finishStep("stop", stepId), textHash: textHash(written) };
  const text = [textStart("t", stepId), textDelta(read, "t"), textEnd("t")];
  return numbered([start(), startStep(stepId), ...text, end, finish()]);
};

async function follow(events: readonly RunEvent[]): Promise<string> {
  const frames = events.map((event) =>
    encodeFrame(`${event.runId}:${event.epoch}:${event.seq}`, JSON.stringify(event)),
  );
  const { type } = await followLog({
    environment: clientEnvironment(() => Promise.reject(new Error("unused"))),
    state: emptyRun(ids.run),
    signal: new AbortController().signal,
    resume: async () => new Response(frames.join("")),
    onState: () => undefined,
    onConnection: () => undefined,
    onDurability: () => undefined,
  });
  return type;
}

test("deltas that add up to what the server had are read on", async () => {
  assert.equal(await follow(logOf("a", "It is five.", "It is five.")), "run-ended");
});

test("C2 those that do not are taken from the server's copy instead, and from it whatever it says", async () => {
  const log = logOf("b", "It is five.", "It is fve.");
  assert.equal(await follow(log), "snapshot-needed");
  assert.equal(await follow(log), "run-ended");
});
