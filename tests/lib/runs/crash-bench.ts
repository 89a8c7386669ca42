import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Model, ModelPart } from "#lib/models/model.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";
import { type RunEvent, runEvent, type Usage } from "#lib/protocol/run-event.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { type Clock, systemClock } from "#lib/runs/clock.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { keepSweeping } from "#lib/runs/sweep-runs.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { type HangingStorage, hangingStorage } from "../../support/hanging-storage.ts";
import { foldAll, readLog, runContext, userId } from "../../support/run-bench.ts";
import { waitUntil } from "../../support/wait-until.ts";

/** One store that several processes share, under a clock of the test's own. */
export interface Site {
  storage: Storage;
  clock: Clock;
  advance(ms: number): void;
  /**
   * A process of its own: its connection to the store can be cut, and no lease knows it from the others'
   * host.
   */
  start(model: Model, options?: Parameters<typeof runContext>[1]): Process;
}

export interface Process {
  context: RunContext;
  connection: HangingStorage;
  /** What it has logged. */
  lines: Readonly<Record<string, unknown>>[];
}

/** The lease of every process of a site, ms. */
export const leaseMs = 15_000;

/** `wrap`: what all processes see in place of the store. */
export function openSite<S extends Storage = Storage>(wrap?: (storage: Storage) => S): Site & { storage: S };
export function openSite(wrap = (storage: Storage) => storage): Site {
  let time = 1_700_000_000_000;
  const storage = wrap(openSqlite({ dir: ":memory:", now: () => time }));
  const clock: Clock = { ...systemClock, wall: () => time };
  return {
    storage,
    clock,
    advance: (ms) => void (time += ms),
    start(model, options = {}) {
      const connection = hangingStorage(storage);
      const lines: Process["lines"] = [];
      const holder = { host: randomUUID(), boot: "", pid: 1, startedAt: "" };
      const log = (each: Readonly<Record<string, unknown>>) => void lines.push(each);
      return {
        connection,
        lines,
        context: runContext(model, { storage: connection, clock, holder, log, leaseMs, ...options }),
      };
    },
  };
}

/**
 * Says its parts one by one, each when the one before is durable: every part is an append of its own. Sent
 * what it has written of them, it goes on from there.
 */
export function pacedModel(
  parts: readonly ModelPart[],
  connection: () => HangingStorage,
): Model & { asked: number } {
  const model = {
    id: "paced",
    demo: false,
    asked: 0,
    async *stream({ messages }: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
      model.asked += 1;
      for (const part of restOf(parts, messages)) {
        if (signal.aborted) return;
        const before = connection().writes;
        yield part;
        if (part.type !== "text" && part.type !== "reasoning") continue;
        await waitUntil(
          "the part is durable",
          () => connection().writes > before || connection().dead || signal.aborted,
        );
        if (connection().dead) await new Promise(() => undefined);
      }
    },
  };
  return model;
}

/** What is left to say behind an answer that was sent back, without thinking again. */
function restOf(parts: readonly ModelPart[], messages: readonly ModelMessage[]): readonly ModelPart[] {
  const answer = messages.findLast(({ role }) => role === "assistant");
  const written = [...(answer?.content ?? [])]
    .map((each) => (typeof each === "object" && each.type === "text" ? each.text : ""))
    .join("");
  if (written === "") return parts;
  let left = written.length;
  return parts.flatMap((part): ModelPart[] => {
    if (part.type === "reasoning") return [];
    if (part.type !== "text") return [part];
    const delta = part.delta.slice(left);
    left = Math.max(0, left - part.delta.length);
    return delta === "" ? [] : [{ ...part, delta }];
  });
}

/** The sweep of a process, once. */
export function sweep({ context }: Pick<Process, "context">): void {
  const once = new AbortController();
  keepSweeping(context, 1, once.signal);
  once.abort();
}

export async function over({ storage }: Site, runId: string, limitMs?: number): Promise<void> {
  await waitUntil(
    "the run is over",
    async () => {
      const run = await storage.runs.run(runId);
      return run !== null && isEnded(run.status);
    },
    limitMs,
  );
}

const terminal: ReadonlySet<string> = new Set(["finish", "abort", "error", "interrupted"]);

/** The log of a run that is over: whole, of the protocol, ended once, and the saved message is its fold. */
export async function checkedLog({ storage }: Site, runId: string): Promise<RunEvent[]> {
  const events = await readLog(storage, runId);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => at + 1),
  );
  for (const event of events) assert.deepEqual(runEvent.parse(event), event);
  assert.deepEqual(
    events.flatMap(({ type, seq }) => (terminal.has(type) ? [seq] : [])),
    [events.length],
  );
  const state = foldAll(events);
  const saved = await storage.conversations.get(state.conversationId, userId);
  assert.equal(saved?.conversation.activeRunId, undefined);
  const message = saved?.messages.find(({ id }) => id === state.messageId);
  assert.deepEqual(message?.role === "assistant" && message.parts, state.parts);
  return events;
}

export const usageOf = (inputTokens: number, outputTokens: number): Usage => ({
  inputTokens,
  outputTokens,
  source: "provider",
});
