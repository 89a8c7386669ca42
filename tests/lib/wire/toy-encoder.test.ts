import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { followRun } from "#lib/runs/follow-run.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import type { Encoder } from "#lib/wire/encoder.ts";
import { faultyStorage } from "../../support/faulty-storage.ts";
import { question, runContext, runToEnd } from "../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";

/** A wire like the AI SDK's: events by its names, `[DONE]`, and clients that take any end for success. */
function createToyEncoder(): Encoder {
  const openTexts = new Set<string>();
  const send = (...chunks: object[]) => chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("");
  const closeTexts = () => [...openTexts].map((id) => ({ type: "text-end", id }));
  function encode(event: RunEvent): object[] {
    const { type } = event;
    if (type === "text-delta") return [{ type, id: event.id, delta: event.delta }];
    if (type === "finish" || type === "abort") return [{ type }];
    if (type !== "text-start" && type !== "text-end") return [];
    openTexts[type === "text-start" ? "add" : "delete"](event.id);
    return [{ type, id: event.id }];
  }
  return {
    open: () => send({ type: "start" }),
    entries: (entries) => send(...entries.flatMap(({ json }) => encode(decodeEvent(json)))),
    durability: (status) => send({ type: "data-durability", data: status, transient: true }),
    heartbeat: () => ": hb\n\n",
    close(end) {
      const lost = end === "ended" ? [] : [...closeTexts(), { type: "error", errorText: end }];
      return `${send(...lost)}data: [DONE]\n\n`;
    },
  };
}

interface Received {
  chunks: { type: string; delta?: string; data?: string; errorText?: string }[];
  isDone: boolean;
  /** Rejects as the stream does. */
  end: Promise<void>;
}

/** Reads as a client of that wire would. */
async function read(context: RunContext, runId: string, signal: AbortSignal): Promise<Received> {
  const stream = await followRun(context, runId, { seq: 0 }, createToyEncoder());
  assert.equal(stream.kind, "stream");
  const received: Received = { chunks: [], isDone: false, end: Promise.resolve() };
  received.end = (async () => {
    if (stream.kind !== "stream") return;
    for await (const text of stream.chunks(signal)) {
      for (const frame of text.split("\n\n").filter((each) => each.startsWith("data: "))) {
        assert.equal(received.isDone, false, "nothing follows [DONE]");
        if (frame === "data: [DONE]") received.isDone = true;
        else received.chunks.push(JSON.parse(frame.slice("data: ".length)));
      }
    }
  })();
  received.end.catch(() => undefined);
  return received;
}

const textOf = ({ chunks }: Received): string => chunks.map(({ delta = "" }) => delta).join("");
const typesOf = ({ chunks }: Received): string[] =>
  chunks.map(({ type }) => type).filter((type, at, all) => type !== "text-delta" || all[at - 1] !== type);
const open = new AbortController().signal;
const wholeAnswer = ["start", "text-start", "text-delta", "text-end", "finish"];

test("a run that has finished", async () => {
  const context = runContext(scriptedModel([...says("one ", "two"), finished]));
  const run = question("go");
  await runToEnd(context, run);
  const received = await read(context, run.runId, open);
  await received.end;
  assert.deepEqual([typesOf(received), textOf(received), received.isDone], [wholeAnswer, "one two", true]);
});

test("a run that is live, and one that is stopped meanwhile", async () => {
  for (const [end, last] of [
    ["finish", "finish"],
    ["stop", "abort"],
  ]) {
    const hold = gate();
    const context = runContext(scriptedModel([...says("one "), hold.promise, ...says("two"), finished]));
    const run = question("go");
    const { done } = await startRun(context, run);
    const received = await read(context, run.runId, open);
    await waitUntil("the first word is there", () => textOf(received) === "one ");
    assert.deepEqual([typesOf(received), received.isDone], [["start", "text-start", "text-delta"], false]);
    if (end === "stop") await stopRun(context, run.runId, "user");
    else hold.open();
    await Promise.all([done, received.end]);
    assert.deepEqual(typesOf(received), [...wholeAnswer.slice(0, -1), last]);
    assert.deepEqual([textOf(received), received.isDone], [end === "stop" ? "one " : "one two", true]);
  }
});

test("a store that is lost is spelled out: what is open is closed, then an error, and the stream fails", async () => {
  const [hold, never] = [gate(), gate()];
  const model = scriptedModel([...says("one "), hold.promise, ...says("two "), never.promise]);
  const base = runContext(model, { leaseMs: 40, heartbeatMs: 20 });
  const storage = faultyStorage(base.storage);
  const run = question("go");
  const { done } = await startRun({ ...base, storage }, run);
  const received = await read({ ...base, storage }, run.runId, open);
  await waitUntil("the first word is there", () => textOf(received) === "one ");
  storage.away = true;
  hold.open();
  await assert.rejects(received.end, /away/);
  await done;
  const durability = received.chunks.flatMap(({ data }) => data ?? []);
  assert.deepEqual(durability, ["delayed", "stopped"]);
  assert.deepEqual(typesOf(received).slice(-2), ["text-end", "error"]);
  assert.deepEqual(
    [textOf(received), received.chunks.at(-1)?.errorText, received.isDone],
    ["one ", "unavailable", true],
  );
});

test("a server that closes the stream spells out that the run goes on without it", async () => {
  const hold = gate();
  const context = runContext(scriptedModel([...says("one "), hold.promise, finished]));
  const run = question("go");
  const { done } = await startRun(context, run);
  const closing = new AbortController();
  const received = await read(context, run.runId, closing.signal);
  await waitUntil("the first word is there", () => textOf(received) === "one ");
  closing.abort();
  await received.end;
  assert.deepEqual([received.chunks.at(-1)?.errorText, received.isDone], ["closed", true]);
  hold.open();
  await done;
});
