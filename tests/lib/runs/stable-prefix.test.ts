import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { chatRequest } from "#lib/models/chat/chat-request.ts";
import { continuationPrompt } from "#lib/models/continuation-prompt.ts";
import type { Model } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import { responsesRequest } from "#lib/models/responses/responses-request.ts";
import { newRun } from "#lib/runs/run-request.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import type { NewRun } from "#lib/storage/run-store.ts";
import { foldAll, question, readLog, userId } from "../../support/run-bench.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { leaseMs, openSite, over, type Process, type Site, sweep } from "./crash-bench.ts";

/** What becomes of one request, behind so many words of its answer. */
interface Request {
  words: number;
  thinks: boolean;
  /** By what. */
  ends: "crash" | "hand over" | "stop" | "fail" | "finish";
}

interface Turn {
  /** Each of them cuts the answer; the next one goes on with it. */
  cuts: Request[];
  end: Request;
  /** What was cut off is continued by a person, rather than another question asked. */
  isContinued: boolean;
  model: "one" | "other";
}

const request = (...ends: Request["ends"][]): fc.Arbitrary<Request> =>
  fc
    .record({ words: fc.nat(3), thinks: fc.boolean(), ends: fc.constantFrom(...ends) })
    // An answer that ends without a word is asked for once more, with a word to the model.
    .map((each) => (each.ends === "finish" ? { ...each, words: Math.max(1, each.words) } : each));

const conversation: fc.Arbitrary<Turn[]> = fc.array(
  fc.record({
    cuts: fc.array(request("crash", "hand over"), { maxLength: 2 }),
    end: request("stop", "fail", "finish", "finish"),
    isContinued: fc.boolean(),
    model: fc.constantFrom("one", "other"),
  }),
  { minLength: 1, maxLength: 5 },
);

/** Says what the next requests are to come to, with words that are no others', and keeps what it was sent. */
function scripted(id: string, requests: Request[], sent: (readonly ModelMessage[])[]): Model {
  return {
    id,
    demo: false,
    async *stream({ messages }, signal) {
      const { words, thinks, ends } = requests[sent.push(messages) - 1] ?? assert.fail("nobody is to ask");
      if (thinks) yield { type: "reasoning", delta: `hm ${sent.length} ` };
      for (let word = 0; word < words; word += 1)
        yield { type: "text", delta: `${sent.length}.${word}${word % 2 === 0 ? " " : "\n\n"}` };
      if (ends === "finish") yield { type: "finish", reason: "stop" };
      if (ends === "fail") throw new ModelError("limit-reached", "too much", { retryable: false });
      if (ends === "finish") return;
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    },
  };
}

async function live(site: Site, turns: readonly Turn[]): Promise<(readonly ModelMessage[])[]> {
  const sent: (readonly ModelMessage[])[] = [];
  const requests: Request[] = [];
  const conversationId = randomUUID();
  let last: { runId: string; canContinue: boolean } | undefined;
  for (const { cuts, end, isContinued, model: id } of turns) {
    const model = scripted(id, requests, sent);
    const run =
      isContinued && last?.canContinue
        ? newRun({ runId: randomUUID(), continue: last.runId }, { conversationId, userId, newId: randomUUID })
        : question(`question ${requests.length}`, { conversationId });
    requests.push(...cuts, end);
    let process = site.start(model);
    await startRun(process.context, run);
    for (const [at, cut] of cuts.entries()) {
      await written(site, run, requests.length - cuts.length + at, cut, sent);
      process = await takenOver(site, process, run, cut, model);
    }
    await written(site, run, requests.length, end, sent);
    if (end.ends === "stop") await stopRun(process.context, run.runId, "user");
    await over(site, run.runId);
    const { parts, ending } = foldAll(await readLog(site.storage, run.runId));
    const hasText = parts.some((part) => part.type === "text") || (isContinued && last?.canContinue === true);
    last = { runId: run.runId, canContinue: hasText && ending?.type !== "finish" };
  }
  return sent;
}

/** The newest request has said what it has to say. */
const written = (
  { storage }: Site,
  { runId }: NewRun,
  count: number,
  { words, thinks }: Request,
  sent: readonly unknown[],
): Promise<void> =>
  waitUntil("its words are stored", async () => {
    if (sent.length < count) return false;
    const log = JSON.stringify(await readLog(storage, runId));
    return words > 0 ? log.includes(`${count}.${words - 1}`) : !thinks || log.includes(`hm ${count} `);
  });

async function takenOver(
  site: Site,
  process: Process,
  { runId }: NewRun,
  { ends }: Request,
  model: Model,
): Promise<Process> {
  const epoch = async () => (await site.storage.runs.run(runId))?.epoch ?? 0;
  const before = await epoch();
  if (ends === "hand over") await process.context.live.finishOrHandOver(site.clock, 0);
  else process.connection.kill();
  const next = site.start(model);
  await waitUntil("another process goes on", async () => {
    // A write that was under way may have renewed the lease.
    if (ends === "crash") site.advance(leaseMs + 1);
    sweep(next);
    return (await epoch()) > before;
  });
  return next;
}

/** As they are sent, on each wire that has the continuation prompt from here. */
const wires: readonly ((messages: readonly ModelMessage[]) => object)[] = [
  (messages) => chatRequest({ messages }, { model: "m", maxTokensField: "max_tokens" }).messages,
  (messages) => responsesRequest({ messages }, { model: "m", host: "h", without: new Set() }).input,
];
type Wire = (typeof wires)[number];

/** Up to the end of its last text; the continuation prompt stands behind the conversation. */
function prefixOf(messages: readonly ModelMessage[], wire: Wire): string {
  const [last] = messages.at(-1)?.content ?? [];
  const isTold = typeof last === "object" && last.type === "text" && last.text === continuationPrompt;
  return JSON.stringify(wire(isTold ? messages.slice(0, -1) : messages)).replace(/"\}\]$/, "");
}

test("each request begins with the one before it, byte by byte, whatever came between: stops, crashes, other processes, continues, other models", async () => {
  let continued = 0;
  const property = fc.asyncProperty(conversation, async (turns) => {
    const site = openSite();
    const sent = await live(site, turns);
    for (const [at, messages] of sent.slice(1).entries()) {
      for (const wire of wires) {
        const before = prefixOf(sent[at] ?? [], wire);
        assert.equal(JSON.stringify(wire(messages)).slice(0, before.length), before);
      }
      if (JSON.stringify(messages.at(-1)).includes(continuationPrompt)) continued += 1;
    }
    await site.storage.close();
  });
  await fc.assert(property, { numRuns: Number(process.env.RIVULET_PREFIXES ?? 60) });
  // Without these, a property over nothing would hold.
  assert.ok(continued > 10, `only ${continued} answers were continued`);
});
