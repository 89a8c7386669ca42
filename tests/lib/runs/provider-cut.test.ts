import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readConversation } from "#lib/conversations/read-conversation.ts";
import { createEndpointModel } from "#lib/models/endpoint-model.ts";
import { systemClock } from "#lib/runs/clock.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { newRun } from "#lib/runs/run-request.ts";
import { startRun } from "#lib/runs/start-run.ts";
import type { NewRun } from "#lib/storage/run-store.ts";
import { done, finish, reasoning, sse, textChunks } from "../../support/chat-chunks.ts";
import { question, runContext, textOf, userId } from "../../support/run-bench.ts";
import { type ScriptedModelServer, startScriptedModelServer } from "../../support/scripted-model-server.ts";
import { readShared, skipWithoutShared } from "../../support/shared-files.ts";

let server: ScriptedModelServer;
let here: RunContext;
before(async () => {
  server = await startScriptedModelServer();
  const endpoint = {
    id: "scripted",
    baseUrl: server.url,
    firstByteMs: 60_000,
    idleMs: 60_000,
    maxCharacters: 1e6,
  };
  // What broke before a word of it is asked again by itself; nobody waits for that here.
  here = runContext(createEndpointModel(endpoint), {
    clock: { ...systemClock, sleep: async () => undefined },
  });
  server.script(({ body }) => {
    const name = /cut by (fin|rst) after \d+/.exec(JSON.stringify(body))?.[0] ?? "";
    const cut = cuts.get(name);
    // The second request for it goes on.
    if (!cuts.delete(name) || !cut) return { steps: [{ write: rest }] };
    const { bytes, by } = cut;
    return { steps: [{ write: bytes }, ...(by === "rst" ? [{ reset: true } as const] : [])] };
  });
});
after(async () => {
  await server.close();
  await here.storage.close();
});

type CutBy = "fin" | "rst";
const cuts = new Map<string, { bytes: Uint8Array; by: CutBy }>();
const restText = " — and the rest.";
const rest = sse(textChunks(restText), finish()) + done;

async function runToEnd(run: NewRun): Promise<void> {
  const { kind, done: over } = { done: undefined, ...(await startRun(here, run)) };
  assert.equal(kind, "created");
  await over;
}

async function answerIn(conversationId: string) {
  const view = (await readConversation(here, conversationId, userId)) ?? assert.fail("no conversation");
  assert.deepEqual([view.activeRun, view.messages.length], [undefined, 2]);
  const last = view.messages[1];
  return last?.role === "assistant" ? last : assert.fail();
}

/**
 * The provider's connection breaks after so many bytes, then (each fifth time) the person asks to go on.
 * Returns the partial's text.
 */
async function cutAndContinue(stream: Buffer, after: number, by: CutBy): Promise<string> {
  const firstDelta = endOfFirstDelta(stream);
  const where = `cut by ${by} after ${after}`;
  cuts.set(where, { bytes: stream.subarray(0, after), by });
  const run = question(where);
  const { conversationId } = run;
  await runToEnd(run);
  const partial = await answerIn(conversationId);
  if (partial.ending?.type === "finish") {
    // A reset may overtake what was sent before it.
    assert.ok(by === "rst" || after <= firstDelta, `${where}: what had begun was asked for again`);
    assert.deepEqual(partial.parts.length, 1);
    assert.equal(textOf(partial), restText);
    return "";
  }
  assert.equal(partial.ending?.type, "error", where);
  assert.ok(after >= firstDelta - 2, `${where}: nothing was said, and it was not asked again`);
  assert.ok(partial.parts.every((part) => part.endedAt !== undefined));
  if (after % 5 !== 0) return textOf(partial);
  const request = { runId: here.newId(), continue: run.runId };
  await runToEnd(newRun(request, { conversationId, userId, newId: here.newId }));
  const complete = await answerIn(conversationId);
  assert.deepEqual([complete.id, complete.ending?.type], [partial.id, "finish"], where);
  assert.equal(textOf(complete), `${textOf(partial)}${restText}`, where);
  return textOf(partial);
}

/** Where the first frame ends that says anything. */
const endOfFirstDelta = (stream: Buffer): number =>
  /^[^]*?"(reasoning_)?content":"[^"][^\n]*\n\n/.exec(stream.toString("latin1"))?.[0].length ??
  assert.fail("it says nothing");

/** Cuts before the finish reason, eight at a time. Returns the partial texts of those by FIN, in order. */
async function cutEverywhere(stream: string, step: number): Promise<string[]> {
  const bytes = Buffer.from(stream);
  const end = bytes.indexOf('"finish_reason":"') + '"finish_reason":"'.length;
  assert.ok(end > 100);
  const texts: string[] = [];
  let next = 0;
  const work = async () => {
    for (let cut = next; cut < end; cut = next) {
      next += step;
      texts[cut / step] = await cutAndContinue(bytes, cut, "fin");
      await cutAndContinue(bytes, cut, "rst");
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  for (const [at, text] of texts.entries())
    assert.ok(text.startsWith(texts[at - 1] ?? ""), "what came is kept");
  return texts;
}

test("a provider's connection that breaks at any byte before the finish reason: the partial is kept as cut off, and Continue completes it", async () => {
  const stream = sse(reasoning("hm"), textChunks("Grüße", " und 😀"), finish()) + done;
  const texts = await cutEverywhere(stream, 1);
  assert.deepEqual([texts[0], texts.at(-1)], ["", "Grüße und 😀"]);
});

test("the same for a recorded stream", { skip: skipWithoutShared }, async () => {
  const texts = await cutEverywhere(readShared("transcripts/mistral-tiny-text.sse").toString(), 145);
  assert.ok(new Set(texts).size > 5);
});
